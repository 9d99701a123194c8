"""The front page in a browser: stars, chips, columns, views, with and without scripts, by keyboard."""

import re
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from kuancheng.access.models import User
from kuancheng.access.roles import READER, REVIEWER
from kuancheng.reports.models import Follow, FrontPage, SavedView
from projects.choices import Role
from tests import factories
from tests.e2e.browser import DESK, PHONE, overflow, sign_in, violations


@pytest.fixture
def reader(live_server: object) -> User:
    return factories.user(READER, is_staff=False)


@pytest.fixture
def portfolio(live_server: object) -> None:
    """Twenty projects, the first half of them red, with long names everywhere."""
    leader = factories.official(name="示例领导")
    agency = factories.agency(name="示例区住房和城乡建设局")
    for number in range(20):
        made = factories.project(
            name=f"示例老旧小区综合改造提升工程{number:02}",
            code=f"T-{number:02}",
            lead_agency=agency,
        )
        factories.assignment(project=made, official=leader, role=Role.LEAD_OFFICIAL)
        finish = date(2024, 8, 1) if number < 10 else date(2024, 12, 1)
        factories.milestone(project=made, name="地上主体结构封顶", planned_finish=finish)
        factories.annual_plan(project=made)


def in_sight(page: Page) -> int:
    """How many projects stand fully on the screen, without scrolling."""
    counted: int = page.evaluate(
        "[...document.querySelectorAll('.progress tbody tr')]"
        ".filter((row) => row.getBoundingClientRect().bottom <= innerHeight).length"
    )
    return counted


@pytest.mark.usefixtures("portfolio")
def test_ten_are_seen_on_a_desk_and_five_on_a_phone(page: Page, phone: Page, reader: User) -> None:
    for opened, number in ((page, 10), (phone, 5)):
        sign_in(opened, reader)
        opened.goto("/")
        assert in_sight(opened) >= number
        assert overflow(opened) == 0
    small = phone.evaluate(
        "[...document.querySelectorAll('.progress td.name a, .progress .star, main summary, main .button, main button')]"
        ".filter((each) => each.offsetParent && each.getBoundingClientRect().height < 44).length"
    )
    assert small == 0


@pytest.mark.usefixtures("portfolio")
def test_paper_is_a4_across_and_nothing_on_it_is_too_small(page: Page, reader: User) -> None:
    sign_in(page, reader)
    page.goto("/")
    sheet = page.pdf(prefer_css_page_size=True)
    width, height = re.findall(rb"/MediaBox ?\[0 0 ([0-9.]+) ([0-9.]+)", sheet)[0]
    assert (round(float(width)), round(float(height))) == (842, 595)
    page.emulate_media(media="print")
    smallest = page.evaluate(
        "Math.min(...[...document.querySelectorAll('main *')]"
        ".filter((each) => !each.children.length && each.textContent.trim() && each.getClientRects().length)"
        ".map((each) => parseFloat(getComputedStyle(each).fontSize)))"
    )
    assert smallest * 72 / 96 >= 8


@pytest.mark.usefixtures("portfolio")
def test_the_heading_stays_in_sight(page: Page, reader: User) -> None:
    sign_in(page, reader)
    page.goto("/")
    page.evaluate("window.scrollTo(0, 600)")
    assert (
        page.evaluate("document.querySelector('.progress thead th').getBoundingClientRect().top")
        == 0
    )


@pytest.mark.usefixtures("portfolio")
def test_a_star_is_pressed_by_keyboard_and_keeps_the_cursor(page: Page, reader: User) -> None:
    sign_in(page, reader)
    page.goto("/")
    star = page.get_by_role("button", name="关注 示例老旧小区综合改造提升工程03")
    star.focus()
    page.keyboard.press("Enter")
    expect(star).to_have_attribute("aria-pressed", "true")
    expect(star).to_be_focused()
    assert [each.project.code for each in Follow.objects.filter(user=reader)] == ["T-03"]
    page.keyboard.press("Enter")
    expect(star).to_have_attribute("aria-pressed", "false")
    assert not Follow.objects.exists()


@pytest.mark.usefixtures("portfolio")
def test_filters_are_ticked_in_place_and_taken_away_one_by_one(page: Page, reader: User) -> None:
    sign_in(page, reader)
    page.goto("/")
    page.get_by_text("筛选", exact=True).click()
    page.get_by_label("红灯").check()
    page.get_by_label("在建").check()
    expect(page.locator("#filters .panel summary")).to_contain_text("（2）")
    expect(page.locator(".progress tbody tr")).to_have_count(10)
    expect(page.get_by_role("link", name="阶段：在建")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_label("红灯")).to_be_hidden()
    expect(page.locator("#filters .panel summary")).to_be_focused()
    page.get_by_role("link", name="亮灯：红灯").click()
    expect(page.get_by_role("link", name="阶段：在建")).to_be_visible()
    expect(page.locator(".progress tbody tr")).to_have_count(20)
    page.get_by_role("link", name="清除全部").first.click()
    expect(page.locator(".active")).to_have_count(0)


