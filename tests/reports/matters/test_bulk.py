"""Many matters at once: named before, done one by one, and nothing skipped in silence."""

import re
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kuancheng.access.models import User
from kuancheng.access.roles import REPORTER, REVIEWER
from kuancheng.reports.matters.bulk import AT_MOST
from projects.models import Agency, Matter, MatterStep
from projects.rules.matters.steps import Step
from projects.rules.matters.story import Story, Taken, after
from projects.services.matters.taking import take_step
from projects.services.matters.turn import Given
from tests import factories
from tests.clock import on

pytestmark = pytest.mark.django_db

ADDRESS = "/matters/bulk/"
ISSUE: dict[str, Any] = {"step": "issue", "confirmed": "1", "due": "2024-10-25", "level": "2"}


@pytest.fixture
def office() -> User:
    return factories.user(REVIEWER)


@pytest.fixture
def agency() -> Agency:
    return factories.agency(name="示例供电公司")


@pytest.fixture
def clerk(agency: Agency) -> User:
    made = factories.user(REPORTER)
    factories.official(user=made, agency=agency)
    return made


@pytest.fixture
def pages(client: Client, office: User) -> Client:
    client.force_login(office)
    return client


def draft(agency: Agency, office: User, **fields: Any) -> Matter:
    usual = {"verifier": factories.user(REVIEWER), "author": office, "lead_agency": agency}
    return factories.matter(**usual | fields)


def does(matter: Matter, actor: User, step: Step, **given: Any) -> None:
    seen = factories.seen(matter)
    take_step(matter=matter, step=step, actor=actor, seen=seen, given=Given(**given))
    matter.refresh_from_db()


def working(agency: Agency, office: User, clerk: User) -> Matter:
    made = draft(agency, office)
    does(made, office, Step.ISSUE, due=date(2024, 10, 25))
    does(made, clerk, Step.SIGN)
    return made


def seen(*matters: Matter) -> list[str]:
    return [f"{each.pk}-{factories.seen(each)}" for each in matters]


class TestIssue:
    def test_what_is_ticked_is_named_first_and_who_cannot_be_done_and_why(
        self, pages: Client, agency: Agency, office: User, clerk: User
    ) -> None:
        good = draft(agency, office, title="道路未通")
        other = draft(agency, office, title="没人牵头")
        Matter.objects.filter(pk=other.pk).update(lead_agency=None)
        own = draft(agency, office, title="自己核查", verifier=clerk)
        issued = working(agency, office, clerk)
        ticked = [each.pk for each in (other, good, own, issued)]
        page = pages.post(ADDRESS, {"step": "issue", "matter": ticked}).text
        assert "将交办 <b>1</b> 件；另有 3 件不能办理" in page
        assert re.findall(r'name="seen" value="([0-9-]+)"', page) == seen(good)
        for said in ("还没有牵头单位", "核查人是牵头单位的人", "事项现在是“办理中”，不能交办"):
            assert said in page, said
        assert not MatterStep.objects.filter(matter=good).exists()

    def test_confirmed_each_is_issued_and_gets_a_number(
        self, pages: Client, agency: Agency, office: User
    ) -> None:
        first, second = draft(agency, office), draft(agency, office)
        posted = ISSUE | {"seen": seen(first, second), "due": "2024-10-26"}
        page = pages.post(ADDRESS, posted).text
        assert "交办了 2 件" in page
        assert "编号 交办〔2024〕2号，时限 2024-10-28。2024-10-26 不是工作日，时限顺延" in page
        assert set(Matter.objects.values_list("state", "level")) == {("issued", 2)}

    def test_second_press_of_the_same_does_nothing_twice(
        self, pages: Client, agency: Agency, office: User
    ) -> None:
        matter = draft(agency, office)
        posted = ISSUE | {"seen": seen(matter)}
        pages.post(ADDRESS, posted)
        page = pages.post(ADDRESS, posted).text
        assert "刚才已经办过，没有再办一次" in page
        assert matter.steps.count() == 1

    def test_what_moved_on_meanwhile_is_refused_by_name_and_holds_up_no_other(
        self, pages: Client, agency: Agency, office: User
    ) -> None:
        first, second = draft(agency, office), draft(agency, office)
        posted = ISSUE | {"seen": seen(first, second)}
        does(first, factories.user(REVIEWER), Step.VOID, text="不办了")
        page = pages.post(ADDRESS, posted).text
        assert "交办了 1 件，1 件没有办理" in page
        assert "您打开之后有人改过" in page
        second.refresh_from_db()
        assert (first.state, second.state) == ("void", "issued")

    def test_bad_day_is_told_and_nothing_typed_is_lost(
        self, pages: Client, agency: Agency, office: User
    ) -> None:
        matter = draft(agency, office)
        page = pages.post(ADDRESS, ISSUE | {"seen": seen(matter), "due": "2024-02-30"}).text
        assert "应为存在的日期" in page
        assert 'value="2024-02-30"' in page
        assert seen(matter)[0] in page
        past = pages.post(ADDRESS, ISSUE | {"seen": seen(matter), "due": "2024-10-01"}).text
        assert "办结时限 2024-10-01 不晚于今天" in past
        assert not MatterStep.objects.exists()


