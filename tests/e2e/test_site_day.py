"""“今天” beside a date input is the site's day, whatever the computer's clock says."""

from playwright.sync_api import Page, expect

from kuancheng.access.roles import REVIEWER
from tests import factories
from tests.e2e.browser import sign_in


def test_today_and_the_calendar_are_the_pinned_day(page: Page, live_server: object) -> None:
    sign_in(page, factories.user(REVIEWER))
    page.goto("/admin/projects/project/add/")
    page.get_by_role("tab", name="节点").click()
    start = page.get_by_label("计划开工")
    beside = page.locator(".field-planned_start .datetimeshortcuts").first
    beside.get_by_role("link", name="今天").click()
    expect(start).to_have_value("2024-10-15")
    start.fill("")
    beside.locator(".date-icon").click()
    calendar = page.locator(".calendarbox:visible")
    expect(calendar.locator("caption")).to_contain_text("2024")
    expect(calendar.locator("td.today")).to_have_text("15")
    calendar.get_by_role("link", name="明天").click()
    expect(start).to_have_value("2024-10-16")
