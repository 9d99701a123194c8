"""Flat rows: what a record shows, read from columns without making a record of it.

A `RowSerializer` declares the fields, for the schema and for reading alike. A page of rows costs
one query and no model instance.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from operator import itemgetter
from typing import Any

from django.db import models
from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

Record = dict[str, Any]


class Figure(serializers.DecimalField):
    """A decimal string; an unrounded figure is rounded here, once, half up."""

    def read(self, record: Record) -> str | None:
        value: Decimal | None = _value(self, record)
        if value is None:
            return None
        places = Decimal(1).scaleb(-(self.decimal_places or 0))
        return str(value.quantize(places, rounding=ROUND_HALF_UP))


class Moment(serializers.DateTimeField):
    """A moment in the site's time zone."""

    def read(self, record: Record) -> str | None:
        value = _value(self, record)
        return None if value is None else timezone.localtime(value).isoformat()


@extend_schema_field({"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}$", "example": "2024-09"})
class Month(serializers.DateField):
    """A month, `YYYY-MM`."""

    def read(self, record: Record) -> str | None:
        value = _value(self, record)
        return None if value is None else f"{value:%Y-%m}"


class Code(serializers.ChoiceField):
    """The code of a choice; None where none was made."""

    def read(self, record: Record) -> str | None:
        return _value(self, record) or None


class Label(serializers.CharField):
    """The Chinese label beside a code."""

    def __init__(self, *, choices: Any, **kwargs: Any) -> None:
        self.labels = dict(choices)
        super().__init__(**kwargs)

    def read(self, record: Record) -> str | None:
        label = self.labels.get(_value(self, record))
        return None if label is None else str(label)


class Named(serializers.Serializer[Any]):
    """A related record that has an id."""

    about = "相关记录"

    id = serializers.IntegerField(read_only=True, help_text="记录号")
    name = serializers.CharField(read_only=True, help_text="名称")

    def columns(self) -> tuple[str, ...]:
        return f"{self.source}_id", f"{self.source}__name"

    def read(self, record: Record) -> Record | None:
        pk, name = (record[column] for column in self.columns())
        return None if pk is None else {"id": pk, "name": name}


class CodeNamed(serializers.Serializer[Any]):
    """A related record that has a code."""

    about = "相关记录"

    code = serializers.CharField(read_only=True, help_text="编号")
    name = serializers.CharField(read_only=True, help_text="名称")

    def columns(self) -> tuple[str, ...]:
        return f"{self.source}__code", f"{self.source}__name"

    def read(self, record: Record) -> Record | None:
        code, name = (record[column] for column in self.columns())
        return None if code is None else {"code": code, "name": name}


class RowSerializer(serializers.ModelSerializer[Any]):
    """A row of a list. `Meta.fields` names what it shows, in order.

    Model fields bring their Chinese words along; a choice gets its `<field>_label` beside it.
    `Meta.parts` names declared fields that the view adds to the record itself.
    """

    serializer_field_mapping = serializers.ModelSerializer.serializer_field_mapping | {
        models.DateTimeField: Moment,
    }
    serializer_choice_field = Code

    def get_fields(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, field in super().get_fields().items():
            found[name] = field
            if isinstance(field, Code):
                found[f"{name}_label"] = Label(
                    choices=field.choices.items(),
                    source=field.source or name,
                    read_only=True,
                    allow_null=field.allow_null,
                    help_text=f"{field.help_text}（中文）",
                )
        return found

    def build_standard_field(self, field_name: str, model_field: Any) -> tuple[Any, Any]:
        field_class, kwargs = super().build_standard_field(field_name, model_field)
        kept: dict[str, Any] = {
            key: kwargs[key] for key in ("choices", "max_digits") if key in kwargs
        }
        if isinstance(model_field, models.DecimalField):
            field_class, kept["decimal_places"] = Figure, 2
        chosen = bool(model_field.choices)
        unknown = model_field.null or (chosen and model_field.blank)
        words = "记录号" if model_field.primary_key else str(model_field.verbose_name)
        words += "，空值为未填报" if unknown else ""
        declared = {"read_only": True, "allow_null": unknown, "help_text": words}
        return field_class, kept | declared

    def build_relational_field(self, field_name: str, relation_info: Any) -> tuple[Any, Any]:
        model_field = relation_info.model_field
        coded = any(each.name == "code" for each in relation_info.related_model._meta.fields)
        declared = {
            "read_only": True,
            "allow_null": model_field.null,
            "help_text": str(model_field.verbose_name),
        }
        return CodeNamed if coded else Named, declared


@dataclass(frozen=True)
class Reading:
    """The columns that a kind of row needs, and how each field is read from them."""

    columns: tuple[str, ...]
    readers: tuple[tuple[str, Callable[[Record], Any]], ...]

    def row(self, record: Record) -> Record:
        """The row of one record, ready for JSON."""
        return {name: read(record) for name, read in self.readers}


@cache
def reading(kind: type[serializers.Serializer[Any]]) -> Reading:
    """Works a row's fields out, once a process."""
    parts = getattr(getattr(kind, "Meta", None), "parts", ())
    columns: list[str] = []
    readers = []
    for name, field in kind().fields.items():
        if name in parts:
            readers.append((name, itemgetter(name)))
            continue
        columns += _columns(field)
        readers.append((name, getattr(field, "read", itemgetter(str(field.source)))))
    return Reading(tuple(dict.fromkeys(columns)), tuple(readers))


def _value(field: serializers.Field[Any, Any, Any, Any], record: Record) -> Any:
    return record[str(field.source)]


def _columns(field: Any) -> Iterable[str]:
    own = getattr(field, "columns", None)
    return own() if own else (field.source,)