class TestRemind:
    def test_agencies_are_reminded_with_the_same_words(
        self, pages: Client, agency: Agency, office: User, clerk: User
    ) -> None:
        matters = [working(agency, office, clerk) for _ in range(2)]
        page = pages.post(ADDRESS, {"step": "remind", "matter": [m.pk for m in matters]}).text
        assert "请抓紧办理" in page
        posted = {"step": "remind", "confirmed": "1", "text": "本周五前报进展"}
        empty = pages.post(ADDRESS, posted | {"seen": seen(*matters), "text": " "}).text
        assert "请写明催办内容" in empty
        assert "催办了 2 件" in pages.post(ADDRESS, posted | {"seen": seen(*matters)}).text
        for matter in matters:
            step = matter.steps.order_by("-number")[0]
            assert (step.step, step.text, step.actor) == ("remind", "本周五前报进展", office)

    def test_what_was_reminded_in_its_round_is_named_before_and_not_offered(
        self, pages: Client, agency: Agency, office: User, clerk: User
    ) -> None:
        reminded, fresh = (working(agency, office, clerk) for _ in range(2))
        does(reminded, office, Step.REMIND, text="请填写进展")
        ticked = [reminded.pk, fresh.pk]
        page = pages.post(ADDRESS, {"step": "remind", "matter": ticked}).text
        assert "第 1 轮已于 2024-10-15 签发过催办单（催办单〔2024〕1号）" in page
        assert re.findall(r'name="seen" value="([0-9-]+)"', page) == seen(fresh)
        assert f"/matters/{fresh.pk}/remind/" in pages.get(f"/matters/{fresh.pk}/").text
        assert f"/matters/{reminded.pk}/remind/" not in pages.get(f"/matters/{reminded.pk}/").text
        refused = pages.get(f"/matters/{reminded.pk}/remind/", follow=True).text
        assert "同一轮不再发第二份" in refused

    def test_reminder_is_no_progress(self) -> None:
        story = Story(spoken=date(2024, 10, 8))
        assert after(story, Taken(Step.REMIND, date(2024, 10, 15))) == story

    def test_matters_page_offers_it(self, pages: Client, agency: Agency, office: User) -> None:
        matter = draft(agency, office)
        does(matter, office, Step.ISSUE, due=date(2024, 10, 25))
        assert f"/matters/{matter.pk}/remind/" in pages.get(f"/matters/{matter.pk}/").text
        posted = {"seen_version": matter.version, "text": "请签收"}
        assert pages.post(f"/matters/{matter.pk}/remind/", posted).status_code == 302
        assert matter.steps.order_by("-number")[0].text == "请签收"


