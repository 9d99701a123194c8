"""The admin's front page: what is due, missing, waiting and late, on one's own projects."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from investment.choices import ReportState
from kuancheng.access.models import User
from kuancheng.access.roles import AUDITOR, REPORTER, REVIEWER
from kuancheng.asking.paging import Capped
from kuancheng.reports.my_work.page import SHOWN, MyWork, my_work
from projects.choices import ReplanReason, Role, Stage, Standing
from projects.models import Matter, Project
from projects.rules.matters.steps import Step
from projects.services.planning import approve_plan, propose_plan
from tests import factories
from tests.conftest import TODAY
from tests.services.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk() -> User:
    return factories.user(REPORTER)


@pytest.fixture
def own(clerk: User) -> Project:
    project = factories.project(name="我的粮仓", lead_agency=factories.agency(name="区住建局"))
    person = factories.official(user=clerk)
    factories.assignment(project=project, official=person, role=Role.LIAISON_OFFICER)
    return project


def missing(work: MyWork) -> list[tuple[str, list[str]]]:
    return [(f"{due.month:%Y-%m}", [each.name for each in due.projects]) for due in work.months]


@pytest.mark.parametrize(
    ("day", "months"),
    [
        # September's report is due on 2024-10-12, the 5th working day after National Day.
        (date(2024, 10, 11), [("2024-08", 31), ("2024-09", -1)]),
        (date(2024, 10, 12), [("2024-09", 0)]),
        (date(2024, 10, 15), [("2024-09", 3)]),
    ],
)
def test_reportable_months_stand_with_their_due_days(
    clerk: User, own: Project, day: date, months: list[tuple[str, int]]
) -> None:
    work = my_work(clerk, day)
    if day == date(2024, 10, 11):
        # August's was due on 2024-09-06.
        months = [("2024-08", (day - date(2024, 9, 6)).days), ("2024-09", -1)]
    assert [(f"{due.month:%Y-%m}", due.days) for due in work.months] == months


def test_project_owes_a_report_until_one_is_begun(clerk: User, own: Project) -> None:
    assert missing(my_work(clerk, TODAY)) == [("2024-09", ["我的粮仓"])]
    report = factories.status_report(project=own)
    work = my_work(clerk, TODAY)
    assert missing(work) == [("2024-09", [])]
    assert list(work.drafts) == [report]
    report.completed, report.state = Decimal(1), ReportState.SUBMITTED
    report.save()
    assert my_work(clerk, TODAY).drafts.total == 0


@pytest.mark.parametrize(
    ("fields", "owes"),
    [
        ({"stage": Stage.PREPARATION}, True),
        ({"stage": Stage.COMPLETED}, True),
        ({"stage": Stage.SIGNED}, False),
        ({"stage": Stage.COMMISSIONED}, False),
        ({"standing": Standing.SUSPENDED}, False),
        ({"standing": Standing.WITHDRAWN}, False),
        ({"actual_completion": TODAY}, False),
        ({"actual_completion": TODAY + timedelta(days=1)}, True),
    ],
)
def test_whoever_the_lights_would_blame_owes_a_report(
    clerk: User, own: Project, fields: dict[str, Any], owes: bool
) -> None:
    Project.objects.filter(pk=own.pk).update(**fields)
    assert bool(missing(my_work(clerk, TODAY))[0][1]) is owes


def test_a_day_that_has_passed_is_red_only_while_something_is_missing(
    client: Client, clerk: User, own: Project
) -> None:
    client.force_login(clerk)
    text = client.get("/admin/").content.decode()
    assert '<strong class="late">已过 3 天</strong>' in text
    Project.objects.filter(pk=own.pk).update(standing=Standing.SUSPENDED)
    text = client.get("/admin/").content.decode()
    assert "2024年9月进展填报：缺 0 份" in text
    assert "已过" not in text
    assert "截止 2024-10-12，已截止" in text


@pytest.mark.parametrize(
    ("finish", "overdue", "coming"),
    [
        (date(2024, 10, 14), [1], []),
        (date(2024, 10, 15), [], [0]),
        (date(2024, 10, 29), [], [14]),
        (date(2024, 10, 30), [], []),
    ],
)
def test_milestones_are_late_from_the_next_day_and_near_within_14_days(
    clerk: User, own: Project, finish: date, overdue: list[int], coming: list[int]
) -> None:
    factories.milestone(project=own, planned_finish=finish)
    work = my_work(clerk, TODAY)
    assert [step.days for step in work.overdue] == overdue
    assert [step.days_left for step in work.coming] == coming
    assert all(step.agency == "区住建局" for step in (*work.overdue, *work.coming))


def test_finished_steps_and_steps_of_withdrawn_projects_are_left_out(
    clerk: User, own: Project
) -> None:
    late = date(2024, 9, 1)
    factories.milestone(project=own, planned_finish=late, actual_finish=late)
    assert my_work(clerk, TODAY).overdue.total == 0
    factories.milestone(project=own, planned_finish=late)
    assert my_work(clerk, TODAY).overdue.total == 1
    Project.objects.update(standing=Standing.WITHDRAWN)
    assert my_work(clerk, TODAY).overdue.total == 0


def test_clerk_sees_his_own_and_the_reviewer_everything(clerk: User, own: Project) -> None:
    factories.project(name="别人的粮仓")
    assert missing(my_work(clerk, TODAY))[0][1] == ["我的粮仓"]
    reviewer = factories.user(REVIEWER)
    assert sorted(missing(my_work(reviewer, TODAY))[0][1]) == ["别人的粮仓", "我的粮仓"]


def test_reports_wait_for_a_reviewer_who_did_not_submit_them(clerk: User, own: Project) -> None:
    reviewer = factories.user(REVIEWER)
    for project, by in ((own, clerk), (factories.project(), reviewer)):
        factories.status_report(
            project=project,
            completed=Decimal(1),
            state=ReportState.SUBMITTED,
            submitted_by=by,
        )
    assert my_work(reviewer, TODAY).waiting == 1
    assert my_work(clerk, TODAY).waiting is None


def test_plans_wait_for_a_reviewer_who_did_not_write_them(clerk: User, own: Project) -> None:
    reviewer, other = factories.user(REVIEWER), factories.user(REVIEWER)
    by_author = {}
    for author in (reviewer, other):
        by_author[author] = propose_plan(
            project=factories.project(planned_completion=date(2025, 6, 30)),
            days={},
            promised_completion=None,
            reason=ReplanReason.INITIAL,
            note="会议同意",
            actor=author,
            seen=factories.seen(factories.project(planned_completion=date(2025, 6, 30))),
        )
    assert list(my_work(reviewer, TODAY).plans or ()) == [by_author[other]]
    assert my_work(clerk, TODAY).plans is None
    approve_plan(baseline=by_author[other], actor=reviewer, seen=factories.seen(by_author[other]))
    assert my_work(reviewer, TODAY).plans == Capped((), 0)


def test_front_page_links_to_the_plans_that_wait(client: Client) -> None:
    project = factories.project(name="示例粮仓", planned_completion=date(2025, 6, 30))
    propose_plan(
        project=project,
        days={},
        promised_completion=None,
        reason=ReplanReason.INITIAL,
        note="会议同意",
        actor=factories.user(REVIEWER),
        seen=factories.seen(project),
    )
    client.force_login(factories.user(REVIEWER))
    text = client.get("/admin/").content.decode()
    assert "待批准的计划调整：1 份" in text
    assert f"/admin/projects/project/{project.pk}/change/" in text
    client.force_login(factories.user(REPORTER))
    assert "待批准的计划调整" not in client.get("/admin/").content.decode()


def test_long_lists_are_capped_and_say_how_many_more() -> None:
    for _ in range(SHOWN + 3):
        factories.milestone(project=factories.project(), planned_finish=date(2024, 10, 1))
    work = my_work(factories.user(REVIEWER), TODAY)
    assert (len(work.overdue.rows), work.overdue.total, work.overdue.more) == (SHOWN, 13, 3)
    assert work.months[0].projects.more == 3


def test_page_links_to_the_prefilled_form_and_the_waiting_list(
    client: Client, own: Project
) -> None:
    factories.status_report(
        project=factories.project(), completed=Decimal(1), state=ReportState.SUBMITTED
    )
    client.force_login(factories.user(REVIEWER))
    text = client.get("/admin/").content.decode()
    assert f"/admin/investment/statusreport/add/?project={own.pk}&amp;month=2024-09" in text
    assert "已过 3 天" in text
    assert "1 份填报等待您复核" in text


@pytest.mark.parametrize(
    ("role", "told"),
    [
        (REPORTER, ("都已填报", "没有超期的节点", "近期没有到期的节点")),
        (REVIEWER, ("没有等待您复核的填报",)),
        (AUDITOR, ("您的角色不修改项目",)),
    ],
)
def test_empty_lists_say_so_in_words(client: Client, role: str, told: tuple[str, ...]) -> None:
    client.force_login(factories.user(role))
    text = client.get("/admin/").content.decode()
    assert all(sentence in text for sentence in told)


@pytest.mark.parametrize("count", [1, 30])
def test_front_page_asks_the_same_number_of_questions(
    client: Client, count: int, django_assert_max_num_queries: Any
) -> None:
    client.force_login(factories.user(REVIEWER))
    for _ in range(count):
        project = factories.project(lead_agency=factories.agency())
        factories.milestone(project=project, planned_finish=date(2024, 10, 1))
        factories.milestone(project=project, planned_finish=date(2024, 10, 20))
        factories.status_report(project=factories.project())
    client.get("/admin/")  # the first visit of the day writes its rows
    with django_assert_max_num_queries(40):
        assert client.get("/admin/").status_code == 200


def test_matters_stand_by_what_is_to_be_done_the_first_due_first(client: Client) -> None:
    cast = Cast().working()
    many = [factories.matter(lead_agency=cast.agency) for _ in range(SHOWN + 1)]
    Matter.objects.filter(pk__in=[each.pk for each in many]).update(state="issued", due_on=TODAY)
    Matter.objects.filter(pk=many[-1].pk).update(due_on=TODAY - timedelta(days=1))
    groups = {each.name: each.matters for each in my_work(cast.clerk, TODAY).matters}
    assert [(name, found.total, found.more) for name, found in groups.items()] == [
        ("签收", SHOWN + 1, 1),
        ("办理、反馈", 1, 0),
    ]
    assert groups["签收"].rows[0] == many[-1]
    client.force_login(cast.clerk)
    page = client.get("/admin/").text
    for said in ("等我办的事项：12 件", "签收：11 件", "办理、反馈：1 件", "还有 1 件"):
        assert said in page, said


def test_what_waits_for_the_office_is_named_once_each(client: Client) -> None:
    cast = Cast().issued()
    cast.does(cast.clerk, Step.OBJECT, text="应由他局办")
    draft = factories.matter(title="草拟的")
    found = {each.name: list(each.matters) for each in my_work(cast.office, TODAY).matters}
    assert found == {"审批": [cast.matter], "交办": [draft]}
    assert my_work(cast.office, TODAY).matters_total == 2
