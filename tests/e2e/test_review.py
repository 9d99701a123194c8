"""The reviewer's desk in a real browser: keys, decisions, and taking one back."""

from datetime import date
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from investment.choices import ReportState
from investment.models import StatusReport
from investment.services.evidence import attach_evidence
from kuancheng.access.models import User
from kuancheng.access.roles import REVIEWER
from tests import factories
from tests.e2e.browser import overflow, sign_in, violations
from tests.projects import uploads

REVIEW = "/admin/investment/statusreport/review/"


@pytest.fixture
def office(live_server: object) -> User:
    return factories.user(REVIEWER)


@pytest.fixture
def reports(office: User) -> list[StatusReport]:
    """Three that wait, the second with a photo; each says what it said in August, and more."""
    found = []
    for name in ("甲库", "乙库", "丙库"):
        project = factories.project(name=name, total_investment=Decimal(100_000))
        august = factories.status_report(
            project=project,
            month=date(2024, 8, 1),
            completed=10,
            physical_progress="主体完成 4 层。",
        )
        StatusReport.objects.filter(pk=august.pk).update(state=ReportState.APPROVED)
        found.append(
            factories.status_report(
                project=project, completed=Decimal(10), physical_progress="主体完成 5 层。"
            )
        )
    attach_evidence(report=found[1], files=[uploads.photo()], actor=factories.system())
    StatusReport.objects.filter(month=date(2024, 9, 1)).update(state=ReportState.SUBMITTED)
    return found


def states() -> list[str]:
    found = StatusReport.objects.filter(month=date(2024, 9, 1)).order_by("pk")
    return list(found.values_list("state", flat=True))


def test_reports_are_reviewed_with_keys_and_undone(
    page: Page, office: User, reports: list[StatusReport]
) -> None:
    sign_in(page, office)
    page.goto(REVIEW)
    rows = page.locator(".review-report")
    expect(rows.first.locator("ins")).to_have_text("5")
    expect(rows.first.locator("del")).to_have_text("4")
    photo = page.get_by_role("img", name="照片")
    assert photo.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    page.keyboard.press("t")
    expect(rows.nth(0).get_by_label("通过")).to_be_checked()
    expect(rows.nth(1)).to_be_focused()
    page.keyboard.press("h")
    note = rows.nth(1).get_by_role("textbox")
    expect(note).to_be_focused()
    # Letters are letters while somebody types.
    page.keyboard.type("tthx")
    expect(note).to_have_value("tthx")
    expect(rows.nth(1).get_by_label("退回", exact=True)).to_be_checked()
    page.keyboard.press("Enter")
    expect(rows.nth(2)).to_be_focused()
    page.keyboard.press("s")
    expect(rows.nth(1)).to_be_focused()
    page.keyboard.press("x")
    page.keyboard.press("x")
    expect(page.get_by_role("button", name="提交所选结论")).to_be_focused()
    assert states() == ["submitted"] * 3
    assert violations(page) == {}
    page.keyboard.press("Enter")
    expect(page.locator(".messagelist")).to_contain_text("已通过 1 份")
    assert states() == ["approved", "returned", "submitted"]
    expect(page.locator(".undo-left")).to_contain_text("秒")
    assert violations(page) == {}
    page.get_by_role("button", name="撤销：乙库").click()
    expect(page.locator(".messagelist")).to_contain_text("恢复为待复核 1 份")
    assert states() == ["approved", "submitted", "submitted"]
    page.keyboard.press("c")
    expect(page.locator(".undo")).to_have_count(0)
    assert states() == ["submitted"] * 3


def test_keys_sleep_when_they_are_switched_off(
    page: Page, office: User, reports: list[StatusReport]
) -> None:
    sign_in(page, office)
    page.goto(REVIEW)
    page.get_by_label("用快捷键").uncheck()
    page.reload()
    expect(page.get_by_label("用快捷键")).not_to_be_checked()
    page.locator("h1").click()
    page.keyboard.press("t")
    expect(page.locator("input[value=approve]:checked")).to_have_count(0)


def test_all_are_undone_at_once_and_the_offer_goes_when_it_is_over(
    page: Page, office: User, reports: list[StatusReport]
) -> None:
    sign_in(page, office)
    page.goto(REVIEW)
    page.get_by_role("link", name="全部选为通过").click()
    page.get_by_role("button", name="提交所选结论").click()
    page.get_by_role("button", name="全部撤销").click()
    expect(page.locator(".messagelist")).to_contain_text("恢复为待复核 3 份")
    assert states() == ["submitted"] * 3
    page.get_by_role("link", name="全部选为通过").click()
    page.get_by_role("button", name="提交所选结论").click()
    expect(page.get_by_role("button", name="全部撤销")).to_be_visible()
    expect(page.get_by_role("button", name="全部撤销")).to_be_hidden(timeout=12_000)
    assert states() == ["approved"] * 3


def test_approval_is_undone_on_the_reports_own_page(
    page: Page, office: User, reports: list[StatusReport]
) -> None:
    sign_in(page, office)
    page.goto(f"/admin/investment/statusreport/{reports[0].pk}/change/")
    page.get_by_role("button", name="复核通过").click()
    expect(page.locator(".state-note")).to_contain_text("复核通过，数字已计入统计")
    page.get_by_role("button", name="撤销结论").click()
    expect(page.locator(".messagelist")).to_contain_text("恢复为待复核 1 份")
    assert states() == ["submitted"] * 3


def test_screen_fits_a_phone_and_nothing_floats_over_it(
    phone: Page, office: User, reports: list[StatusReport]
) -> None:
    sign_in(phone, office)
    phone.goto(REVIEW)
    assert overflow(phone) == 0
    assert violations(phone) == {}
    floating = "element => getComputedStyle(element).position"
    assert phone.locator(".submit-row").evaluate(floating) == "static"
    for label in phone.locator(".review-choice fieldset label").all():
        box = label.bounding_box()
        assert box
        assert box["height"] >= 44
    phone.locator(".review-report").first.get_by_label("通过").check()
    phone.get_by_role("button", name="提交所选结论").click()
    expect(phone.locator(".messagelist")).to_contain_text("已通过 1 份")
    assert states() == ["approved", "submitted", "submitted"]
