"""What the pages of people and agencies tell, of which day, to whom, and at what cost."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kuancheng.access.roles import READER, REVIEWER
from kuancheng.reports.judging import daily
from kuancheng.reports.models import DailyStatus
from projects.choices import AgencyKind, MatterLevel, Role
from projects.models import Agency, Official, Project
from projects.rules.matters.steps import Step
from projects.services.matters.taking import take_step
from projects.services.matters.turn import Given
from tests import factories
from tests.clock import on

pytestmark = pytest.mark.django_db
TODAY = date(2024, 10, 15)


@pytest.fixture
def reader(client: Client) -> Client:
    client.force_login(factories.user(READER, is_staff=False))
    return client


@pytest.fixture
def agency() -> Agency:
    return factories.agency(name="示例住建局")


@pytest.fixture
def leader(agency: Agency) -> Official:
    return factories.official(name="示例甲", post="副局长", agency=agency)


@pytest.fixture
def project(agency: Agency, leader: Official) -> Project:
    made = factories.project(name="示例冷库", lead_agency=agency)
    factories.assignment(project=made, official=leader, duty="每月调度", reason="首任")
    factories.milestone(project=made, name="桩基", planned_finish=date(2024, 10, 1))
    factories.milestone(project=made, name="主体", planned_finish=date(2024, 11, 14))
    factories.milestone(project=made, name="装修", planned_finish=date(2024, 11, 15))
    return made


def page_of(reader: Client, record: Any, **asked: Any) -> str:
    where = "officials" if isinstance(record, Official) else "agencies"
    response = reader.get(f"/{where}/{record.pk}/", asked)
    assert response.status_code == 200, response.text
    return response.text


def issued(project: Project, agency: Agency, **fields: Any) -> Any:
    made = factories.matter(project=project, lead_agency=agency, **fields)
    take_step(
        matter=made,
        step=Step.ISSUE,
        actor=factories.user(REVIEWER),
        seen=1,
        given=Given(due=date(2024, 10, 25), level=MatterLevel.LEAD_OFFICIAL, agency=agency),
    )
    return made


@pytest.mark.parametrize("who", ["leader", "agency"])
def test_page_tells_projects_what_is_due_and_what_is_missing(
    who: str, reader: Client, project: Project, request: pytest.FixtureRequest
) -> None:
    text = page_of(reader, request.getfixturevalue(who))
    assert text.count(f'href="/projects/{project.code}/"') >= 4
    assert "超期 14 天" in text
    assert "还有 30 天" in text
    assert "装修" not in text
    assert "2024年9月" in text
    assert "9 个月" in text


def test_a_person_is_told_his_roles_his_tenures_and_their_reasons(
    reader: Client, project: Project, leader: Official
) -> None:
    other = factories.project(name="示例旧厂")
    factories.assignment(
        project=other,
        official=leader,
        role=Role.TASK_FORCE_HEAD,
        until=date(2024, 5, 31),
        end_reason="调任",
    )
    factories.assignment(
        project=other, official=leader, role=Role.TASK_FORCE_MEMBER, since=date(2024, 12, 1)
    )
    text = page_of(reader, leader)
    for told in (
        "起：首任",
        "止：调任",
        "专班组长（已止）",
        "专班成员（未到）",
        "负责的项目 <small>1 个",
    ):
        assert told in text


def test_matters_stand_with_whoever_decides_verifies_or_leads(
    reader: Client, project: Project, leader: Official, agency: Agency
) -> None:
    issued(project, factories.agency(), title="用电不足")
    issued(factories.project(), agency, title="征地未完")
    leader.user = factories.user(REVIEWER)
    leader.save()
    issued(factories.project(), factories.agency(), title="迁改滞后", verifier=leader.user)
    issued(factories.project(), factories.agency(), title="无关")
    text = page_of(reader, leader)
    for title, part in (("用电不足", "包保项目"), ("征地未完", "本单位牵头"), ("迁改滞后", "核查")):
        row = next(each for each in text.split("<tr>") if title in each)
        assert f'data-label="关系">{part}<' in row
    assert "无关" not in text
    ours = page_of(reader, agency)
    assert "征地未完" in ours
    assert "用电不足" not in ours


def test_a_past_day_is_answered_by_who_was_responsible_then(
    reader: Client, project: Project, leader: Official
) -> None:
    heir = factories.official(name="示例乙")
    project.assignments.update(until=date(2024, 9, 30))
    factories.assignment(project=project, official=heir, since=date(2024, 10, 1))
    assert "这一天没有负责的项目" in page_of(reader, leader)
    assert "示例冷库" in page_of(reader, leader, as_of="2024-09-30")
    assert "这一天没有负责的项目" in page_of(reader, heir, as_of="2024-09-30")


def test_the_record_counts_a_project_only_while_it_was_his(
    reader: Client, project: Project, leader: Official
) -> None:
    project.assignments.update(since=date(2024, 9, 1))
    for month_end in (date(2024, 8, 31), date(2024, 9, 30)):
        with on(month_end.day, month_end.month):
            daily.refresh([project.pk])
    assert DailyStatus.objects.filter(basis="daily").count() == 2
    text = page_of(reader, leader).partition("历史亮灯")[2]
    assert '<th scope="row">2024-09-30</th>' in text
    assert '<th scope="row">2024-08-31</th>' not in text


def test_whoever_was_not_registered_yet_is_not_found(reader: Client, leader: Official) -> None:
    asked = {"as_of": "2024-10-01", "known_at": "2024-10-01"}
    assert reader.get(f"/officials/{leader.pk}/", asked).status_code == 404
    assert reader.get(f"/agencies/{leader.agency_id}/", asked).status_code == 404
    assert reader.get("/officials/999999/").status_code == 404


def test_empty_pages_say_so(reader: Client) -> None:
    assert "这一天没有负责的项目" in page_of(reader, factories.official())
    assert "这一天没有以它为责任单位的项目" in page_of(reader, factories.agency())
    Official.objects.all().delete()
    assert "还没有登记干部" in reader.get("/officials/").text
    Agency.objects.all().delete()
    assert "还没有登记单位" in reader.get("/agencies/").text


def test_lists_are_narrowed_and_count_projects_by_light(
    reader: Client, project: Project, leader: Official, agency: Agency
) -> None:
    factories.official(name="示例丙")
    factories.agency(name="示例街道", kind=AgencyKind.SUBDISTRICT)
    text = reader.get(f"/officials/?role=lead_official&agency={agency.pk}").text
    assert "包保领导 1" in text
    assert "示例丙" not in text
    assert "没有符合条件的干部" in reader.get("/officials/", {"role": "liaison_officer"}).text
    ours = reader.get("/agencies/", {"kind": "department", "search": "住建"}).text
    assert f'href="/agencies/{agency.pk}/"' in ours
    assert "示例街道" not in ours
    assert "没有符合条件的单位" in reader.get("/agencies/", {"search": "没有的"}).text


@pytest.mark.parametrize(
    "address",
    ["/officials/?role=king", "/officials/?page=0", "/agencies/?kind=x", "/officials/?x=1"],
)
def test_bad_parameters_are_named(address: str, reader: Client) -> None:
    assert reader.get(address).status_code == 400
    assert reader.get(f"{address.partition('?')[0]}?page=9").status_code == 404


def test_a_subdistrict_leads_to_the_projects_that_lie_there(reader: Client) -> None:
    street = factories.agency(kind=AgencyKind.SUBDISTRICT)
    factories.project(subdistrict=street)
    link = f"/?subdistrict={street.pk}"
    assert f'href="{link}">属地在这里的 1 个项目' in page_of(reader, street)
    assert reader.get(link).status_code == 200


def test_roster_names_every_role_and_whose_is_vacant(
    reader: Client, project: Project, leader: Official
) -> None:
    text = reader.get(f"/projects/{project.code}/roster/").text
    assert "共 1 人" in text
    assert "每月调度" in text
    assert text.count("空缺") == 3
    project.assignments.all().delete()
    assert "没有登记包保领导" in reader.get(f"/projects/{project.code}/roster/").text


def test_names_on_other_pages_lead_to_them(
    reader: Client, project: Project, leader: Official, agency: Agency
) -> None:
    for address in ("/", f"/projects/{project.code}/", "/reporting/?by=lead_agency"):
        assert f'href="/officials/{leader.pk}/"' in reader.get(address).text
    for address in ("/", f"/projects/{project.code}/", f"/officials/{leader.pk}/"):
        assert f'href="/agencies/{agency.pk}/"' in reader.get(address).text
    assert f'href="/officials/{leader.pk}/"' in reader.get("/search/?q=示例甲").text


def test_cost_does_not_grow_with_rows(
    reader: Client, project: Project, leader: Official, agency: Agency
) -> None:
    addresses = (
        f"/officials/{leader.pk}/",
        f"/agencies/{agency.pk}/",
        "/officials/",
        "/agencies/",
        f"/projects/{project.code}/roster/",
    )
    issued(project, agency)
    few = [cost(reader, each) for each in addresses]
    for _ in range(30):
        made = factories.project(lead_agency=agency)
        factories.assignment(project=made, official=leader)
        member = factories.official(agency=agency)
        factories.assignment(project=project, official=member, role="task_force_member")
        factories.milestone(project=made, planned_finish=TODAY)
    issued(made, agency)
    assert [cost(reader, each) for each in addresses] == few
    assert max(few) <= 34


def cost(reader: Client, address: str) -> int:
    reader.get(address)
    with CaptureQueriesContext(connection) as asked:
        assert reader.get(address).status_code == 200
    return len(asked)


def test_projects_are_paged(reader: Client, leader: Official) -> None:
    for _ in range(51):
        factories.assignment(project=factories.project(), official=leader)
    assert "第 1 / 2 页" in page_of(reader, leader)
    assert "第 2 / 2 页" in page_of(reader, leader, page=2)
    assert reader.get(f"/officials/{leader.pk}/", {"page": 3}).status_code == 404
