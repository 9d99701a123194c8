"""The front page: worst first, the band in words, what is on, what is shown, what is followed."""

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kuancheng.access.models import User
from kuancheng.access.roles import READER
from kuancheng.reports.choices import Basis
from kuancheng.reports.columns import LISTED
from kuancheng.reports.judging import daily
from kuancheng.reports.models import DailyStatus, Follow, FrontPage, SeenProject
from kuancheng.reports.progress.followed import changes
from projects.choices import Role, Standing
from projects.models import Milestone, Project
from tests import factories
from tests.conftest import TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader() -> User:
    return factories.user(READER, is_staff=False)


@pytest.fixture
def pages(client: Client, reader: User) -> Client:
    client.force_login(reader)
    return client


def late(days: int, **fields: Any) -> Project:
    """A project whose milestone is so many days late; due in as many where negative."""
    made = factories.project(**fields)
    factories.milestone(project=made, name="封顶", planned_finish=TODAY - timedelta(days=days))
    return made


def behind(project: Project, completed: int) -> Project:
    """So much of a plan of 1,000 done at the end of September."""
    factories.annual_plan(project=project)
    factories.status_report(project=project, completed=Decimal(completed), state="approved")
    return project


def led(project: Project, official: Any) -> Project:
    factories.assignment(project=project, official=official, role=Role.LEAD_OFFICIAL)
    return project


def names(answer: Any) -> list[str]:
    return [row.project.name for row in answer.context["rows"]]


def text_of(answer: Any, part: str) -> str:
    """A section's words without its tags."""
    found = re.search(rf'<section class="{part}".*?</section>', answer.text, re.S)
    assert found is not None
    return re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", found[0]))


@pytest.fixture
def ladder() -> None:
    """By code: grey, blue, yellow, red 40 days, red 90 days, red by money alone."""
    factories.project(name="灰", code="A-1", standing=Standing.DEFERRED)
    late(-5, name="蓝", code="A-2")
    late(20, name="黄", code="A-3")
    late(40, name="红四十", code="A-4")
    late(90, name="红九十", code="A-5")
    behind(factories.project(name="红欠得多", code="A-6"), 10)
    behind(factories.project(name="红欠得少", code="A-7"), 400)


WORST = ["红九十", "红四十", "红欠得多", "红欠得少", "黄", "蓝", "灰"]


@pytest.mark.usefixtures("ladder")
def test_the_worst_stand_first_by_light_then_days_then_gap(pages: Client) -> None:
    assert names(pages.get("/")) == WORST
    assert names(pages.get("/?ordering=worst")) == WORST


@pytest.mark.usefixtures("ladder")
def test_systems_get_the_same_order_when_they_ask_for_it(api: Client) -> None:
    def found(query: str) -> list[str]:
        rows = api.get(f"/api/v1/progress/{query}").json()["results"]
        return [row["project"]["name"] for row in rows]

    assert found("?ordering=worst") == WORST
    assert found("") == ["灰", "蓝", "黄", "红四十", "红九十", "红欠得多", "红欠得少"]
    assert found("?ordering=-worst")[0] == "灰"


def test_the_band_names_the_officials_with_their_red_projects(pages: Client) -> None:
    one, two = factories.official(name="甲领导"), factories.official(name="乙领导")
    led(late(40, name="一"), one)
    led(late(50, name="二"), one)
    led(late(99, name="三"), two)
    late(31, name="四")
    led(late(5, name="五"), two)
    answer = pages.get("/")
    said = text_of(answer, "band")
    assert "红灯4个：甲领导2、乙领导1、未登记包保领导1" in said
    assert "最长超期99天：三，节点“封顶”超期99天（乙领导）" in said
    assert f'href="?light=red&amp;lead_official={one.pk}"' in answer.text
    assert names(pages.get(f"/?light=red&lead_official={one.pk}")) == ["二", "一"]


