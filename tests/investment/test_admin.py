"""The month's report in the admin: filing it, its steps, and who may do what."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from investment.choices import ReportState
from investment.models import StatusReport
from investment.rules.reporting import parse_month
from investment.services import save_report, submit_report
from kuancheng.access.models import User
from kuancheng.access.roles import AUDITOR, REPORTER, REVIEWER
from projects.choices import Role
from projects.models import Project
from tests import factories
from tests.conftest import TODAY
from tests.forms import form_values

pytestmark = pytest.mark.django_db

LIST = "/admin/investment/statusreport/"
ADD = LIST + "add/"
SEPTEMBER = date(2024, 9, 1)


@pytest.fixture
def clerk() -> User:
    return factories.user(REPORTER, full_name="填报员")


@pytest.fixture
def own(clerk: User) -> Project:
    project = factories.project(name="我的粮仓", total_investment=Decimal(10_000))
    person = factories.official(user=clerk)
    factories.assignment(project=project, official=person, role=Role.LIAISON_OFFICER)
    return project


@pytest.fixture
def foreign() -> Project:
    return factories.project(name="别人的粮仓")


@pytest.fixture
def browser(client: Client, clerk: User) -> Client:
    client.force_login(clerk)
    return client


def change(report: StatusReport) -> str:
    return f"{LIST}{report.pk}/change/"


def filled(browser: Client, project: Project, **values: str) -> dict[str, Any]:
    posted = form_values(browser.get(f"{ADD}?project={project.pk}&month=2024-09"))
    return posted | {"completed": "120.5"} | values


def run_action(browser: Client, action: str, *reports: StatusReport) -> str:
    """What the list says after an action with those reports."""
    posted = form_values(browser.get(LIST)) | {
        "action": action,
        "_selected_action": [str(report.pk) for report in reports],
    }
    page = browser.post(LIST, posted, follow=True)
    return "".join(str(message) for message in page.context["messages"])


def take(browser: Client, report: StatusReport, **pressed: str) -> Any:
    """The page after a button on the report's page was pressed."""
    posted = form_values(browser.get(change(report))) | pressed
    return browser.post(change(report), posted, follow=True)


@pytest.mark.parametrize(
    "text", ["2024-09", "2024-9", "2024年9月", "202409", "2024/09", " 2024.9 ", "2024年09月"]
)
def test_month_is_typed_the_way_people_write_it(text: str) -> None:
    assert parse_month(text) == SEPTEMBER


@pytest.mark.parametrize("text", ["", "2024-13", "2024-00", "9月", "2024-09-01", "二〇二四年九月"])
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"not a month|month must be"):
        parse_month(text)