@pytest.mark.usefixtures("portfolio")
def test_an_ended_session_leads_to_the_door_and_back(page: Page, reader: User) -> None:
    sign_in(page, reader)
    page.goto("/?light=red")
    page.context.clear_cookies(name="sessionid")
    page.locator(".star").first.click()
    expect(page).to_have_url("/login/?next=/%3Flight%3Dred")
    assert not Follow.objects.exists()


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.usefixtures("portfolio")
def test_a_view_from_saving_to_deleting(request: pytest.FixtureRequest, scripts: bool) -> None:
    office = factories.user(REVIEWER)
    page: Page = request.getfixturevalue("page" if scripts else "plain")
    sign_in(page, office)
    page.goto("/?light=red")
    page.locator(".keys summary", has_text="列").click()
    page.get_by_role("checkbox", name="属地").check()
    page.get_by_label("宽松").check()
    page.get_by_role("button", name="应用").click()
    expect(page.locator(".progress.comfortable thead")).to_contain_text("属地")
    page.locator(".keys summary", has_text="视图").click()
    page.get_by_label("名称").fill("红灯周报")
    page.get_by_label("给谁用").select_option("everyone")
    page.get_by_label("打开进展清单时先看它").check()
    page.get_by_role("button", name="另存为视图").click()
    expect(page.locator("p.message")).to_contain_text("已保存视图“红灯周报”")
    view = SavedView.objects.get(owner=office)
    assert (view.audience, "columns=subdistrict" in view.query) == ("everyone", True)
    page.goto("/")
    expect(page.get_by_text("视图“红灯周报”")).to_be_visible()
    page.get_by_role("link", name="亮灯：红灯").click()
    page.locator(".keys summary", has_text="视图").click()
    page.get_by_role("button", name="用现在的条件更新“红灯周报”").click()
    expect(page.locator("p.message")).to_contain_text("已用现在的条件更新")
    page.locator(".keys summary", has_text="视图").click()
    page.get_by_role("link", name="管理视图").click()
    page.get_by_label("名称").fill("全部周报")
    page.get_by_label("给谁用").select_option("mine")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_role("heading", name="全部周报")).to_be_visible()
    page.get_by_role("button", name="改为先看全部项目").click()
    expect(page.get_by_text("打开进展清单时看全部项目。")).to_be_visible()
    page.get_by_role("button", name="设为默认").click()
    expect(page.get_by_text("打开进展清单时先看视图“全部周报”。")).to_be_visible()
    view.refresh_from_db()
    assert (view.name, view.audience, view.version, "light" in view.query) == (
        "全部周报",
        "mine",
        3,
        False,
    )
    assert FrontPage.objects.get(user=office).default_view == view
    page.get_by_text("删除", exact=True).click()
    page.get_by_role("button", name="确认删除“全部周报”").click()
    expect(page.get_by_text("已删除视图“全部周报”。")).to_be_visible()
    assert not SavedView.objects.exists()


@pytest.mark.usefixtures("portfolio")
def test_a_star_works_without_scripts_and_the_list_narrows_to_it(plain: Page, reader: User) -> None:
    sign_in(plain, reader)
    plain.goto("/?light=red")
    plain.get_by_role("button", name="关注 示例老旧小区综合改造提升工程05").click()
    expect(plain).to_have_url("/?light=red")
    plain.goto("/projects/T-07/")
    plain.get_by_role("button", name="关注").click()
    expect(plain.get_by_role("button", name="关注")).to_have_attribute("aria-pressed", "true")
    plain.goto("/")
    plain.locator(".mine summary", has_text="最近看过").click()
    expect(plain.locator(".mine").get_by_role("link", name="工程07")).to_be_visible()
    plain.locator(".mine summary", has_text="我关注的").click()
    plain.get_by_role("link", name="只看我关注的 2 个").click()
    expect(plain.locator(".progress tbody tr")).to_have_count(2)


@pytest.mark.parametrize("address", ["/", "/?density=comfortable&light=red", "/views/"])
@pytest.mark.usefixtures("portfolio")
def test_open_panels_and_the_dark_have_no_faults(page: Page, reader: User, address: str) -> None:
    """Each panel as it opens, and in the dark the page too: by day tests/e2e/test_axe.py sees it."""
    SavedView.objects.create(owner=reader, name="红灯", query="light=red")
    sign_in(page, reader)
    looks: list[Any] = [("light", DESK), ("dark", DESK), ("dark", PHONE)]
    for scheme, viewport in looks:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size(viewport)
        page.goto(address)
        assert scheme == "light" or violations(page) == {}
        for panel in page.locator("main details").all():
            panel.evaluate("(each) => { each.open = true; }")
            assert violations(page, "main details[open]") == {}
            assert overflow(page) == 0
            panel.evaluate("(each) => { each.open = false; }")