def test_more_officials_than_are_named_are_counted(pages: Client) -> None:
    for number in range(6):
        led(late(40 + number), factories.official(name=f"领导{number}"))
    assert "领导4 1" in pages.get("/").text
    assert "其他领导1" in text_of(pages.get("/"), "band")


def test_the_band_belongs_to_the_question(pages: Client) -> None:
    agency = factories.agency()
    late(40, name="我的", lead_agency=agency)
    late(90, name="别的")
    said = text_of(pages.get(f"/?lead_agency={agency.pk}"), "band")
    assert "红灯1个" in said
    assert "最长超期40天：我的" in said
    assert "红灯" not in text_of(pages.get("/?light=yellow"), "band")
    past = text_of(pages.get("/?as_of=2024-08-31"), "band")
    assert "最长超期45天" in past
    assert "没有超期的节点" in text_of(pages.get("/?search=我的&as_of=2024-09-05"), "band")


def test_what_turned_since_the_day_kept_before_is_counted_once_each(pages: Client) -> None:
    yesterday = TODAY - timedelta(days=1)
    agency = factories.agency()
    worse, better = late(31, lead_agency=agency), behind(late(-5), 900)
    same, calmer, newly = late(40), late(10), late(3)
    daily.ensure(TODAY, today=TODAY)
    kept = DailyStatus.objects.filter(basis=Basis.DAILY, date=TODAY)
    before = {worse: "yellow", better: "red", same: "red", calmer: "red", newly: "green"}
    for project, light in before.items():
        row = kept.get(project=project)
        row.pk, row.date, row.known_on, row.light = None, yesterday, yesterday, light
        row.save()
    assert "与10月14日比：转红1、转黄1、恢复1" in text_of(pages.get("/"), "band")
    ours = text_of(pages.get(f"/?lead_agency={agency.pk}"), "band")
    assert "转红1、转黄0、恢复0" in ours
    earlier = pages.get("/?as_of=2024-10-14")
    assert "此前没有留存" in text_of(earlier, "band")


def test_what_is_due_this_week_is_counted_and_listed(pages: Client) -> None:
    late(-7, name="第七天")
    late(-8, name="第八天")
    both = late(0, name="今天")
    factories.milestone(project=both, planned_finish=TODAY + timedelta(days=2))
    late(-1, name="暂缓", standing=Standing.DEFERRED)
    answer = pages.get("/")
    assert "七天内到期：3个节点，2个项目" in text_of(answer, "band")
    link = "?due_within=7&amp;ordering=next_milestone_finish"
    assert link in answer.text
    assert names(pages.get(f"/{link.replace('&amp;', '&')}")) == ["今天", "第七天"]


def test_the_band_as_known_counts_what_was_on_record(pages: Client) -> None:
    project = late(-3, name="那时")
    for kind in (Project, Milestone):
        kind.history.update(history_date="2024-10-10T08:00:00+08:00")
    step = project.milestones.get()
    step.planned_finish = date(2025, 5, 1)
    step.save()
    assert "没有到期" in text_of(pages.get("/"), "band")
    assert "1个节点" in text_of(pages.get("/?known_at=2024-10-12"), "band")


def test_each_chip_takes_away_only_itself(pages: Client) -> None:
    late(40, name="中粮")
    leader = factories.official(name="甲领导")
    led(Project.objects.get(), leader)
    query = f"search=中粮&light=red&light=blue&lead_official={leader.pk}&as_of=2024-10-14"
    shown = {
        f"{chip.label}：{chip.value}": chip.address
        for chip in pages.get(f"/?{query}&ordering=gap&density=comfortable").context["chips"]
    }
    assert list(shown) == [
        "截至：2024-10-14",
        "搜索：中粮",
        "亮灯：红灯",
        "亮灯：蓝灯",
        "包保领导：甲领导",
    ]
    rest = pages.get(f"/{shown['亮灯：红灯']}").context
    assert [chip.value for chip in rest["chips"]] == ["2024-10-14", "中粮", "蓝灯", "甲领导"]
    assert (rest["ordering"], rest["density"]) == ("gap", "comfortable")
    assert pages.get("/?lead_agency=none").context["chips"][0].value == "（未登记）"