class TestFiling:
    def test_form_opens_with_project_month_and_last_months_figures(
        self, browser: Client, own: Project
    ) -> None:
        factories.annual_plan(project=own, amount=Decimal(2400))
        factories.status_report(
            project=own,
            month=date(2024, 8, 1),
            completed=Decimal(600),
            state=ReportState.APPROVED,
            physical_progress="主体完成 5 层",
        )
        page = browser.get(f"{ADD}?project={own.pk}&month=2024-09")
        text = page.content.decode()
        assert form_values(page)["month"] == "2024-09"
        assert form_values(page)["project"] == str(own.pk)
        for shown in ("600", "2,400", "25.0%", "10,000", "主体完成 5 层"):
            assert shown in text

    def test_month_is_the_earliest_reportable_one_that_is_missing(
        self, browser: Client, own: Project
    ) -> None:
        page = browser.get(f"{ADD}?project={own.pk}")
        assert form_values(page)["month"] == "2024-09"

    def test_month_that_is_filed_opens_its_report(self, browser: Client, own: Project) -> None:
        report = factories.status_report(project=own)
        page = browser.get(f"{ADD}?project={own.pk}&month=2024-09")
        assert page.status_code == 302
        assert page.headers["Location"] == change(report)

    @pytest.mark.parametrize(
        "query", ["project=abc&month=13", "project=99999999999999999999", "month=%00"]
    )
    def test_nonsense_in_the_address_opens_an_empty_form(self, browser: Client, query: str) -> None:
        assert browser.get(f"{ADD}?{query}").status_code == 200

    def test_draft_is_saved(self, browser: Client, own: Project) -> None:
        page = browser.post(ADD, filled(browser, own, month="2024年9月", _save=""))
        assert page.headers["Location"] == "/admin/"
        report = StatusReport.objects.get()
        assert (report.month, report.completed) == (SEPTEMBER, Decimal("120.5"))
        assert report.state == ReportState.DRAFT
        assert report.history.get().history_user.full_name == "填报员"

    def test_save_and_submit_is_one_step(self, browser: Client, own: Project, clerk: User) -> None:
        browser.post(ADD, filled(browser, own, _submit=""))
        report = StatusReport.objects.get()
        assert (report.state, report.submitted_by) == (ReportState.SUBMITTED, clerk)

    def test_refused_submission_saves_nothing_and_keeps_what_was_typed(
        self, browser: Client, own: Project
    ) -> None:
        posted = filled(browser, own, completed="", problems="等图纸", _submit="")
        page = browser.post(ADD, posted)
        assert "没有完成投资填 0" in page.content.decode()
        assert form_values(page)["problems"] == "等图纸"
        assert not StatusReport.objects.exists()

    @pytest.mark.parametrize(
        ("field", "value", "told"),
        [
            ("completed", "-1", "金额不能为负数"),
            ("completed", "一百", "输入一个数字"),
            ("physical_percent", "101", "不能超过 100"),
            ("month", "2024-11", "还没有到"),
            ("month", "2024-13", "不是月份"),
            ("problems", "长" * 1001, "1000"),
            ("problems", "空\x00字节", "不允许"),
        ],
    )
    def test_impossible_input_is_refused_by_field(
        self, browser: Client, own: Project, field: str, value: str, told: str
    ) -> None:
        page = browser.post(ADD, filled(browser, own) | {field: value})
        assert page.status_code == 200
        assert told in str(page.context["adminform"].form.errors[field])
        assert not StatusReport.objects.exists()

    def test_findings_are_ticked_and_explained_and_nothing_typed_is_lost(
        self, browser: Client, own: Project
    ) -> None:
        posted = filled(browser, own, completed="10000.01", problems="等图纸", _submit="")
        page = browser.post(ADD, posted)
        text = page.content.decode()
        assert "超过计划总投资 10,000.00 万元" in text
        assert "确认无误" in text
        assert form_values(page)["problems"] == "等图纸"
        [finding] = page.context["adminform"].form.errors.as_data()["completed"]
        mark = finding.finding.mark
        assert "confirmed" not in form_values(page)

        page = browser.post(ADD, posted | {"confirmed": mark})
        assert form_values(page)["confirmed"] == mark  # the tick stays, the reason is asked for
        assert set(page.context["adminform"].form.errors) == {"completed", "explanation"}

        told = posted | {"confirmed": mark, "explanation": "追加装修"}
        page = browser.post(ADD, told | {"completed": "10001"})
        assert "confirmed" not in form_values(page)  # another figure, another question
        assert browser.post(ADD, told).status_code == 302
        report = StatusReport.objects.get()
        assert (report.state, report.confirmed) == ("submitted", ["total_exceeded"])

    def test_draft_with_odd_figures_is_kept_and_warned_of(
        self, browser: Client, own: Project
    ) -> None:
        page = browser.post(ADD, filled(browser, own, completed="10000.01", _save=""), follow=True)
        assert StatusReport.objects.get().state == ReportState.DRAFT
        assert "超过计划总投资" in "".join(map(str, page.context["messages"]))

    @pytest.mark.parametrize("saved", [False, True])
    def test_last_months_texts_fill_what_is_empty(
        self, browser: Client, own: Project, saved: bool
    ) -> None:
        texts = {"physical_progress": "一层\n完成", "problems": "缺土方", "next_step": "二层"}
        factories.status_report(project=own, month=date(2024, 8, 1), **texts)
        posted = filled(browser, own, problems="等图纸", completed="x", _copy="1")
        address = change(factories.status_report(project=own)) if saved else ADD
        page = browser.post(address, posted | {"seen_version": "1"})
        values = form_values(page)
        assert values["problems"] == "等图纸"
        assert values["next_step"] == "二层"
        assert values["completed"] == "x"
        assert "已有内容、没有改动：存在问题" in page.content.decode()
        assert StatusReport.objects.filter(problems="等图纸").count() == 0

    def test_second_report_of_a_month_is_refused(self, browser: Client, own: Project) -> None:
        posted = filled(browser, own)
        factories.status_report(project=own)
        page = browser.post(ADD, posted)
        assert "这个月已有填报" in page.content.decode()

    def test_figures_are_asked_for_apart(
        self, browser: Client, own: Project, foreign: Project
    ) -> None:
        page = browser.get(f"{LIST}figures/?project={own.pk}&month=2024-09")
        assert "我的粮仓 · 2024年9月" in page.content.decode()
        for query in (f"project={foreign.pk}&month=2024-09", "project=x&month=13", ""):
            page = browser.get(f"{LIST}figures/?{query}")
            assert "选好项目和月份" in page.content.decode()


