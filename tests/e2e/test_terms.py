"""The “?” beside a term in a real browser."""

import pytest
from playwright.sync_api import Page, expect

from kuancheng.access.models import User
from kuancheng.access.roles import READER
from tests import factories
from tests.e2e.browser import overflow, sign_in, violations


@pytest.fixture
def reader(live_server: object) -> User:
    factories.project()
    return factories.user(READER, is_staff=False)


def test_a_term_opens_by_keyboard_and_closes_with_escape(page: Page, reader: User) -> None:
    sign_in(page, reader)
    page.goto("/daily/")
    mark = page.locator("summary[aria-label='“超期”是什么意思']")
    meaning = page.locator("details.term", has=mark).get_by_role("note")
    expect(meaning).to_be_hidden()
    mark.focus()
    page.keyboard.press("Enter")
    expect(meaning).to_contain_text("超期 30 天以上亮红灯")
    assert violations(page) == {}
    page.keyboard.press("Escape")
    expect(meaning).to_be_hidden()
    expect(mark).to_be_focused()
    page.keyboard.press("Enter")
    meaning.get_by_role("link", name="全部名词").click()
    page.wait_for_url("**/help/terms/#overdue")
    expect(page.locator("#overdue")).to_be_in_viewport()


def test_one_is_open_at_a_time(page: Page, reader: User) -> None:
    sign_in(page, reader)
    page.goto("/reporting/")
    marks = page.locator("details.term summary")
    marks.nth(0).click()
    marks.nth(2).click()
    expect(page.locator("details.term[open]")).to_have_count(1)


def test_on_a_phone_it_stays_on_the_screen(phone: Page, reader: User) -> None:
    sign_in(phone, reader)
    phone.goto("/daily/")
    phone.locator("summary[aria-label='“人工调灯”是什么意思']").click()
    meaning = phone.locator("details.term[open]").get_by_role("note")
    expect(meaning).to_be_in_viewport(ratio=1)
    assert overflow(phone) == 0


def test_it_opens_without_javascript(plain: Page, reader: User) -> None:
    sign_in(plain, reader)
    plain.goto("/data-quality/")
    plain.locator("details.term summary").first.click()
    expect(plain.get_by_role("note").filter(has_text="须改正")).to_be_visible()
