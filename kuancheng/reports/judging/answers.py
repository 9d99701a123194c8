"""Answers to red lights: since when a light is red, what was said to it, and how that stands."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import DateField, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce

from kuancheng.asking.parameters import Days
from kuancheng.reports.choices import Basis, LightChoice
from kuancheng.reports.judging.known import end_of
from kuancheng.reports.judging.terms import calendars_on, rules_on
from kuancheng.reports.models import DailyStatus, LightAnswer
from kuancheng.reports.rules.answering import Answering, answering
from projects.models import Project
from projects.rules.calendars import WORKING


@dataclass(frozen=True)
class RedAnswer:
    """A red light's answer: how it stands, the one that counts, and those it replaced."""

    standing: Answering
    answer: LightAnswer | None
    earlier: tuple[LightAnswer, ...] = ()


def red_since(projects: Collection[int], day: date) -> dict[int, date]:
    """The first day of the red in which projects are on a day, by the rows kept day by day.

    None of a project whose kept row of that day is not red, or that has none: it is red since
    that day. Days on which nothing was kept do not end a red. One query.
    """
    kept = DailyStatus.objects.filter(basis=Basis.DAILY, project=OuterRef("pk"), date__lte=day)
    other = kept.exclude(light=LightChoice.RED).order_by("-date").values("date")[:1]
    before = Value(date.min, output_field=DateField())
    red = kept.filter(light=LightChoice.RED, date__gt=OuterRef("other"))
    first = red.order_by("date").values("date")[:1]
    found = (
        Project.objects.filter(pk__in=projects)
        .annotate(other=Coalesce(Subquery(other), before))
        .annotate(first=Subquery(first))
        .values_list("pk", "first")
    )
    return {pk: since for pk, since in found if since is not None}


def answers_on(
    projects: Collection[int], days: Days, *, limit: int | None = None
) -> dict[int, RedAnswer]:
    """The answers of projects that are red on a day, by project. Five queries, none for none.

    As known on a day, from what had been written by its end. Within the limit in force, or
    within `limit` working days on trial.
    """
    if not projects:
        return {}
    day = days.as_of
    since = red_since(projects, day)
    if limit is None:
        limit = rules_on(day, days.known_at).answer_days
    line = calendars_on(days.known_at).line(WORKING)
    written = LightAnswer.objects.filter(
        project__in=projects, day__lte=day, at__lte=end_of(days.latest)
    )
    by_project: dict[int, list[LightAnswer]] = defaultdict(list)
    for each in written.select_related("author"):
        if each.day >= since.get(each.project_id, day):
            by_project[each.project_id].append(each)
    found = {}
    for pk in projects:
        own = by_project[pk]
        given = [each.given for each in reversed(own)]
        standing = answering(since.get(pk, day), day, given, limit, line)
        found[pk] = RedAnswer(standing, own[0] if own else None, tuple(own[1:]))
    return found
