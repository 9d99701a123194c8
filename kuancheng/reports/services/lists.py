"""Which lists views can be kept of: their apps add them at start-up."""

from dataclasses import dataclass

from kuancheng.asking.parameters import Parameters
from kuancheng.reports.choices import ListPage


@dataclass(frozen=True)
class ViewedList:
    """A list: what it may be asked, the name of its page's address, what it shows unasked.

    `permission` is that of whoever may see it.
    """

    page: ListPage
    asked: type[Parameters]
    route: str
    everything: str
    permission: str


_lists: dict[str, ViewedList] = {}


def offer(*lists: ViewedList) -> None:
    """Adds lists, in the order in which the page of views names them."""
    for each in lists:
        _lists[each.page.value] = each


def list_of(page: str) -> ViewedList:
    """The list of that page. KeyError for one that nobody offers."""
    return _lists[page]


def all_lists() -> list[ViewedList]:
    """Every list of which views can be kept."""
    return list(_lists.values())
