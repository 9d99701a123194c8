"""A matter raised in one step from a reason, a report or a milestone: each door to its effect."""

import re
from datetime import date
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kuancheng.access.models import User
from kuancheng.access.roles import READER, REPORTER, REVIEWER
from kuancheng.reports.judging import daily
from kuancheng.reports.models import DailyStatus
from projects.models import Matter, Milestone, Project
from projects.rules.matters.origin import Origin
from projects.rules.matters.steps import Step
from projects.services.matters.raising import AlreadyRaised, raise_matter
from projects.services.matters.taking import take_step
from projects.services.matters.turn import Given
from tests import factories
from tests.clock import on
from tests.forms import form_values

pytestmark = pytest.mark.django_db

LINK = re.compile(r'href="(/matters/new/\?[^"]*origin=[^"]*)"')


@pytest.fixture
def project() -> Project:
    """Its step “临时用电” is 45 days late; a report tells of problems."""
    with on(1):
        made = factories.project(name="示例冷库", lead_agency=factories.agency(name="示例发改局"))
        factories.annual_plan(project=made)
        factories.milestone(
            project=made,
            name="临时用电",
            phase="permit",
            agency=factories.agency(name="示例供电公司"),
            planned_finish=date(2024, 8, 31),
        )
        factories.status_report(
            project=made, state="approved", completed=1, problems="燃气管线没有迁改。"
        )
        return made


@pytest.fixture
def step(project: Project) -> Milestone:
    return project.milestones.get()


@pytest.fixture
def clerk(project: Project) -> User:
    made = factories.user(REPORTER, full_name="示例秘书")
    factories.official(user=made, agency=project.lead_agency)
    return made


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def links(client: Client, page: str) -> list[str]:
    return [unescape(each) for each in LINK.findall(client.get(page).text)]


def press(client: Client, address: str, **more: str) -> Any:
    """Opens the form from an address and sends it as it was filled."""
    values = form_values(client.get(address))
    return client.post("/matters/new/", values | more)


def key(step: Milestone) -> str:
    return f"milestone_overdue:milestone:{step.pk}"


def test_a_reason_fills_the_form_and_is_kept(
    project: Project, step: Milestone, clerk: User
) -> None:
    client = client_of(clerk)
    [address] = [each for each in links(client, f"/projects/{project.code}/") if "overdue" in each]
    assert press(client, address).status_code == 302
    matter = Matter.objects.get()
    assert (matter.origin_kind, matter.origin_key) == ("reason", key(step))
    assert (matter.title, matter.milestone, matter.factor) == (
        "节点超期：临时用电",
        step,
        "approval",
    )
    assert matter.lead_agency is not None
    assert matter.lead_agency.name == "示例供电公司"
    assert matter.text == "2024年10月15日亮红灯：节点“临时用电”超期 45 天。"
    assert matter.expected == "完成节点“临时用电”"
    own = client.get(f"/matters/{matter.pk}/").text
    assert (
        f'由 <a href="/projects/{project.code}/#judgement">亮灯原因：节点超期“临时用电”</a> 提出'
        in own
    )
    page = client.get(f"/projects/{project.code}/").text
    assert f'已提事项 <a href="/matters/{matter.pk}/">节点超期：临时用电</a>（草拟）' in page
    left = links(client, f"/projects/{project.code}/")
    assert not [each for each in left if "milestone" in each]


@pytest.mark.parametrize(
    "page", ["/", "/daily/", "/projects/{}/brief/", "/wall-chart/?from=2024-07"]
)
def test_other_pages_lead_to_the_same_form(project: Project, clerk: User, page: str) -> None:
    with on(14):
        client_of(clerk).get("/")
        DailyStatus.objects.update(light="green", severity=1, reasons=[])
    client = client_of(clerk)
    found = links(client, page.format(project.code))
    assert found
    assert press(client, found[0]).status_code == 302
    assert Matter.objects.get().origin_kind in {"reason", "milestone"}


def test_a_report_and_a_milestone_fill_the_form_too(
    project: Project, step: Milestone, clerk: User
) -> None:
    client, page = client_of(clerk), f"/projects/{project.code}/"
    [report] = {each for each in links(client, page) if "origin=report" in each}
    assert press(client, report).status_code == 302
    matter = Matter.objects.get()
    assert (matter.title, matter.text) == ("燃气管线没有迁改。", "燃气管线没有迁改。")
    assert matter.source == "2024年9月进展填报"
    [found] = {each for each in links(client, page) if "origin=milestone" in each}
    assert press(client, found).status_code == 302
    assert Matter.objects.filter(origin_kind="milestone", origin_key=str(step.pk)).exists()


def test_the_review_screen_and_my_work_lead_there(project: Project) -> None:
    office = client_of(factories.user(REVIEWER))
    factories.status_report(
        project=project, month=date(2024, 8, 1), state="submitted", completed=1, problems="缺电缆"
    )
    assert links(office, "/admin/investment/statusreport/review/")
    assert [each for each in links(office, "/admin/") if "origin=milestone" in each]


def test_a_missing_report_is_raised_from_the_filing_page(project: Project, clerk: User) -> None:
    project.status_reports.all().delete()
    [found] = links(client_of(clerk), "/reporting/?month=2024-09")
    assert "report_missing%3Amonth%3A2024-09" in found
    assert press(client_of(clerk), found).status_code == 302


