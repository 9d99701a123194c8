"""清单名册 on pages: what it shows of a day, each step to its effect, and nothing typed is lost."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kuancheng.access.models import User
from kuancheng.access.roles import AUDITOR, READER, REPORTER, REVIEWER
from projects.models import Listing, Programme, Project
from projects.services.lists.listings import correct, join, leave
from tests import factories
from tests.second import let_through

pytestmark = pytest.mark.django_db

ADDRESS = "/programmes/kc-2024/"
LEFT: dict[str, Any] = {
    "until": date(2024, 5, 31),
    "reason": "deferred",
    "document": "6号",
    "approved": True,
}


@pytest.fixture
def office() -> User:
    return factories.user(REVIEWER)


@pytest.fixture
def desk(client: Client, office: User) -> Client:
    client.force_login(office)
    return client


@pytest.fixture
def programme() -> Programme:
    """甲 of 1.5亿元 and 乙 without an amount; 丙 of 0.5亿元 is on no list."""
    first = factories.project(code="T-1", name="甲园", total_investment=Decimal(15_000))
    second = factories.project(code="T-2", name="乙园", total_investment=None)
    factories.project(code="T-3", name="丙园", total_investment=Decimal(5_000))
    return factories.programme(first, second, code="kc-2024", name="重点项目", year=2024)


def stay_of(name: str) -> Listing:
    return Listing.objects.get(project__name=name, until=None)


def step(name: str, what: str) -> str:
    return f"{ADDRESS}stays/{stay_of(name).pk}/{what}/"


def sent(desk: Client, address: str, **said: str) -> Any:
    """Posted with the revision that the page was opened at."""
    seen = desk.get(address).context["form"].initial["seen_version"]
    ticked = {name: value for name, value in said.items() if value or name != "picked"}
    return desk.post(address, {"seen_version": str(seen)} | ticked, follow=True)


def text(response: Any) -> str:
    found: str = response.content.decode()
    return found


JOINING = {
    "picked": "T-3",
    "since": "2024-08-01",
    "reason": "added",
    "document": "宽重点办〔2024〕9号",
    "note": "",
    "others": "",
}
LEAVING = {
    "until": "2024-05-31",
    "leave_reason": "deferred",
    "leave_document": "宽重点办〔2024〕6号",
    "leave_note": "",
}


def test_page_shows_who_was_on_the_list_on_the_day_who_left_and_each_turn(
    desk: Client, office: User, programme: Programme
) -> None:
    leave(listing=stay_of("甲园"), actor=office, **LEFT)
    project = Project.objects.get(code="T-3")
    said: dict[str, Any] = {"reason": "added", "document": "9号", "actor": office}
    said["approved"] = True
    join(programme=programme, project=project, since=date(2024, 8, 1), **said)
    join(programme=programme, project=stay_of_gone("甲园"), since=date(2024, 12, 1), **said)

    page = desk.get(ADDRESS)
    assert names(page.context["page"]) == ["乙园", "丙园"]
    assert names(page.context["ended"]) == ["甲园"]
    assert names(page.context["coming"]) == ["甲园"]
    turns = [
        (f"{each.turn.day}", each.turn.before.count, each.turn.after.count, each.ahead)
        for each in page.context["turns"]
    ]
    assert turns == [
        ("2024-12-01", 2, 3, True),
        ("2024-08-01", 1, 2, False),
        ("2024-06-01", 2, 1, False),
        ("2024-01-01", 0, 2, False),
    ]
    assert "2024-01-01 至 2024-05-31" in text(page)
    assert "2 个，1.50 亿元（1 个未报总投资，未计入）" in text(page)

    past = desk.get(ADDRESS, {"as_of": "2024-05-31"})
    assert names(past.context["page"]) == ["甲园", "乙园"]
    assert past.context["standing"].total == 15_000


def names(members: Any) -> list[str]:
    return [each.project.name for each in members]


def stay_of_gone(name: str) -> Project:
    return Project.objects.get(name=name)


def test_list_without_projects_says_what_to_do(desk: Client) -> None:
    factories.programme(code="kc-2024")
    assert "请按“增补项目”列入首批" in text(desk.get(ADDRESS))
    assert "还没有项目列入过" in text(desk.get(ADDRESS))
    assert "kc-2024" in text(desk.get("/programmes/"))
    assert desk.get("/programmes/kc-1999/").status_code == 404
    assert desk.get(ADDRESS, {"page": "9"}).status_code == 404


@pytest.mark.usefixtures("programme")
def test_joining_is_previewed_with_count_and_sum_and_then_done(desk: Client) -> None:
    page = sent(desk, f"{ADDRESS}join/", **JOINING)
    assert [(each.before.count, each.after.count) for each in page.context["effects"]] == [
        (2, 3),
        (2, 3),
    ]
    assert "提出申请：列入 1 个" in text(page)
    assert Listing.objects.count() == 2
    back = sent(desk, f"{ADDRESS}join/", back="1", **JOINING)
    assert 'value="宽重点办〔2024〕9号"' in text(back)
    page = sent(desk, f"{ADDRESS}join/", confirm="1", **JOINING)
    assert re.search(r"已提出变更申请\d+号，由第二人审核，通过后生效", text(page))
    assert Listing.objects.count() == 2
    assert "T-3 丙园：不在册 → 自 2024-08-01 起列入，增补" in text(desk.get(ADDRESS))
    let_through()
    assert "待审核的变更" not in text(desk.get(ADDRESS))
    made = stay_of("丙园")
    assert (made.since, made.reason, made.number) == (date(2024, 8, 1), "added", 3)


@pytest.mark.usefixtures("programme")
@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"picked": ""}, "请至少选择一个项目"),
        ({"picked": "", "others": "T-9"}, "没有编号或名称为“T-9”的项目"),
        ({"others": "甲园"}, "甲园：自 2024-01-01 起已在这份清单上"),
        ({"since": "2023-12-31"}, "清单自 2024-01-01 起才有"),
        ({"since": "八月"}, "日期"),
        ({"document": ""}, "增补须写明依据的文号"),
    ],
)
def test_bad_joining_is_told_and_keeps_what_was_typed(
    desk: Client, said: dict[str, str], told: str
) -> None:
    page = sent(desk, f"{ADDRESS}join/", **JOINING | {"note": "年中新开工"} | said)
    assert told in text(page)
    assert "年中新开工" in text(page)
    assert Listing.objects.count() == 2


@pytest.mark.usefixtures("programme")
def test_others_are_found_by_name_and_twins_by_code(desk: Client) -> None:
    factories.project(code="T-4", name="丁园")
    factories.project(code="T-5", name="丁园")
    page = sent(desk, f"{ADDRESS}join/", **JOINING | {"others": "丁园"})
    assert "有多个项目叫“丁园”，请改填编号：T-4、T-5" in text(page)
    sent(desk, f"{ADDRESS}join/", confirm="1", **JOINING | {"others": "T-4；T-5"})
    let_through()
    assert Listing.objects.count() == 5


@pytest.mark.usefixtures("programme")
def test_leaving_is_previewed_done_corrected_and_taken_back(desk: Client) -> None:
    address, mending = step("甲园", "leave"), step("甲园", "correct")
    undoing = step("甲园", "undo-leave")
    page = sent(desk, address, **LEAVING)
    first = page.context["effects"][0]
    assert (str(first.day), first.before.count, first.after.count) == ("2024-06-01", 2, 1)
    assert (first.before.total, first.after.total) == (15_000, None)
    page = sent(desk, address, confirm="1", **LEAVING)
    assert "由第二人审核" in text(page)
    assert stay_of("甲园").until is None
    let_through()
    stay = Listing.objects.get(project__name="甲园")
    assert (stay.until, stay.leave_reason) == (date(2024, 5, 31), "deferred")

    said = LEAVING | {"until": "2024-06-30", "since": "2024-01-01", "reason": "initial"}
    said |= {"number": "1", "document": "", "note": "", "why": "日期抄错"}
    assert "2024-06-01" in text(sent(desk, mending, **said))
    sent(desk, mending, confirm="1", **said)
    let_through()
    stay.refresh_from_db()
    assert stay.until == date(2024, 6, 30)

    sent(desk, undoing, confirm="1", why="文件撤回")
    let_through()
    stay.refresh_from_db()
    assert (stay.until, stay.leave_reason) == (None, "")


@pytest.mark.usefixtures("programme")
def test_mistaken_joining_is_struck(desk: Client) -> None:
    assert "撤销列入" in text(desk.get(step("甲园", "correct")))
    assert "2024-01-01" in text(sent(desk, step("甲园", "strike"), why="登错"))
    assert "至少 4 个字" in text(sent(desk, step("甲园", "strike"), confirm="1", why="登错"))
    sent(desk, step("甲园", "strike"), confirm="1", why="登错项目")
    let_through()
    assert not Listing.objects.filter(project__name="甲园").exists()
    assert desk.get(f"{ADDRESS}stays/999999/leave/").status_code == 404
    assert desk.get(f"{ADDRESS}stays/{stay_of('乙园').pk}/dance/").status_code == 404


@pytest.mark.usefixtures("programme")
def test_step_on_a_stay_that_a_colleague_changed_is_told_and_then_done(
    desk: Client, office: User
) -> None:
    address = step("甲园", "leave")
    seen = desk.get(address).context["form"].initial["seen_version"]
    correct(listing=stay_of("甲园"), values={"note": "丢"}, why="补记", actor=office, approved=True)
    page = desk.post(address, LEAVING | {"seen_version": str(seen), "confirm": "1"})
    assert "您打开之后有人改过" in text(page)
    assert stay_of("甲园").until is None
    again = text(page).split('name="seen_version" value="')[1].split('"')[0]
    desk.post(address, LEAVING | {"seen_version": again, "confirm": "1"})
    let_through()
    assert Listing.objects.get(project__name="甲园").until == date(2024, 5, 31)


@pytest.mark.usefixtures("programme")
@pytest.mark.parametrize("role", [READER, REPORTER, AUDITOR])
def test_others_read_the_list_and_find_no_way_to_move(client: Client, role: str) -> None:
    client.force_login(factories.user(role))
    page = text(client.get(ADDRESS))
    assert "甲园" in page
    assert "增补项目" not in page
    assert "/stays/" not in page
    for address in (f"{ADDRESS}join/", step("甲园", "leave"), step("甲园", "strike")):
        assert client.get(address).status_code == 403
        assert client.post(address, LEAVING | {"confirm": "1"}).status_code == 403


@pytest.mark.usefixtures("programme")
def test_lists_are_changed_as_they_are_now_only(desk: Client) -> None:
    known = text(desk.get(ADDRESS, {"known_at": "2024-10-14"}))
    assert "/stays/" not in known
    assert "增补、调出只办现在的" in text(desk.get(f"{ADDRESS}join/", {"as_of": "2024-01-01"}))


def test_project_tells_its_days_on_the_list(
    desk: Client, office: User, programme: Programme
) -> None:
    leave(listing=stay_of("甲园"), actor=office, **LEFT)
    page = text(desk.get("/projects/T-1/"))
    assert (
        f'<a href="{ADDRESS}">重点项目</a>：2024-01-01 起，首批；2024-05-31 后调出，暂缓（6号）'
        in page
    )
    assert desk.get("/projects/T-1/").context["programmes"] == []
    past = desk.get("/projects/T-1/", {"as_of": "2024-05-31"})
    assert past.context["programmes"] == [programme]
    api = desk.get("/api/v1/projects/T-1/").json()
    assert api["programmes"] == []
    [told] = api["listings"]
    assert (told["programme"]["code"], told["until"], told["current"]) == (
        "kc-2024",
        "2024-05-31",
        False,
    )


def queries_of(desk: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        desk.get(address)
    return len(asked)


def test_queries_do_not_grow_with_the_projects(desk: Client, programme: Programme) -> None:
    join_page = f"{ADDRESS}join/"
    counts = []
    desk.get(ADDRESS)  # renews the session
    for _ in range(2):
        counts.append([queries_of(desk, each) for each in (ADDRESS, join_page)])
        for number in range(30):
            made = factories.project(lead_agency=factories.agency())
            until = {"until": date(2024, 6, number + 1), "leave_reason": "withdrawn"}
            factories.listing(programme=programme, project=made, **until if number % 2 else {})
    assert counts[0] == counts[1]
