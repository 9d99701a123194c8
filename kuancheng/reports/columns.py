"""The columns of progress rows, a line each: the export, the ordering and the API are drawn from here.

A figure is added in three places: where it is computed (`judging.progress`), in the model that keeps
it (`models.status`), and by one line here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Case

from investment.rules.rates import round_half_up
from kuancheng.reports.choices import LIGHT_WORDS
from kuancheng.reports.models import DailyStatus
from kuancheng.reports.rules.lights import Light
from projects.querysets import stage_order

Cell = str | int | Decimal | date | None
"""What stands in a cell; None where nothing is reported."""

Order = str | Case
"""What SQL sorts by: the path of a column, or an expression."""


@dataclass(frozen=True)
class Listed:
    """How the progress list shows a column: its heading, and the order of the first press on it.

    `starts` says that it is there until somebody chooses his own columns.
    """

    label: str
    press: str = ""
    starts: bool = True
    numeric: bool = True


@dataclass(frozen=True)
class Column:
    """One column: its code, and who shows it.

    With a `heading` it is exported, so many characters `width`, in Excel's number format `form`;
    `value` reads its cell from a row. With an `order` rows are sorted by it. With `api` other
    systems are sent it, under its code; `before` names the field that it precedes there, where
    the export has the two the other way round. `listed` offers it in the progress list.
    """

    name: str
    heading: str = ""
    width: int = 0
    value: Callable[[DailyStatus], Cell] | None = None
    form: str = ""
    order: Order | None = None
    api: bool = True
    before: str = ""
    listed: Listed | None = None

    def cell(self, row: DailyStatus) -> Cell:
        """What the export writes of a row."""
        found: Cell = self.value(row) if self.value else getattr(row, self.name)
        return found


MONEY = "#,##0.00"
RATE = "0.0"
POINTS = "+0.0;-0.0;0.0"
DAY = "yyyy-mm-dd"


def _amount(name: str, heading: str, *, sorts: bool = True, listed: Listed | None = None) -> Column:
    return Column(name, heading, 14, form=MONEY, order=name if sorts else None, listed=listed)


def _rate(
    name: str, heading: str, form: str = RATE, before: str = "", listed: Listed | None = None
) -> Column:
    def rounded(row: DailyStatus) -> Decimal | None:
        rate: Decimal | None = getattr(row, name)
        return None if rate is None else round_half_up(rate, 1)

    return Column(name, heading, 9, rounded, form, order=name, before=before, listed=listed)


def _count(
    name: str, heading: str, width: int = 8, *, api: bool = True, listed: Listed | None = None
) -> Column:
    return Column(name, heading, width, order=name, api=api, listed=listed)


def _day(name: str, heading: str, listed: Listed | None = None) -> Column:
    return Column(name, heading, 12, form=DAY, order=name, api=False, listed=listed)


def _party(name: str, heading: str, width: int, listed: Listed | None = None) -> Column:
    def called(row: DailyStatus) -> str | None:
        party = getattr(row, name)
        return party.name if party else None

    return Column(name, heading, width, called, order=f"{name}__order", listed=listed)


def _light(row: DailyStatus) -> str:
    done = "（已竣工）" if row.done else ""
    return f"{row.get_light_display()} {LIGHT_WORDS[Light(row.light)]}{done}"


def _reasons(row: DailyStatus) -> str:
    return "；".join(reason["text"] for reason in row.reasons)


COLUMNS = (
    Column("code", "编号", 10, lambda row: row.project.code, order="project__code", api=False),
    Column("name", "项目", 28, lambda row: row.project.name, order="project__name", api=False),
    Column("project"),
    Column("as_of"),
    _party(
        "lead_official",
        "包保领导",
        12,
        listed=Listed("包保领导与责任单位", "lead_official", numeric=False),
    ),
    Column("liaison_officer", listed=Listed("项目秘书", starts=False, numeric=False)),
    _party("lead_agency", "责任单位", 22),
    _party(
        "subdistrict", "属地", 14, listed=Listed("属地", "subdistrict", starts=False, numeric=False)
    ),
    Column(
        "stage",
        "阶段",
        8,
        lambda row: row.get_stage_display(),
        order=stage_order(),
        listed=Listed("阶段", "stage", starts=False, numeric=False),
    ),
    Column("standing", "状态", 8, lambda row: row.get_standing_display()),
    Column(
        "year_class",
        "年度类别",
        8,
        lambda row: row.get_year_class_display(),
        listed=Listed("年度类别", starts=False, numeric=False),
    ),
    Column("light", "亮灯", 14, _light, order="severity"),
    Column("computed_light"),
    Column("overridden"),
    Column("done"),
    Column("reasons", "原因", 48, _reasons),
    _amount("total_investment", "计划总投资（万元）", listed=Listed("总投资", "-total_investment")),
    _amount("annual_plan", "年度计划投资（万元）", listed=Listed("年度计划", "-annual_plan")),
    _amount(
        "completed_month",
        "统计月完成（万元）",
        listed=Listed("统计月完成", "-completed_month", starts=False),
    ),
    _amount("completed_ytd", "本年累计完成（万元）", listed=Listed("累计完成", "-completed_ytd")),
    Column(
        "completed_total",
        order="completed_total",
        listed=Listed("开工累计", "-completed_total", starts=False),
    ),
    _amount("pending_ytd", "本年待复核（万元）", sorts=False),
    Column("pending_reports"),
    Column("months_missing", "缺报月数", 8),
    _rate("completion_rate", "完成率（%）", listed=Listed("完成率", "completion_rate")),
    _rate("pro_rata_seasonal", "季节序时（%）"),
    _rate("pro_rata_linear", "平均序时（%）", before="pro_rata_seasonal"),
    _rate("gap", "差距（百分点）", POINTS, listed=Listed("差距", "gap")),
    _count("milestones_done", "完成节点", listed=Listed("节点", "milestones_done")),
    _count("milestones_total", "节点总数"),
    _count("overdue_milestones", "超期节点"),
    _count("max_overdue_days", "最长超期（天）", listed=Listed("超期", "-max_overdue_days")),
    Column(
        "next_milestone",
        "下一节点",
        20,
        listed=Listed("下一节点", "next_milestone_finish", numeric=False),
    ),
    _day("next_milestone_finish", "下一节点计划完成"),
    _day("promised_completion", "承诺竣工"),
    _day(
        "forecast_completion",
        "预计竣工",
        listed=Listed("预计竣工", "-forecast_late_days", numeric=False),
    ),
    _count("forecast_late_days", "预计晚于承诺（天）", 9, api=False),
    Column(
        "last_report",
        "最近填报",
        10,
        lambda row: row.last_report and f"{row.last_report:%Y-%m}",
        order="last_report",
        listed=Listed("最近填报", "last_report", numeric=False),
    ),
    Column(
        "report_state",
        "统计月填报",
        10,
        lambda row: row.report_word,
        before="last_report",
    ),
    Column("report_owed"),
    Column("money_month"),
)
"""In the order of the export."""

EXPORTED = tuple(each for each in COLUMNS if each.heading)

LISTED = {each.name: each.listed for each in COLUMNS if each.listed is not None}
"""What the progress list offers beside the project and its light, in the list's order."""

COMPOSED = {"worst": ("-light", "-max_overdue_days", "gap")}
"""Orders that are made of others: 最严重在前 is by light, then by days late, then by gap."""


def orderings() -> dict[str, Order]:
    """What rows are sorted by: each code, and the column or expression that does it."""
    return {each.name: each.order for each in COLUMNS if each.order is not None}


def api_fields() -> tuple[str, ...]:
    """The fields that other systems are sent, in their order."""
    names: list[str] = []
    for each in COLUMNS:
        if each.api:
            names.insert(names.index(each.before) if each.before else len(names), each.name)
    return tuple(names)