class TestExtend:
    def test_asked_extensions_are_granted_and_others_named(
        self, pages: Client, agency: Agency, office: User, clerk: User
    ) -> None:
        asked, plain, twice = (working(agency, office, clerk) for _ in range(3))
        with on(16):
            does(asked, clerk, Step.ASK_EXTENSION, text="设备未到", due=date(2024, 11, 1))
            does(twice, clerk, Step.ASK_EXTENSION, text="设备未到", due=date(2024, 11, 1))
            does(twice, office, Step.EXTEND)
            does(twice, clerk, Step.ASK_EXTENSION, text="还没到", due=date(2024, 11, 8))
            ticked = [asked.pk, plain.pk, twice.pk]
            page = pages.post(ADDRESS, {"step": "extend", "matter": ticked}).text
            assert "申请延到 2024-11-01" in page
            assert "没有等待审批的延期申请" in page
            assert "第二次延期由包保领导审批" in page
            posted = {"step": "extend", "confirmed": "1", "seen": seen(asked, twice)}
            done = pages.post(ADDRESS, posted).text
        assert "时限延到 2024-11-01" in done
        assert "第二次延期由包保领导审批" in done
        asked.refresh_from_db()
        twice.refresh_from_db()
        assert (asked.due_on, twice.due_on) == (date(2024, 11, 1), date(2024, 11, 1))

    def test_nobody_grants_what_he_asked_for_himself(
        self, client: Client, agency: Agency, office: User
    ) -> None:
        boss = factories.user(REVIEWER)
        factories.official(user=boss, agency=agency)
        matter = draft(agency, office)
        does(matter, office, Step.ISSUE, due=date(2024, 10, 25))
        does(matter, boss, Step.ASK_EXTENSION, text="设备未到", due=date(2024, 11, 1))
        client.force_login(boss)
        page = client.post(ADDRESS, {"step": "extend", "matter": [matter.pk]}).text
        assert "延期是您自己提出的" in page
        assert "确认" not in page


class TestChoosing:
    def test_whole_page_without_a_script(self, pages: Client, agency: Agency, office: User) -> None:
        matters = [draft(agency, office) for _ in range(3)]
        listed = pages.get("/matters/?state=draft").text
        rows = re.findall(r'name="row" value="([0-9]+)"', listed)
        assert set(rows) == {str(each.pk) for each in matters}
        assert 'name="back" value="state=draft"' in listed
        page = pages.post(ADDRESS, {"step": "issue", "every": "1", "row": rows}).text
        assert "将交办 <b>3</b> 件" in page

    def test_nothing_ticked_too_many_or_no_step_leads_back_with_a_word(
        self, pages: Client, agency: Agency, office: User
    ) -> None:
        many = [str(each) for each in range(1, AT_MOST + 2)]
        for posted, said in [
            ({"step": "issue", "back": "state=draft"}, "请先勾选要交办的事项"),
            ({"step": "issue", "matter": ["x", "١"]}, "请先勾选"),
            ({"step": "issue", "matter": many}, f"一次最多 {AT_MOST} 件，您选了 {AT_MOST + 1} 件"),
            ({"step": "close", "matter": ["1"]}, "请选择要批量办理的操作"),
            ({"step": "issue", "confirmed": "1", "matter": ["1"]}, "请先勾选"),
        ]:
            answer = pages.post(ADDRESS, posted, follow=True)
            assert said in answer.text, posted
        kept = pages.post(ADDRESS, {"step": "issue", "back": "state=draft"})
        assert kept["Location"] == "/matters/?state=draft"
        assert pages.get(ADDRESS)["Location"] == "/matters/"

    def test_only_the_office(self, client: Client, agency: Agency, office: User) -> None:
        matter = draft(agency, office)
        client.force_login(factories.user(REPORTER))
        assert "批量" not in client.get("/matters/").text
        assert client.post(ADDRESS, ISSUE | {"seen": seen(matter)}).status_code == 403
        assert not MatterStep.objects.exists()

    def test_showing_costs_the_same_however_many_are_ticked(
        self, pages: Client, agency: Agency, office: User
    ) -> None:
        verifier = factories.user(REVIEWER)
        many = [draft(agency, office, verifier=verifier).pk for _ in range(30)]
        pages.post(ADDRESS, {"step": "issue", "matter": many[:1]})  # renews the session
        with CaptureQueriesContext(connection) as few:
            pages.post(ADDRESS, {"step": "issue", "matter": many[:1]})
        with CaptureQueriesContext(connection) as more:
            pages.post(ADDRESS, {"step": "issue", "matter": many})
        assert len(more) == len(few)
