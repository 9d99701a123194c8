"""How a test walks into the site in a real browser."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from playwright.sync_api import Browser, BrowserContext, Page, expect

from kuancheng.access.models import User

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--process-per-site",
)
DESK = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
GRAVE = ("serious", "critical")
OPTIONS = {"resultTypes": ["violations"], "rules": {"region": {"enabled": False}}}
"""Without the rule that takes a sixth of the time and never finds anything grave."""

STANDING = "/static/kuancheng/icon.svg"
"""What stands on a context's first page: of the site, and asks no database."""

_free: dict[str, list[BrowserContext]] = {}


@contextmanager
def opened(browser: Browser, url: str, *, own: bool = False, **kind: Any) -> Iterator[Page]:
    """A page that knows nothing of earlier ones; paths are relative to the URL.

    `kind`: viewport, scripts, and what else a context is made with. Contexts are kept for the next
    page of that kind, each with a first page that holds its process: to begin another one costs as
    much as five pages. `own`: one that is not kept, for what cannot be taken back, as a clock.
    """
    free = _free.setdefault(f"{id(browser)} {url} {own} {kind}", [])
    context = free.pop() if free else _begun(browser, url, kind)
    page = context.new_page()
    try:
        yield page
    finally:
        if own:
            context.close()
        else:
            _forget(context, scripts=kind.get("java_script_enabled", True))
            free.append(context)


def _begun(browser: Browser, url: str, kind: dict[str, Any]) -> BrowserContext:
    usual = {"base_url": url, "locale": "zh-CN", "timezone_id": "Asia/Shanghai"}
    context = browser.new_context(**usual | kind)
    context.new_page().goto(STANDING)
    return context


def _forget(context: BrowserContext, *, scripts: bool) -> None:
    standing, *others = context.pages
    for page in others:
        page.close()
    context.clear_cookies()
    if scripts:
        standing.evaluate("localStorage.clear()")


def sign_in(page: Page, user: User) -> None:
    """Gives the browser a session of that account, without the login page."""
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    page.context.add_cookies(
        [
            {
                "name": settings.SESSION_COOKIE_NAME,
                "value": session.session_key,
                "domain": "localhost",
                "path": "/",
            }
        ]
    )


def let_through(page: Page, author: User, second: User) -> None:
    """The author of the proposal that is shown finds no button; another lets it through there."""
    expect(page.get_by_text("由第二人审核，通过后生效")).to_be_visible()
    expect(page.get_by_role("button", name="通过")).to_have_count(0)
    address = page.url
    sign_in(page, second)
    page.goto(address)
    page.get_by_role("button", name="通过", exact=True).click()
    expect(page.get_by_text("已通过，变更已经写入")).to_be_visible()
    sign_in(page, author)


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than the screen."""
    width: int = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return width


def violations(page: Page, within: str = "html") -> dict[str, int]:
    """What axe finds serious or critical on the page as it stands: elements by rule.

    `within`: a selector of the part that is looked at, where the rest was. The inside of Swagger UI
    is not ours, and grows with every operation of the API.
    """
    part = {"include": [[within]], "exclude": [[".swagger-ui"]]}
    found = Axe().run(page, part, OPTIONS).response["violations"]
    return {each["id"]: len(each["nodes"]) for each in found if each["impact"] in GRAVE}
