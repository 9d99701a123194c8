"""What a key may not read is taken out of every answer here, and may not be asked for either.

A key reads up to its class (`ApiKey.reads`). Of what lies above it, names keep their surname, texts
lose the names in them, and everything else is left out: an empty value would say “not reported”.
Whoever is logged in reads what his role lets him read.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import django_filters as filters
from django.core.exceptions import PermissionDenied
from rest_framework import serializers
from rest_framework.request import Request

from kuancheng.access.models import ApiKey
from kuancheng.asking.parameters import BadParameters, Fault, Parameters
from kuancheng.records.classes import DataClass, closed_class_of, is_person
from kuancheng.records.masking import Roster, masked_name, roster

ABOVE = "above_class"
"""The code of a fault: a parameter that asks for what the key may not read."""

BOUND = re.compile(r"_(min|max|after|before|since)$")

PARAMETERS = {
    DataClass.PUBLIC: "page page_size updated_since search",
    DataClass.INTERNAL: (
        "lead_official liaison_officer enrolled finished overdue overridden part pending due_within "
        "rule flag turn view by group_by now changed approved entrant confirmed stopped open "
        "issued worst title"
    ),
    DataClass.SENSITIVE: (
        "Official.search Matter.search WeeklyReview.search Stop.search CloseOut.search "
        "YearTurn.search Bulletin.search"
    ),
}
"""Parameters and orders that are no field's name, or ask more than it: people by id are as good as
masked, but a search in names or free texts would tell who is who."""

PARAMETERS_CLASSED = {name: of for of, words in PARAMETERS.items() for name in words.split()}


class AboveClass(PermissionDenied):
    """What the key may not read at all; `str()` says so in Chinese."""


@dataclass(frozen=True)
class Part:
    """One field of an answer: its class, whether it is a name, and what it is made of."""

    of: DataClass
    person: bool
    inner: "dict[str, Part] | None"


def reads(request: Request) -> DataClass:
    """Up to which class the requester may read."""
    key = request.auth
    return DataClass(key.reads) if isinstance(key, ApiKey) else DataClass.SENSITIVE


_parts: dict[Any, dict[str, Part]] = {}


def parts_of(kind: Any) -> dict[str, Part]:
    """The fields that a serializer class declares, classed; worked out once a process."""
    if kind not in _parts:
        record = record_of(kind)
        _parts[kind] = {name: _part(name, field, record) for name, field in kind().fields.items()}
    return _parts[kind]


def record_of(kind: type) -> str:
    """What the table calls the record that a serializer shows: `OfficialSerializer` is Official."""
    return kind.__name__.removesuffix("Serializer")


def _part(name: str, field: Any, record: str) -> Part:
    each = getattr(field, "child", field)
    inner = parts_of(type(each)) if isinstance(each, serializers.Serializer) else None
    return Part(closed_class_of(name, record), is_person(name, record), inner)


class Masking:
    """Takes out of answers what lies above a class; names of people are looked up when needed."""

    def __init__(self, reads: DataClass) -> None:
        self.reads = reads
        self._roster: Roster | None = None

    def answer(self, found: Any, parts: Mapping[str, Part]) -> Any:
        """A row, rows, or a page of rows, as this class may read them."""
        if isinstance(found, Mapping) and "results" in found:
            return {**found, "results": self.answer(found["results"], parts)}
        if isinstance(found, list | tuple):
            return [self.answer(each, parts) for each in found]
        if not isinstance(found, Mapping):
            return found
        # A member that no serializer declares is not known to be harmless.
        known = ((name, value, parts[name]) for name, value in found.items() if name in parts)
        return {name: seen for name, value, part in known for seen in self._seen(value, part)}

    def _seen(self, value: Any, part: Part) -> Iterator[Any]:
        """The value as it may be read; nothing where it may not."""
        if part.person and not self.reads.covers(DataClass.SENSITIVE):
            yield _nameless(value)
        elif not self.reads.covers(part.of):
            return
        elif part.inner is not None:
            yield self.answer(value, part.inner)
        elif part.of is DataClass.PUBLIC or self.reads is DataClass.SENSITIVE:
            yield value
        else:
            yield self._text(value)

    def _text(self, value: Any) -> Any:
        if isinstance(value, str):
            return self._names().masked(value) if _may_name(value) else value
        if isinstance(value, Mapping):
            return {key: self._text(each) for key, each in value.items()}
        if isinstance(value, list | tuple):
            return [self._text(each) for each in value]
        return value

    def _names(self) -> Roster:
        if self._roster is None:
            self._roster = roster()
        return self._roster


def _may_name(text: str) -> bool:
    return len(text) > 1 and not (text.isascii() and "@" not in text and len(text) < 11)


def _nameless(value: Any) -> Any:
    """A person's name, or a record that shows it, with the surname alone."""
    if isinstance(value, str):
        return masked_name(value)
    if isinstance(value, Mapping):
        return {key: masked_name(each) if key == "name" else each for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_nameless(each) for each in value]
    return value


def check_asked(asked: Parameters, record: str, reads: DataClass) -> None:
    """BadParameters for each parameter given that would tell what lies above the class."""
    given = {name: each for name, each in asked.base_filters.items() if name in asked.data}
    faults = {
        name: [Fault(ABOVE, f"密钥只能读到“{reads.label}”，不能按这一项查询：它属于“{of.label}”。")]
        for name, each in given.items()
        if not reads.covers(of := class_asked(name, each, record, asked.data[name]))
    }
    if faults:
        raise BadParameters(faults)


def class_asked(name: str, each: filters.Filter, record: str, value: str = "") -> DataClass:
    """The class of what a parameter asks for; of an ordering that of the columns in it."""
    if name != "ordering":
        return class_of_parameter(name, record)
    columns = value.split(",") if value else list(each.columns)
    classes = [class_of_parameter(column.removeprefix("-"), record) for column in columns]
    return max(classes, key=lambda of: of.rank)


def class_of_parameter(name: str, record: str) -> DataClass:
    """The class of a parameter or of a column in an order."""
    bare = BOUND.sub("", name)
    for known in (f"{record}.{name}", name, bare):
        if known in PARAMETERS_CLASSED:
            return PARAMETERS_CLASSED[known]
    return closed_class_of(bare, record)


def refuse_above(of: DataClass, reads: DataClass) -> None:
    """AboveClass when what is asked for cannot be masked and lies above the class."""
    if not reads.covers(of):
        raise AboveClass(
            f"密钥只能读到“{reads.label}”，这项内容属于“{of.label}”，不能取。请向系统管理员申请相应级别的密钥。"
        )
