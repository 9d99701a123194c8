"""How a test walks into the site in a real browser."""

from importlib import import_module

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from playwright.sync_api import Page

from kuancheng.access.models import User

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
DESK = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
GRAVE = ("serious", "critical")


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


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than the screen."""
    width: int = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return width


def violations(page: Page) -> dict[str, int]:
    """What axe finds serious or critical on the page as it stands: elements by rule.

    The inside of Swagger UI is not ours, and grows with every operation of the API.
    """
    found = Axe().run(page, {"exclude": [[".swagger-ui"]]}).response["violations"]
    return {each["id"]: len(each["nodes"]) for each in found if each["impact"] in GRAVE}
