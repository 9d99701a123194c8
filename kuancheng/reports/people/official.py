"""The page of one official: what he answers for, and since when."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q
from django.http import Http404

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.asking.paging import capped
from kuancheng.asking.parameters import Days
from kuancheng.reports.judging.known import end_of, records
from kuancheng.reports.judging.matters.figures_line import figures_of_official
from kuancheng.reports.judging.matters.standing import Standing, open_where
from kuancheng.reports.judging.terms import calendars_on
from kuancheng.reports.models import DailyStatus
from kuancheng.reports.people.portfolio import (
    SHOWN,
    answers_for,
    kept_on,
    month_days,
    record_over_time,
)
from kuancheng.reports.people.questions import PortfolioParameters
from kuancheng.reports.questions import statuses_on
from projects.choices import Role
from projects.models import Assignment, Handover, Official

TENURES_SHOWN = 200


@dataclass(frozen=True)
class Tenure:
    """An assignment as it stood on the page's day: `when` is 在任, 未到 or 已止."""

    assignment: Assignment
    when: str

    @property
    def current(self) -> bool:
        """Whether it was in force."""
        return self.when == "在任"


@dataclass(frozen=True)
class Held:
    """A project's row of the day, and what the official is to it."""

    row: DailyStatus
    roles: str


@dataclass(frozen=True)
class Affair:
    """An open matter, and what it is to him."""

    standing: Standing
    part: str


@dataclass(frozen=True)
class Passing:
    """A handover as it stood on the page's day, told from his side."""

    handover: Handover
    gave: bool
    undone: bool
    duties: int


def official_page(asked: PortfolioParameters, official: Official, reader: User) -> dict[str, Any]:
    """The template's context, as of a day. A fixed number of queries, at most twenty-nine.

    Http404 when nobody had registered him yet; NoSuchPage past the end.
    """
    days = asked.days
    then = _as_known(official, days.known_at)
    tenures = list(_tenures(official, days))
    held = [each.assignment for each in tenures if each.current]
    roles: dict[int, list[str]] = defaultdict(list)
    for each in held:
        roles[each.project_id].append(each.get_role_display())
    rows = statuses_on(days.as_of, days.known_at).filter(project__in=list(roles))
    facts = answers_for(rows, days, asked.form.cleaned_data["page"])
    return facts | {
        "person": then,
        "has_left": then.has_left(days.as_of),
        "rows": [Held(row, "、".join(roles[row.project_id])) for row in facts["page"]],
        "tenures": capped(tenures, TENURES_SHOWN),
        "matters": capped(list(_affairs(then, held, days)), SHOWN),
        "figures": figures_of_official(official, days),
        "months": record_over_time(_lights(tenures, days.latest)),
        "handovers": list(_passings(official, days.latest)),
        "may_hand_over": _may_hand_over(then, reader, days),
    }


def _may_hand_over(person: Official, reader: User, days: Days) -> bool:
    now = days.as_of == clock.today() and days.known_at is None
    return now and reader.has_perm("projects.add_handover") and not person.has_left(days.as_of)


def _as_known(official: Official, known_at: date | None) -> Official:
    if known_at is None:
        return official
    found = records(Official, Q(id=official.pk), known_at, related=("agency",))
    if not found:
        raise Http404
    then: Official = found[0]
    return then


def _tenures(official: Official, days: Days) -> Iterator[Tenure]:
    """All that he was, is or will be: what holds first, then the latest."""
    found = records(Assignment, Q(official=official.pk), days.known_at, related=("project",))
    order = list(Role.values)
    ranked = sorted(
        found,
        key=lambda each: (
            not each.holds_on(days.as_of),
            -each.since.toordinal(),
            order.index(each.role),
            each.pk,
        ),
    )
    for each in ranked:
        if each.holds_on(days.as_of):
            yield Tenure(each, "在任")
        else:
            yield Tenure(each, "未到" if each.since > days.as_of else "已止")


def _affairs(person: Official, held: Iterable[Assignment], days: Days) -> Iterator[Affair]:
    """Open matters in which he decides as lead official, verifies, or that his agency leads."""
    leads = {each.project_id for each in held if each.role == Role.LEAD_OFFICIAL}
    wanted = Q(project__in=leads)
    if person.user_id is not None:
        wanted |= Q(verifier=person.user_id)
    if person.agency_id is not None:
        wanted |= Q(lead_agency=person.agency_id) | Q(steps__agency=person.agency_id)
    for each in open_where(wanted, days, calendars_on(days.known_at)):
        matter = each.matter
        if matter.project_id in leads:
            yield Affair(each, "包保项目")
        elif person.user_id is not None and matter.verifier_id == person.user_id:
            yield Affair(each, "核查")
        elif person.agency_id is not None and each.story.agency == person.agency_id:
            yield Affair(each, "本单位牵头")


def _lights(tenures: Sequence[Tenure], latest: date) -> Iterator[tuple[date, str, int]]:
    """The lights that his projects wore, each only while he was responsible. One query."""
    by_project: dict[int, list[Assignment]] = defaultdict(list)
    for each in tenures:
        by_project[each.assignment.project_id].append(each.assignment)
    kept = kept_on(month_days(latest), Q(project__in=list(by_project)))
    for day, project, light in kept.values_list("date", "project", "light"):
        if any(each.holds_on(day) for each in by_project[project]):
            yield day, light, 1


def _passings(official: Official, latest: date) -> Iterator[Passing]:
    """Handovers that had been done by the end of a day, latest first. One query."""
    end = end_of(latest)
    found = (
        Handover.objects.filter(Q(giver=official.pk) | Q(receiver=official.pk), at__lte=end)
        .select_related("giver", "receiver", "author")
        .annotate(duties=Count("items"))
    )
    for each in found[:TENURES_SHOWN]:
        undone = each.undone_at is not None and each.undone_at <= end
        yield Passing(each, each.giver_id == official.pk, undone, each.duties)
