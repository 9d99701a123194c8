"""The preview of a turn, its record, and every button to its effect."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from investment.models import AnnualPlan, OpeningFigure, YearTurn
from investment.services.year_turn.turning import NewList, turn_year
from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.access.rights import NotAllowed
from kuancheng.access.roles import AUDITOR, READER, REPORTER, REVIEWER
from kuancheng.notices.models import Notice
from kuancheng.proposals.kinds import Moved
from projects.choices import Role
from projects.models import Listing, Programme, Project
from projects.services import save_project
from tests import factories
from tests.forms import form_values
from tests.investment.turning import FEBRUARY, JANUARY, at, last_year, roll, turned
from tests.second import let_through, waiting

pytestmark = pytest.mark.django_db
ADDRESS = "/year-turn/2025/"


@pytest.fixture
def office() -> User:
    return factories.user(REVIEWER)


@pytest.fixture(autouse=True)
def programme(office: User) -> Programme:
    return last_year(office)


@pytest.fixture
def desk(client: Client, office: User) -> Iterator[Client]:
    client.force_login(office)
    with at(JANUARY):
        yield client


def key(name: str, field: str) -> str:
    return f"p{Project.objects.get(name=name).pk}-{field}"


def filled(desk: Client, address: str = ADDRESS, **more: str) -> dict[str, Any]:
    return form_values(desk.get(address)) | more


def sent(desk: Client, data: dict[str, Any], address: str = ADDRESS) -> Any:
    return desk.post(address, data | {"turn": "1"}, follow=True)


def on_new_list() -> set[str]:
    rows = Listing.objects.filter(programme__code="kc-2025")
    return set(rows.values_list("project__name", flat=True))


def test_preview_proposes_list_classes_and_who_rolls(desk: Client) -> None:
    posted = filled(desk)
    assert (posted["to_code"], posted["to_name"]) == ("kc-2025", "2025年重点项目")
    assert posted[key("续建园", "year_class")] == "continuing"
    assert posted[key("竣工园", "year_class")] == "completing"
    assert posted[key("新建园", "year_class")] == "new_start"
    assert posted[key("竣工园", "roll")] == "1"
    # 暂缓 is shown and not ticked; done and 退出 stand apart.
    assert key("暂缓园", "year_class") in posted
    assert key("暂缓园", "roll") not in posted
    assert key("完工园", "year_class") not in posted
    text = desk.get(ADDRESS).text
    assert "2024-09-30 已竣工" in text
    assert "已退出" in text
    assert "勾选 3 个，总投资 3,000 万元" in text
    assert "3 个还没有计划，未计入" in text


def test_turned_with_what_was_typed_and_undone_and_done_again(desk: Client) -> None:
    posted = filled(desk) | {
        key("续建园", "plan"): "500",
        key("续建园", "opening"): "300.5",
        "document": "宽重点办〔2025〕1号",
    }
    del posted[key("新建园", "roll")]
    page = sent(desk, posted)
    assert "由第二人审核，通过后生效" in page.text
    assert "续建，年度计划 500 万元，核定累计完成 300.5 万元" in page.text
    assert not YearTurn.objects.exists()
    let_through()
    made = YearTurn.objects.get()
    assert on_new_list() == {"续建园", "竣工园"}
    assert AnnualPlan.objects.get(year=2025).amount == 500
    assert OpeningFigure.objects.get().completed == Decimal("300.5")
    refused = desk.post(f"/year-turns/{made.pk}/undo/", {"seen_version": "1", "reason": ""})
    assert "请写明撤销的原因" in refused.text
    undone = desk.post(
        f"/year-turns/{made.pk}/undo/", {"seen_version": "1", "reason": "名单有误"}, follow=True
    )
    assert "由第二人审核，通过后生效" in undone.text
    assert on_new_list() == {"续建园", "竣工园"}
    let_through()
    assert "（已随撤销取消）" in desk.get(f"/year-turns/{made.pk}/").text
    assert on_new_list() == set()
    again = desk.post(f"/year-turns/{made.pk}/redo/", {"seen_version": "2"}, follow=True)
    assert "由第二人审核，通过后生效" in again.text
    let_through()
    assert on_new_list() == {"续建园", "竣工园"}


def test_second_turn_offers_those_that_were_left(desk: Client) -> None:
    posted = filled(desk)
    del posted[key("新建园", "roll")]
    sent(desk, posted)
    let_through()
    text = desk.get(ADDRESS).text
    assert "已转入 2 个，可转入 2 个" in text
    assert "项目并入它" in text
    sent(desk, filled(desk))
    let_through()
    assert on_new_list() == {"续建园", "竣工园", "新建园"}
    assert Programme.objects.filter(year=2025).count() == 1


def test_sums_are_added_up_anew_with_nothing_lost(desk: Client) -> None:
    posted = filled(desk) | {key("续建园", "plan"): "500", key("竣工园", "plan"): "0"}
    del posted[key("新建园", "roll")]
    page = desk.post(ADDRESS, posted | {"sum": "1"})
    assert "勾选 2 个，总投资 2,000 万元；2025 年计划合计 500 万元" in page.text
    assert "还没有计划" not in page.text
    assert form_values(page)[key("续建园", "plan")] == "500"
    assert not YearTurn.objects.exists()


def test_what_cannot_be_read_is_told_in_its_row_and_kept(desk: Client) -> None:
    posted = filled(desk) | {key("续建园", "plan"): "五百", "to_code": "不行"}
    page = sent(desk, posted)
    assert "“五百”不是金额" in page.text
    assert "编号只能用字母、数字" in page.text
    assert form_values(page)[key("续建园", "plan")] == "五百"
    assert not YearTurn.objects.exists()


def test_one_that_moved_is_named_and_what_was_typed_is_kept(desk: Client, office: User) -> None:
    posted = filled(desk) | {key("竣工园", "plan"): "70"}
    project = Project.objects.get(name="续建园")
    project.address = "新址"
    save_project(project=project, actor=office)
    page = sent(desk, posted)
    assert "续建园：您打开之后有人改过这个项目" in page.text
    again = form_values(page)
    assert again[key("竣工园", "plan")] == "70"
    assert not YearTurn.objects.exists()
    sent(desk, again)
    let_through()
    assert "续建园" in on_new_list()


def test_turn_takes_two_people_and_is_asked_once(desk: Client, office: User) -> None:
    sent(desk, filled(desk))
    assert "已有待审核的申请" in sent(desk, filled(desk)).text
    [made] = waiting()
    with pytest.raises(NotAllowed):
        let_through(made, actor=office)
    with pytest.raises(NotAllowed, match="须由第二人审核"):
        turn_year(
            year=2025,
            source=Programme.objects.get(code="kc-2024"),
            new_list=NewList("kc-2025", "新清单"),
            rolls=[roll("续建园")],
            actor=office,
        )
    assert not YearTurn.objects.exists()


def test_project_whose_class_moved_meanwhile_is_not_turned(desk: Client) -> None:
    sent(desk, filled(desk))
    Project.objects.filter(name="续建园").update(year_class="preparatory")
    with pytest.raises(Moved, match="续建园"):
        let_through()
    assert not YearTurn.objects.exists()


def test_one_that_others_have_turned_meanwhile_is_told(desk: Client, office: User) -> None:
    posted = filled(desk) | {key("竣工园", "plan"): "70"}
    turned(office, roll("续建园"))
    page = sent(desk, posted)
    assert "有 1 个勾选的项目已不在可转入之列" in page.text
    assert form_values(page)[key("竣工园", "plan")] == "70"
    assert on_new_list() == {"续建园"}


def test_undo_names_what_has_moved(desk: Client, office: User) -> None:
    made = turned(office, roll("续建园", plan=Decimal(5)))
    AnnualPlan.objects.get(year=2025).save_by(office)
    page = desk.post(f"/year-turns/{made.pk}/undo/", {"seen_version": "1", "reason": "有误"})
    assert "续建园：年度计划在转入以后又改过" in page.text
    assert "一个项目也没有改动" in page.text
    stale = desk.post(f"/year-turns/{made.pk}/undo/", {"seen_version": "7", "reason": "有误"})
    assert "再按一次即按现在的内容办理" in stale.text


def test_year_is_turned_in_parts_by_agency(desk: Client, office: User) -> None:
    agency = factories.agency()
    project = Project.objects.get(name="续建园")
    project.lead_agency = agency
    save_project(project=project, actor=office)
    address = f"{ADDRESS}?programme=kc-2024&lead_agency={agency.pk}"
    posted = filled(desk, address)
    assert key("竣工园", "year_class") not in posted
    sent(desk, posted, address)
    let_through()
    assert on_new_list() == {"续建园"}


def test_form_is_capped_and_says_so(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kuancheng.reports.year_turn.preview.preview.__kwdefaults__", {"limit": 2})
    assert "另有 2 个没有列出" in desk.get(ADDRESS).text


def test_too_early_or_too_late_nothing_can_be_pressed(client: Client, office: User) -> None:
    client.force_login(office)
    page = client.get(ADDRESS)
    assert "2025 年的结转从 2024 年 12 月 1 日起办理" in page.text
    assert 'name="turn"' not in page.text
    assert "<h1>2024 年度结转</h1>" in client.get("/year-turn/").text


def test_without_a_list_of_the_old_year_it_says_so(desk: Client) -> None:
    Listing.objects.all().delete()
    page = desk.get(ADDRESS)
    assert "没有可以结转的" in page.text
    assert desk.post(ADDRESS, {"turn": "1"}).status_code == 200


def test_export_has_every_project_with_blank_for_what_is_not_reported(desk: Client) -> None:
    response = desk.get("/year-turn/2025.xlsx")
    sheet: Any = load_workbook(BytesIO(b"".join(response.streaming_content))).active  # type: ignore[attr-defined]
    rows = {row[1]: row for row in sheet.iter_rows(min_row=4, values_only=True)}
    assert set(rows) == set(Project.objects.values_list("name", flat=True))
    assert rows["续建园"][5:7] == ("新建", "续建")
    assert rows["续建园"][13] is None
    assert rows["完工园"][14] == "不转：2024-09-30 已竣工"
    assert rows["暂缓园"][14] == "由项目中心定（暂缓）"


@pytest.mark.parametrize(("role", "may_read"), [(REPORTER, True), (READER, True), (AUDITOR, True)])
def test_others_read_the_record_only(
    role: str, may_read: bool, client: Client, office: User
) -> None:
    client.force_login(factories.user(role))
    with at(JANUARY):
        made = turned(office, roll("续建园"))
        assert client.get(ADDRESS).status_code == 403
        assert client.get("/year-turn/2025.xlsx").status_code == 403
        assert client.post(ADDRESS, {"turn": "1"}).status_code == 403
        page = client.get(f"/year-turns/{made.pk}/")
        assert (page.status_code == 200) is may_read
        assert "撤销结转" not in page.text
        assert client.post(f"/year-turns/{made.pk}/undo/", {}).status_code == 403
        assert client.post(f"/year-turns/{made.pk}/redo/", {}).status_code == 403


def test_office_is_reminded_from_december_until_all_are_turned(
    client: Client, office: User
) -> None:
    client.force_login(office)
    said = "年度结转：还有 3 个项目没有转入"
    assert said not in client.get("/admin/").text
    for day in (date(2024, 12, 1), JANUARY, FEBRUARY):
        with at(day):
            for address in ("/admin/", "/overview/"):
                assert f"2025 {said}" in client.get(address).text
    with at(date(2025, 3, 1)):
        assert said not in client.get("/admin/").text
    with at(JANUARY):
        turned(office, roll("续建园"), roll("竣工园", "completing"), roll("新建园", "new_start"))
        assert "个项目没有转入" not in client.get("/admin/").text
        client.force_login(factories.user(READER))
        assert "个项目没有转入" not in client.get("/overview/").text


def test_each_is_told_once_of_all_his_projects(office: User) -> None:
    agency, clerk = factories.agency(), factories.user(REPORTER)
    factories.official(user=clerk, agency=agency)
    leader = factories.user(READER)
    factories.assignment(
        project=Project.objects.get(name="续建园"),
        official=factories.official(user=leader),
        role=Role.LEAD_OFFICIAL,
    )
    Project.objects.update(lead_agency=agency)
    with at(JANUARY):
        turned(office, roll("续建园", plan=Decimal(5)), roll("竣工园", "completing"))
        [told] = Notice.objects.filter(recipient=clerk)
        assert told.title == "年度结转：2 个项目转入2025年重点项目"
        assert "还没有 2025 年计划的 1 个：竣工园，请报项目中心" in told.text
        [his] = Notice.objects.filter(recipient=leader)
        assert "1 个项目转入" in his.title
        assert "2025 年计划都已填写" in his.text


def test_queries_do_not_grow_with_projects(
    desk: Client, office: User, programme: Programme, django_assert_num_queries: Any
) -> None:
    desk.get(ADDRESS)
    with CaptureQueriesContext(connection) as captured:
        desk.get(ADDRESS)
    few = len(captured)
    for number in range(30):
        made = factories.project(name=f"多出园{number}")
        factories.listing(programme=programme, project=made)
    desk.get(ADDRESS)
    with django_assert_num_queries(few):
        assert "多出园29" in desk.get(ADDRESS).text


def test_other_systems_read_turns(api: Client, office: User) -> None:
    with at(JANUARY):
        made = turned(office, roll("续建园", plan=Decimal(5)), roll("竣工园", "completing"))
        [row] = api.get("/api/v1/year-turns/?year=2025&programme=kc-2025").json()["results"]
        assert (row["projects"], row["without_plan"], row["state"]) == (2, 1, "done")
        assert row["from_programme"]["code"] == "kc-2024"
        one = api.get(f"/api/v1/year-turns/{made.pk}/").json()
        assert [(each["project"]["name"], each["year_class"], each["plan_amount"]) for each in one["lines"]] == [
            ("续建园", "continuing", "5.00"),
            ("竣工园", "completing", None),
        ]  # fmt: skip
        code = Project.objects.get(name="续建园").code
        assert api.get(f"/api/v1/year-turns/?project={code}").json()["count"] == 1
        assert api.get("/api/v1/year-turns/?nonsense=1").status_code == 400


def test_other_systems_get_the_class_of_the_day(api: Client, office: User) -> None:
    with at(JANUARY):
        turned(office, roll("续建园"))
        for day, code in (("2024-12-31", "new_start"), ("2025-01-06", "continuing")):
            found = api.get(f"/api/v1/projects/?as_of={day}&year_class={code}").json()["results"]
            assert {"续建园": code}.items() <= {
                each["name"]: each["year_class"] for each in found
            }.items()
            progress = api.get(f"/api/v1/progress/?as_of={day}&year_class={code}").json()["results"]
            assert "续建园" in {each["project"]["name"] for each in progress}


def test_pages_say_that_a_class_is_carried_over_until_it_is_set(desk: Client, office: User) -> None:
    code = Project.objects.get(name="续建园").code
    said = "2 个项目 2025 年的类别还没有定，沿用以前年度的"
    assert said in desk.get("/overview/").text
    assert "沿用 2024 年，2025 年还没有定" in desk.get(f"/projects/{code}/").text
    turned(office, roll("续建园"))
    assert "1 个项目 2025 年的类别还没有定" in desk.get("/overview/").text
    assert "沿用" not in desk.get(f"/projects/{code}/").text
    assert "沿用" not in desk.get("/overview/?as_of=2024-12-31").text


def test_without_plans_nothing_is_measured_against_them(client: Client, office: User) -> None:
    project = Project.objects.get(name="续建园")
    client.force_login(office)
    with at(FEBRUARY):
        for name, amount in (("续建园", 50), ("竣工园", 10)):
            factories.status_report(
                project=Project.objects.get(name=name),
                month=date(2025, 1, 1),
                completed=Decimal(amount),
                state="approved",
                submitted_at=clock.now(),
            )
        turned(office, roll("续建园"), roll("竣工园", "completing", plan=Decimal(100)))
        page = client.get(f"/projects/{project.code}/").text
        assert "没有年度计划" in page
        assert "1月计划" not in page
        context = client.get("/overview/?programme=kc-2025").context
        assert context["totals"].annual_plan_missing == 1
        # 10 of 100, and not 60: what has no plan is not measured by another's.
        assert context["totals"].completion_rate == 10
        assert context["year"].rows()[0]["rate"] == 10
        # The old list's figures stand as it ended.
        whole = client.get("/overview/").context
        old = {each.programme.code: each.targets for each in whole["past_standings"]}["kc-2024"]
        assert old[0].actual == 6
        Project.objects.get(name="退出园").listings.update(until=FEBRUARY, leave_reason="withdrawn")
        again = client.get("/overview/").context["past_standings"]
        assert {each.programme.code: each.targets for each in again}["kc-2024"][0].actual == 6
