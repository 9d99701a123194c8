"""Annual plans by Excel: filled in, adjusted with a reason, months all or none."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import load_workbook

from investment.models import MONTH_FIELDS, AnnualPlan
from kuancheng.access.models import User
from kuancheng.sheets import services
from kuancheng.sheets.choices import ImportState
from kuancheng.sheets.registry import kinds_for
from projects.models import Project
from tests import factories
from tests.sheets.books import counts, edited, exported, faults, made, taken

pytestmark = pytest.mark.django_db

TITLE = "年度计划"
HEAD = ["项目编号", "年度", "年度计划投资（万元）", "调整原因"]


@pytest.fixture
def project() -> Project:
    return factories.project(code="T-1", name="甲")


def test_export_comes_back_unchanged_with_the_rows_to_fill_in(
    office: User, project: Project
) -> None:
    factories.annual_plan(
        project=project, amount=Decimal(1200), **dict.fromkeys(MONTH_FIELDS, Decimal(100))
    )
    factories.annual_plan(project=factories.project(code="T-2"), reason="年初下达", year=2024)
    factories.project(code="T-3")
    factories.project(code="T-4", standing="withdrawn")
    book = exported("plans", office)
    sheet = load_workbook(BytesIO(book))[TITLE]
    assert [cell.value for cell in sheet["A"]] == ["项目编号", "T-1", "T-2", "T-3"]
    assert counts(taken("plans", office, edited(book, TITLE, {}))) == (0, 0, 3, 0)


def test_empty_row_that_is_filled_in_is_a_new_plan(office: User, project: Project) -> None:
    book = edited(exported("plans", office, year="2025"), TITLE, {"D2": "2,000"})
    record = taken("plans", office, book)
    assert counts(record) == (1, 0, 0, 0)
    services.apply(record=record)
    plan = AnnualPlan.objects.get()
    assert (plan.project, plan.year, plan.amount, plan.version) == (project, 2025, 2000, 1)


def test_plan_of_a_running_year_is_adjusted_with_its_reason(office: User, project: Project) -> None:
    plan = factories.annual_plan(project=project, amount=Decimal(1000))
    told = faults(taken("plans", office, made(TITLE, HEAD, [["T-1", 2024, 1500, None]])))
    assert "调整原因：年度已开始" in told[2]

    record = taken(
        "plans", office, made(TITLE, HEAD, [["T-1", 2024, 1500, "追加专债"]]), "计划.xlsx"
    )
    assert counts(record) == (0, 1, 0, 0)
    assert record.rows.get().cells["调整原因"] == ["", "追加专债", "", ""]
    services.apply(record=record)
    plan.refresh_from_db()
    assert (plan.amount, plan.version, plan.reason) == (1500, 2, "追加专债")
    assert plan.effective_from == date(2024, 10, 15)
    assert plan.former.get().amount == 1000
    assert plan.history.latest().history_change_reason == "导入 计划.xlsx"


def test_reason_alone_is_no_change(office: User, project: Project) -> None:
    factories.annual_plan(project=project, amount=Decimal(1000))
    record = taken("plans", office, made(TITLE, HEAD, [["T-1", 2024, 1000, "没有改"]]))
    assert counts(record) == (0, 0, 1, 0)


def test_months_that_do_not_add_up_are_told(office: User, project: Project) -> None:
    head = ["项目编号", "年度", "年度计划投资（万元）", "1月（万元）", "2月（万元）"]
    told = faults(taken("plans", office, made(TITLE, head, [["T-1", 2025, 1000, 500, 500]])))
    assert "12 个月全填或全空" in told[2]


@pytest.mark.parametrize("year", [1999, 2101, 10**20, "今年", None])
def test_impossible_year_is_told(office: User, project: Project, year: object) -> None:
    rows = [["T-1", year, 1000, None]]
    assert "年度" in faults(taken("plans", office, made(TITLE, HEAD, rows)))[2]


def test_amount_is_needed_once_a_row_says_anything(office: User, project: Project) -> None:
    head = ["项目编号", "年度", "年度计划投资（万元）", "年度形象进度目标"]
    told = faults(taken("plans", office, made(TITLE, head, [["T-1", 2025, None, "封顶"]])))
    assert "必填" in told[2]


def test_one_bad_row_of_the_service_writes_none(
    office: User, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    from investment.sheets.plans import PlanLedger

    factories.annual_plan(project=project, amount=Decimal(1000))
    monkeypatch.setattr(PlanLedger, "_check_reason", lambda self, found: None)
    rows = [["T-1", 2025, 2000, None], ["T-1", 2024, 1500, None]]
    record = taken("plans", office, made(TITLE, HEAD, rows))
    assert counts(record) == (1, 1, 0, 0)
    services.apply(record=record)
    assert record.state == ImportState.WRONG
    assert "请填写调整原因" in faults(record)[3]
    assert AnnualPlan.objects.get().amount == 1000


def test_clerk_is_not_offered_plans(clerk: User) -> None:
    assert [kind.name for kind in kinds_for(clerk)] == [
        "reports",
        "register",
        "milestones",
        "permit-extensions",
        "matters",
        "stops",
    ]
