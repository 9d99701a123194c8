"""The map on a desk, on a phone, by keyboard, without scripts and on paper."""

import re
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from kuancheng.access.roles import READER
from projects.models import Project
from tests import factories
from tests.e2e.browser import overflow, sign_in


@pytest.fixture
def placed(live_server: object) -> list[Project]:
    """Two projects beside each other, and one far from them."""
    places = (("125.30", "43.95"), ("125.304", "43.95"), ("125.36", "44.00"))
    return [
        factories.project(
            name=f"示例{number}", code=f"T-{number}", longitude=Decimal(lon), latitude=Decimal(lat)
        )
        for number, (lon, lat) in enumerate(places, 1)
    ]


def shown(page: Page) -> list[float]:
    """Left, top, width and height of what the drawing shows."""
    text = page.locator("#map").get_attribute("viewBox") or ""
    return [float(each) for each in text.split()]


def test_buttons_keys_wheel_and_drag_zoom_and_move(page: Page, placed: list[Project]) -> None:
    sign_in(page, factories.user(READER))
    page.goto("/")
    page.get_by_text("更多").click()
    page.get_by_role("link", name="地图").click()
    assert shown(page) == [0, 0, 1000, 800]
    page.get_by_role("button", name="放大").click()
    assert shown(page) == [250, 200, 500, 400]
    page.get_by_role("button", name="缩小").click()
    assert shown(page) == [0, 0, 1000, 800]
    page.locator(".map-view").focus()
    for key in ("+", "ArrowRight", "ArrowUp"):
        page.keyboard.press(key)
    assert shown(page) == [350, 120, 500, 400]
    box = page.locator("#map").bounding_box()
    assert box
    page.mouse.move(box["x"] + 40, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + 90, box["y"] + 40, steps=5)
    page.mouse.up()
    assert shown(page)[0] < 350
    page.get_by_role("button", name="复原").click()
    assert shown(page) == [0, 0, 1000, 800]
    page.mouse.move(box["x"] + 200, box["y"] + 200)
    page.keyboard.down("Control")
    page.mouse.wheel(0, -100)
    expect(page.locator("#map")).to_have_attribute("viewBox", re.compile(r" 800 640$"))
    page.keyboard.up("Control")
    assert overflow(page) == 0


def test_mark_reached_by_the_keyboard_comes_into_view(page: Page, placed: list[Project]) -> None:
    sign_in(page, factories.user(READER))
    page.goto("/map/")
    mark = page.get_by_role("link", name="示例3：灰灯，未研判")
    for _ in range(4):
        page.get_by_role("button", name="放大").click()
    expect(mark).not_to_be_in_viewport()
    mark.focus()
    expect(mark).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page).to_have_url("/projects/T-3/")


def test_group_comes_apart_without_scripts(plain: Page) -> None:
    for number in (1, 2):
        lon = Decimal("125.30") + Decimal("0.004") * number
        factories.project(name=f"示例{number}", longitude=lon, latitude=Decimal("43.95"))
    sign_in(plain, factories.user(READER))
    plain.goto("/map/")
    expect(plain.get_by_role("button", name="放大")).to_have_count(0)
    plain.get_by_role("link", name="2 个项目：灰灯 2，放大").click()
    expect(plain.get_by_role("link", name="示例1：灰灯，未研判")).to_be_visible()
    expect(plain.get_by_role("link", name="示例2：灰灯，未研判")).to_be_visible()
    plain.get_by_role("link", name="看全区").click()
    expect(plain.get_by_role("link", name="2 个项目：灰灯 2，放大")).to_be_visible()


def test_phone_has_the_same_projects_in_a_list(phone: Page, placed: list[Project]) -> None:
    sign_in(phone, factories.user(READER))
    phone.goto("/map/")
    assert overflow(phone) == 0
    link = phone.locator(".places").get_by_role("link", name="示例3")
    box = link.bounding_box()
    assert box
    assert box["height"] >= 44
    link.click()
    expect(phone).to_have_url("/projects/T-3/")


def test_map_is_printed_on_a4_landscape(page: Page, placed: list[Project]) -> None:
    sign_in(page, factories.user(READER))
    page.goto("/map/")
    printed = page.pdf(prefer_css_page_size=True, print_background=True)
    assert b"/MediaBox [0 0 841.91998 594.95996]" in printed
    assert printed.count(b"/Type /Page\n") == 2  # the map, the list
