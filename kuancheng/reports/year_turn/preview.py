"""What a turn of the year would do: a line a project, with how the old year ended."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet

from investment.models import AnnualPlan, OpeningFigure, YearTurn
from investment.rules.turn import (
    first_day,
    is_offered,
    last_day_before,
    proposed_class,
    successor,
    why_it_stays,
)
from investment.services.year_turn.terms import candidate_of
from investment.services.year_turn.turning import NewList
from kuancheng import clock
from kuancheng.asking.filters import RecordFilter
from kuancheng.asking.parameters import Parameters
from kuancheng.reports.judging.progress import Money, progress_rows
from kuancheng.reports.judging.terms import reporting_calendar, rules_on
from projects.choices import YearClass
from projects.models import Agency, Listing, Programme, Project, YearClassing
from projects.querysets import in_force
from projects.rules.year_classes import class_in

MOST_SHOWN = 200
"""Lines of one form; more are turned in parts."""


class TurnParameters(Parameters):
    """Whose projects are turned: a list of the old year, and of one agency's only."""

    no_past = "结转只办现在的，不能指定日期；以前的年度请在清单名册里看。"

    programme = RecordFilter(
        queryset=Programme.objects.all(),
        to_field_name="code",
        label="上年清单",
        empty_label="项目最多的清单",
    )
    lead_agency = RecordFilter(
        queryset=Agency.objects.filter(
            pk__in=Project.objects.exclude(lead_agency=None).values("lead_agency")
        ),
        label="责任单位",
        empty_label="全部责任单位",
        null_label="（未登记）",
        null_value="none",
    )


@dataclass(frozen=True)
class Line:
    """A project of the old list.

    `money` is that of the old year, up to the month that has been closed. `proposed` is the class
    that the register suggests, or the one that was set for the new year already; `plan` and `opened` are what the new year has
    already. `stays` says why it does not roll, empty where it may; `ticked` whether it is proposed.
    """

    project: Project
    money: Money
    last_class: str
    proposed: str
    plan: Decimal | None
    opened: bool
    stays: str
    ticked: bool

    @property
    def last_class_label(self) -> str:
        """The old year's class in words."""
        return str(dict(YearClass.choices).get(self.last_class, ""))

    @property
    def proposed_label(self) -> str:
        """The proposed class in words."""
        return str(dict(YearClass.choices)[self.proposed])

    @property
    def remaining(self) -> Decimal | None:
        """What is left of the total investment, None where either figure is missing."""
        total, done = self.project.total_investment, self.money.completed_total
        return None if total is None or done is None else total - done


@dataclass(frozen=True)
class Preview:
    """The lines that may roll, those that stay and why, and how the new list is called.

    `closed` is the last month of the old year that has been closed; `more` are lines that are not
    shown; `rolled` counts the projects that are on the new list already.
    """

    year: int
    source: Programme | None
    sources: Sequence[Programme]
    new_list: NewList
    exists: bool
    closed: date
    lines: tuple[Line, ...]
    staying: tuple[Line, ...]
    more: int
    rolled: int

    @property
    def whole(self) -> bool:
        """Whether the old year is closed up to December."""
        return self.closed.month == 12


def preview(asked: TurnParameters, year: int, *, limit: int | None = MOST_SHOWN) -> Preview:
    """Everything that the page shows. A fixed number of queries, whatever the number of projects."""
    said, today = asked.form.cleaned_data, clock.today()
    sources = sources_of(year)
    source = said["programme"] or (sources[0] if sources else None)
    closing = closing_day(year, today)
    closed = reporting_calendar(rules_on(closing, None), None).money_month(closing)
    if source is None:
        return Preview(year, None, (), NewList("", ""), False, closed, (), (), 0, 0)
    new_list, target = named(source, year)
    members = _members(source, year)
    # An agency is picked by the filter of the page, on the projects' own column.
    members = asked.filters["lead_agency"].filter(members, said["lead_agency"])
    there = Listing.objects.filter(programme=target) if target else Listing.objects.none()
    after = there.filter(Q(until=None) | Q(until__gte=first_day(year))).values("project")
    rolled = members.filter(pk__in=after)
    waiting = list(members.exclude(pk__in=after))
    rolling = [each for each in waiting if not _stays(each, year, today)]
    shown = rolling[:limit]
    staying = [each for each in waiting if _stays(each, year, today)][:MOST_SHOWN]
    lines = lines_of([*shown, *staying], year, closing)
    return Preview(
        year=year,
        source=source,
        sources=sources,
        new_list=new_list,
        exists=target is not None,
        closed=closed,
        lines=tuple(lines[: len(shown)]),
        staying=tuple(lines[len(shown) :]),
        more=len(rolling) - len(shown),
        rolled=rolled.count(),
    )