class TestDoors:
    """A clerk writes only on his own projects."""

    def test_foreign_project_is_refused_in_a_forged_form(
        self, browser: Client, own: Project, foreign: Project
    ) -> None:
        page = browser.post(ADD, filled(browser, own) | {"project": str(foreign.pk)})
        assert page.status_code == 200
        assert not StatusReport.objects.exists()

    def test_foreign_report_is_read_but_not_changed_or_deleted(
        self, browser: Client, own: Project, foreign: Project
    ) -> None:
        report = factories.status_report(project=foreign, problems="别人的")
        page = browser.get(change(report))
        assert "这不是您负责的项目" in page.content.decode()
        assert "problems" not in form_values(page)
        assert browser.post(change(report), filled(browser, own)).status_code == 403
        assert browser.post(f"{LIST}{report.pk}/delete/", {"post": "yes"}).status_code == 403
        assert browser.get(f"{LIST}{report.pk}/history/").status_code == 200

    def test_list_shows_all_and_what_is_mine(
        self, browser: Client, own: Project, foreign: Project
    ) -> None:
        for project in (own, foreign):
            factories.status_report(project=project)
        assert browser.get(LIST).context["cl"].result_count == 2
        assert browser.get(LIST + "?mine=1&month=2024-09").context["cl"].result_count == 1

    def test_action_with_forged_ids_leaves_foreign_reports_alone(
        self, browser: Client, own: Project, foreign: Project
    ) -> None:
        mine = factories.status_report(project=own, completed=Decimal(1))
        theirs = factories.status_report(project=foreign, completed=Decimal(1))
        told = run_action(browser, "submit", mine, theirs)
        assert "待复核 1 份" in told
        assert "“别人的粮仓”不由您或您的单位负责" in told
        theirs.refresh_from_db()
        assert theirs.state == ReportState.DRAFT

    def test_clerk_does_not_approve(self, browser: Client, own: Project) -> None:
        report = factories.status_report(
            project=own, completed=Decimal(1), state=ReportState.SUBMITTED
        )
        run_action(browser, "approve", report)
        assert browser.post(change(report), {"_step": "approve"}).status_code == 403
        report.refresh_from_db()
        assert report.state == ReportState.SUBMITTED

    def test_submitted_report_is_read_only_for_everybody(
        self, browser: Client, own: Project
    ) -> None:
        report = factories.status_report(
            project=own, completed=Decimal(1), state=ReportState.SUBMITTED
        )
        for user in (None, factories.user(REVIEWER), factories.user(is_superuser=True)):
            if user:
                browser.force_login(user)
            page = browser.get(change(report))
            assert "正在等待复核" in page.content.decode()
            assert "problems" not in form_values(page)
            assert browser.post(f"{LIST}{report.pk}/delete/", {"post": "yes"}).status_code == 403

    def test_auditor_reads_and_has_no_actions(self, client: Client, foreign: Project) -> None:
        report = factories.status_report(project=foreign)
        client.force_login(factories.user(AUDITOR))
        assert client.get(change(report)).status_code == 200
        assert client.get(f"{LIST}{report.pk}/history/").status_code == 200
        assert client.get(LIST).context["action_form"] is None
        assert client.get(ADD).status_code == 403
        assert client.post(change(report), {"completed": "1"}).status_code == 403

    def test_open_report_is_deleted_on_record(self, browser: Client, own: Project) -> None:
        report = factories.status_report(project=own)
        assert browser.post(f"{LIST}{report.pk}/delete/", {"post": "yes"}).status_code == 302
        assert not StatusReport.objects.exists()
        gone = StatusReport.history.get(history_type="-")
        assert gone.history_user.full_name == "填报员"


