"""`python -m tests.soak`: every page as every role, on the demo's data; minutes to an hour.

Every address, of several records and with every step, is then read and written to as every account
and with every kind of key (the long form of `tests.guard`). Fails for a page that breaks, a template that asks for what does not exist, and a link that is shut
to whom it is shown. What axe finds at both widths is written to var/soak/axe.tsv and summed up.
"""

import logging
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

REPORT = Path("var/soak/axe.tsv")


def main() -> int:
    """0 when nothing broke."""
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    # Playwright keeps an event loop in this thread, which is no reason to refuse queries.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    django.setup()
    from django.test.utils import setup_test_environment

    from tests import databases, undefined

    setup_test_environment(debug=False)
    # A refusal is an answer here, not a warning; a page that breaks still shows why.
    logging.getLogger("django.request").setLevel(logging.ERROR)
    undefined.watch()
    with (
        tempfile.TemporaryDirectory(prefix="kuancheng-soak-") as folder,
        databases.of_the_run(Path(folder), "soak", 1),
        databases.demo(),
    ):
        return _soak()


def _soak() -> int:
    from tests.soak import answers
    from tests.soak.walking import walked

    accounts = answers.accounts()
    walks = [_told(walked(name, account)) for name, account in accounts.items()]
    faults = [fault for walk in walks for fault in walk.faults]
    for fault in faults:
        print(fault, flush=True)
    if "--without-axe" not in sys.argv:
        _axe(walks, accounts)
    leaks = _guarded()
    print(f"{len(faults)} faults, {len(leaks)} leaks")
    return min(1, len(faults) + len(leaks))


def _guarded() -> list[str]:
    from tests.guard import matrix

    found = matrix.all_tried(every=True)
    leaks = [leak for each in found.values() for leak in each.leaks]
    print(*leaks, matrix.summary(found), sep="\n", flush=True)
    return leaks


def _told(walk: Any) -> Any:
    print(f"{walk.account}: {walk.answered} addresses, {len(walk.pages)} pages", flush=True)
    return walk


def _axe(walks: list[Any], accounts: dict[str, Any]) -> None:
    from django.conf import settings
    from playwright.sync_api import sync_playwright
    from pytest_django.live_server_helper import LiveServer

    from tests.e2e.browser import ARGUMENTS, sign_in
    from tests.soak import axe

    settings.ALLOWED_HOSTS = ["localhost"]
    server = LiveServer("localhost")
    found: list[axe.Finding] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=list(ARGUMENTS)
        )
        for walk in walks:
            context = browser.new_context(base_url=server.url, locale="zh-CN")
            page = context.new_page()
            if accounts[walk.account] is not None:
                sign_in(page, accounts[walk.account])
            found += axe.findings(page, walk.account, walk.one_of_each())
            context.close()
        browser.close()
    server.stop()
    axe.write(found, REPORT)
    print(*axe.summary(found), f"→ {REPORT}", sep="\n")


if __name__ == "__main__":
    sys.exit(main())