def test_clearing_keeps_how_the_list_is_shown(pages: Client) -> None:
    factories.project()
    answer = pages.get("/?light=red&columns=gap&ordering=gap&page=1")
    assert answer.context["all_address"] == "?ordering=gap&columns=gap"


def test_the_form_carries_along_what_it_does_not_ask(pages: Client) -> None:
    late(40)
    answer = pages.get("/?rule=milestone_overdue&columns=gap&stage=construction&page=1")
    assert answer.context["carried"] == [("rule", "milestone_overdue"), ("columns", "gap")]
    assert answer.context["filters_on"] == 1


@pytest.mark.parametrize("chosen", [(), ("gap",), tuple(LISTED)])
def test_every_column_has_a_heading_and_a_cell(pages: Client, chosen: tuple[str, ...]) -> None:
    behind(late(40), 300)
    text = pages.get("/?" + "&".join(f"columns={name}" for name in chosen)).text
    heads, cells = text.count('<th scope="col"'), text.count("<td ")
    wanted = len(chosen or [name for name, each in LISTED.items() if each.starts])
    assert (heads, cells) == (wanted + 3, wanted + 3)


def test_columns_stand_in_one_order_whatever_the_address_says(pages: Client) -> None:
    behind(late(40), 300)
    text = pages.get("/?columns=gap&columns=subdistrict&columns=annual_plan").text
    assert re.findall(r'data-label="([^"]+)"', text) == ["项目", "亮灯", "属地", "年度计划", "差距"]


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("columns=secret", "columns"),
        ("density=huge", "density"),
        ("view=x", "view"),
        ("followed=yes", "followed"),
        ("due_within=367", "due_within"),
        ("due_within=-1", "due_within"),
    ],
)
def test_what_cannot_be_shown_is_refused_by_name(pages: Client, query: str, named: str) -> None:
    answer = pages.get(f"/?{query}")
    assert answer.status_code == 400
    assert named in answer.text


def follow(pages: Client, project: Project, wanted: str = "on", **more: Any) -> Any:
    address = f"/projects/{project.code}/follow/"
    return pages.post(address, {"follow": wanted, "next": more.pop("next", "/?light=red")}, **more)


def test_a_star_follows_and_brings_back(pages: Client, reader: User) -> None:
    project = factories.project()
    for wanted, following in (("on", True), ("on", True), ("off", False)):
        answer = follow(pages, project, wanted)
        assert (answer.status_code, answer["Location"]) == (302, "/?light=red")
        assert Follow.objects.filter(user=reader, project=project).exists() is following
    for foreign in ("https://example.com/", "//example.com/", "javascript:alert(1)", ""):
        assert follow(pages, project, next=foreign)["Location"] == f"/projects/{project.code}/"


def test_a_star_pressed_in_place_is_answered_with_itself(pages: Client) -> None:
    project = factories.project()
    answer = follow(pages, project, headers={"HX-Request": "true"})
    assert 'aria-pressed="true"' in answer.text
    assert "<html" not in answer.text


def test_who_must_log_in_first_ends_at_the_project(pages: Client) -> None:
    project = factories.project()
    answer = pages.get(f"/projects/{project.code}/follow/")
    assert answer["Location"] == f"/projects/{project.code}/"


def test_nobody_follows_what_he_does_not_see(client: Client) -> None:
    project = factories.project()
    assert follow(client, project)["Location"].startswith("/login/")
    client.force_login(factories.user())
    assert follow(client, project).status_code == 403
    assert not Follow.objects.exists()


def test_the_list_narrows_to_what_its_reader_follows(pages: Client, reader: User) -> None:
    mine, other = late(40, name="我的"), late(50, name="别人的")
    Follow.objects.create(user=reader, project=mine)
    Follow.objects.create(user=factories.user(READER), project=other)
    answer = pages.get("/?followed=true")
    assert names(answer) == ["我的"]
    assert answer.context["totals"].projects == 1
    assert names(pages.get("/?followed=false")) == ["别人的", "我的"]
    assert b"".join(pages.get("/progress.xlsx?followed=true").streaming_content)  # type: ignore[attr-defined]


