"""Lists in part: the page asked for, or which there are; the first rows, and how many more."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet

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
    """The first rows of a query or a list. Two queries; one where all are shown."""
    rows = tuple(found[:most])
    if len(rows) < most:
        return Capped(rows, len(rows))
    return Capped(rows, found.count() if isinstance(found, QuerySet) else len(found))
