"""Lists in part: the page asked for, or which there are; the first rows, and how many more."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.paginator import Page, Paginator
from django.db.models import Count, QuerySet, Window

Item = TypeVar("Item")


class NoSuchPage(Exception):  # noqa: N818 - what the user asked, told to him
    """A page past the end; `str()` says so in Chinese, and how many there are."""

    def __init__(self, number: int, pages: int) -> None:
        super().__init__(f"没有第 {number} 页，一共 {pages} 页。")


def page_of(found: Any, number: int | None, size: int) -> Page[Any]:
    """A page of a query or a list, the first unless said otherwise. One query, for the count."""
    paginator = Paginator(found, size)
    number = number or 1
    if number > paginator.num_pages:
        raise NoSuchPage(number, paginator.num_pages)
    return paginator.page(number)


@dataclass(frozen=True)
class Capped(Generic[Item]):
    """The first rows of a list, and how many there are in all."""

    rows: tuple[Item, ...]
    total: int

    @property
    def more(self) -> int:
        """How many are not shown."""
        return self.total - len(self.rows)

    def __iter__(self) -> Iterator[Item]:
        return iter(self.rows)


def capped(found: Sequence[Item] | QuerySet[Any, Item], most: int) -> Capped[Item]:
    """The first rows of a list, or of a query without `distinct`: one, however many there are."""
    if not isinstance(found, QuerySet):
        return Capped(tuple(found[:most]), len(found))
    rows: tuple[Any, ...] = tuple(found.annotate(of_all=Window(Count("pk")))[:most])
    if not rows:
        return Capped((), 0)
    return Capped(rows, rows[0]["of_all"] if isinstance(rows[0], dict) else rows[0].of_all)
