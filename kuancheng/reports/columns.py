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
class Column:
    """One column: its code, and who shows it.

    With a `heading` it is exported, so many characters `width`, in Excel's number format `form`;
    `value` reads its cell from a row. With an `order` rows are sorted by it. With `api` other
    systems are sent it, under its code; `before` names the field that it precedes there, where
    the export has the two the other way round.
    """

    name: str
    heading: str = ""
    width: int = 0
    value: Callable[[DailyStatus], Cell] | None = None
    form: str = ""
    order: Order | None = None
    api: bool = True
    before: str = ""

    def cell(self, row: DailyStatus) -> Cell:
        """What the export writes of a row."""
        found: Cell = self.value(row) if self.value else getattr(row, self.name)
        return found


MONEY = "#,##0.00"
RATE = "0.0"
POINTS = "+0.0;-0.0;0.0"
DAY = "yyyy-mm-dd"


def _amount(name: str, heading: str, *, sorts: bool = True) -> Column:
    return Column(name, heading, 14, form=MONEY, order=name if sorts else None)


def _rate(name: str, heading: str, form: str = RATE, before: str = "") -> Column:
    def rounded(row: DailyStatus) -> Decimal | None:
        rate: Decimal | None = getattr(row, name)
        return None if rate is None else round_half_up(rate, 1)

    return Column(name, heading, 9, rounded, form, order=name, before=before)


def _count(name: str, heading: str, width: int = 8, *, api: bool = True) -> Column:
    return Column(name, heading, width, order=name, api=api)


def _day(name: str, heading: str) -> Column:
    return Column(name, heading, 12, form=DAY, order=name, api=False)


def _party(name: str, heading: str, width: int) -> Column:
    def called(row: DailyStatus) -> str | None:
        party = getattr(row, name)
        return party.name if party else None

    return Column(name, heading, width, called, order=f"{name}__order")


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
    _party("lead_official", "包保领导", 12),
    Column("liaison_officer"),
    _party("lead_agency", "责任单位", 22),
    _party("subdistrict", "属地", 14),
    Column("stage", "阶段", 8, lambda row: row.get_stage_display(), order=stage_order()),
    Column("standing", "状态", 8, lambda row: row.get_standing_display()),
    Column("year_class", "年度类别", 8, lambda row: row.get_year_class_display()),
    Column("light", "亮灯", 14, _light, order="severity"),
    Column("computed_light"),
    Column("overridden"),
    Column("done"),
    Column("reasons", "原因", 48, _reasons),
    _amount("total_investment", "计划总投资（万元）"),
    _amount("annual_plan", "年度计划投资（万元）"),
    _amount("completed_month", "统计月完成（万元）"),
    _amount("completed_ytd", "本年累计完成（万元）"),
    Column("completed_total", order="completed_total"),
    _amount("pending_ytd", "本年待复核（万元）", sorts=False),
    Column("pending_reports"),
    Column("months_missing", "缺报月数", 8),
    _rate("completion_rate", "完成率（%）"),
    _rate("pro_rata_seasonal", "季节序时（%）"),
    _rate("pro_rata_linear", "平均序时（%）", before="pro_rata_seasonal"),
    _rate("gap", "差距（百分点）", POINTS),
    _count("milestones_done", "完成节点"),
    _count("milestones_total", "节点总数"),
    _count("overdue_milestones", "超期节点"),
    _count("max_overdue_days", "最长超期（天）"),
    Column("next_milestone", "下一节点", 20),
    _day("next_milestone_finish", "下一节点计划完成"),
    _day("promised_completion", "承诺竣工"),
    _day("forecast_completion", "预计竣工"),
    _count("forecast_late_days", "预计晚于承诺（天）", 9, api=False),
    Column(
        "last_report",
        "最近填报",
        10,
        lambda row: row.last_report and f"{row.last_report:%Y-%m}",
        order="last_report",
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
