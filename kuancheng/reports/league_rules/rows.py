"""The rows of a rule's form: one a measure, one an addition or deduction; read from it, shown again."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms

from kuancheng.reports.choices import FormulaChoice, MeasureChoice
from kuancheng.reports.models import LeagueIndicator, LeagueItem
from kuancheng.reports.rules.league.formulas import FormulaKind
from kuancheng.reports.rules.league.measures import MEANINGS, Meaning, Measure

FIRST = ("weight", "kind", "floor")
"""What every row of a rate shows at once; of a count, COUNT_FIRST."""

COUNT_FIRST = ("weight", "each", "limit", "floor")

LADDER = (
    "pivot",
    "below_step",
    "below_points",
    "above_step",
    "above_points",
    "second_pivot",
    "second_step",
    "second_points",
    "limit",
    "whole_steps",
)
WITHOUT = ("without", "fixed_points")

ITEM = ("name", "points", "most", "doubles", "veto")
ITEMS = 8
"""So many additions and deductions fit into a version."""


def indicator_fields() -> Iterator[tuple[str, forms.Field]]:
    """The fields of every measure's row, named `<measure>_<field>`."""
    for measure, meaning in MEANINGS.items():
        for name in _names(meaning):
            yield f"{measure}_{name}", _indicator_field(name, meaning)


def _names(meaning: Meaning) -> tuple[str, ...]:
    if meaning.counts:
        return (*COUNT_FIRST, *WITHOUT)
    return (*FIRST, *LADDER, "base", *WITHOUT)


def _indicator_field(name: str, meaning: Meaning) -> forms.Field:
    field = _typed(LeagueIndicator, name)
    if name == "weight":
        field.initial = None
        field.widget.attrs["data-weight"] = ""
    if name == "kind":
        field.choices = [  # type: ignore[attr-defined]
            (code, label) for code, label in FormulaChoice.choices if code != FormulaKind.EACH
        ]
    return field


def item_fields() -> Iterator[tuple[str, forms.Field]]:
    """The fields of the additions and deductions, named `item<number>_<field>`."""
    for number in range(1, ITEMS + 1):
        for name in ITEM:
            field = _typed(LeagueItem, name)
            field.initial = None
            label = f"第 {number} 项：{field.label}"
            field.widget.attrs["aria-label"] = label
            yield f"item{number}_{name}", field


def _typed(model: Any, name: str) -> forms.Field:
    """A column's field, left empty for its default, figures typed as text so that nothing is lost."""
    field: forms.Field = model._meta.get_field(name).formfield()
    field.required, field.help_text = False, ""
    if isinstance(field, forms.DecimalField):
        field.widget = forms.TextInput({"inputmode": "decimal", "autocomplete": "off", "size": 6})
        field.initial = written(field.initial)
    return field


def written(value: Decimal | None) -> str:
    """A figure as it is typed: 30, -0.1, or empty."""
    return "" if value is None else f"{value.normalize():f}"


@dataclass(frozen=True)
class IndicatorRow:
    """One measure on the form: what is shown at once, and by groups what opens."""

    measure: str
    meaning: Meaning
    first: tuple[forms.BoundField, ...]
    more: tuple[tuple[str, tuple[forms.BoundField, ...]], ...]

    @property
    def used(self) -> bool:
        """Whether its weight is filled in."""
        return bool(str(self.first[0].value() or "").strip())

    @property
    def is_open(self) -> bool:
        """Whether something seldom is filled in, or wrong."""
        seldom = [field for _, fields in self.more for field in fields]
        if any(field.errors for field in seldom):
            return True
        return self.used and any(_differs(field) for field in seldom)


def _differs(field: forms.BoundField) -> bool:
    return str(field.value() or "") not in {str(field.field.initial or ""), "0", ""}


@dataclass(frozen=True)
class ItemRow:
    """One addition or deduction on the form."""

    number: int
    fields: tuple[forms.BoundField, ...]

    @property
    def errors(self) -> list[str]:
        """What is wrong of it."""
        return [str(error) for field in self.fields for error in field.errors]


def indicator_rows(form: forms.BaseForm) -> list[IndicatorRow]:
    """The rows of the measures, in their order."""
    return [_indicator_row(form, measure, meaning) for measure, meaning in MEANINGS.items()]


def _indicator_row(form: forms.BaseForm, measure: Measure, meaning: Meaning) -> IndicatorRow:
    def some(names: Iterable[str]) -> tuple[forms.BoundField, ...]:
        return tuple(form[f"{measure}_{name}"] for name in names)

    if meaning.counts:
        return IndicatorRow(measure.value, meaning, some(COUNT_FIRST), (("", some(WITHOUT)),))
    more = (
        ("基准分加减", some(LADDER)),
        ("功效系数", some(["base"])),
        ("", some(WITHOUT)),
    )
    return IndicatorRow(measure.value, meaning, some(FIRST), more)


def item_rows(form: forms.BaseForm) -> list[ItemRow]:
    """The rows of the additions and deductions."""
    return [
        ItemRow(number, tuple(form[f"item{number}_{name}"] for name in ITEM))
        for number in range(1, ITEMS + 1)
    ]


def weights_sum(form: forms.BaseForm) -> str:
    """What the weights add up to, as they are typed; what cannot be read counts for nothing."""
    typed = (form[f"{measure}_weight"].value() for measure in MEANINGS)
    return written(sum((_number(each) for each in typed), Decimal(0)))


def _number(text: Any) -> Decimal:
    try:
        found = Decimal(str(text or 0).strip())
    except InvalidOperation:
        return Decimal(0)
    return found if found.is_finite() else Decimal(0)


def wrong_items(cleaned: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What is missing of the additions and deductions: the field, and what to do."""
    for number in range(1, ITEMS + 1):
        name, points, most, doubles, veto = (cleaned.get(f"item{number}_{each}") for each in ITEM)
        if not name and (points is not None or most is not None or doubles or veto):
            yield f"item{number}_name", "请填名称；不用这一行请清空它。"
        if name and points is None and f"item{number}_points" in cleaned:
            yield f"item{number}_points", "请填每次几分：扣分填负数，例如 -30。"


def indicators_of(cleaned: Mapping[str, Any]) -> list[LeagueIndicator]:
    """The indicators whose weights are filled in, not saved."""
    used = [
        (measure, meaning)
        for measure, meaning in MEANINGS.items()
        if cleaned[f"{measure}_weight"] is not None
    ]
    return [_indicator(cleaned, *each) for each in used]


def _indicator(cleaned: Mapping[str, Any], measure: Measure, meaning: Meaning) -> LeagueIndicator:
    made = LeagueIndicator(measure=MeasureChoice(measure))
    if meaning.counts:
        made.kind = FormulaChoice.EACH
    for name in _names(meaning):
        value = cleaned[f"{measure}_{name}"]
        if value not in (None, ""):
            setattr(made, name, value)
    return made


def items_of(cleaned: Mapping[str, Any]) -> list[LeagueItem]:
    """The additions and deductions that have a name, not saved."""
    return [
        LeagueItem(**{name: cleaned[f"item{number}_{name}"] for name in ITEM})
        for number in range(1, ITEMS + 1)
        if cleaned[f"item{number}_name"]
    ]
