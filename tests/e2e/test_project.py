"""The overview, a project's page and its brief, pressed and printed in a real browser."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from playwright.sync_api import Page, expect

from investment.services.evidence import attach_evidence
from kuancheng.access.roles import READER
from kuancheng.demo.photo import demo_photo
from projects.choices import Role
from projects.models import Project
from tests import factories
from tests.e2e.browser import overflow, sign_in
from tests.e2e.paper import A4, A4_UPRIGHT, sheets, smallest_text

POINTS = 8
"""No smaller text on paper."""


@pytest.fixture
def full(live_server: object) -> Project:
    """More of everything than a sheet could hold, each text as long as it may be."""
    long = "长春市宽城区重点项目示例文字"
    made = factories.project(
        name=long * 3,
        scope=long * 50,
        address=(long * 10)[:100],
        national_code="2022-999999-78-03-90962",
        owner=factories.agency(name=long * 5),
        lead_agency=factories.agency(name=long * 4),
        planned_start=date(2024, 1, 1),
        planned_completion=date(2024, 12, 31),
        total_investment=Decimal("9999999999.99"),
    )
    for number, role in enumerate([*Role.values, *[Role.TASK_FORCE_MEMBER] * 30]):
        official = factories.official(name=f"示例干部{number:02}", post=long)
        factories.assignment(project=made, official=official, role=role)
    factories.annual_plan(project=made, amount=Decimal("9999999.99"))
    for month in range(1, 10):
        filed = factories.status_report(
            project=made,
            month=date(2024, month, 1),
            completed=Decimal("999999.99"),
            problems=long * 70,
            next_step=long * 70,
            state="approved",
        )
    for order in range(1, 31):
        factories.milestone(
            project=made,
            order=order,
            name=(long * 6)[:80],
            planned_start=date(2024, 1, 1),
            planned_finish=date(2024, 3, 1),
            agency=made.lead_agency,
        )
    for number in range(1, 4):
        picture = BytesIO(demo_photo(str(number)))
        picture.name = f"现场{number}.jpg"
        attach_evidence(
            report=filed, files=[picture], caption=f"第{number}张", actor=factories.system()
        )
    for number in range(3):
        factories.programme(made, name=f"{long * 2}{number}")
    return made


def test_photos_open_over_the_page_and_turn_by_arrows(page: Page, full: Project) -> None:
    sign_in(page, factories.user(READER))
    page.goto(f"/projects/{full.code}/")
    strip = page.locator(".photo-strip a")
    expect(strip).to_have_count(3)
    strip.nth(1).click()
    viewer = page.get_by_role("dialog", name="现场照片")
    expect(viewer).to_contain_text("第 2 张，共 3 张")
    expect(viewer.locator("img")).to_have_js_property("complete", value=True)
    assert viewer.locator("img").evaluate("image => image.naturalWidth") == 800
    page.keyboard.press("ArrowRight")
    expect(viewer).to_contain_text("第 3 张，共 3 张")
    viewer.get_by_role("button", name="下一张").click()
    expect(viewer).to_contain_text("第 1 张，共 3 张")
    viewer.get_by_role("button", name="上一张").click()
    expect(viewer).to_contain_text("第 3 张，共 3 张")
    original = viewer.get_by_role("link", name="打开原图").get_attribute("href")
    assert original == strip.nth(2).evaluate("link => link.href")
    page.keyboard.press("Escape")
    expect(viewer).to_be_hidden()
    expect(strip.nth(1)).to_be_focused()
    strip.first.press("Enter")
    viewer.get_by_role("button", name="关闭").click()
    expect(viewer).to_be_hidden()


def test_photos_are_links_without_scripts(page: Page, full: Project) -> None:
    sign_in(page, factories.user(READER))
    page.route("**/photo_viewer*.js", lambda route: route.fulfill(body=""))
    page.goto(f"/projects/{full.code}/")
    with page.expect_popup() as opened:
        page.locator(".photo-strip a").first.click()
    assert "/evidence/" in opened.value.url


def test_ways_through_the_page_stay_in_sight(page: Page, full: Project) -> None:
    sign_in(page, factories.user(READER))
    page.goto(f"/projects/{full.code}/")
    page.get_by_role("navigation", name="本页内容").get_by_role("link", name="变更记录").click()
    expect(page.get_by_role("heading", name="变更记录")).to_be_in_viewport()
    ways = page.get_by_role("navigation", name="本页内容")
    expect(ways).to_be_in_viewport()
    ways.get_by_role("link", name="研判与责任").press("Enter")
    expect(page.get_by_role("heading", name="研判", exact=False).first).to_be_in_viewport()


def test_brief_is_one_sheet_however_much_there_is(page: Page, full: Project) -> None:
    sign_in(page, factories.user(READER))
    page.goto(f"/projects/{full.code}/")
    page.get_by_role("link", name="一项一表").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("重点项目一项一表")
    page.wait_for_load_state("networkidle")
    assert sheets(page) == [A4_UPRIGHT]
    size, text = smallest_text(page, 210, 297)
    assert size >= POINTS, text
    page.set_viewport_size({"width": 703, "height": 1047})
    hidden = "(each) => each.scrollWidth - each.clientWidth"
    assert page.locator(".brief .wide-scroll").evaluate(hidden) == 0


def test_brief_is_printed_by_its_button(page: Page, full: Project) -> None:
    sign_in(page, factories.user(READER))
    page.goto(f"/projects/{full.code}/brief/")
    page.evaluate("window.print = () => { document.title = '打印了' }")
    page.get_by_role("button", name="打印（A4 纵向）").click()
    expect(page).to_have_title("打印了")


def test_pages_fit_a_phone(phone: Page, full: Project) -> None:
    sign_in(phone, factories.user(READER))
    for address in (f"/projects/{full.code}/", f"/projects/{full.code}/brief/", "/overview/"):
        phone.goto(address)
        assert overflow(phone) == 0, address


def test_breakdown_is_turned_by_keyboard(page: Page, full: Project) -> None:
    sign_in(page, factories.user(READER))
    page.goto("/overview/")
    tabs = page.get_by_role("navigation", name="分组方式")
    tabs.get_by_role("link", name="责任单位").press("Enter")
    expect(page).to_have_url("/overview/?by=lead_agency#breakdown")
    expect(tabs.get_by_role("link", name="责任单位")).to_have_attribute("aria-current", "true")
    row = page.locator(".breakdown tbody tr")
    expect(row).to_contain_text(full.lead_agency.name if full.lead_agency else "")
    row.get_by_role("link", name="1", exact=True).first.click()
    expect(
        page.get_by_role("table").get_by_role("link", name=full.name, exact=True)
    ).to_be_visible()


@pytest.mark.parametrize("address", ["/", "/overview/"])
def test_lists_and_overview_print_on_a4_across(page: Page, full: Project, address: str) -> None:
    sign_in(page, factories.user(READER))
    page.emulate_media(color_scheme="dark")
    page.goto(address)
    assert set(sheets(page)) == {A4}
    size, text = smallest_text(page, 297, 210)
    assert size >= POINTS, text
    ground = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(ground) == "rgb(255, 255, 255)"
