"""What narrows and sorts a list: one filter for each kind of value, strict and in Chinese."""

from collections.abc import Mapping
from typing import Any

import django_filters as filters
from django.db.models import F, QuerySet

from kuancheng.asking import fields


class DayFilter(filters.Filter):
    field_class = fields.DayField


class AmountFilter(filters.Filter):
    field_class = fields.AmountField


class MomentFilter(filters.Filter):
    field_class = fields.MomentField


class MonthFilter(filters.Filter):
    field_class = fields.MonthField


class FlagFilter(filters.Filter):
    field_class = fields.FlagField


class AnyOfFilter(filters.Filter):
    """The column holds one of several values."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **{"lookup_expr": "in"} | kwargs)


class MonthsFilter(AnyOfFilter):
    field_class = fields.MonthsField


class YearsFilter(AnyOfFilter):
    field_class = fields.YearsField


class RecordsFilter(AnyOfFilter):
    """Related to one of several records, named by id or code (`key="code"`)."""

    field_class = fields.RecordsField


class RecordFilter(filters.ModelChoiceFilter):
    """Related to one record, which a form offers in a select."""

    field_class = fields.RecordField


class CodesFilter(filters.MultipleChoiceFilter):
    """One of several codes of a choice."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        # DISTINCT would compare every column of every row; a column of one's own repeats nothing.
        super().__init__(*args, **{"distinct": False} | kwargs)


class SearchFilter(filters.Filter):
    """The words occur in the column."""

    field_class = fields.SearchField

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **{"lookup_expr": "icontains"} | kwargs)


class SettingFilter(filters.Filter):
    """A parameter that narrows nothing: the view reads it (`page`, `as_of`)."""

    def filter(self, qs: QuerySet[Any], value: object) -> QuerySet[Any]:
        return qs


class AsOfFilter(SettingFilter):
    field_class = fields.AsOfField


class KnownAtFilter(SettingFilter):
    field_class = fields.KnownAtField


class MonthSetting(SettingFilter):
    field_class = fields.MonthField


class NumberFilter(SettingFilter):
    field_class = fields.NumberField


class OneOfFilter(filters.ChoiceFilter):
    """One of several codes that the view reads; it narrows nothing."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **{"empty_label": None} | kwargs)

    def filter(self, qs: QuerySet[Any], value: object) -> QuerySet[Any]:
        return qs


class OrderingFilter(filters.Filter):
    """Sorts in SQL by named columns; NULL comes last either way, and ties stand by `tie`.

    `columns` maps what a request says to the column or expression that does it; `default` is the order of a
    request that says nothing.
    """

    field_class = fields.OrderingField

    def __init__(
        self, *, columns: Mapping[str, Any], default: str, tie: str = "pk", **kwargs: object
    ) -> None:
        self.columns, self.default, self.tie = columns, default.split(","), tie
        label = f"排序，可用：{'、'.join(columns)}；前面加 - 为倒序，多个用逗号分隔；默认 {default}"
        super().__init__(columns=columns, label=label, **kwargs)

    def filter(self, qs: QuerySet[Any], value: list[str] | None) -> QuerySet[Any]:
        order = [self._expression(name) for name in value or self.default]
        return qs.order_by(*order, self.tie)

    def _expression(self, name: str) -> Any:
        source = self.columns[name.removeprefix("-")]
        is_name = isinstance(source, str)
        # An index serves the order of a column without NULL only when NULL is not mentioned.
        last = True if is_name and _may_be_null(self.model, source) else None
        column = F(source) if is_name else source
        return column.desc(nulls_last=last) if name[0] == "-" else column.asc(nulls_last=last)


def _may_be_null(model: Any, path: str) -> bool:
    for name in path.split("__"):
        field = model._meta.pk if name == "pk" else model._meta.get_field(name)
        if field.null:
            return True
        model = field.related_model
    return False
