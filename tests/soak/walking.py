"""A walk over the site as one account: what broke, what was missing, which links lead nowhere."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from tests import undefined
from tests.soak.answers import client_of, view_of, walk

SHUT = (403, 404)
"""What a link must not lead to for the account that is shown it."""


@dataclass
class Walk:
    """What one account met.

    `pages` are the addresses that answered with a page. `broken` are server errors, `dead` the
    links that are shut to whom they are shown (address and status, by the view that shows them),
    `missed` what templates asked for in vain.
    """

    account: str
    answered: int = 0
    pages: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    dead: dict[str, set[str]] = field(default_factory=dict)
    missed: set[str] = field(default_factory=set)

    def one_of_each(self) -> Iterator[str]:
        """One page of every view with every set of parameters."""
        seen: set[Any] = set()
        for url in self.pages:
            if view_of(url) not in seen:
                seen.add(view_of(url))
                yield url

    @property
    def faults(self) -> list[str]:
        """All that must not be, a line each."""
        return [
            *(f"{self.account}: {url} broke" for url in sorted(self.broken)),
            *(f"{self.account}: {variable} is undefined" for variable in sorted(self.missed)),
            *(
                f"{self.account}: {view} links to {link}"
                for view, links in sorted(self.dead.items())
                for link in sorted(links)
            ),
        ]


def walked(name: str, account: Any) -> Walk:
    """Walks as the account, then tries every address that was linked and not yet asked."""
    client, found = client_of(account), Walk(name)
    shown_by: dict[str, str] = {}

    def hear(url: str, response: Any, links: list[str]) -> None:
        html = response.get("Content-Type", "").startswith("text/html")
        if response.status_code == 200 and html:
            found.pages.append(url)
            for link in links:
                shown_by.setdefault(link, url)

    undefined.missed.clear()
    statuses = {url: each["status"] for url, each in walk(client, hear).items()}
    for url in _untried(shown_by, statuses):
        statuses[url] = client.get(url).status_code
    found.answered = len(statuses)
    found.broken = [url for url, status in statuses.items() if status >= 500]
    for link, url in shown_by.items():
        if statuses.get(link) in SHUT:
            view = str(view_of(url)[0])
            found.dead.setdefault(view, set()).add(f"{link} ({statuses[link]})")
    found.missed = set(undefined.missed)
    undefined.missed.clear()
    return found


def _untried(shown_by: dict[str, str], statuses: dict[str, int]) -> list[str]:
    """One address of each path that no question has reached: the walk asks a few of each view."""
    paths = {urlsplit(url).path for url in statuses}
    first: dict[str, str] = {}
    for link in shown_by:
        first.setdefault(urlsplit(link).path, link)
    return [link for path, link in first.items() if path not in paths]
