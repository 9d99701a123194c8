"""A real Chromium at the width of a desk and of a phone, against a live server."""

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

from tests.e2e.browser import ARGUMENTS, DESK, PHONE, opened
from tests.only import on_sqlite

ON_BOTH = {"test_month", "test_notices", "test_sheets"}
"""Modules whose work is written through several hands: driven on both databases."""


def pytest_collection_modifyitems(items: Iterable[pytest.Item]) -> None:
    """`-m "not browser"` leaves out whatever opens one."""
    for item in items:
        if "browser" not in getattr(item, "fixturenames", ()):
            continue
        item.add_marker(pytest.mark.browser)
        if item.path.stem not in ON_BOTH:
            item.add_marker(on_sqlite)


@pytest.fixture(scope="session")
def browser(django_db_setup: None) -> Iterator[Browser]:
    """Debian's Chromium. Without it the test is skipped, in CI it fails."""
    chromium = shutil.which("chromium")
    if chromium is None:
        missing = "Chromium is not installed: `apt-get install chromium fonts-noto-cjk`"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    # Playwright keeps an event loop in this thread. Django then suspects async code, and gives
    # the thread another connection: this one would be left open.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    connection.close()
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
        yield launched
        launched.close()
        connection.close()


@pytest.fixture
def page(browser: Browser, live_server: Any) -> Iterator[Page]:
    """A page at desk width; paths are relative to the live server."""
    with _uncomplaining(browser, live_server.url, viewport=DESK) as page:
        yield page


@pytest.fixture
def phone(browser: Browser, live_server: Any) -> Iterator[Page]:
    """The same at the width of a phone."""
    with _uncomplaining(browser, live_server.url, viewport=PHONE) as page:
        yield page


@pytest.fixture
def plain(browser: Browser, live_server: Any) -> Iterator[Page]:
    """The same without scripts, at desk width."""
    with _uncomplaining(browser, live_server.url, viewport=DESK, java_script_enabled=False) as page:
        yield page


@pytest.fixture
def timed(browser: Browser, live_server: Any) -> Iterator[Page]:
    """The same at desk width, with a clock that may be set."""
    with _uncomplaining(browser, live_server.url, viewport=DESK, own=True) as page:
        yield page


@contextmanager
def _uncomplaining(browser: Browser, url: str, **kind: Any) -> Iterator[Page]:
    with opened(browser, url, **kind) as page:
        page.set_default_timeout(10_000)
        complaints = _complaints(page, url)
        yield page
    assert complaints == []


def _complaints(page: Page, url: str) -> list[str]:
    """Fills with script errors, refused styles and scripts, and requests to other hosts."""
    found: list[str] = []

    def console(message: ConsoleMessage) -> None:
        # A page that answers 404 is reported too; its status is the test's affair. What a test
        # itself runs on the page has no address: axe tries styles.
        ours = message.type == "error" and message.location["url"]
        if ours and "Failed to load resource" not in message.text:
            found.append(message.text)

    def request(sent: Request) -> None:
        if not sent.url.startswith((url, "data:", "blob:")):
            found.append(f"asked another host: {sent.url}")

    page.on("console", console)
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("request", request)
    return found
