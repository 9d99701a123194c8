"""Rows that are written once: whoever would change one is refused."""

from collections.abc import Iterable
from typing import Any, NoReturn, TypeVar

from django.db import models

Row = TypeVar("Row", bound=models.Model)


class WrittenOnce(Exception):  # noqa: N818 - says what the row is
    """An attempt to change or delete what is written once; `str()` says so in Chinese."""

    def __init__(self) -> None:
        super().__init__("审计记录只能追加，不能修改或删除。")


class AppendOnlyQuerySet(models.QuerySet[Row]):
    """Adds and reads. The archive takes rows away by a way of its own."""

    def update(self, **kwargs: Any) -> NoReturn:
        raise WrittenOnce

    def delete(self) -> NoReturn:
        raise WrittenOnce

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise WrittenOnce

    def update_or_create(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise WrittenOnce

    def bulk_create(self, objs: Iterable[Row], *args: Any, **kwargs: Any) -> list[Row]:
        """Adds many. WrittenOnce where some would replace what is there."""
        if kwargs.get("update_conflicts") or kwargs.get("ignore_conflicts"):
            raise WrittenOnce
        return super().bulk_create(objs, *args, **kwargs)


class AuditEntryQuerySet(AppendOnlyQuerySet["Any"]):
    """Entries by what is asked of them."""

    def newest_first(self) -> "AuditEntryQuerySet":
        """As the page shows them."""
        return self.order_by("-id")

    def unsealed(self) -> "AuditEntryQuerySet":
        """Those that the chain does not hold yet."""
        return self.filter(seal=None)
