"""From the door to the progress list, on a desk and on a phone."""

from datetime import date

import pytest
from playwright.sync_api import Page, expect

from kuancheng.access.roles import READER
from projects.models import Project
from tests import factories
from tests.e2e.browser import overflow, sign_in


@pytest.fixture
def late(live_server: object) -> Project:
    """A project whose milestone is 31 days late on the day of the suite."""
    made = factories.project(name="中粮油脂", code="T-ZLYZ")
    factories.milestone(project=made, name="主体封顶", planned_finish=date(2024, 9, 14))
    return made


def test_reader_logs_in_and_sees_what_is_late(page: Page, late: Project) -> None:
    reader = factories.user(READER, is_staff=False)
    page.goto("/")
    expect(page).to_have_url("/login/?next=/")
    page.get_by_label("登录名").fill(reader.username)
    page.get_by_label("口令").fill("not-this-one")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("口令").fill(factories.PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page).to_have_url("/")
    row = page.get_by_role("row").filter(has_text="中粮油脂")
    expect(row).to_contain_text("节点“主体封顶”超期 31 天")
    row.get_by_role("link", name="中粮油脂").click()
    expect(page).to_have_url(f"/projects/{late.code}/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("中粮油脂")


def test_search_narrows_the_list_without_a_reload(page: Page, late: Project) -> None:
    factories.project(name="示例路桥")
    sign_in(page, factories.user(READER))
    page.goto("/")
    expect(page.get_by_text("示例路桥")).to_be_visible()
    page.evaluate("window.same = true")
    page.get_by_role("searchbox").fill("zlyz")
    expect(page.get_by_text("示例路桥")).to_be_hidden()
    expect(page.get_by_role("table").get_by_role("link", name="中粮油脂")).to_be_visible()
    assert page.evaluate("window.same")
    assert "search=zlyz" in page.url


def test_list_fits_a_phone(phone: Page, late: Project) -> None:
    sign_in(phone, factories.user(READER))
    phone.goto("/")
    expect(phone.locator(".progress").get_by_role("link", name="中粮油脂")).to_be_visible()
    assert overflow(phone) == 0
    phone.goto(f"/projects/{late.code}/")
    assert overflow(phone) == 0
