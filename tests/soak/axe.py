"""What axe finds on pages, at the width of a desk and of a phone."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.e2e.browser import DESK, PHONE, violations
from tests.soak.answers import view_of


@dataclass(frozen=True)
class Finding:
    """So many elements of a page break a rule for an account at a width."""

    role: str
    width: int
    view: str
    url: str
    rule: str
    elements: int


def findings(page: Page, role: str, urls: Iterable[str]) -> Iterator[Finding]:
    """Each page at both widths, as the account whose session the browser has."""
    for url in urls:
        page.set_viewport_size(DESK)  # type: ignore[arg-type]
        page.goto(url)
        for viewport in (DESK, PHONE):
            page.set_viewport_size(viewport)  # type: ignore[arg-type]
            for rule, elements in sorted(violations(page).items()):
                yield Finding(role, viewport["width"], str(view_of(url)[0]), url, rule, elements)


def write(found: Iterable[Finding], path: Path) -> None:
    """One line a finding, columns separated by tabs."""
    head = "\t".join(each.name for each in fields(Finding))
    lines = ["\t".join(map(str, astuple(each))) for each in found]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([head, *lines]) + "\n", "utf-8")


def summary(found: Iterable[Finding]) -> list[str]:
    """For each rule, on how many views and how many elements in all; the most views first."""
    views: dict[str, set[Any]] = {}
    elements: Counter[str] = Counter()
    for each in found:
        views.setdefault(each.rule, set()).add(each.view)
        elements[each.rule] += each.elements
    order = sorted(views, key=lambda rule: (-len(views[rule]), rule))
    return [f"{rule}: {len(views[rule])} views, {elements[rule]} elements" for rule in order]
