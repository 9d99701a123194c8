"""The search box in a real browser: by keyboard, by mouse, without JavaScript."""

import pytest
from playwright.sync_api import Page, expect

from kuancheng.access.models import User
from kuancheng.access.roles import REVIEWER
from tests import factories
from tests.e2e.browser import overflow, sign_in


@pytest.fixture
def reviewer(live_server: object) -> User:
    for number in range(6):
        factories.project(code=f"T-{number}", name=f"示例冷库{number}")
    factories.milestone(project=factories.project(code="T-9", name="示例道路"), name="冷库封顶")
    return factories.user(REVIEWER)


@pytest.mark.parametrize("start", ["/", "/admin/"])
def test_a_project_is_opened_by_keyboard_alone(page: Page, reviewer: User, start: str) -> None:
    sign_in(page, reviewer)
    page.goto(start)
    page.keyboard.press("/")
    box = page.get_by_role("combobox", name="搜索项目")
    expect(box).to_be_focused()
    page.keyboard.type("lk")
    options = page.get_by_role("listbox", name="搜索结果").get_by_role("option")
    expect(options).to_have_count(6)
    expect(box).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    chosen = options.nth(1).get_attribute("id")
    expect(box).to_have_attribute("aria-activedescendant", str(chosen))
    page.keyboard.press("Enter")
    page.wait_for_url("**/projects/T-1/")


def test_escape_closes_the_list_and_keeps_the_words(page: Page, reviewer: User) -> None:
    sign_in(page, reviewer)
    page.goto("/rules/")
    box = page.get_by_role("combobox", name="搜索项目")
    box.press_sequentially("冷库")
    expect(page.get_by_role("listbox")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(box).to_have_value("冷库")
    expect(box).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=*")
    page.get_by_role("link", name="节点 1").click()
    expect(page.get_by_role("heading", name="节点")).to_be_visible()
    page.locator("#main").get_by_role("link", name="冷库封顶").click()
    page.wait_for_url("**/projects/T-9/")


def test_the_list_says_what_cannot_be_found_and_all_can_be_asked_for(
    page: Page, reviewer: User
) -> None:
    sign_in(page, reviewer)
    page.goto("/rules/")
    box = page.get_by_role("combobox", name="搜索项目")
    box.press_sequentially("x")
    expect(page.get_by_role("listbox")).to_contain_text("太短")
    box.fill("")
    expect(page.get_by_role("listbox")).to_be_hidden()
    box.press_sequentially("冷库")
    page.get_by_role("option", name="全部 6 个项目").click()
    expect(page.locator(".hits li")).to_have_count(6)


def test_a_slash_that_is_typed_stays_a_slash(page: Page, reviewer: User) -> None:
    sign_in(page, reviewer)
    page.goto("/search/")
    page.get_by_role("searchbox", name="找什么").press_sequentially("a/b")
    expect(page.get_by_role("searchbox", name="找什么")).to_have_value("a/b")


def test_an_ended_session_shows_no_login_page_in_the_list(page: Page, reviewer: User) -> None:
    sign_in(page, reviewer)
    page.goto("/rules/")
    page.context.clear_cookies()
    with page.expect_response("**/login/**"):
        page.get_by_role("combobox", name="搜索项目").press_sequentially("冷库")
    expect(page.get_by_role("listbox")).to_be_hidden()
    page.keyboard.press("Enter")
    page.wait_for_url("**/login/?next=/search/**")


def test_it_works_without_javascript(plain: Page, reviewer: User) -> None:
    sign_in(plain, reviewer)
    plain.goto("/")
    plain.get_by_role("search", name="全站搜索").get_by_role("searchbox").fill("冷库 5")
    plain.keyboard.press("Enter")
    plain.locator("#main").get_by_role("link", name="示例冷库5").click()
    plain.wait_for_url("**/projects/T-5/")


def test_a_phone_has_a_page_of_its_own(phone: Page, reviewer: User) -> None:
    sign_in(phone, reviewer)
    phone.goto("/")
    phone.get_by_role("link", name="搜索", exact=True).click()
    expect(phone.get_by_role("searchbox", name="找什么")).to_be_focused()
    phone.keyboard.type("冷库")
    phone.keyboard.press("Enter")
    expect(phone.get_by_role("link", name="示例冷库0")).to_be_visible()
    assert overflow(phone) == 0
