"""A weekly review run from its screen: by keys, by two people, over a lost line, without scripts."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from kuancheng.access.models import User
from kuancheng.access.roles import READER, REVIEWER
from projects.models import AgendaItem, Attendance, Decision, Matter, WeeklyReview
from projects.services.reviews.agenda import leave_out
from tests import factories
from tests.e2e.browser import DESK, PHONE, opened, overflow, sign_in, violations
from tests.projects.reviews.making import prepared, running

PROJECTOR = {"width": 1280, "height": 720}
TODAY = date(2024, 10, 15)
KEPT = "Object.keys(localStorage).filter((key) => key.startsWith('meeting|'))"


class Room:
    """A review of three projects, its clerk, and who else has a screen."""

    def __init__(self) -> None:
        self.clerk = factories.user(REVIEWER)
        agency = factories.agency(name="示例住建局")
        factories.agency(name="示例供电公司")
        names = ("示例冷链物流园", "示例环城路", "示例装配式基地")
        self.projects = [factories.project(name=each, lead_agency=agency) for each in names]
        for each in self.projects:
            lead = factories.official(name=f"包保{each.pk}", post="副区长")
            factories.assignment(project=each, official=lead)
            factories.milestone(project=each, name="主体封顶", planned_finish=date(2024, 9, 14))
            factories.annual_plan(project=each)

    def prepared(self) -> WeeklyReview:
        return prepared(self.clerk, TODAY, *self.projects)

    def running(self) -> WeeklyReview:
        return running(self.clerk, TODAY, *self.projects)


@pytest.fixture
def room(live_server: object) -> Room:
    return Room()


@contextmanager
def offline(page: Page) -> Iterator[None]:
    """The line is cut, and comes back."""
    page.context.set_offline(True)
    try:
        yield
    finally:
        page.context.set_offline(False)


@contextmanager
def ahead(page: Page, place: int) -> Iterator[None]:
    """Until the item at a place has been fetched before anybody asked for it."""
    with page.expect_response(lambda each: each.url.endswith(f"/slide/?item={place}")) as fetched:
        yield
    fetched.value.finished()


def head(page: Page) -> Locator:
    return page.locator("#item-name")


def keeping(page: Page) -> Locator:
    return page.locator("#keeping")


def on_screen(page: Page, review: WeeklyReview, user: User, tail: str = "") -> None:
    sign_in(page, user)
    page.goto(f"/reviews/{review.number}/run/{tail}")


def test_clerk_runs_a_review_from_beginning_to_end(
    page: Page, browser: Browser, live_server: Any, room: Room
) -> None:
    review = room.prepared()
    on_screen(page, review, room.clerk)
    expect(page.locator("textarea")).to_have_count(0)
    page.get_by_role("button", name="开始会议").click()
    expect(page.get_by_text("会议已开始")).to_be_visible()
    expect(page.locator("#item-spent")).to_contain_text("还有 4:5")
    page.evaluate("window.mine = true")

    # One key to the next, a presenter's too; back, and by number; each has its address.
    expect(head(page)).to_contain_text("示例冷链物流园")
    page.keyboard.press("ArrowRight")
    expect(head(page)).to_contain_text("示例环城路")
    expect(head(page)).to_be_focused()
    expect(page).to_have_url(re.compile(r"\?item=2$"))
    expect(page.locator("#told")).to_have_text("第 2 项，共 3 项：示例环城路")
    page.keyboard.press("PageDown")
    expect(head(page)).to_contain_text("示例装配式基地")
    page.keyboard.press("PageDown")
    expect(page.locator("#told")).to_have_text("已经是最后一项")
    page.keyboard.press("PageUp")
    expect(head(page)).to_contain_text("示例环城路")
    page.keyboard.press("Space")
    expect(head(page)).to_contain_text("示例装配式基地")
    page.keyboard.press("1")
    expect(head(page)).to_contain_text("示例冷链物流园")
    page.locator("#rail").get_by_role("link", name="示例装配式基地").click()
    expect(head(page)).to_contain_text("示例装配式基地")
    page.go_back()
    expect(head(page)).to_contain_text("示例冷链物流园")

    # The chair has a screen of his own, and no form.
    chair = factories.user(READER, is_staff=False)
    with opened(browser, live_server.url, viewport=PROJECTOR) as second:
        second.set_default_timeout(10_000)
        on_screen(second, review, chair)
        expect(second.locator("textarea")).to_have_count(0)
        # Typed once: the clerk's keys write now, and lead nowhere.
        page.keyboard.press("n")
        expect(page.locator("#id_text")).to_be_focused()
        page.keyboard.type("1号楼 10月底前接通用电 ")
        page.get_by_label("本周五").check()
        expect(page.locator("#id_due")).to_have_value("2024-10-18")
        page.locator("#id_text").press("Control+Enter")
        expect(page.locator(".decided")).to_contain_text("1号楼 10月底前接通用电")
        expect(page.locator(".decided .state")).to_have_text("待交办")
        expect(keeping(page)).to_have_text("已全部保存")
        expect(second.locator(".decided")).to_contain_text("1号楼 10月底前接通用电")
        expect(second.locator("#told")).to_contain_text("新的议定事项：1号楼")
    made = Decision.objects.get()
    assert (made.agency.name, made.due) == ("示例住建局", date(2024, 10, 18))
    assert (made.factor, made.level, made.verifier) == ("other", 1, room.clerk)
    assert made.matter == Matter.objects.get()
    assert page.evaluate(KEPT) == []
    assert page.evaluate("window.mine") is True

    # What became of an item, with the clerk's words.
    page.locator("#id_text").press("Escape")
    page.keyboard.press("2")
    expect(head(page)).to_contain_text("示例环城路")
    page.locator("#id_note").fill("等施工图审查")
    page.get_by_role("button", name="顺延").click()
    expect(page.locator("#rail [aria-current]")).to_contain_text("顺")
    expect(page.get_by_role("button", name="改回未议")).to_be_visible()
    second_item = AgendaItem.objects.get(project=room.projects[1])
    assert (second_item.outcome, second_item.note) == ("carried", "等施工图审查")

    # Who attends, in the drawer.
    seat = Attendance.objects.get(official__assignments__project=room.projects[0])
    page.get_by_text("出席情况", exact=True).first.click()
    page.locator(f"#id_seat-{seat.pk}-presence").select_option("excused")
    page.locator(f"#id_seat-{seat.pk}-reason").fill("外出招商")
    page.get_by_role("button", name="保存出席情况").click()
    expect(page.get_by_text("出席情况已保存，改动 1 人")).to_be_visible()
    expect(head(page)).to_contain_text("示例环城路")
    seat.refresh_from_db()
    assert (seat.presence, seat.reason) == ("excused", "外出招商")

    page.get_by_role("button", name="结束会议").click()
    expect(page.get_by_text("会议已结束，纪要待定稿")).to_be_visible()
    review.refresh_from_db()
    assert review.state == "drafted"


def test_what_is_typed_off_line_is_sent_once_when_the_line_is_back(page: Page, room: Room) -> None:
    review = room.running()
    with ahead(page, 2):
        on_screen(page, review, room.clerk)
    with offline(page):
        # What was fetched ahead is shown; what was not is told.
        page.keyboard.press("ArrowRight")
        expect(head(page)).to_contain_text("示例环城路")
        page.keyboard.press("3")
        expect(page.locator("#told")).to_contain_text("断网：第 3 项还没有取到")
        expect(head(page)).to_contain_text("示例环城路")
        end = page.get_by_role("button", name="结束会议")
        end.click()
        expect(keeping(page)).to_contain_text("断网：这一步要等恢复后再按")
        page.locator("#id_text").fill("补办绿化迁移手续")
        page.get_by_label("下周三").check()
        page.get_by_role("button", name="保存", exact=True).click()
        expect(keeping(page)).to_have_text("断网：1 条待发送，恢复后自动发送。")
        expect(page.locator(".waiting")).to_contain_text("待发送 补办绿化迁移手续")
        page.locator("#id_note").fill("园林处到场")
        page.get_by_role("button", name="存记录").click()
        expect(keeping(page)).to_have_text("断网：2 条待发送，恢复后自动发送。")
        end.click()
        expect(keeping(page)).to_have_text("还有 2 条没有发送，发送后再结束会议。")
        page.locator("#id_text").fill("还没有写完的一句")
        assert Decision.objects.count() == 0
        page.route("**/decide/", lambda route: route.abort())
    # The page is left before it could send: what was saved is sent, what was begun is still there.
    page.reload()
    page.goto(f"/reviews/{review.number}/run/?item=2")
    expect(page.locator("#id_text")).to_have_value("还没有写完的一句")
    expect(page.locator(".waiting")).to_contain_text("待发送 补办绿化迁移手续")
    page.unroute("**/decide/")
    expect(page.locator(".decided")).to_contain_text("补办绿化迁移手续")
    expect(keeping(page)).to_have_text("1 处还没有按保存，已暂存在这台电脑上。")
    made, matter = Decision.objects.get(), Matter.objects.get()
    assert (made.item.project, made.due) == (room.projects[1], date(2024, 10, 23))
    assert matter.title == "补办绿化迁移手续"
    made.item.refresh_from_db()
    assert (made.item.outcome, made.item.note) == ("discussed", "园林处到场")
    page.locator("#id_text").fill("")
    expect(keeping(page)).to_have_text("已全部保存")
    assert page.evaluate(KEPT) == []


def test_answer_that_was_lost_on_its_way_makes_no_second_decision(page: Page, room: Room) -> None:
    review = room.running()
    on_screen(page, review, room.clerk)
    lost: list[int] = []

    def swallow(route: Any) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.fetch().status)
        route.abort()

    page.route("**/decide/", swallow)
    page.locator("#id_text").fill("接通临时用电")
    page.get_by_label("本周五").check()
    page.get_by_role("button", name="保存", exact=True).click()
    # What is written next was written without knowing that the decision had arrived.
    page.locator("#id_note").fill("供电公司到场")
    page.get_by_role("button", name="存记录").click()
    expect(page.locator(".decided")).to_contain_text("接通临时用电")
    expect(keeping(page)).to_have_text("已全部保存")
    page.unroute("**/decide/")
    assert lost == [200]
    assert Decision.objects.count() == Matter.objects.count() == 1
    item = Decision.objects.get().item
    assert (item.outcome, item.note) == ("discussed", "供电公司到场")


def test_what_the_server_refuses_comes_back_beside_what_was_typed(page: Page, room: Room) -> None:
    review = room.running()
    with ahead(page, 2):
        on_screen(page, review, room.clerk)
    text, save = page.locator("#id_text"), page.get_by_role("button", name="保存", exact=True)
    # What is missing is told at once, line or none.
    text.fill("接通临时用电")
    page.get_by_label("责任单位", exact=True).fill("")
    save.click()
    expect(page.get_by_text("请填写责任单位：议定事项须有一个单位负责。")).to_be_visible()
    expect(page.get_by_text("请填写办结时限：议定事项须有一个日子。")).to_be_visible()
    expect(page.get_by_label("责任单位", exact=True)).to_be_focused()
    page.get_by_label("责任单位", exact=True).fill("没有的局")
    page.get_by_label("本周五").check()
    save.click()
    expect(page.get_by_text("没有叫“没有的局”的单位")).to_be_visible()
    expect(text).to_have_value("接通临时用电")
    page.get_by_label("责任单位", exact=True).fill("示例住建局")
    save.click()
    expect(page.locator(".decided")).to_contain_text("接通临时用电")
    # A second on the same thing is offered the first, or wants a reason; meanwhile the clerk is on
    # another item, and his words wait where they belong.
    with offline(page):
        text.fill("另装一台变压器")
        page.get_by_label("本周五").check()
        save.click()
        page.keyboard.press("Escape")
        page.keyboard.press("ArrowRight")
        expect(head(page)).to_contain_text("示例环城路")
    expect(keeping(page)).to_have_text("1 条没有保存（第 1 项），请改后再存。")
    page.keyboard.press("ArrowLeft")
    expect(text).to_have_value("另装一台变压器")
    expect(page.locator('[data-error="separate_reason"]')).to_contain_text("一事一单")
    page.get_by_label("确属另一件事的理由").fill("另一个台区")
    save.click()
    expect(page.locator(".decided")).to_contain_text("另装一台变压器")
    expect(keeping(page)).to_have_text("已全部保存")
    assert [each.text for each in Decision.objects.order_by("number")] == [
        "接通临时用电",
        "另装一台变压器",
    ]


def test_screen_stays_with_its_item_when_the_agenda_changes(page: Page, room: Room) -> None:
    review = room.running()
    on_screen(page, review, room.clerk, "?item=3")
    page.locator("#id_text").fill("还没有写完的一句")
    first = review.items.get(project=room.projects[0])
    leave_out(item=first, seen=first.version, actor=room.clerk)
    expect(page).to_have_url(re.compile(r"\?item=2$"))
    expect(head(page)).to_contain_text("示例装配式基地")
    expect(page.locator("#id_text")).to_have_value("还没有写完的一句")
    page.locator("#id_text").fill("")


def test_queue_waits_for_its_own_account(page: Page, room: Room) -> None:
    review = room.running()
    on_screen(page, review, room.clerk)
    page.context.clear_cookies()
    page.locator("#id_text").fill("接通临时用电")
    page.get_by_label("本周五").check()
    page.get_by_role("button", name="保存", exact=True).click()
    expect(keeping(page)).to_contain_text("登录已结束：1 条保存在这台电脑上")
    # Another of the office on the same machine: the open page does not send it as his, and his
    # own page knows nothing of it.
    other = factories.user(REVIEWER)
    sign_in(page, other)
    expect(keeping(page)).to_contain_text("现在登录的是另一个账号")
    page.goto(f"/reviews/{review.number}/run/")
    expect(keeping(page)).to_have_text("已全部保存")
    expect(page.locator(".waiting")).to_have_text("")
    assert not Decision.objects.exists()
    page.context.clear_cookies()
    on_screen(page, review, room.clerk)
    expect(page.locator(".decided")).to_contain_text("接通临时用电")
    assert Decision.objects.get().author == room.clerk
    assert page.evaluate(KEPT) == []


def test_meeting_is_run_without_scripts(plain: Page, room: Room) -> None:
    review = room.prepared()
    on_screen(plain, review, room.clerk)
    plain.get_by_role("button", name="开始会议").click()
    plain.get_by_role("link", name="下一项 →").click()
    expect(head(plain)).to_contain_text("示例环城路")
    plain.locator("#id_text").fill("补办绿化迁移手续")
    plain.get_by_role("button", name="保存", exact=True).click()
    expect(plain.get_by_text("请填写办结时限：议定事项须有一个日子。")).to_be_visible()
    expect(plain.locator("#id_text")).to_have_value("补办绿化迁移手续")
    plain.get_by_label("下周三").check()
    plain.get_by_text("更多", exact=True).click()
    plain.get_by_label("级别").select_option("2")
    plain.get_by_role("button", name="保存", exact=True).click()
    expect(plain.locator(".decided")).to_contain_text("补办绿化迁移手续")
    made = Decision.objects.get()
    assert (made.item.project, made.due, made.level) == (room.projects[1], date(2024, 10, 23), 2)
    plain.locator("#id_note").fill("园林处到场")
    plain.get_by_role("button", name="存记录").click()
    expect(plain.get_by_text("已保存：示例环城路")).to_be_visible()
    made.item.refresh_from_db()
    assert (made.item.outcome, made.item.note) == ("discussed", "园林处到场")
    plain.get_by_role("button", name="改回未议").click()
    plain.get_by_role("button", name="已议", exact=True).click()
    plain.get_by_role("button", name="结束会议").click()
    expect(plain.get_by_text("会议已结束，纪要待定稿")).to_be_visible()


def test_screen_fits_a_projector_a_desk_and_a_phone(page: Page, room: Room) -> None:
    room.projects[0].name = "示例" + "综合管廊及配套道路排水工程" * 4
    room.projects[0].save()
    for number in range(12):
        step = f"{number}号楼主体结构封顶及外立面"
        finish = date(2024, 9, 1)
        factories.milestone(project=room.projects[0], name=step, planned_finish=finish)
    review = room.running()
    for size in (PROJECTOR, DESK, PHONE):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        on_screen(page, review, room.clerk)
        expect(page.locator("#keeping")).to_have_text("已全部保存")
        assert overflow(page) <= 0, size
        if size is not PHONE:
            tall = "document.documentElement.scrollHeight - innerHeight"
            assert page.evaluate(tall) <= 0, size
            # Head, form and the way on are on it whatever the project is called.
            for part in ("#item-name", "#id_text", ".mark button", "#next"):
                box = page.locator(part).first.bounding_box()
                assert box is not None
                assert box["y"] + box["height"] <= size["height"], (size, part)
    page.set_viewport_size(PROJECTOR)  # type: ignore[arg-type]
    page.get_by_text("更多", exact=True).click()
    assert violations(page) == {}
    page.locator("#item-name").focus()
    page.keyboard.press("g")
    expect(page.get_by_role("dialog")).to_be_visible()
    assert violations(page, "dialog[open]") == {}
    page.get_by_role("button", name="关闭").click()
    page.get_by_text("出席情况", exact=True).first.click()
    assert violations(page, ".drawer") == {}
