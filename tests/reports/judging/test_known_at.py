"""What was known then: totals of an earlier day, before later approvals and corrections."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import Q
from django.http import QueryDict
from django.test import Client

from investment.models import AnnualPlan, FormerPlan, StatusReport
from investment.services import approve_report, save_report, submit_report
from kuancheng import clock
from kuancheng.access.roles import REVIEWER
from kuancheng.asking.parameters import BadParameters
from kuancheng.reports.choices import Basis
from kuancheng.reports.judging import daily
from kuancheng.reports.judging.known import records
from kuancheng.reports.judging.progress import ProgressRow, progress_rows
from kuancheng.reports.judging.year import year_of
from kuancheng.reports.models import DailyStatus
from kuancheng.reports.questions import PageFilter, asked_of, progress_question
from projects.models import Assignment, Milestone, Project
from projects.services import save_parts, save_project
from tests import factories
from tests.clock import on

pytestmark = pytest.mark.django_db

TODAY = date(2024, 10, 15)
SEPTEMBER = date(2024, 9, 1)


@pytest.fixture
def project() -> Project:
    """Registered on 1 March; its report for September was filed on the 8th, approved on the 10th."""
    with on(1, 3):
        made = save_project(
            project=Project(name="示例冷库", stage="construction"), actor=factories.system()
        )
        factories.annual_plan(project=made, amount=Decimal(1000))
    with on(8) as today:
        report = StatusReport(project=made, month=SEPTEMBER, completed=Decimal(100))
        report = save_report(report=report, today=today, actor=factories.user(REVIEWER))
        report = submit_report(report=report, today=today, actor=factories.user(REVIEWER))
    with on(10):
        approve_report(report=report, actor=factories.user(REVIEWER), seen=factories.seen(report))
    return made


def row(project: Project, known_on: date | None) -> ProgressRow:
    (found,) = progress_rows([project.pk], TODAY, known_on=known_on)
    return found


@pytest.mark.parametrize(
    ("day", "state", "ytd", "pending"),
    [
        (7, "", None, None),
        (8, "submitted", None, Decimal(100)),
        (9, "submitted", None, Decimal(100)),
        (10, "approved", Decimal(100), None),
        (14, "approved", Decimal(100), None),
    ],
)
def test_report_counts_from_the_day_of_its_approval(
    project: Project, day: int, state: str, ytd: Decimal | None, pending: Decimal | None
) -> None:
    found = row(project, date(2024, 10, day))
    money = found.money
    assert (money.report_state, money.completed_ytd, money.pending_ytd) == (state, ytd, pending)


def test_figure_changed_later_is_still_the_old_one_then(project: Project) -> None:
    report = StatusReport.objects.get()
    with on(13):
        report.completed = Decimal(60)
        report.save_by(factories.user(REVIEWER))
    assert row(project, date(2024, 10, 12)).money.completed_ytd == 100
    assert row(project, date(2024, 10, 13)).money.completed_ytd == 60
    assert row(project, None).money.completed_ytd == 60


def test_fact_recorded_later_was_not_known(project: Project) -> None:
    late = Milestone(
        project=project, name="封顶", phase="construction", planned_finish=date(2024, 9, 1)
    )
    with on(12):
        save_parts(project=project, saved=[late], actor=factories.system())
    with on(14):
        save_parts(project=project, deleted=[late], actor=factories.system())
    assert row(project, date(2024, 10, 11)).overdue_milestones == 0
    assert row(project, date(2024, 10, 12)).overdue_milestones == 1
    assert row(project, date(2024, 10, 14)).overdue_milestones == 0


def test_tenure_that_ended_later_was_not_over_then(project: Project) -> None:
    before, after = factories.official(), factories.official()
    with on(1):
        tenure = factories.assignment(project=project, official=before)
    with on(12):
        tenure.until, tenure.end_reason = date(2024, 10, 2), "调离"
        following = Assignment(
            project=project, official=after, role=tenure.role, since=date(2024, 10, 3)
        )
        save_parts(project=project, saved=[tenure, following], actor=factories.system())
    assert row(project, date(2024, 10, 11)).lead_official_id == before.pk
    assert row(project, date(2024, 10, 12)).lead_official_id == after.pk
    assert row(project, None).lead_official_id == after.pk


def test_of_rows_recorded_at_one_moment_the_last_counts(project: Project) -> None:
    report = StatusReport.objects.get()
    with on(13):
        for amount in (60, 70):
            report.completed = Decimal(amount)
            report.save_by(factories.system())
        moment = clock.now()
    # As a load writes them; the site's own clock never tells the same moment twice.
    StatusReport.history.filter(completed__in=(60, 70)).update(history_date=moment)
    (found,) = records(StatusReport, Q(project=project), date(2024, 10, 13))
    assert found.completed == 70
    assert row(project, date(2024, 10, 13)).money.completed_ytd == 70


def test_record_that_matched_before_and_not_then_is_not_found(project: Project) -> None:
    submitted = Q(state="submitted")
    assert len(records(StatusReport, submitted, date(2024, 10, 9))) == 1
    assert records(StatusReport, submitted, date(2024, 10, 10)) == []


@pytest.mark.parametrize(
    ("day", "completed", "pending", "plan"),
    [
        (7, None, None, 1000),
        (9, None, 100, 1000),
        (10, 100, None, 1000),
        (12, 100, None, 700),
        (13, 60, None, 700),
    ],
)
def test_year_is_what_its_records_were_then(
    project: Project, day: int, completed: int | None, pending: int | None, plan: int
) -> None:
    with on(12) as today:
        changed = AnnualPlan.objects.get()
        former = FormerPlan(plan=changed, amount=changed.amount, replaced_at=clock.now())
        former.save()
        changed.amount, changed.version, changed.effective_from = Decimal(700), 2, today
        changed.save_by(factories.system())
    with on(13):
        report = StatusReport.objects.get()
        report.completed = Decimal(60)
        report.save_by(factories.system())
    found = year_of(Project.objects.values("pk"), SEPTEMBER, TODAY, date(2024, 10, day))
    assert (found.to_date, found.pending, found.plan) == (completed, pending, plan)
    assert found.months[8].reports == (1 if completed else 0)
    earlier = year_of(Project.objects.values("pk"), SEPTEMBER, date(2024, 10, 11), TODAY)
    assert earlier.plan == 1000  # the version that held on the 11th


def test_plan_holds_in_the_version_of_the_day(project: Project) -> None:
    plan = AnnualPlan.objects.get()
    with on(5, 7) as today:
        replaced = FormerPlan(plan=plan, amount=plan.amount, replaced_at=clock.now())
        replaced.save()
        plan.amount, plan.version, plan.effective_from = Decimal(800), 2, today
        plan.save_by(factories.system())

    def amount(as_of: date, known_on: date | None = None) -> Decimal | None:
        (found,) = progress_rows([project.pk], as_of, known_on=known_on)
        return found.money.annual_plan

    assert amount(TODAY) == 800
    assert amount(date(2024, 7, 4)) == 1000  # the version of that day
    assert amount(TODAY, date(2024, 7, 4)) == 1000  # nobody knew better
    assert amount(date(2024, 6, 1), TODAY) == 1000


def test_project_registered_later_is_not_in_the_list(project: Project, client: Client) -> None:
    with on(12):
        save_project(project=Project(name="示例学校", stage="concept"), actor=factories.system())
    client.force_login(factories.user("查看(领导)"))
    assert "示例学校" not in client.get("/", {"known_at": "2024-10-11"}).content.decode()
    assert "示例学校" in client.get("/", {"known_at": "2024-10-12"}).content.decode()
    later = Project.objects.get(name="示例学校")
    assert client.get(f"/projects/{later.code}/", {"known_at": "2024-10-11"}).status_code == 404


def test_rows_as_known_are_kept_and_written_once(
    project: Project, django_assert_num_queries: Any
) -> None:
    known = date(2024, 10, 9)
    assert daily.ensure(TODAY, today=TODAY, known_on=known) == 1
    with django_assert_num_queries(1):
        assert daily.ensure(TODAY, today=TODAY, known_on=known) == 0
    kept = DailyStatus.objects.get(basis=Basis.KNOWN)
    assert (kept.date, kept.known_on, kept.completed_ytd) == (TODAY, known, None)
    assert not DailyStatus.objects.on(TODAY, today=TODAY).filter(completed_ytd=None).exists()
    assert DailyStatus.objects.on(TODAY, today=TODAY, known_on=known).count() == 1


def test_what_will_be_known_cannot_be_asked() -> None:
    with pytest.raises(ValueError, match="is after"):
        daily.ensure(TODAY, today=TODAY, known_on=date(2024, 10, 16))


def test_day_that_nobody_kept_is_filled_in_as_it_was_known(project: Project) -> None:
    day = date(2024, 10, 9)
    DailyStatus.objects.all().delete()
    assert daily.keep(day, today=TODAY) == 1
    kept = DailyStatus.objects.get(basis=Basis.DAILY, date=day)
    assert (kept.report_state, kept.pending_ytd) == ("", None)  # August is the money month
    assert kept.computed_light == kept.light
    assert daily.keep(day, today=TODAY) == 0


def test_list_page_and_api_say_what_was_known(project: Project, client: Client) -> None:
    client.force_login(factories.user("查看(领导)"))
    now = client.get("/").content.decode()
    then = client.get("/", {"known_at": "2024-10-09"}).content.decode()
    assert "按 2024年10月9日结束时已登记的内容" in then
    assert "以下亮灯和数字按" not in now
    assert "另 1 个 0.01 待复核" in then
    assert f"/projects/{project.code}/?known_at=2024-10-09" in then
    page = client.get(f"/projects/{project.code}/", {"known_at": "2024-10-09"})
    assert "待复核，未计入" in page.content.decode()
    api = client.get("/api/v1/progress/summary/", {"known_at": "2024-10-09"}).json()
    assert (api["completed_ytd"], api["pending_ytd"], api["pending_projects"]) == (
        None,
        "100.00",
        1,
    )
    assert client.get("/api/v1/progress/summary/").json()["completed_ytd"] == "100.00"


@pytest.mark.parametrize("text", ["2024-10-16", "1999-01-01", "gestern", "2024-02-30"])
def test_impossible_day_of_knowledge_is_refused(text: str, api: Client) -> None:
    with pytest.raises(BadParameters, match="known_at"):
        asked_of(PageFilter, QueryDict(f"known_at={text}"))
    assert api.get("/api/v1/progress/", {"known_at": text}).status_code == 400


def test_filter_finds_projects_with_pending_reports(project: Project, client: Client) -> None:
    other = factories.project(name="别的项目")
    with on(15) as today:
        report = StatusReport(project=other, month=SEPTEMBER, completed=Decimal(7))
        report = save_report(report=report, today=today, actor=factories.user(REVIEWER))
        submit_report(report=report, today=today, actor=factories.user(REVIEWER))

    def found(query: str) -> list[int]:
        rows = progress_question(asked_of(PageFilter, QueryDict(query))).rows
        return [each.project_id for each in rows]

    assert found("pending=true") == [other.pk]
    assert found("pending=false") == [project.pk]


@pytest.mark.parametrize("count", [1, 20])
def test_as_known_costs_the_same_queries_for_one_and_for_twenty(
    count: int, django_assert_num_queries: Any
) -> None:
    for _ in range(count):
        made = factories.project(lead_agency=factories.agency())
        factories.annual_plan(project=made)
        factories.milestone(project=made, agency=factories.agency())
        factories.status_report(project=made)
    ids = list(Project.objects.values_list("pk", flat=True))
    with django_assert_num_queries(21):
        assert len(progress_rows(ids, TODAY, known_on=TODAY)) == count