class TestSteps:
    def test_clerk_submits_and_withdraws(self, browser: Client, own: Project) -> None:
        report = factories.status_report(project=own, completed=Decimal(1))
        assert "已提交，待复核 1 份" in run_action(browser, "submit", report)
        assert "不能提交" in run_action(browser, "submit", report)
        assert "已撤回为草稿 1 份" in run_action(browser, "withdraw", report)

    def test_report_without_a_figure_is_not_submitted(self, browser: Client, own: Project) -> None:
        report = factories.status_report(project=own)
        assert "没有完成投资填 0" in run_action(browser, "submit", report)

    def test_reviewer_approves_from_the_list_but_not_his_own(
        self, client: Client, own: Project, clerk: User, foreign: Project
    ) -> None:
        reviewer = factories.user(REVIEWER)
        client.force_login(reviewer)
        reports = [
            factories.status_report(project=each, completed=Decimal(1)) for each in (own, foreign)
        ]
        submit_report(report=reports[0], today=TODAY, actor=clerk)
        submit_report(report=reports[1], today=TODAY, actor=reviewer)
        told = run_action(client, "approve", *reports)
        assert "已复核通过 1 份：我的粮仓 2024-09" in told
        assert "提交人不能复核自己提交的填报" in told

    def test_reviewer_approves_from_the_page(self, client: Client, own: Project) -> None:
        report = factories.status_report(
            project=own, completed=Decimal(1), state=ReportState.SUBMITTED
        )
        client.force_login(factories.user(REVIEWER))
        assert "复核通过" in client.get(change(report)).content.decode()
        take(client, report, _step="approve")
        report.refresh_from_db()
        assert report.state == ReportState.APPROVED

    def test_reviewer_returns_with_a_note_that_the_clerk_sees(
        self, client: Client, own: Project, clerk: User
    ) -> None:
        report = factories.status_report(
            project=own, completed=Decimal(1), state=ReportState.SUBMITTED
        )
        client.force_login(factories.user(REVIEWER))
        page = take(client, report, _step="return", return_note="")
        assert "请填写退回意见" in page.content.decode()
        take(client, report, _step="return", return_note="与台账不符")
        client.force_login(clerk)
        page = client.get(change(report))
        assert "与台账不符" in page.content.decode()
        assert "problems" in form_values(page)
        assert "退回意见：与台账不符" in client.get(LIST).content.decode()
        assert client.post(change(report), {"_step": "return"}).status_code == 403


class TestTwoAuthors:
    def test_second_author_is_told_and_keeps_his_text(self, browser: Client, own: Project) -> None:
        report = save_report(
            report=StatusReport(project=own, month=SEPTEMBER), today=TODAY, actor=factories.system()
        )
        posted = form_values(browser.get(change(report)))
        report.completed = Decimal(300)
        save_report(report=report, today=TODAY, actor=factories.user(REVIEWER, full_name="李四"))

        page = browser.post(change(report), posted | {"problems": "我写的", "_save": ""})
        assert "李四：本月完成投资（万元）由“未填”改为“300.00”" in page.content.decode()
        assert form_values(page)["problems"] == "我写的"
        assert browser.post(change(report), form_values(page) | {"_save": ""}).status_code == 302
        report.refresh_from_db()
        assert report.problems == "我写的"

    def test_report_submitted_meanwhile_gives_the_form_back(
        self, browser: Client, own: Project
    ) -> None:
        report = factories.status_report(project=own, completed=Decimal(1))
        posted = form_values(browser.get(change(report)))
        submit_report(report=report, today=TODAY, actor=factories.user(REVIEWER, full_name="李四"))
        page = browser.post(change(report), posted | {"problems": "我写的", "_save": ""})
        assert page.status_code == 200
        assert form_values(page)["problems"] == "我写的"
        page = browser.post(change(report), form_values(page) | {"_save": ""})
        assert "不能修改" in page.content.decode()
        report.refresh_from_db()
        assert report.problems == ""


@pytest.mark.parametrize("count", [1, 30])
def test_list_asks_the_same_number_of_questions(
    client: Client, count: int, django_assert_max_num_queries: Any
) -> None:
    client.force_login(factories.user(REVIEWER))
    for _ in range(count):
        factories.status_report(project=factories.project(lead_agency=factories.agency()))
    with django_assert_max_num_queries(14):
        assert client.get(LIST).status_code == 200
