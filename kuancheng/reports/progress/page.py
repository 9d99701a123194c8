"""What the progress list shows: rows of one page, the band, lights by number, totals, views."""

from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django.core.paginator import Page
from django.http import QueryDict

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.asking.paging import page_of
from kuancheng.asking.parameters import Days
from kuancheng.reports.choices import LIGHT_WORDS, Density, LightChoice, ListPage, ProRataBasis
from kuancheng.reports.columns import LISTED
from kuancheng.reports.judging.answers import answers_on
from kuancheng.reports.judging.targets import standings_on
from kuancheng.reports.judging.terms import rules_on
from kuancheng.reports.listing.chips import chips, without_filters
from kuancheng.reports.listing.saved import past_default, view_menu
from kuancheng.reports.models import DailyStatus, Follow, FrontPage, SeenProject
from kuancheng.reports.progress.band import band
from kuancheng.reports.progress.followed import followed
from kuancheng.reports.querysets import DailyStatusQuerySet
from kuancheng.reports.questions import PICKS, ListFilter, ProgressQuestion
from kuancheng.reports.raising.raised import raising
from kuancheng.reports.rules.lights import Light
from kuancheng.reports.services.lists import ViewedList
from projects.choices import Measure
from projects.models import Programme, Project
from projects.targets import TargetStanding

LIST = ViewedList(ListPage.PROGRESS, ListFilter, "progress", "全部项目", "projects.view_project")
PAGE_SIZE = 50
ORDERS = {
    "": "最严重在前",
    "code": "按编号",
    "gap": "落后最多在前",
    "-max_overdue_days": "超期最长在前",
    "next_milestone_finish": "最近到期在前",
    "-total_investment": "总投资最大在前",
}
"""The orders that people ask for most; the headings offer all."""

FIELDS = (
    "programme",
    "lead_official",
    "lead_agency",
    "subdistrict",
    "liaison_officer",
    "report_state",
)
"""Filters of one value that the panel offers."""

TICKED = ("light", *PICKS)
"""Filters of which the panel lets tick several values."""

IN_PANEL = (*FIELDS, *TICKED, "followed", "as_of", "known_at")
IN_FORM = (*IN_PANEL, "search", "ordering", "page")
"""What the form of filters asks by itself; the rest of an address it carries along."""


@dataclass(frozen=True)
class LightCount:
    """A lamp at the top of the list: how many wear it, and whether the list is narrowed to it."""

    code: str
    label: str
    word: str
    number: int
    chosen: bool


def progress_list(question: ProgressQuestion, params: QueryDict, reader: User) -> dict[str, Any]:
    """The template's context. A fixed number of queries, whatever the number of rows.

    NoSuchPage past the end.
    """
    days, asked = question.days, question.asked
    form, today = asked.form, clock.today()
    rules = rules_on(days.as_of, days.known_at)
    programme = form.cleaned_data["programme"] or _main_programme(days.as_of)
    shown = page_of(question.rows, form.cleaned_data["page"], PAGE_SIZE)
    ordering = ",".join(form.cleaned_data["ordering"] or ())
    rows, lights = _rows(shown), _lights(question)
    front = FrontPage.objects.filter(user=reader, page=ListPage.PROGRESS).first()
    address = past_default(params, front)
    columns = asked.columns_shown
    return {
        "as_of": days.as_of,
        "known_at": days.known_at,
        "form": form,
        "fields": [form[name] for name in FIELDS],
        "picks": [form[name] for name in TICKED],
        "carried": _carried(address, IN_FORM),
        "chips": chips(asked, address),
        "filters_on": sum(name in IN_PANEL for name in _given(params)),
        "all_address": f"?{without_filters(address).urlencode()}",
        "view_asked": address.get("view"),
        "ordering": ordering,
        "orders": (ORDERS | {ordering: ORDERS.get(ordering, "按所选列")}).items(),
        "page": shown,
        "rows": rows,
        "followed": _followed_among(rows, reader),
        "raising": raising([row.project_id for row in rows], days, reader),
        "answers": answers_on([row.project_id for row in rows if row.light == Light.RED], days),
        "columns": [(name, each) for name, each in LISTED.items() if name in columns],
        "shown": {name: name in columns for name in LISTED},
        "column_choices": [(name, each.label, name in columns) for name, each in LISTED.items()],
        "carried_by_columns": _carried(address, ("columns", "density", "page")),
        "wide": len(columns) > sum(each.starts for each in LISTED.values()),
        "density": form.cleaned_data["density"] or Density.COMPACT.value,
        "densities": Density.choices,
        "lights": lights,
        "band": band(question, sum(each.number for each in lights if each.code == Light.RED)),
        "totals": question.rows.totals(basis=rules.basis),
        "linear_drives": rules.basis == ProRataBasis.LINEAR,
        "rules": rules,
        "programme": programme,
        "targets": _computed(programme, days),
        "mine": followed(reader, front.last_visit(today) if front else None, today),
        "recent": _recent_projects(reader),
        "views": view_menu(ListPage.PROGRESS, reader, form.cleaned_data["view"], params, front),
    }


def _rows(page: Page[DailyStatus]) -> list[DailyStatus]:
    """The page's rows with names: ids first, so that skipped rows cost no joins. Two queries."""
    ids = list(cast("DailyStatusQuerySet", page.object_list).values_list("pk", flat=True))
    found = DailyStatus.objects.for_list().in_bulk(ids)
    return [found[pk] for pk in ids]


def _followed_among(rows: list[DailyStatus], reader: User) -> set[int]:
    """The projects of these rows that the reader follows. One query."""
    ids = [row.project_id for row in rows]
    own = Follow.objects.filter(user=reader, project__in=ids)
    return set(own.values_list("project", flat=True))


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


def _given(params: QueryDict) -> list[str]:
    """The names of the parameters that say something."""
    return [name for name, values in params.lists() if "".join(values).strip()]


def _carried(params: QueryDict, own: tuple[str, ...]) -> list[tuple[str, str]]:
    """What a form that asks `own` sends along unseen, so that the rest of the address stays."""
    return [
        (name, value)
        for name, values in params.lists()
        if name not in own
        for value in values
        if value.strip()
    ]


def _recent_projects(reader: User) -> list[Project]:
    """The projects that the reader saw last, the latest first. One query."""
    visible = Project.objects.visible_to(reader)
    seen = SeenProject.objects.filter(user=reader, project__in=visible.values("pk"))
    return [each.project for each in seen.select_related("project")]


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
