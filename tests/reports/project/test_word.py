"""一项一表 as a Word file: what the page tells, of the same days, on one sheet."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from docx.oxml.ns import qn

from kuancheng.access.roles import READER
from projects.choices import Role
from projects.models import Project
from tests import factories
from tests.clock import on
from tests.documents.paper import printed

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(client: Client) -> Client:
    client.force_login(factories.user(READER, is_staff=False))
    return client


@pytest.fixture
def project() -> Project:
    """Red: 300 of 1,000 by September, a step 31 days late."""
    with on(7):
        made = factories.project(name="示例冷库", scope="建设冷库一座。")
        factories.assignment(
            project=made, official=factories.official(name="包保甲", post="副区长")
        )
        factories.annual_plan(project=made)
        factories.milestone(project=made, name="主体封顶", planned_finish=date(2024, 9, 14))
        factories.status_report(
            project=made,
            month=date(2024, 8, 1),
            completed=Decimal(300),
            state="approved",
            problems="土方车辆不足。",
        )
    return made


def file_of(reader: Client, project: Project, **asked: str) -> bytes:
    answer: Any = reader.get(f"/projects/{project.code}/brief.docx", asked)
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


def told(content: bytes) -> str:
    """All that stands in it, a line each."""
    word: Any = docx.Document(BytesIO(content))
    lines = [each.text for each in word.paragraphs]
    for row in word.tables[0]._tbl.iter(qn("w:tr")):
        lines.append(
            "|".join("".join(t.text or "" for t in c.iter(qn("w:t"))) for c in row.iter(qn("w:tc")))
        )
    return "\n".join(lines)  # fmt: skip


def test_file_tells_what_the_page_tells(reader: Client, project: Project) -> None:
    text = told(file_of(reader, project))
    for shown in (
        "重点项目一项一表",
        f"项目名称|示例冷库（{project.code}）",
        "截至 2024年10月15日，单位：万元",
        "建设内容|建设冷库一座。",
        "包保领导|包保甲（副区长）",
        "红灯 严重滞后",
        "差距|−52.0 个百分点",
        "主体封顶|—|2024-09-14|超期 31 天",
        "存在问题|土方车辆不足。",
        "月份|1|2|3|4|5|6|7|8|9|10|11|12",
    ):
        assert shown in text, shown


def test_bare_file_says_what_is_missing(reader: Client) -> None:
    text = told(file_of(reader, factories.project(total_investment=None)))
    for shown in ("还没有登记包保领导", "没有年度计划", "还没有登记节点", "总投资 —"):
        assert shown in text, shown


def test_file_of_an_evening_is_drawn_from_its_records(reader: Client) -> None:
    with on(8):
        made = factories.project(name="示例老名", scope="原来的规模")
    with on(9):
        then = file_of(reader, made, known_at="2024-10-08")
    with on(12):
        made.name, made.scope = "示例新名", "后来的规模"
        made.save_by(factories.system())
    asked = {"as_of": "2024-10-09", "known_at": "2024-10-08"}
    assert file_of(reader, made, **asked) == then
    assert "原来的规模" in told(then)
    assert "按 2024年10月8日的记录" in told(then)
    assert "后来的规模" in told(file_of(reader, made))
    before = {"known_at": "2024-10-01"}
    assert reader.get(f"/projects/{made.code}/brief.docx", before).status_code == 404


def test_code_leads_to_the_project_of_the_same_days(reader: Client, project: Project) -> None:
    content = file_of(reader, project, as_of="2024-10-10")
    header = docx.Document(BytesIO(content)).sections[0].header._element
    (about,) = header.iter(qn("wp:docPr"))
    path = f"/projects/{project.code}/?as_of=2024-10-10"
    assert about.get("descr") == f"二维码：http://testserver{path}"
    assert reader.get(path).status_code == 200


def test_unknown_parameters_and_strangers_are_refused(client: Client, project: Project) -> None:
    address = f"/projects/{project.code}/brief.docx"
    assert client.get(address)["Location"].startswith("/login/")
    client.force_login(factories.user())
    assert client.get(address).status_code == 403
    client.force_login(factories.user(READER))
    assert client.get(address, {"asof": "2024-10-01"}).status_code == 400
    assert client.get("/projects/NO-SUCH/brief.docx").status_code == 404


def test_queries_do_not_grow_with_steps(reader: Client, project: Project) -> None:
    file_of(reader, project)
    with CaptureQueriesContext(
        connection,
    ) as few:
        file_of(reader, project)
    for order in range(5, 35):
        factories.milestone(project=project, order=order, name=f"第{order}步")
    with CaptureQueriesContext(connection) as many:
        file_of(reader, project)
    assert len(many) == len(few)


def test_page_offers_the_file_of_its_days(reader: Client, project: Project) -> None:
    page = reader.get(f"/projects/{project.code}/brief/", {"as_of": "2024-10-10"}).text
    assert f'href="/projects/{project.code}/brief.docx?as_of=2024-10-10"' in page


@pytest.mark.long
def test_everything_at_its_longest_stands_on_one_sheet(reader: Client, tmp_path: Path) -> None:
    long = "建设内容涉及厂房道路管网绿化及配套设施" * 20
    with on(7):
        made = factories.project(
            name="示例" * 20,
            lead_agency=factories.agency(name="区重点项目建设服务中心综合协调办公室"),
            scope=long,
            address=long[:120],
        )
        for role in Role:
            person = factories.official(name=f"干部{role}", post="区政府党组成员、副区长")
            factories.assignment(project=made, official=person, role=role)
        factories.annual_plan(project=made)
        for order in range(1, 9):
            factories.milestone(
                project=made,
                order=order,
                name=f"第{order}步办理施工许可和质量安全监督手续",
                planned_finish=date(2024, 8, order),
                agency=made.lead_agency,
            )
        factories.status_report(
            project=made,
            month=date(2024, 8, 1),
            completed=Decimal(300),
            state="approved",
            problems=long[:300],
            next_step=long[:300],
        )
    prints = printed(tmp_path, {"brief": file_of(reader, made)})
    assert len(prints["brief"].pages()) == 1