ROW = {
    "light": "yellow",
    "money_month": date(2024, 8, 1),
    "report_state": "",
    "milestones_done": 3,
    "forecast_completion": date(2025, 6, 1),
    "date": date(2024, 10, 10),
}


@pytest.mark.parametrize(
    ("now", "sentences"),
    [
        ({}, []),
        ({"light": "red"}, ["由黄灯转红灯"]),
        ({"milestones_done": 5}, ["完成节点 2 个"]),
        ({"milestones_done": 2}, []),
        ({"money_month": date(2024, 9, 1)}, []),
        (
            {"money_month": date(2024, 9, 1), "report_state": "approved"},
            ["9月进展已复核"],
        ),
        ({"report_state": "submitted"}, []),
        ({"forecast_completion": date(2025, 6, 6)}, []),  # five days in five: it only slips
        ({"forecast_completion": date(2025, 6, 7)}, ["预计竣工推后 6 天，到 2025-06-07"]),
        ({"forecast_completion": date(2025, 5, 31)}, ["预计竣工提前 1 天，到 2025-05-31"]),
        ({"forecast_completion": None}, []),
    ],
)
def test_what_differs_between_two_days_is_said(now: dict[str, Any], sentences: list[str]) -> None:
    then = DailyStatus(**ROW)
    later = DailyStatus(**ROW | {"date": date(2024, 10, 15)} | now)
    assert list(changes(then, later)) == sentences


def test_news_of_followed_projects_is_since_the_last_visit(pages: Client, reader: User) -> None:
    followed, other = late(40, name="关注的"), late(40, name="没关注的")
    Follow.objects.create(user=reader, project=followed)
    daily.ensure(TODAY, today=TODAY)
    for day, light in ((8, "green"), (9, "yellow"), (14, "red")):
        for project in (followed, other):
            row = DailyStatus.objects.get(basis=Basis.DAILY, date=TODAY, project=project)
            on = date(2024, 10, day)
            row.pk, row.date, row.known_on, row.light = None, on, on, light
            row.save()
    assert pages.get("/").context["mine"].news == ()
    FrontPage.objects.filter(user=reader).update(visited_before=date(2024, 10, 10))
    mine = pages.get("/").context["mine"]
    assert (mine.number, mine.since, mine.changed) == (1, date(2024, 10, 9), 1)
    assert [each.changes for each in mine.news] == [("由黄灯转红灯",)]


def test_a_project_that_was_opened_is_offered_again(pages: Client, reader: User) -> None:
    project = factories.project(name="看过的")
    pages.get(f"/projects/{project.code}/")
    assert [each.name for each in pages.get("/").context["recent"]] == ["看过的"]
    assert SeenProject.objects.get().user == reader
    assert FrontPage.objects.get(user=reader).visited_on == TODAY


@pytest.mark.parametrize("address", ["/", "/projects/T-1/"])
def test_a_page_answers_when_nothing_can_be_written(
    pages: Client, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    def locked(**given: object) -> None:
        raise DatabaseError("database is locked")

    factories.project(code="T-1")
    for name in ("note_visit", "note_project"):
        monkeypatch.setattr(f"kuancheng.reports.views.{name}", locked)
    assert pages.get(address).status_code == 200
    assert not SeenProject.objects.exists()


def test_a_reader_who_keeps_much_costs_no_more_queries(pages: Client, reader: User) -> None:
    def look() -> int:
        pages.get("/")
        with CaptureQueriesContext(connection) as queries:
            pages.get("/?light=red")
        return len(queries)

    def keep(number: int) -> None:
        for _ in range(number):
            project = led(late(40), factories.official())
            Follow.objects.create(user=reader, project=project)
            pages.get(f"/projects/{project.code}/")

    keep(1)
    few = look()
    keep(12)
    assert look() == few
