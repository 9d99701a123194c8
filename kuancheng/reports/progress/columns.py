"""The columns of the progress list, in order: the page's headings and the export share them."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from investment.rules.rates import round_half_up
from kuancheng.reports.choices import LIGHT_WORDS
from kuancheng.reports.models import DailyStatus
from kuancheng.reports.rules.lights import Light

Value = Callable[[DailyStatus], Any]


@dataclass(frozen=True)
class Column:
    """A column of the export: heading, width in characters, number format, and its value.

    A value is text, a number, a date, or None where nothing is reported.
    """

    heading: str
    width: int
    value: Value
    form: str = ""


MONEY = "#,##0.00"
RATE = "0.0"
DAY = "yyyy-mm-dd"


def _rounded(rate: Decimal | None) -> Decimal | None:
    return None if rate is None else round_half_up(rate, 1)


def _light(row: DailyStatus) -> str:
    done = "（已竣工）" if row.done else ""
    return f"{row.get_light_display()} {LIGHT_WORDS[Light(row.light)]}{done}"


def _reasons(row: DailyStatus) -> str:
    return "；".join(reason["text"] for reason in row.reasons)


COLUMNS = (
    Column("编号", 10, lambda row: row.project.code),
    Column("项目", 28, lambda row: row.project.name),
    Column("包保领导", 12, lambda row: row.lead_official and row.lead_official.name),
    Column("责任单位", 22, lambda row: row.lead_agency and row.lead_agency.name),
    Column("属地", 14, lambda row: row.subdistrict and row.subdistrict.name),
    Column("阶段", 8, lambda row: row.get_stage_display()),
    Column("状态", 8, lambda row: row.get_standing_display()),
    Column("年度类别", 8, lambda row: row.get_year_class_display()),
    Column("亮灯", 14, _light),
    Column("原因", 48, _reasons),
    Column("计划总投资（万元）", 14, lambda row: row.total_investment, MONEY),
    Column("年度计划投资（万元）", 14, lambda row: row.annual_plan, MONEY),
    Column("统计月完成（万元）", 14, lambda row: row.completed_month, MONEY),
    Column("本年累计完成（万元）", 14, lambda row: row.completed_ytd, MONEY),
    Column("本年待复核（万元）", 14, lambda row: row.pending_ytd, MONEY),
    Column("缺报月数", 8, lambda row: row.months_missing),
    Column("完成率（%）", 9, lambda row: _rounded(row.completion_rate), RATE),
    Column("季节序时（%）", 9, lambda row: _rounded(row.pro_rata_seasonal), RATE),
    Column("平均序时（%）", 9, lambda row: _rounded(row.pro_rata_linear), RATE),
    Column("差距（百分点）", 9, lambda row: _rounded(row.gap), "+0.0;-0.0;0.0"),
    Column("完成节点", 8, lambda row: row.milestones_done),
    Column("节点总数", 8, lambda row: row.milestones_total),
    Column("超期节点", 8, lambda row: row.overdue_milestones),
    Column("最长超期（天）", 8, lambda row: row.max_overdue_days),
    Column("下一节点", 20, lambda row: row.next_milestone),
    Column("下一节点计划完成", 12, lambda row: row.next_milestone_finish, DAY),
    Column("承诺竣工", 12, lambda row: row.promised_completion, DAY),
    Column("预计竣工", 12, lambda row: row.forecast_completion, DAY),
    Column("预计晚于承诺（天）", 9, lambda row: row.forecast_late_days),
    Column("最近填报", 10, lambda row: row.last_report and f"{row.last_report:%Y-%m}"),
    Column("统计月填报", 10, lambda row: row.get_report_state_display() or "未报送"),
)
