"""搜索: what is found, by whom, and in how many queries."""

import re
from datetime import date

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kuancheng.access.models import User
from kuancheng.access.roles import AUDITOR, READER, REPORTER, REVIEWER, SYSTEM_ADMIN
from projects.choices import Phase
from projects.models import Milestone, PermitExtension, Programme, Project
from projects.services.lists.listings import join
from projects.services.register import save_reference
from tests import factories

pytestmark = pytest.mark.django_db

PAGE = "/search/"


@pytest.fixture
def reader(client: Client) -> Client:
    client.force_login(factories.user(READER, is_staff=False))
    return client


def found(client: Client, text: str, **more: str) -> list[str]:
    """The names that the page gives, in its order."""
    response = client.get(PAGE, {"q": text, **more})
    assert response.status_code == 200
    lines = re.findall(r"<li>(.*?)</li>", response.text.partition('<ul class="hits">')[2], re.S)
    return [re.sub("<.*?>", "", re.split("<small>", line)[0]) for line in lines]


@pytest.mark.parametrize(
    "asked",
    [
        "冷库",
        "T-LK",
        "t-lk",
        "lengku",
        "sllk",
        "上海路",
        "shl",
        "2312-220103",
        "冷库 T-LK",
        "lk 示例",
        "ＬＫ",
    ],
)
def test_a_project_is_found_by_whatever_one_remembers(reader: Client, asked: str) -> None:
    factories.project(
        code="T-LK",
        name="示例冷库",
        aliases=["上海路北地块"],
        national_code="2312-220103-04-01-123456",
    )
    factories.project(code="T-2", name="别的道路")
    assert found(reader, asked) == ["示例冷库"]


def test_every_word_must_occur(reader: Client) -> None:
    factories.project(name="示例冷库")
    assert found(reader, "冷库 道路") == []
    assert "没有找到" in reader.get(PAGE, {"q": "冷库 道路"}).text


def test_the_nearest_comes_first(reader: Client) -> None:
    for code, name in (("T-1", "新冷库"), ("T-2", "冷库扩建"), ("T-3", "冷库")):
        factories.project(code=code, name=name)
    assert found(reader, "冷库") == ["冷库", "冷库扩建", "新冷库"]
    assert found(reader, "lk") == ["冷库扩建", "冷库", "新冷库"]
    assert found(reader, "T-1") == ["新冷库"]


def test_a_step_is_found_by_its_name_and_its_project_but_not_by_its_project_alone(
    reader: Client,
) -> None:
    project = factories.project(name="示例冷库")
    factories.milestone(project=project, name="施工许可证", phase=Phase.PERMIT)
    factories.milestone(project=factories.project(name="示例道路"), name="施工许可证")
    assert found(reader, "冷库 sgxkz", kind="milestone") == ["施工许可证"]
    assert len(found(reader, "施工许可", kind="milestone")) == 2
    assert found(reader, "冷库", kind="milestone") == []


def test_a_step_is_found_by_its_document_and_by_its_new_name(reader: Client) -> None:
    step = factories.milestone(
        project=factories.project(), name="立项", document_number="宽发改〔2024〕7号"
    )
    assert found(reader, "宽发改") == ["立项"]
    step.name = "备案"
    step.save_by(factories.system())
    assert found(reader, "备案") == ["备案"]
    assert found(reader, "立项") == []
    assert Milestone.history.first().search_key.startswith("备案")


def test_what_was_decided_of_a_project_is_found_by_its_document(reader: Client) -> None:
    project = factories.project(name="示例冷库")
    programme = factories.programme(name="示例清单")
    join(
        programme=programme,
        project=project,
        since=date(2024, 7, 1),
        reason="added",
        document="宽重点办〔2024〕9号",
        actor=factories.system(),
    )
    step = factories.milestone(project=project, name="施工许可证", permit="other")
    PermitExtension(
        project=project,
        milestone=step,
        document="延〔2024〕12号",
        asked_on=date(2024, 9, 1),
        granted_on=date(2024, 9, 2),
        until=date(2025, 4, 30),
    ).save_by(factories.system())
    assert found(reader, "宽重点办 9号") == ["示例清单 · 示例冷库"]
    assert found(reader, "延〔2024〕12号") == ["施工许可证延期至 2025-04-30"]
    assert found(reader, "冷库", kind="listing") == []


def test_a_list_is_found_by_its_initials_after_a_service_saved_it(reader: Client) -> None:
    made = Programme(code="kc-2025", name="民生实事", year=2025)
    save_reference(record=made, actor=factories.system())
    assert found(reader, "msss") == ["民生实事"]
    assert found(reader, "kc-2025") == ["民生实事"]


def test_people_and_agencies_lead_to_their_pages(reader: Client) -> None:
    agency, person = factories.agency(name="区住建局"), factories.official(name="住建甲")
    factories.assignment(project=factories.project(), official=person)
    text = reader.get(PAGE, {"q": "住建"}).text
    for link in (f"/agencies/{agency.pk}/", f"/officials/{person.pk}/"):
        assert f'href="{link}"' in text
        assert reader.get(link).status_code == 200


