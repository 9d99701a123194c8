"""Lists in pages: the page asked for, or which there are."""

from typing import Any

from django.core.paginator import Page, Paginator


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