def sources_of(year: int) -> list[Programme]:
    """The old year's lists with projects at its end, the fullest first. Two queries."""
    found: dict[int, int] = {}
    last = Listing.objects.filter(in_force(last_day_before(year)), programme__year=year - 1)
    for programme in last.values_list("programme", flat=True):
        found[programme] = found.get(programme, 0) + 1
    lists = Programme.objects.filter(pk__in=found)
    return sorted(lists, key=lambda each: (-found[each.pk], each.code))


def closing_day(year: int, today: date) -> date:
    """The day on which the old year is closed, or today where that is to come.

    Reports that were approved later count: only the month that is looked at stays December.
    """
    december = date(year - 1, 12, 1)
    due = reporting_calendar(rules_on(today, None), None).due(december)
    return min(today, due)


def named(source: Programme, year: int) -> tuple[NewList, Programme | None]:
    """What next year's list is called, and the list itself where it exists. Two queries."""
    last = YearTurn.objects.filter(from_programme=source, year=year).order_by("-at").first()
    code, name = successor(source.code, source.name, year)
    if last is not None:
        code, name = last.to_code, last.to_name
    found = Programme.objects.filter(code=code, year=year).first()
    return NewList(code, found.name if found else name), found


def _members(source: Programme, year: int) -> QuerySet[Project]:
    last = Listing.objects.filter(in_force(last_day_before(year)), programme=source)
    members = Project.objects.filter(pk__in=last.values("project"))
    found: QuerySet[Project] = (
        members.select_related("lead_agency").defer("scope", "source_quote").order_by("code")
    )
    return found


def _stays(project: Project, year: int, today: date) -> str:
    return why_it_stays(candidate_of(project, today), year)


def lines_of(projects: Sequence[Project], year: int, closing: date) -> list[Line]:
    """The lines of projects, in their order. A fixed number of queries."""
    ids, today = [each.pk for each in projects], clock.today()
    money = {row.project_id: row.money for row in progress_rows(ids, closing)}
    classes = _classes(ids)
    plans = AnnualPlan.objects.for_year(year).filter(project__in=ids)
    amounts: Mapping[int, Decimal] = dict(plans.values_list("project", "amount"))
    december = last_day_before(year).replace(day=1)
    opened = OpeningFigure.objects.filter(project__in=ids, month=december)
    verified = set(opened.values_list("project", flat=True))
    return [
        _line(
            each,
            year,
            today,
            money[each.pk],
            classes.get(each.pk, {}),
            amounts.get(each.pk),
            each.pk in verified,
        )
        for each in projects
    ]


def _line(
    project: Project,
    year: int,
    today: date,
    money: Money,
    classes: Mapping[int, str],
    plan: Decimal | None,
    opened: bool,
) -> Line:
    one = candidate_of(project, today)
    return Line(
        project=project,
        money=money,
        last_class=class_in(year - 1, classes, project.year_class).code,
        proposed=classes.get(year) or proposed_class(one, year),
        plan=plan,
        opened=opened,
        stays=why_it_stays(one, year),
        ticked=is_offered(one, year),
    )


def _classes(ids: Iterable[int]) -> dict[int, dict[int, str]]:
    found: dict[int, dict[int, str]] = {}
    rows: Any = YearClassing.objects.filter(project__in=list(ids))
    for project, year, code in rows.values_list("project", "year", "year_class"):
        found.setdefault(project, {})[year] = code
    return found
