"""The month's reports by Excel: filled in as drafts, hinted at, submitted where asked."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from investment.choices import ReportState
from investment.models import StatusReport
from kuancheng.access.models import User
from kuancheng.sheets import services
from kuancheng.sheets.choices import ImportState
from projects.models import Project
from tests import factories
from tests.sheets.books import counts, edited, exported, faults, made, taken

pytestmark = pytest.mark.django_db

TITLE = "进展填报"
HEAD = ["项目编号", "月份", "本月完成投资（万元）", "形象进度描述", "异常说明"]
SEPTEMBER = date(2024, 9, 1)


def row(code: str, figure: object, why: object = None, month: object = "2024-09") -> list[object]:
    return [code, month, figure, "主体施工", why]


def test_export_has_a_row_for_every_project_and_comes_back_unchanged(
    clerk: User, own: Project
) -> None:
    factories.status_report(project=own, completed=Decimal("120.5"), problems="征拆\r\n未完")
    factories.project(code="T-Z")
    book = exported("reports", clerk, month="2024-09")
    sheet = load_workbook(BytesIO(book))[TITLE]
    assert [cell.value for cell in sheet[2]][:5] == ["T-OWN", "我的粮仓", "2024-09", "草稿", 120.5]
    everything = exported("reports", clerk, scope="all", month="2024-09")
    assert load_workbook(BytesIO(everything))[TITLE]["D3"].value == "未填报"
    again = edited(everything, TITLE, {})
    assert counts(taken("reports", clerk, again)) == (0, 0, 2, 0)


def test_state_that_moved_on_makes_no_row_wrong(clerk: User, own: Project) -> None:
    report = factories.status_report(project=own, completed=Decimal(5))
    book = exported("reports", clerk, month="2024-09")
    StatusReport.objects.filter(pk=report.pk).update(state=ReportState.SUBMITTED)
    assert counts(taken("reports", clerk, book)) == (0, 0, 1, 0)


@pytest.mark.parametrize("month", ["2024-09", "2024年9月", "2024/9", date(2024, 9, 1)])
def test_figure_makes_a_draft(clerk: User, own: Project, month: object) -> None:
    record = taken(
        "reports",
        clerk,
        made(TITLE, HEAD, [row("T-OWN", "１２０．５", month=month)]),
        "进展填报2024-09.xlsx",
    )
    assert counts(record) == (1, 0, 0, 0)
    services.apply(record=record)
    report = StatusReport.objects.get()
    assert (report.month, report.completed, report.state) == (
        SEPTEMBER,
        Decimal("120.50"),
        ReportState.DRAFT,
    )
    latest = report.history.latest()
    assert (latest.history_user, latest.history_change_reason) == (
        clerk,
        "导入 进展填报2024-09.xlsx",
    )


@pytest.mark.parametrize("state", [ReportState.SUBMITTED, ReportState.APPROVED])
def test_report_that_was_filed_does_not_change(clerk: User, own: Project, state: str) -> None:
    factories.status_report(project=own, completed=Decimal(5), state=state)
    told = faults(taken("reports", clerk, made(TITLE, HEAD, [row("T-OWN", 6)])))
    assert "不能在这里修改" in told[2]


def test_returned_report_may_be_mended(clerk: User, own: Project) -> None:
    report = factories.status_report(project=own, completed=Decimal(5), state=ReportState.RETURNED)
    record = taken("reports", clerk, made(TITLE, HEAD, [row("T-OWN", 6)]))
    services.apply(record=record)
    report.refresh_from_db()
    assert (report.completed, report.state, report.version) == (6, ReportState.RETURNED, 2)


def test_month_that_has_not_opened_is_told_at_its_column(clerk: User, own: Project) -> None:
    told = faults(taken("reports", clerk, made(TITLE, HEAD, [row("T-OWN", 6, month="2024-10")])))
    assert "月份：2024年10月填报窗口 2024-10-25 开放" in told[2]


def test_percent_beyond_a_hundred_is_told(clerk: User, own: Project) -> None:
    book = made(TITLE, ["项目编号", "月份", "形象进度（%）"], [["T-OWN", "2024-09", "120%"]])
    assert "不能超过 100" in faults(taken("reports", clerk, book))[2]


class TestSubmitting:
    @pytest.fixture
    def others(self, clerk: User, own: Project) -> None:
        for code in ("T-2", "T-3", "T-4"):
            project = factories.project(code=code, total_investment=Decimal(100))
            factories.assignment(project=project, official=clerk.official, role="liaison_officer")

    def test_odd_figure_is_hinted_at_and_stops_no_draft(
        self, clerk: User, own: Project, others: None
    ) -> None:
        record = taken("reports", clerk, made(TITLE, HEAD, [row("T-2", 120)]))
        assert record.state == ImportState.READY
        hint = record.rows.get().cells["本月完成投资（万元）"]
        assert hint[:3] == ["", "120", ""]
        assert "超过计划总投资" in hint[3]
        assert "须填“异常说明”" in hint[3]

    def test_those_that_pass_are_submitted_and_the_rest_are_named(
        self, clerk: User, own: Project, others: None
    ) -> None:
        rows = [
            row("T-OWN", 5),
            row("T-2", 120, "概算已调整"),
            row("T-3", 120),
            row("T-4", 500_000),
        ]
        record = taken("reports", clerk, made(TITLE, HEAD, rows), submit=True)
        assert counts(record) == (4, 0, 0, 0)
        services.apply(record=record)
        states = dict(StatusReport.objects.values_list("project__code", "state"))
        assert states == {
            "T-OWN": ReportState.SUBMITTED,
            "T-2": ReportState.SUBMITTED,
            "T-3": ReportState.DRAFT,
            "T-4": ReportState.DRAFT,
        }
        assert "已提交 2 份；2 份没有提交" in record.message
        assert "万元" in record.message

    def test_without_the_tick_all_stay_drafts(self, clerk: User, own: Project) -> None:
        record = taken("reports", clerk, made(TITLE, HEAD, [row("T-OWN", 5)]))
        services.apply(record=record)
        assert StatusReport.objects.get().state == ReportState.DRAFT
        assert record.message == ""


def test_hint_that_changed_meanwhile_is_no_conflict(clerk: User, own: Project) -> None:
    record = taken("reports", clerk, made(TITLE, HEAD, [row("T-OWN", 500)]))
    factories.annual_plan(project=own, amount=Decimal(1))
    services.apply(record=record)
    assert record.state == ImportState.DONE


def test_queries_of_a_check_do_not_grow_with_the_rows(office: User) -> None:
    for number in range(40):
        factories.project(code=f"T-{number}")

    def queries(rows: int) -> int:
        book = made(TITLE, HEAD, [row(f"T-{number}", 5) for number in range(rows)])
        with CaptureQueriesContext(connection) as captured:
            assert taken("reports", office, book).new == rows
        return len(captured)

    queries(1)
    assert queries(1) == queries(40)
