"""What the page of a search shows, and the list under the search box."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Window

from kuancheng.access.models import Visitor
from kuancheng.asking.filters import FlagFilter, NumberFilter, OneOfFilter, SettingFilter
from kuancheng.asking.paging import page_of
from kuancheng.asking.parameters import BadParameters, Parameters
from kuancheng.reports.search.kinds import KINDS, Hit, Kind
from kuancheng.reports.search.words import Words, WordsFilter

PAGE_SIZE = 50
ON_PAGE, IN_BOX = 5, 4
"""Hits of each kind that are named on the page and under the box; the rest is counted."""


class BoxFilter(SettingFilter, FlagFilter):
    """Whether only the list under the search box is wanted."""


class SearchParameters(Parameters):
    """The words, one kind of record, a page of it."""

    no_past = "搜索只按现在的登记查找，不能指定日期。"

    q = WordsFilter(label="要找的文字")
    kind = OneOfFilter(choices=[(kind.code, kind.label) for kind in KINDS], label="类别")
    page = NumberFilter(minimum=1, label="页码，从 1 起")
    box = BoxFilter(label="只要搜索框下的列表")


@dataclass(frozen=True)
class Group:
    """One kind's hits: the first of them, and how many there are in all."""

    kind: Kind
    hits: tuple[Hit, ...]
    total: int

    @property
    def more(self) -> bool:
        """Whether some are not named."""
        return self.total > len(self.hits)


def search_page(asked: SearchParameters, user: Visitor) -> dict[str, Any]:
    """The template's context: a few hits of each kind, or a page of one kind.

    One query a kind, two more for a page; the account's rights are asked once. NoSuchPage past the end,
    BadParameters for a page of all kinds.
    """
    said = asked.form.cleaned_data
    words, kind = said["q"], said["kind"]
    if said["page"] and not kind:
        raise BadParameters.of("page", "只在看一类记录时可用，请同时给出类别（kind）。")
    groups = _groups(words, user, IN_BOX if said["box"] else ON_PAGE) if words else []
    page, hits = None, []
    if words and kind:
        chosen = next(each for each in KINDS if each.code == kind)
        page = page_of(chosen.found(user, words), said["page"], PAGE_SIZE)
        hits = [chosen.hit(record, user, words) for record in page]
    return {
        "words": words,
        "said": words.text if words else "",
        "refused": "",
        "chosen": kind,
        "groups": groups,
        "total": sum(group.total for group in groups),
        "page": page,
        "hits": hits,
    }


def refused_search(text: str, sentence: str) -> dict[str, Any]:
    """The same for words that cannot be looked for: what was typed, and why not."""
    nothing: dict[str, Any] = {"words": None, "chosen": None, "groups": [], "total": 0}
    return nothing | {"said": text, "refused": sentence, "page": None, "hits": []}


def _groups(words: Words, user: Visitor, most: int) -> list[Group]:
    """Every kind of which something was found."""
    return [group for group in _found(words, user, most) if group.total]


def _found(words: Words, user: Visitor, most: int) -> Iterator[Group]:
    for kind in KINDS:
        counted = kind.found(user, words).annotate(found=Window(Count("pk")))
        records = list(counted[:most])
        hits = tuple(kind.hit(record, user, words) for record in records)
        yield Group(kind, hits, records[0].found if records else 0)
