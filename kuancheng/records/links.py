"""Links of an admin page lead to what its reader may open."""

from collections.abc import Callable, Iterator
from typing import Any

from django.contrib import admin
from django.contrib.admin.exceptions import NotRegistered
from django.contrib.admin.helpers import AdminReadonlyField
from django.db.models import Model
from django.http import HttpRequest

MayOpen = Callable[[Model], bool]


def opener(site: admin.AdminSite, request: HttpRequest) -> MayOpen:
    """Says of a record whether the reader may open its page in the admin."""

    def may_open(record: Model) -> bool:
        try:
            pages = site.get_model_admin(type(record))
        except NotRegistered:
            return False
        return bool(pages.has_view_or_change_permission(request, record))

    return may_open


class OpenLinks:
    """A form of the admin, or a part of it, in which a closed page is named and not linked.

    Django links the record in a read-only field whether its reader may open it or not. Read like
    the part itself, down to the fields.
    """

    def __init__(self, part: Any, may_open: MayOpen) -> None:
        self._part, self._may_open = part, may_open

    def __getattr__(self, name: str) -> Any:
        return getattr(self._part, name)

    def __iter__(self) -> Iterator[Any]:
        for each in self._part:
            if hasattr(each, "__iter__"):
                yield OpenLinks(each, self._may_open)
                continue
            if isinstance(each, AdminReadonlyField):
                self._close(each)
            yield each

    def _close(self, field: AdminReadonlyField) -> None:
        link = field.get_admin_url

        def named(remote_field: Any, record: Model) -> str:
            return str(link(remote_field, record)) if self._may_open(record) else str(record)

        field.get_admin_url = named  # type: ignore[method-assign,assignment]