def test_who_may_not_raise_sees_no_way(project: Project) -> None:
    stranger = factories.user(REPORTER)
    factories.official(user=stranger, agency=factories.agency())
    for person in (factories.user(READER), stranger):
        client = client_of(person)
        for page in ("/", f"/projects/{project.code}/", "/wall-chart/?from=2024-07"):
            assert links(client, page) == []
    answer = press(
        client_of(stranger), f"/matters/new/?project={project.code}&origin=reason&key=gap"
    )
    assert answer.status_code == 200
    assert not Matter.objects.exists()


def test_no_way_on_a_past_day(project: Project, clerk: User) -> None:
    assert links(client_of(clerk), f"/projects/{project.code}/?as_of=2024-10-14") == []


def test_a_past_day_shows_what_was_raised_then(
    project: Project, step: Milestone, clerk: User
) -> None:
    with on(10):
        matter = factories.matter(
            project=project,
            milestone=step,
            title="先提的",
            origin_kind="milestone",
            origin_key=str(step.pk),
        )
    with on(14):
        given = Given(due=date(2024, 10, 25))
        take_step(
            matter=matter, step=Step.ISSUE, actor=matter.author, seen=matter.version, given=given
        )
    client, page = client_of(clerk), f"/projects/{project.code}/"
    assert "先提的" not in client.get(f"{page}?as_of=2024-10-09").text
    assert "先提的</a>（草拟）" in client.get(f"{page}?as_of=2024-10-11").text
    assert "先提的</a>（已交办）" in client.get(page).text


def test_the_second_of_two_sees_the_first(project: Project, step: Milestone, clerk: User) -> None:
    client = client_of(clerk)
    address = f"/matters/new/?project={project.code}&origin=reason&key={key(step)}"
    values = form_values(client.get(address))
    office = client_of(factories.user(REVIEWER, full_name="示例中心"))
    first = press(office, f"/matters/new/?project={project.code}&origin=milestone&key={step.pk}")
    assert first.status_code == 302
    answer = client.post("/matters/new/", values | {"title": "我写的"})
    assert "由这一条已经提出过" in answer.text
    assert "示例中心提出" in answer.text
    assert Matter.objects.count() == 1
    again = form_values(answer) | {"separate_reason": "另一处的电"}
    assert again["title"] == "我写的"
    assert client.post("/matters/new/", again).status_code == 302
    assert Matter.objects.count() == 2


def test_what_is_over_may_be_raised_again(project: Project, step: Milestone, clerk: User) -> None:
    factories.matter(
        project=project, origin_kind="milestone", origin_key=str(step.pk), state="closed"
    )
    found = links(client_of(clerk), f"/projects/{project.code}/")
    assert [each for each in found if "overdue" in each]


def test_what_passed_while_the_form_was_open_is_kept_all_the_same(
    project: Project, step: Milestone, clerk: User
) -> None:
    client = client_of(clerk)
    address = f"/matters/new/?project={project.code}&origin=reason&key={key(step)}"
    values = form_values(client.get(address))
    Milestone.objects.filter(pk=step.pk).update(planned_finish=date(2024, 12, 31))
    daily.refresh([project.pk])
    assert client.post("/matters/new/", values).status_code == 302
    assert Matter.objects.get().origin_key == key(step)
    assert "已经没有了" in client.get(address).text


def test_the_project_of_an_origin_stays(project: Project, step: Milestone) -> None:
    office, other = factories.user(REVIEWER), factories.project()
    client = client_of(office)
    address = f"/matters/new/?project={project.code}&origin=milestone&key={step.pk}"
    answer = press(client, address, project=other.code, milestone="")
    assert "由这一条提出的事项，项目不能改" in answer.text
    assert not Matter.objects.exists()


@pytest.mark.parametrize("bad", ["nonsense", "reason", "report", "milestone"])
def test_an_origin_that_is_not_there_says_so(project: Project, clerk: User, bad: str) -> None:
    address = f"/matters/new/?project={project.code}&origin={bad}&key=99999999999999999999"
    assert "已经没有了，或不由您负责" in client_of(clerk).get(address).text


def test_the_service_refuses_the_second(project: Project, step: Milestone, clerk: User) -> None:
    def raised(reason: str = "") -> Matter:
        matter = Matter(project=project, title="用电", kind="difficulty", author=clerk)
        origin = Origin("milestone", str(step.pk))
        return raise_matter(
            matter=matter,
            origin=origin,
            of_project=project.pk,
            actor=clerk,
            separate_reason=reason,
        )

    raised()
    with pytest.raises(AlreadyRaised, match="由这一条已经提出过"):
        raised()
    assert raised("另一处的电").separate_reason == "另一处的电"


@pytest.mark.parametrize("page", ["/", "/wall-chart/", "/reporting/", "/daily/"])
def test_pages_cost_the_same_for_one_and_for_thirty(
    project: Project, clerk: User, page: str
) -> None:
    project.status_reports.all().delete()
    client = client_of(clerk)
    one = _queries(client, page)
    for _ in range(29):
        other = factories.project(lead_agency=project.lead_agency)
        made = factories.milestone(project=other, planned_finish=date(2024, 8, 31))
        Matter.objects.create(
            project=other,
            title="事",
            kind="difficulty",
            author=clerk,
            origin_kind="milestone",
            origin_key=str(made.pk),
        )
    client.get(page)
    assert _queries(client, page) == one


def _queries(client: Client, page: str) -> int:
    client.get(page)
    with CaptureQueriesContext(connection) as found:
        client.get(page)
    return len(found)
