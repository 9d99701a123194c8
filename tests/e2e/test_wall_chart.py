"""The wall chart on a desk, on a phone and on paper."""

from datetime import date

import pytest
from playwright.sync_api import Page, expect

from kuancheng.access.roles import READER
from projects.models import Project
from tests import factories
from tests.e2e.browser import overflow, sign_in
from tests.e2e.paper import A3, sheets, smallest_text


@pytest.fixture
def late(live_server: object) -> Project:
    """A project with a milestone 31 days late."""
    made = factories.project(name="中粮油脂", planned_completion=date(2024, 12, 31))
    factories.milestone(
        project=made,
        order=1,
        name="主体封顶",
        planned_start=date(2024, 8, 1),
        planned_finish=date(2024, 9, 14),
    )
    return made


def test_the_chart_leads_to_the_project(page: Page, late: Project) -> None:
    sign_in(page, factories.user(READER))
    page.goto("/")
    page.get_by_role("link", name="挂图作战").click()
    sheet = page.locator(".sheet svg")
    expect(sheet.locator("use[href='#mark-overdue'] title")).to_have_text(
        ["黑旗：“主体封顶”应于 2024-09-14 完成，超期 31 天"]
    )
    assert overflow(page) == 0
    sheet.get_by_role("link").filter(has_text="中粮油脂").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("中粮油脂")
    expect(page.locator(".project-chart svg")).to_be_visible()


def test_marks_that_are_used_again_keep_their_colours(page: Page, late: Project) -> None:
    sign_in(page, factories.user(READER))
    page.goto("/wall-chart/")
    fill = "getComputedStyle(document.querySelector('#mark-overdue .pennant')).fill"
    assert page.evaluate(fill) == "rgb(17, 17, 17)"


def test_a_phone_shows_one_project_under_the_other(phone: Page, late: Project) -> None:
    sign_in(phone, factories.user(READER))
    phone.goto("/wall-chart/")
    expect(phone.locator(".sheet")).to_be_hidden()
    expect(phone.locator(".wall-list article")).to_contain_text("超期 31 天")
    assert overflow(phone) == 0
    phone.goto(f"/projects/{late.code}/")
    assert overflow(phone) == 0


def test_a_printed_page_is_a_sheet(page: Page, live_server: object) -> None:
    for number in range(46):
        factories.project(code=f"P-{number:02}", planned_completion=date(2025, 1, 1))
    sign_in(page, factories.user(READER))
    page.goto("/wall-chart/")
    assert sheets(page) == [A3] * 2


def test_a_full_sheet_fills_one_page_and_can_be_read(page: Page, live_server: object) -> None:
    for number in range(45):
        factories.project(code=f"P-{number:02}", planned_completion=date(2025, 1, 1))
    sign_in(page, factories.user(READER))
    page.goto("/wall-chart/")
    assert sheets(page) == [A3]
    size, text = smallest_text(page, 400, 277)
    assert size >= 8, text
