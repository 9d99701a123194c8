"""An administrator's first way through an empty site, in a real browser."""

from playwright.sync_api import Page, expect

from kuancheng.access.roles import SYSTEM_ADMIN
from projects.models import Agency
from tests import factories
from tests.e2e.browser import overflow, sign_in


def test_from_the_empty_front_page_to_the_first_agency(page: Page, live_server: object) -> None:
    sign_in(page, factories.user(SYSTEM_ADMIN))
    page.goto("/")
    page.get_by_role("link", name="开始使用：一步一步建立清单").click()
    step = page.locator("#agencies")
    expect(step).to_contain_text("○ 未做")
    step.get_by_role("link", name="新增单位").click()
    page.get_by_label("名称").fill("区发展和改革局")
    page.get_by_label("类别").select_option("department")
    page.locator("[name=_save]").click()
    expect(page.get_by_text("已新增单位“区发展和改革局”")).to_be_visible()
    assert Agency.objects.get().name == "区发展和改革局"
    page.get_by_role("link", name="我的工作", exact=True).first.click()
    page.get_by_role("link", name="开始使用：还有").click()
    expect(page.locator("#agencies")).to_contain_text("✓ 已做")


def test_the_steps_fit_a_phone(phone: Page, live_server: object) -> None:
    sign_in(phone, factories.user(SYSTEM_ADMIN))
    for address in ("/start/", "/help/", "/help/terms/"):
        phone.goto(address)
        assert overflow(phone) == 0
