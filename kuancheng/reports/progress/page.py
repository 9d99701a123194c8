"""What the progress list shows: rows of one page, lights by number, totals, the programme."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import InvalidPage, Paginator
from django.http import Http404

from kuancheng.reports.choices import LIGHT_WORDS, LightChoice, ProRataBasis
from kuancheng.reports.models import DailyStatus, RuleSet
from kuancheng.reports.questions import PICKS, BadParameters, ProgressQuestion
from kuancheng.reports.rules.lights import Light
from projects.choices import Measure
from projects.models import Programme
from projects.targets import TargetStanding, standings

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


def progress_list(question: ProgressQuestion, page: str) -> dict[str, Any]:
    """The template's context. A fixed number of queries, whatever the number of rows.

    BadParameters when `page` is no number; Http404 when it lies past the end.
    """
    rules = RuleSet.objects.in_force(question.as_of)
    programme = question.filterset.form.cleaned_data["programme"] or _main_programme(question)
    shown = _page(question, page)
    ordering = ",".join(question.filterset.form.cleaned_data["ordering"] or ())
    return {
        "question": question,
        "as_of": question.as_of,
        "known_at": question.known_at,
        "form": question.filterset.form,
        "picks": [question.filterset.form[name] for name in PICKS],
        "ordering": ordering,
        "orders": (ORDERS | {ordering: ORDERS.get(ordering, "按所选列")}).items(),
        "page": shown,
        "rows": _rows(shown),
        "lights": _lights(question),
        "totals": question.rows.totals(basis=rules.basis),
        "linear_drives": rules.basis == ProRataBasis.LINEAR,
        "rules": rules,
        "programme": programme,
        "targets": _computed(programme, question),
    }


def _page(question: ProgressQuestion, page: str) -> Any:
    if not (page.isascii() and page.isdigit() and len(page) < 10):
        raise BadParameters([f"page：“{page[:40]}”不是页码。"])
    try:
        return Paginator(question.rows, PAGE_SIZE).page(int(page))
    except InvalidPage as error:
        raise Http404 from error


def _rows(page: Any) -> list[DailyStatus]:
    """The page's rows with names: ids first, so that skipped rows cost no joins. Two queries."""
    ids = list(page.object_list.values_list("pk", flat=True))
    found = DailyStatus.objects.for_list().in_bulk(ids)
    return [found[pk] for pk in ids]


def _lights(question: ProgressQuestion) -> list[LightCount]:
    counts = question.without("light").by_light()
    chosen = question.filterset.form.cleaned_data["light"]
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


def _main_programme(question: ProgressQuestion) -> Programme | None:
    """The latest list, up to the year asked for, whose projects are counted."""
    counted = Programme.objects.exclude(targets__measure=Measure.READING).exclude(targets=None)
    return counted.filter(year__lte=question.as_of.year).order_by("-year", "code").first()


def _computed(programme: Programme | None, question: ProgressQuestion) -> list[TargetStanding]:
    """The programme's figures that the register counts itself."""
    if programme is None:
        return []
    every = standings([programme], question.as_of).get(programme.pk, [])
    return [each for each in every if each.measure != Measure.READING]
