"""Every page template once, at both widths, under axe: no more faults than the baseline knows.

`axe.json` beside this file holds how many elements of each page broke a serious or critical rule
when it was last reviewed; a page that is not in it has none to spare. `LOWER_AXE=1 pytest
tests/e2e/test_axe.py` writes down what has become fewer; nothing writes what has become more. The
pages are the same on both databases, so they are looked at on SQLite only. All pages of all roles
are the soak's affair: `make soak`.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test.signals import template_rendered
from playwright.sync_api import Browser, Page
from pytest_django import DjangoDbBlocker
from pytest_django.live_server_helper import LiveServer

from kuancheng.access.models import User
from kuancheng.sheets.models import sheet_storage
from tests import databases
from tests.e2e.browser import DESK, PHONE, opened, sign_in, violations
from tests.e2e.looks import LOOKS, Look

BASELINE = Path(__file__).with_name("axe.json")
WIDTHS = {str(each["width"]): each for each in (DESK, PHONE)}
ROOMS = (
    "kuancheng/templates",
    "kuancheng/reports/templates",
    "kuancheng/notices/templates",
    "kuancheng/documents/templates",
)
EXTENDED = {
    "500.html",
    "admin/base_site.html",
    "admin/projects/plan_page.html",
    "base.html",
    "reports/screen_frame.html",
}
"""What pages stand on, and the page of a site that is broken."""

Counts = dict[str, dict[str, int]]
"""By width: so many elements by rule."""


@pytest.fixture(scope="session")
def server(django_db_setup: None) -> Iterator[LiveServer]:
    """A live server that knows nothing of transactions: each look has a database of its own."""
    started = LiveServer("localhost")
    yield started
    started.stop()


@pytest.fixture
def page(
    browser: Browser,
    server: LiveServer,
    django_db_blocker: DjangoDbBlocker,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    settings: Any,
) -> Iterator[Page]:
    """A page on the demo's data."""
    settings.ALLOWED_HOSTS = ["localhost"]
    for name in ("location", "base_location"):
        monkeypatch.setitem(vars(sheet_storage()), name, str(tmp_path))
    with (
        django_db_blocker.unblock(),
        databases.demo(),
        opened(browser, server.url, viewport=DESK) as page,
    ):
        yield page


def baseline() -> dict[str, Counts]:
    found: dict[str, Counts] = json.loads(BASELINE.read_text("utf-8"))
    return found


@pytest.mark.long
@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_no_page_has_more_faults_than_the_baseline(page: Page, look: Look) -> None:
    shown: set[str] = set()

    def note(template: Any, **others: Any) -> None:
        shown.add(template.name)

    if look.account:
        sign_in(page, User.objects.get(username=look.account))
    template_rendered.connect(note)
    look.way(page)
    template_rendered.disconnect(note)
    assert look.template in shown
    counts = {}
    for width, viewport in WIDTHS.items():
        page.set_viewport_size(viewport)  # type: ignore[arg-type]
        counts[width] = violations(page)
    if os.environ.get("LOWER_AXE"):
        lower(look.template, counts)
    assert more(counts, baseline().get(look.template, {})) == []


def more(counts: Counts, known: Counts) -> list[str]:
    """Where there are more faults than known."""
    return [
        f"{width} px: {rule} on {now} elements, {known.get(width, {}).get(rule, 0)} known"
        for width, rules in counts.items()
        for rule, now in rules.items()
        if now > known.get(width, {}).get(rule, 0)
    ]


def lower(template: str, counts: Counts) -> None:
    """Writes down which faults of a page have become fewer, or are gone."""
    known = baseline()
    for width, rules in known.get(template, {}).items():
        now = {rule: min(old, counts[width].get(rule, 0)) for rule, old in rules.items()}
        known[template][width] = {rule: number for rule, number in now.items() if number}
    left = {name: each for name, each in sorted(known.items()) if any(each.values())}
    BASELINE.write_text(json.dumps(left, indent=1, ensure_ascii=False) + "\n", "utf-8")


def test_every_page_template_is_looked_at(settings: Any) -> None:
    pages = {
        str(path.relative_to(settings.BASE_DIR / room))
        for room in ROOMS
        for path in (settings.BASE_DIR / room).rglob("*.html")
        if any(start in path.read_text("utf-8") for start in ("{% extends", "<html"))
    }
    assert pages - EXTENDED == {look.template for look in LOOKS}


@pytest.mark.parametrize(
    ("now", "known", "told"),
    [
        ({"color-contrast": 3}, {"color-contrast": 3}, []),
        ({"color-contrast": 2}, {"color-contrast": 3}, []),
        (
            {"color-contrast": 4},
            {"color-contrast": 3},
            ["390 px: color-contrast on 4 elements, 3 known"],
        ),
        ({"label": 1}, {"color-contrast": 3}, ["390 px: label on 1 elements, 0 known"]),
    ],
)
def test_more_faults_are_told_and_fewer_are_not(
    now: dict[str, int], known: dict[str, int], told: list[str]
) -> None:
    assert more({"390": now}, {"390": known}) == told


def test_baseline_is_only_lowered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{__name__}.BASELINE", tmp_path / "axe.json")
    kept = {"a.html": {"390": {"label": 3, "list": 1}}, "b.html": {"390": {"label": 1}}}
    (tmp_path / "axe.json").write_text(json.dumps(kept), "utf-8")
    lower("a.html", {"390": {"label": 2, "color-contrast": 5}})
    assert baseline() == {"a.html": {"390": {"label": 2}}, "b.html": {"390": {"label": 1}}}
    lower("b.html", {"390": {"label": 4}})
    lower("a.html", {"390": {}})
    assert baseline() == {"b.html": {"390": {"label": 1}}}
