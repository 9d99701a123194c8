"""The big screen on its wall: issued, opened, turned, cut off, deployed over, revoked."""

import re
from datetime import date

import pytest
from playwright.sync_api import Page, Route, expect

from kuancheng.access.models import DisplayToken
from kuancheng.access.roles import READER, SYSTEM_ADMIN
from projects.models import Project
from tests import factories
from tests.e2e.browser import sign_in

WALL = {"width": 1920, "height": 1080}
MINUTE, DWELL = 60_000, 15_000


@pytest.fixture
def late(live_server: object) -> Project:
    """A project with a milestone 31 days late."""
    made = factories.project(name="中粮油脂")
    factories.milestone(project=made, name="主体封顶", planned_finish=date(2024, 9, 14))
    return made


@pytest.fixture
def wall(timed: Page, late: Project) -> Page:
    """A display, opened by its token, with time in the test's hands."""
    _, token = DisplayToken.issue(name="值班室大屏")
    timed.set_viewport_size(WALL)  # type: ignore[arg-type]
    timed.clock.install(time="2024-10-15T08:00:00")
    timed.goto(f"/screen/{token}/")
    timed.clock.pause_at("2024-10-15T08:00:10")
    return timed


def on(page: Page) -> str:
    """The panel that is shown."""
    return page.locator(".panel.on").get_attribute("data-panel") or ""


def test_administrator_issues_an_address_opens_it_and_revokes_it(page: Page, late: Project) -> None:
    sign_in(page, factories.user(SYSTEM_ADMIN))
    page.goto("/admin/access/displaytoken/add/")
    page.get_by_label("名称").fill("值班室大屏")
    page.locator("[name=_save]").click()
    address = page.locator("code.key").inner_text()
    record = DisplayToken.objects.get()
    page.goto(address)
    expect(page.locator(".panel.on")).to_contain_text("总体情况")
    page.goto("/admin/access/displaytoken/")
    page.get_by_role("row").filter(has_text="值班室大屏").get_by_role("checkbox").check()
    page.get_by_label("操作").select_option("revoke")
    page.get_by_role("button", name="执行").click()
    expect(page.get_by_text("已吊销 1 个大屏地址")).to_be_visible()
    record.refresh_from_db()
    assert record.revoked_at is not None
    page.goto(address)
    expect(page.locator("h1")).to_have_text("这个大屏地址不能用了")


def test_panels_turn_by_themselves_by_keys_and_by_links_and_can_be_stopped(wall: Page) -> None:
    assert on(wall) == "1"
    wall.clock.run_for(DWELL)
    assert on(wall) == "2"
    wall.keyboard.press("ArrowRight")
    assert on(wall) == "3"
    wall.keyboard.press("ArrowLeft")
    assert on(wall) == "2"
    wall.get_by_role("link", name="4 七天到期").click()
    assert on(wall) == "4"
    expect(wall.get_by_role("link", name="4 七天到期")).to_have_attribute("aria-current", "true")
    wall.clock.run_for(DWELL)
    assert on(wall) == "1"
    stop = wall.get_by_role("button", name="停止轮播")
    stop.click()
    expect(stop).to_have_attribute("aria-pressed", "true")
    wall.clock.run_for(3 * DWELL)
    assert on(wall) == "1"
    stop.click()
    wall.clock.run_for(DWELL)
    assert on(wall) == "2"


def test_every_panel_fits_the_wall(page: Page, live_server: object) -> None:
    for number in range(12):
        name = f"示例{number}号" + "综合管廊及配套道路排水工程" * 3
        made = factories.project(name=name)
        official = factories.official(name=f"包保领导{number}")
        factories.assignment(project=made, official=official)
        step = "主体结构封顶及外立面" * 3
        factories.milestone(project=made, name=step, planned_finish=date(2024, 9, 1))
        factories.milestone(project=made, name=step, planned_finish=date(2024, 10, 18))
    sign_in(page, factories.user(READER))
    page.set_viewport_size(WALL)  # type: ignore[arg-type]
    for turn in (1, 2, 3, 4):
        page.goto(f"/screen/?turn={turn}")
        over = page.evaluate(
            "(() => { const panel = document.querySelector('.panel.on');"
            " return panel.scrollHeight - panel.clientHeight })()"
        )
        assert over <= 0, turn


def test_what_is_new_is_fetched_and_the_panel_stays(wall: Page, late: Project) -> None:
    wall.get_by_role("button", name="停止轮播").click()
    wall.get_by_role("link", name="2 滞后最重").click()
    expect(wall.locator(".panel.on")).to_contain_text("中粮油脂")
    Project.objects.filter(pk=late.pk).update(name="示例改名")
    wall.clock.run_for(MINUTE)
    expect(wall.locator(".panel.on")).to_contain_text("示例改名")
    assert on(wall) == "2"


def test_lost_connection_is_told_tried_again_more_slowly_and_forgotten(wall: Page) -> None:
    asked: list[str] = []

    def cut(route: Route) -> None:
        asked.append(route.request.url)
        route.abort()

    wall.route("**/now/", cut)
    wall.clock.run_for(MINUTE)
    expect(wall.get_by_role("status")).to_contain_text(
        re.compile(r"连接中断，\d\d:\d\d 起没有更新，正在重试")
    )
    expect(wall.locator(".panel.on")).to_be_visible()
    told = wall.get_by_role("status").inner_text()
    for seconds in (5, 10, 20):
        number = len(asked)
        wall.clock.run_for(seconds * 1_000 - 1)
        assert len(asked) == number
        with wall.expect_event("requestfailed"):
            wall.clock.run_for(1)
        assert len(asked) == number + 1
    assert wall.get_by_role("status").inner_text() == told
    wall.unroute("**/now/")
    wall.clock.run_for(40_000)
    expect(wall.get_by_role("status")).to_have_text("")


def test_page_is_loaded_anew_after_a_deploy(wall: Page) -> None:
    wall.evaluate("window.before = true; document.getElementById('now').dataset.assets = 'old'")
    with wall.expect_event("load"):
        wall.clock.run_for(MINUTE)
    assert wall.evaluate("window.before") is None
    expect(wall.locator(".panel.on")).to_contain_text("总体情况")


def test_revoked_token_stops_at_the_next_fetch(wall: Page) -> None:
    DisplayToken.objects.get().revoke()
    wall.clock.run_for(MINUTE)
    expect(wall.locator("h1")).to_have_text("这个大屏地址不能用了")
    assert wall.get_by_role("link").count() == 0


def test_session_that_ended_leads_to_the_login(timed: Page, late: Project) -> None:
    sign_in(timed, factories.user(READER))
    timed.clock.install()
    timed.goto("/")
    timed.get_by_text("更多").click()
    timed.get_by_role("link", name="大屏").click()
    # The button is there once the script has set its timers.
    expect(timed.get_by_role("button", name="停止轮播")).to_be_visible()
    timed.context.clear_cookies()
    timed.clock.run_for(MINUTE)
    expect(timed).to_have_url("/login/?next=/screen/")


def test_screen_turns_without_scripts(plain: Page, late: Project) -> None:
    _, token = DisplayToken.issue(name="值班室大屏")
    plain.goto(f"/screen/{token}/?turn=4")
    assert on(plain) == "4"
    plain.get_by_role("link", name="2 滞后最重").click()
    assert on(plain) == "2"
    plain.wait_for_url("**/?turn=3", timeout=25_000)
    assert on(plain) == "3"
