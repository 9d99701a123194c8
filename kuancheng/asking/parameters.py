"""What a request may ask: every parameter is declared, and anything else is refused by name."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Any, ClassVar, TypeVar

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django_filters import FilterSet

from kuancheng import clock
from kuancheng.asking import fields
from kuancheng.asking.fields import shown
from kuancheng.asking.filters import AsOfFilter, KnownAtFilter, NumberFilter

MAX_LENGTH = 200
"""Characters of one parameter's value; nothing that is asked for is longer."""

MAX_PAGE_SIZE = 200

UNKNOWN = "unknown_parameter"
"""The code of a fault: a parameter that nobody declared."""

DAYS = ("as_of", "known_at")
"""The parameters that ask for an earlier day, or for the records of one."""


@dataclass(frozen=True)
class Fault:
    """What is wrong with one parameter: a code for machines, a Chinese sentence for all."""

    code: str
    sentence: str


class BadParameters(Exception):  # noqa: N818 - what the user asked, told to him
    """Parameters that cannot be answered; `faults` are those of each, by its name."""

    def __init__(self, faults: Mapping[str, Sequence[Fault]]) -> None:
        self.faults = faults
        super().__init__("；".join(self.sentences))

    @classmethod
    def of(cls, name: str, sentence: str) -> "BadParameters":
        """One parameter, refused for one reason."""
        return cls({name: [Fault("invalid", sentence)]})

    @property
    def sentences(self) -> list[str]:
        """Every fault in words, with the name of its parameter."""
        return [f"{name}：{each.sentence}" for name, found in self.faults.items() for each in found]

    def in_words(self, kind: "type[Parameters]") -> list[str]:
        """The same for people: each parameter by what it is called, its name behind."""
        return [
            f"{called(kind, name)}：{_unknown(name, kind, called) if each.code == UNKNOWN else each.sentence}"
            for name, found in self.faults.items()
            for each in found
        ]


@dataclass(frozen=True)
class Days:
    """The day that an answer holds for, and the day whose records it is drawn from.

    `known_at` is None for the present.
    """

    as_of: date
    known_at: date | None

    @property
    def latest(self) -> date:
        """The last day of which the answer may tell: what came later had not come, or was not known."""
        return self.as_of if self.known_at is None else min(self.as_of, self.known_at)

    @property
    def query(self) -> dict[str, str]:
        """The parameters that ask for the same days again."""
        days = {"as_of": self.as_of, "known_at": self.known_at}
        return {name: day.isoformat() for name, day in days.items() if day is not None}


class Parameters(FilterSet):
    """No parameter at all; lists, single records and pages declare theirs on top.

    `no_past` says in Chinese why an earlier day cannot be asked for, where people might try.
    """

    no_past: ClassVar[str] = ""


class AsOfParameters(Parameters):
    """Those of a single record whose answer depends on the day."""

    as_of = AsOfFilter(label="截至日期，按这一天回答；不填为今天")


class KnownParameters(AsOfParameters):
    """Those of an answer that can also be drawn from the records of an earlier day."""

    known_at = KnownAtFilter(
        label="所知日期：按这一天结束时已登记的内容回答，之后的复核和更正不计；不填为现在"
    )

    @property
    def days(self) -> Days:
        """The days asked for."""
        return days_of(self)


class ListParameters(Parameters):
    """Those of every list."""

    page = NumberFilter(minimum=1, label="页码，从 1 起")
    page_size = NumberFilter(
        minimum=1, maximum=MAX_PAGE_SIZE, label=f"每页条数，默认 50，最多 {MAX_PAGE_SIZE}"
    )


def days_of(asked: Parameters) -> Days:
    """The days of a question: today and the present, unless it says otherwise."""
    said, today = asked.form.cleaned_data, clock.today()
    known_at = said.get("known_at")
    return Days(said.get("as_of") or today, None if known_at == today else known_at)


Asked = TypeVar("Asked", bound=Parameters)


def ask(kind: type[Asked], params: QueryDict, queryset: QuerySet[Any]) -> Asked:
    """The parameters of a request, checked. BadParameters names all that are bad."""
    faults = dict(_malformed(kind, params))
    readable = params.copy()
    for name in faults:
        del readable[name]
    asked = kind(readable, queryset=queryset)
    faults |= _refused(asked)
    if faults:
        raise BadParameters(faults)
    return asked


def filled(kind: type[Parameters], params: QueryDict) -> QueryDict:
    """What a form sent, without the inputs that were left empty."""
    found = QueryDict(mutable=True)
    for name, values in params.lists():
        kept = [each for each in values if each.strip() or name not in kind.base_filters]
        if kept:
            found.setlist(name, kept)
    return found


def called(kind: type[Parameters], name: str) -> str:
    """“截至日期（as_of）”: what a parameter is called, up to what explains it; a name unknown as it is."""
    found = kind.base_filters.get(name)
    word = re.split("[，：；（]", str(found.label or ""))[0] if found else ""
    return f"{word}（{name}）" if word else name


def _malformed(kind: type[Parameters], params: QueryDict) -> Iterator[tuple[str, list[Fault]]]:
    known = kind.base_filters
    for name, values in params.lists():
        if name not in known:
            yield name, [Fault(UNKNOWN, _unknown(name, kind))]
            continue
        many = fields.takes_many(known[name].field)
        for value in values:
            if sentence := _unreadable(value):
                yield name, [Fault("invalid", sentence)]
                break
        else:
            if len(values) > 1 and not many:
                yield name, [Fault("repeated", "只能给一个值，却给了多个。")]


def _plainly(kind: type[Parameters], name: str) -> str:
    return name


def _unknown(
    name: str,
    kind: type[Parameters],
    calls: Callable[[type[Parameters], str], str] = _plainly,
) -> str:
    known = list(kind.base_filters)
    if name in DAYS and kind.no_past:
        return kind.no_past
    if not known:
        return f"没有参数{shown(name)}；这里不接受参数。"
    near = get_close_matches(name[:MAX_LENGTH], known, 1)
    hint = f"是否要用 {near[0]}？" if near else ""
    names = "、".join(calls(kind, each) for each in sorted(known))
    return f"没有参数{shown(name)}。{hint}可用：{names}。"


def _unreadable(value: str) -> str:
    if not value:
        return "值不能为空；不需要这个条件时请去掉这个参数。"
    if "\x00" in value:
        return "值含有不可用的字符（NUL）。"
    if len(value) > MAX_LENGTH:
        return f"值太长，最多 {MAX_LENGTH} 个字符。"
    return ""


def _refused(asked: Parameters) -> dict[str, list[Fault]]:
    fields_asked = asked.form.fields
    return {
        name: [Fault(error.code, _sentence(fields_asked[name], error)) for error in errors]
        for name, errors in asked.form.errors.as_data().items()
    }


def _sentence(field: forms.Field, error: Any) -> str:
    if error.code != "invalid_choice":
        return str(error.messages[0])
    codes = "、".join(str(code) for code, _ in fields.choices_of(field))
    return f"{shown(str(error.params['value']))}不可用，可用：{codes}。"