@pytest.mark.parametrize("role", [SYSTEM_ADMIN, REVIEWER, REPORTER, READER, AUDITOR])
def test_each_role_finds_projects(client: Client, role: str) -> None:
    factories.project(name="示例冷库")
    client.force_login(factories.user(role))
    assert found(client, "冷库") == ["示例冷库"]


def permitted(*codenames: str) -> User:
    user = factories.user()
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    return user


def test_who_may_view_no_projects_finds_nothing_and_is_offered_no_box(client: Client) -> None:
    factories.official(name="冷库甲")
    factories.project(name="示例冷库")
    client.force_login(permitted("view_official"))
    response = client.get(PAGE, {"q": "冷库"})
    assert response.status_code == 403
    assert "示例冷库" not in response.text
    assert 'role="search"' not in client.get("/admin/").text
    client.logout()
    assert client.get(PAGE, {"q": "冷库"}).status_code == 302


def test_kinds_that_one_may_not_view_stay_out(client: Client) -> None:
    factories.project(name="示例冷库")
    factories.official(name="冷库甲")
    factories.agency(name="冷库局")
    client.force_login(permitted("view_project"))
    text = client.get(PAGE, {"q": "冷库"}).text
    assert "示例<mark>冷库</mark>" in text
    assert "</mark>甲" not in text
    assert "</mark>局" not in text
    assert "</mark>甲" not in client.get(PAGE, {"q": "冷库", "kind": "official"}).text


@pytest.mark.parametrize(
    ("asked", "said"), [("a", "太短"), ("字" * 101, "太长"), ("  ", "请填写要查找的文字")]
)
def test_what_cannot_be_looked_for_is_said_and_stays_typed(
    reader: Client, asked: str, said: str
) -> None:
    for box in ({}, {"box": "true"}):
        response = reader.get(PAGE, {"q": asked, **box})
        assert response.status_code == 400
        assert said in response.text
    if asked.strip():
        assert f'value="{asked}"' in reader.get(PAGE, {"q": asked}).text


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("q=冷库&kind=matter", "不可用"),
        ("q=冷库&page=0", "应为 1 以上"),
        ("q=冷库&page=2", "页码（page）：只在看一类记录时可用"),
        ("q=冷库&nonsense=1", "没有参数"),
        ("q=冷库&as_of=2024-09-01", "搜索只按现在的登记查找"),
        ("q=冷库&q=道路", "只能给一个值"),
    ],
)
def test_anything_else_in_the_address_is_refused_by_name(
    reader: Client, query: str, said: str
) -> None:
    response = reader.get(f"{PAGE}?{query}")
    assert response.status_code == 400
    assert said in response.text


def test_a_text_that_looks_like_markup_is_shown_as_text(reader: Client) -> None:
    factories.project(name="<script>冷库")
    text = reader.get(PAGE, {"q": "<script>"}).text
    assert "<mark>&lt;script&gt;</mark>冷库" in text
    assert "<script>冷库" not in text


def test_a_kind_is_given_in_pages(reader: Client) -> None:
    for number in range(51):
        factories.project(code=f"T-{number:02}", name=f"冷库{number:02}")
    text = reader.get(PAGE, {"q": "冷库"}).text
    assert text.count("<li>") - text.partition('class="hits"')[0].count("<li>") == 5
    assert "全部 51 个" in text
    assert len(found(reader, "冷库", kind="project")) == 50
    assert found(reader, "冷库", kind="project", page="2") == ["冷库50"]
    past = reader.get(PAGE, {"q": "冷库", "kind": "project", "page": "3"})
    assert past.status_code == 404
    assert "没有第 3 页，一共 2 页" in past.text


def test_the_box_gives_four_of_each_and_a_way_to_all(reader: Client) -> None:
    for number in range(6):
        factories.project(name=f"冷库{number}")
    text = reader.get(PAGE, {"q": "冷库", "box": "true"}).text
    assert "<html" not in text
    assert text.count('role="option"') == 5
    assert "全部 6 个项目" in text
    (link,) = re.findall(r'class="find-all" href="([^"]+)"', text)
    assert "<h1>搜索</h1>" in reader.get(link.replace("&amp;", "&")).text


@pytest.mark.parametrize("more", [{}, {"box": "true"}, {"kind": "milestone"}])
def test_the_number_of_queries_does_not_grow_with_the_rows(
    reader: Client, more: dict[str, str]
) -> None:
    def grow(number: int) -> None:
        for _ in range(number):
            agency = factories.agency(name=f"冷库局{Project.objects.count()}")
            project = factories.project(name="冷库", lead_agency=agency)
            factories.milestone(project=project, name="冷库封顶")
            official = factories.official(name="冷库甲", agency=agency)
            factories.assignment(project=project, official=official)
            factories.programme(name=f"冷库清单{project.pk}")

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert reader.get(PAGE, {"q": "冷库", **more}).status_code == 200
        return len(caught)

    grow(1)
    reader.get(PAGE)
    first = queries()
    grow(30)
    assert queries() == first
    assert first <= 24


def test_finished_steps_come_after_open_ones(reader: Client) -> None:
    project = factories.project()
    factories.milestone(project=project, name="封顶一", actual_finish=date(2024, 1, 1))
    factories.milestone(project=project, name="封顶二")
    assert found(reader, "封顶") == ["封顶二", "封顶一"]
