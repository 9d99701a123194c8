"""The filters that are on, each with the address that takes it away."""

from dataclasses import dataclass

from django.http import QueryDict

from kuancheng.asking.fields import RecordField
from kuancheng.asking.parameters import Parameters
from kuancheng.reports.services.views import label_of_filter

APART = ("ordering", "page", "columns", "density", "view")
"""What narrows nothing, and has its place elsewhere."""

LABELS = {
    "search": "搜索",
    "as_of": "截至",
    "known_at": "按当时的记录",
    "pending": "待复核填报",
    "overridden": "人工调灯",
    "followed": "我关注的",
    "due_within": "下一节点到期",
}
"""Shorter than what the parameter is called elsewhere."""

FLAGS = {"true": "是", "false": "否"}


@dataclass(frozen=True)
class Chip:
    """A filter that is on, in words; `address` is the list without it."""

    label: str
    value: str
    address: str


def chips(asked: Parameters, params: QueryDict) -> list[Chip]:
    """One for each value, in the order of the filters."""
    return [
        Chip(
            LABELS.get(name) or label_of_filter(type(asked), name),
            _words(asked, name, value),
            address,
        )
        for name in asked.filters
        if name not in APART
        for value in dict.fromkeys(params.getlist(name))
        if value.strip()
        for address in [_without(params, name, value)]
    ]


def without_filters(params: QueryDict) -> QueryDict:
    """The list as it is shown, with every filter off."""
    found = QueryDict(mutable=True)
    for name in APART:
        if name != "page" and name in params:
            found.setlist(name, params.getlist(name))
    return found


def _without(params: QueryDict, name: str, value: str) -> str:
    rest = params.copy()
    rest.pop("page", None)
    rest.setlist(name, [each for each in rest.getlist(name) if each != value])
    return f"?{rest.urlencode()}"


def _words(asked: Parameters, name: str, value: str) -> str:
    field = asked.form.fields[name]
    if isinstance(field, RecordField):
        picked = asked.form.cleaned_data[name]
        return str(field.null_label if value == field.null_value else picked)
    choices = {str(code): str(label) for code, label in getattr(field, "choices", ())}
    if name == "due_within":
        return f"{value} 天内"
    return choices.get(value) or FLAGS.get(value, value)
