"""项目页 and 一项一表: what they tell, to whom, as of which day."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from investment.models import StatusReport
from investment.services.evidence import attach_evidence
from kuancheng.access.roles import AUDITOR, READER, REPORTER, REVIEWER, SYSTEM_ADMIN
from kuancheng.demo.photo import demo_photo
from projects.choices import Role
from projects.models import Project
from projects.services.evidence import attach_evidence as attach_to_step
from tests import factories
from tests.clock import on

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(client: Client) -> Client:
    client.force_login(factories.user(READER, is_staff=False))
    return client


def photo(name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, demo_photo(name), "image/jpeg")


def report(project: Project, month: int, **fields: Any) -> StatusReport:
    return factories.status_report(
        project=project,
        month=date(2024, month, 1),
        **{"completed": Decimal(300), "state": "approved"} | fields,
    )


@pytest.fixture
def project() -> Project:
    """Red: 300 of 1,000 by September, a step 31 days late; two photos of August and of a step."""
    with on(7):
        made = factories.project(
            name="示例冷库", lead_agency=factories.agency(name="区住建局"), scope="建设冷库一座。"
        )
        factories.assignment(
            project=made, official=factories.official(name="包保甲", post="副区长")
        )
        factories.assignment(
            project=made,
            official=factories.official(name="前任乙"),
            role=Role.LIAISON_OFFICER,
            until=date(2024, 6, 30),
        )
        factories.annual_plan(project=made)
        factories.programme(made)
        late = factories.milestone(
            project=made, name="主体封顶", planned_finish=date(2024, 9, 14), agency=made.lead_agency
        )
        factories.milestone(project=made, name="竣工验收", planned_finish=date(2025, 6, 30))
        filed = report(made, 8, problems="土方车辆不足。", next_step="协调两家车队。")
        report(made, 9, completed=0, problems="草稿里的问题", state="draft")
    system = factories.system()
    with on(8):
        attach_evidence(report=filed, files=[photo("基坑.jpg")], caption="基坑", actor=system)
    with on(12):
        attach_to_step(milestone=late, files=[photo("封顶.jpg")], caption="封顶", actor=system)
    return made


def address(project: Project, tail: str = "") -> str:
    return f"/projects/{project.code}/{tail}"


def test_strip_says_whose_it_is_and_how_it_stands(reader: Client, project: Project) -> None:
    text = reader.get(address(project)).text
    strip = text.partition('class="strip light-red"')[2].partition("</section>")[0]
    for shown in (
        "严重滞后",
        "包保甲",
        "区住建局",
        "30.0%",
        "序时 82.0%",
        "−52.0",
        "竣工验收",
        "2025-06-30",
    ):
        assert shown in strip, shown
    assert f'href="/projects/{project.code}/brief/"' in strip


def test_every_way_through_the_page_leads_to_a_section(reader: Client, project: Project) -> None:
    text = reader.get(address(project)).text
    ways = text.partition('class="sections')[2].partition("</nav>")[0]
    names = [each.partition('"')[0] for each in ways.split('href="#')[1:]]
    assert len(names) == 11
    for name in names:
        assert text.count(f'id="{name}"') == 1, name


def test_problems_and_next_step_are_those_last_filed(reader: Client, project: Project) -> None:
    for tail in ("", "brief/"):
        page = reader.get(address(project, tail))
        assert page.context["told"].month == date(2024, 8, 1)
        assert "协调两家车队。" in page.text
    assert "草稿里的问题" not in reader.get(address(project, "brief/")).text


def test_photos_stand_latest_first_and_say_what_they_belong_to(
    reader: Client, project: Project
) -> None:
    page = reader.get(address(project))
    found = [(str(each.evidence), each.source) for each in page.context["photos"]]
    assert found == [("封顶", "节点“主体封顶”"), ("基坑", "2024年8月填报")]
    then = reader.get(address(project), {"known_at": "2024-10-09"})
    assert [str(each.evidence) for each in then.context["photos"]] == ["基坑"]
    assert "还没有现场照片" in reader.get(address(factories.project())).text


def test_months_without_changes_are_not_told(reader: Client, project: Project) -> None:
    months = reader.get(address(project)).context["months_of_acts"]
    assert [f"{each.month:%Y-%m}" for each in months] == ["2024-10"]


def test_a_year_of_reports_is_open_and_what_is_older_is_folded(reader: Client) -> None:
    made = factories.project()
    for month in range(1, 13):
        factories.status_report(project=made, month=date(2023, month, 1))
    assert "更早的填报" not in reader.get(address(made)).text
    report(made, 1)
    latest, _, older = reader.get(address(made)).text.partition("更早的填报")
    assert [f"2023-{month:02}</td>" in latest for month in (1, 2)] == [False, True]
    assert "2023-01</td>" in older


def test_brief_tells_it_on_one_sheet(reader: Client, project: Project) -> None:
    page = reader.get(address(project, "brief/"))
    for shown in (
        "示例冷库",
        "建设冷库一座。",
        "包保甲（副区长）",
        "严重滞后",
        "超期 31 天",
        "土方车辆不足。",
        "−52.0 个百分点",
        "封顶，2024-10-12",
    ):
        assert shown in page.text, shown
    assert "前任乙" not in page.text
    assert [each.role for each in page.context["holders"]] == ["包保领导"]
    assert [(each.phase, each.done, each.total) for each in page.context["phases"]] == [
        ("施工", 0, 2)
    ]


def test_brief_names_the_steps_that_press_most(reader: Client) -> None:
    made = factories.project()
    days = [
        "2024-11-30",
        "2024-10-01",
        None,
        "2024-08-01",
        "2024-10-15",
        "2025-01-01",
        "2025-02-01",
    ]
    for order, day in enumerate(days, 1):
        factories.milestone(
            project=made,
            order=order,
            name=f"第{order}步",
            planned_finish=day and date.fromisoformat(day),
        )
    factories.milestone(project=made, name="办完的", actual_finish=date(2024, 5, 1))
    page = reader.get(address(made, "brief/"))
    names = [each.milestone.name for each in page.context["steps"]]
    assert names == ["第4步", "第2步", "第5步", "第1步", "第6步"]
    assert "另有 2 个未完成节点" in page.text


def test_brief_of_an_evening_is_drawn_from_its_records(reader: Client) -> None:
    with on(8):
        made = factories.project(name="示例老名", scope="原来的规模")
    with on(12):
        made.name, made.scope = "示例新名", "后来的规模"
        made.save_by(factories.system())
    then = reader.get(address(made, "brief/"), {"known_at": "2024-10-09"}).text
    assert "原来的规模" in then
    assert "后来的规模" not in then
    assert "按 2024年10月9日的记录" in then
    assert reader.get(address(made, "brief/"), {"known_at": "2024-10-01"}).status_code == 404


def test_a_bare_brief_says_what_is_missing(reader: Client) -> None:
    text = reader.get(address(factories.project(total_investment=None), "brief/")).text
    for shown in (
        "还没有登记包保领导",
        "没有年度计划",
        "还没有登记节点",
        "没有现场照片",
        "总投资 —",
    ):
        assert shown in text, shown


@pytest.mark.parametrize("role", [READER, REPORTER, REVIEWER, AUDITOR, SYSTEM_ADMIN])
def test_who_sees_the_project_sees_its_brief(client: Client, project: Project, role: str) -> None:
    client.force_login(factories.user(role))
    assert client.get(address(project, "brief/")).status_code == 200


def test_nobody_else_does(client: Client, project: Project) -> None:
    assert client.get(address(project, "brief/"))["Location"].startswith("/login/?next=")
    client.force_login(factories.user())
    assert client.get(address(project, "brief/")).status_code == 403
    client.force_login(factories.user(READER))
    assert client.get("/projects/NO-SUCH/brief/").status_code == 404
    for bad in ({"colour": "red"}, {"as_of": "2030-01-01"}, {"known_at": "x"}):
        assert client.get(address(project, "brief/"), bad).status_code == 400


@pytest.mark.parametrize("tail", ["", "brief/"])
def test_pages_cost_the_same_with_more_of_everything(
    reader: Client, project: Project, tail: str
) -> None:
    reader.get(address(project, tail))
    with CaptureQueriesContext(connection) as few:
        reader.get(address(project, tail))
    system = factories.system()
    for month in range(1, 8):
        filed = report(project, month, problems="问题")
        attach_evidence(report=filed, files=[photo("现场.jpg")], caption="", actor=system)
        factories.milestone(project=project, agency=factories.agency())
        factories.assignment(
            project=project, official=factories.official(), role=Role.TASK_FORCE_MEMBER
        )
        factories.programme(project)
    reader.get(address(project, tail))
    with CaptureQueriesContext(connection) as many:
        reader.get(address(project, tail))
    assert len(many) == len(few)


def test_texts_are_escaped(reader: Client) -> None:
    made = factories.project(name="<b>x</b>", scope="<script>alert(1)</script>")
    report(made, 9, problems="<script>alert(2)</script>")
    for tail in ("", "brief/"):
        text = reader.get(address(made, tail)).text
        assert "<script>alert" not in text
        assert "<b>x" not in text
