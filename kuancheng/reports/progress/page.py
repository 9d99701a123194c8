"""What the progress list shows: rows of one page, lights by number, totals, the programme."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from kuancheng.asking.paging import page_of
from kuancheng.asking.parameters import Days
from kuancheng.reports.choices import LIGHT_WORDS, LightChoice, ProRataBasis
from kuancheng.reports.judging.targets import standings_on
from kuancheng.reports.judging.terms import rules_on
from kuancheng.reports.models import DailyStatus
from kuancheng.reports.questions import PICKS, ProgressQuestion
from kuancheng.reports.rules.lights import Light
from projects.choices import Measure
from projects.models import Programme
from projects.targets import TargetStanding

PAGE_SIZE = 50
ORDERS = {
    "": "按编号",
    "-light": "最严重在前",
    "gap": "落后最多在前",
    "-max_overdue_days": "超期最长在前",
    "next_milestone_finish": "最近到期在前",
    "-total_investment": "总投资最大在前",
}
"""The orders that people ask for most; the headings offer all."""


@dataclass(frozen=True)
class LightCount:
    """A lamp at the top of the list: how many wear it, and whether the list is narrowed to it."""

    code: str
    label: str
    word: str
    number: int
    chosen: bool


def progress_list(question: ProgressQuestion) -> dict[str, Any]:
    """The template's context. A fixed number of queries, whatever the number of rows.

    NoSuchPage past the end.
    """
    days, form = question.days, question.asked.form
    rules = rules_on(days.as_of, days.known_at)
    programme = form.cleaned_data["programme"] or _main_programme(days.as_of)
    shown = page_of(question.rows, form.cleaned_data["page"], PAGE_SIZE)
    ordering = ",".join(form.cleaned_data["ordering"] or ())
    return {
        "as_of": days.as_of,
        "known_at": days.known_at,
        "form": form,
        "picks": [form[name] for name in PICKS],
        "ordering": ordering,
        "orders": (ORDERS | {ordering: ORDERS.get(ordering, "按所选列")}).items(),
        "page": shown,
        "rows": _rows(shown),
        "lights": _lights(question),
        "totals": question.rows.totals(basis=rules.basis),
        "linear_drives": rules.basis == ProRataBasis.LINEAR,
        "rules": rules,
        "programme": programme,
        "targets": _computed(programme, days),
    }


def _rows(page: Any) -> list[DailyStatus]:
    """The page's rows with names: ids first, so that skipped rows cost no joins. Two queries."""
    ids = list(page.object_list.values_list("pk", flat=True))
    found = DailyStatus.objects.for_list().in_bulk(ids)
    return [found[pk] for pk in ids]


def _lights(question: ProgressQuestion) -> list[LightCount]:
    counts = question.without("light").by_light()
    chosen = question.asked.form.cleaned_data["light"]
    return [
        LightCount(
            code=choice.value,
            label=choice.label,
            word=LIGHT_WORDS[Light(choice.value)],
            number=counts.get(choice.value, 0),
            chosen=choice.value in chosen,
        )
        for choice in LightChoice
    ]


def _main_programme(as_of: date) -> Programme | None:
    """The latest list, up to the year asked for, whose projects are counted."""
    counted = Programme.objects.exclude(targets__measure=Measure.READING).exclude(targets=None)
    return counted.filter(year__lte=as_of.year).order_by("-year", "code").first()


def _computed(programme: Programme | None, days: Days) -> list[TargetStanding]:
    """The programme's figures that the register counts itself."""
    if programme is None:
        return []
    every = standings_on([programme], days).get(programme.pk, [])
    return [each for each in every if each.measure != Measure.READING]
