"""At the doors, in a real browser: what is left after logging out, who must wait, whether it works."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from kuancheng.access.roles import READER, SYSTEM_ADMIN
from kuancheng.audit.models import AuditEntry
from kuancheng.readiness import registry
from kuancheng.readiness.registry import Check, Finding, State
from kuancheng.throttles import budgets
from kuancheng.throttles.models import KnownAddress, LoginFailure
from kuancheng.throttles.rules import SPRAYED_FAILURES
from tests import factories
from tests.e2e.browser import overflow, sign_in


@pytest.fixture(autouse=True)
def _afresh() -> Iterator[None]:
    budgets.noted.clear()
    registry.look_again()
    yield
    registry.look_again()


def come_in(page: Page, name: str, typed: str) -> None:
    page.goto("/login/")
    page.get_by_label("登录名").fill(name)
    page.get_by_label("口令").fill(typed)
    page.get_by_role("button", name="登录").click()


def test_back_button_shows_nothing_after_logging_out(page: Page) -> None:
    factories.project(name="中粮油脂")
    sign_in(page, factories.user(READER))
    page.goto("/")
    expect(page.get_by_text("中粮油脂")).to_be_visible()
    page.goto("/overview/")
    page.locator(".who summary").click()
    page.get_by_role("button", name="退出").click()
    expect(page).to_have_url("/login/")
    for _ in range(2):
        page.go_back()
        expect(page.get_by_label("登录名")).to_be_visible()
        expect(page.get_by_text("中粮油脂")).to_be_hidden()


def test_sprayer_is_told_to_wait_and_comes_in_when_it_is_over(page: Page) -> None:
    reader = factories.user(READER)
    for each in range(SPRAYED_FAILURES):
        come_in(page, f"name{each}", "wrong")
        expect(page.get_by_role("alert")).to_be_visible()
    assert LoginFailure.objects.count() == SPRAYED_FAILURES
    come_in(page, reader.username, factories.PASSWORD)
    expect(page.get_by_role("heading", name="登录失败太多")).to_be_visible()
    expect(page.get_by_text("分钟后再试")).to_be_visible()
    assert AuditEntry.objects.filter(act="entry.throttled").count() == 1
    assert not KnownAddress.objects.exists()
    page.get_by_role("link", name="返回").click()
    expect(page.get_by_label("登录名")).to_be_visible()
    LoginFailure.objects.all().delete()
    come_in(page, reader.username, factories.PASSWORD)
    expect(page).to_have_url("/")
    assert KnownAddress.objects.count() == 1


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> Any:
    def put(state: State, words: str) -> None:
        def look(now: datetime) -> Finding:
            return Finding(state, "code", words)

        monkeypatch.setattr(registry, "_checks", {"disk": Check("disk", "存储空间", look)})
        registry.look_again()

    return put


def test_administrator_looks_again_once_it_is_mended(page: Page, found: Any) -> None:
    found(State.DOWN, "磁盘满了，请清理。")
    sign_in(page, factories.user(SYSTEM_ADMIN))
    page.goto("/")
    page.goto("/status/")
    expect(page.get_by_role("row").filter(has_text="存储空间")).to_contain_text("不可用")
    expect(page.get_by_text("填报、审批可能保存不了")).to_be_visible()
    found(State.OK, "还剩 9,000 MB。")
    page.get_by_role("button", name="重新检查").click()
    expect(page.get_by_role("row").filter(has_text="存储空间")).to_contain_text("正常")
    expect(page.get_by_text("填报、审批可能保存不了")).to_be_hidden()


def test_status_fits_a_phone(phone: Page) -> None:
    sign_in(phone, factories.user(SYSTEM_ADMIN))
    phone.goto("/status/")
    expect(phone.get_by_role("heading", name="运行状况")).to_be_visible()
    assert overflow(phone) == 0
