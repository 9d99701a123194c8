"""Row rights: whose record it is."""

from typing import Any

from django.http import HttpRequest

from kuancheng.records.admin import RecordAdmin


def may_edit(request: HttpRequest, record: Any) -> bool:
    """Whether `editable_by` gives this record to the user. One query, asked once a request."""
    known: dict[tuple[type, Any], bool] = request.__dict__.setdefault("_may_edit", {})
    key = (type(record), record.pk)
    if key not in known:
        editable = type(record)._default_manager.editable_by(request.user)
        known[key] = editable.filter(pk=record.pk).exists()
    return known[key]


class RowRights(RecordAdmin):
    """Lets a user change only the records that `editable_by` gives him; the rest he may view."""

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or may_edit(request, obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        allowed = super().has_delete_permission(request, obj)
        return allowed and (obj is None or may_edit(request, obj))
