"""How a record's columns travel in a proposal: as words for people, and as values to be written."""

from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from kuancheng.proposals.kinds import Change, Value

EMPTY = "未填"


def value_of(record: models.Model, name: str) -> Value:
    """What a column holds, as JSON has it: amounts and days as text, records by their keys."""
    field: Any = record._meta.get_field(name)
    held = getattr(record, field.attname)
    if held in (None, ""):
        return None if field.null else held
    if isinstance(held, Decimal):
        # 5000 and 5000.00 are one amount.
        return str(held.quantize(Decimal(1).scaleb(-field.decimal_places)))
    return held.isoformat() if isinstance(held, date | time) else held


def words_of(record: models.Model, name: str) -> str:
    """The same in words."""
    field: Any = record._meta.get_field(name)
    held = getattr(record, name)
    if held in (None, "", []):
        return EMPTY
    if isinstance(held, bool):
        return "是" if held else "否"
    if isinstance(held, Decimal):
        return f"{held:,.{field.decimal_places}f}"
    if isinstance(held, datetime):
        return f"{timezone.localtime(held):%Y-%m-%d %H:%M}"
    if isinstance(held, time):
        return f"{held:%H:%M}"
    if isinstance(held, list):
        return "、".join(map(str, held))
    return str(dict(field.flatchoices).get(held, held)) if field.choices else str(held)


def write(record: models.Model, name: str, value: Value) -> None:
    """Puts a value that travelled back into its column. ValidationError where it no longer fits."""
    field: Any = record._meta.get_field(name)
    if field.is_relation:
        setattr(record, field.attname, value)
        return
    try:
        setattr(record, name, field.to_python(value))
    except (TypeError, ValueError) as error:
        raise ValidationError({name: f"“{value}”不能填在这里。"}) from error


def changes_between(
    before: models.Model | None, after: models.Model, names: Iterable[str]
) -> tuple[Change, ...]:
    """The columns that differ between a record as it is and as it is to be; all of a new one."""
    found = []
    for name in names:
        old = value_of(before, name) if before else None
        new = value_of(after, name)
        if before is not None and old == new:
            continue
        label = str(getattr(after._meta.get_field(name), "verbose_name", name))
        said = words_of(before, name) if before else ""
        found.append(Change(name, label, said, words_of(after, name), old, new))
    return tuple(found)
