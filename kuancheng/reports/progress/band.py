"""What the top of the list says in words: who is red, what is latest, what turned, what is due."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, F, Max, Q

from kuancheng import clock
from kuancheng.asking.parameters import Days
from kuancheng.reports.choices import Basis
from kuancheng.reports.judging.terms import rows_on
from kuancheng.reports.models import DailyStatus
from kuancheng.reports.querysets import DailyStatusQuerySet
from kuancheng.reports.questions import ProgressQuestion
from kuancheng.reports.rules.lights import Light
from projects.models import Milestone
from projects.rules.standing import JUDGED_STANDINGS

SOON = 7
"""What is due within so many days is told."""

MOST_NAMED = 5
"""So many officials are named; the rest is counted."""

LATE = (Light.RED, Light.YELLOW)
NOT_LATE = tuple(light for light in Light if light not in LATE)
TURNS = {
    "red": Q(light=Light.RED),
    "yellow": Q(light=Light.YELLOW, before__in=NOT_LATE),
    "recovered": Q(before__in=LATE, light__in=NOT_LATE),
}
"""The turns of a light that are told, as the day's monitoring counts them."""


@dataclass(frozen=True)
class Whose:
    """An official and the number of his red projects; `key` is what the filter takes for him."""

    key: str
    name: str
    number: int


@dataclass(frozen=True)
class Turned:
    """How many lights turned between two kept days."""

    since: date
    on: date
    red: int
    yellow: int
    recovered: int


@dataclass(frozen=True)
class Band:
    """The sentences of the band, for the rows that were asked for.

    `red` is None where the question leaves red out. `unnamed` counts the red projects of officials
    that `whose` does not name. `worst` is the row with the latest milestone, `why` the sentence
    of that. `turned` is None where no two days were kept. `due` counts milestones, on
    `due_projects` projects.
    """

    red: int | None
    whose: tuple[Whose, ...]
    unnamed: int
    worst: DailyStatus | None
    why: str
    turned: Turned | None
    due: int
    due_projects: int


def band(question: ProgressQuestion, red: int) -> Band:
    """At most seven queries. `red` is how many rows are red, whatever lights were asked for."""
    asked = question.asked.form.cleaned_data["light"]
    told = not asked or Light.RED in asked
    whose = _whose(question.rows) if told and red else ()
    worst = _worst(question.rows)
    due = _due(question)
    return Band(
        red=red if told else None,
        whose=whose,
        unnamed=red - sum(each.number for each in whose) if told else 0,
        worst=worst,
        why=_why(worst),
        turned=_turned(question),
        due=due["steps"],
        due_projects=due["projects"],
    )


def _whose(rows: DailyStatusQuerySet) -> tuple[Whose, ...]:
    red = rows.filter(light=Light.RED).order_by()
    found = red.values("lead_official", "lead_official__name").annotate(number=Count("pk"))
    first = found.order_by("-number", F("lead_official__order").asc(nulls_last=True))[:MOST_NAMED]
    return tuple(
        Whose(
            str(each["lead_official"] or "none"),
            each["lead_official__name"] or "未登记包保领导",
            each["number"],
        )
        for each in first
    )


def _worst(rows: DailyStatusQuerySet) -> DailyStatus | None:
    """Its id first, so that rows that are not shown cost no joins. Two queries."""
    late = rows.filter(max_overdue_days__gt=0).order_by("-max_overdue_days", "project__code")
    first = late.values_list("pk", flat=True).first()
    found: DailyStatus | None = DailyStatus.objects.for_list().filter(pk=first).first()
    return found


def _why(worst: DailyStatus | None) -> str:
    if worst is None:
        return ""
    overdue = (each for each in worst.reasons if each["rule"] == "milestone_overdue")
    return max(overdue, key=lambda each: each["days"])["text"] if worst.overdue_milestones else ""


def _turned(question: ProgressQuestion) -> Turned | None:
    """Between the question's day, as it was kept, and the kept day before it. Three queries."""
    day = question.days.latest
    kept = DailyStatus.objects.filter(basis=Basis.DAILY)
    since = kept.filter(date__lt=day).aggregate(last=Max("date"))["last"]
    if since is None or not kept.filter(date=day).exists():
        return None
    ours = question.rows.order_by()
    if not _are_kept(question):
        ours = kept.filter(date=day, project__in=ours.values("project"))
    counts = ours.turned_since(since).aggregate(
        **{name: Count("pk", filter=turn) for name, turn in TURNS.items()}
    )
    return Turned(since=since, on=day, **counts)


def _are_kept(question: ProgressQuestion) -> bool:
    """Whether the rows asked for are those that the day itself keeps."""
    return question.days == Days(clock.today(), None)


def _due(question: ProgressQuestion) -> dict[str, int]:
    """Unfinished milestones of judged projects that are promised within the next days. One query."""
    days = question.days
    judged = question.rows.filter(standing__in=JUDGED_STANDINGS).order_by()
    steps = rows_on(Milestone, days.known_at).filter(
        Q(actual_finish=None) | Q(actual_finish__gt=days.as_of),
        planned_finish__range=(days.as_of, days.as_of + timedelta(days=SOON)),
        project__in=judged.values("project"),
    )
    found: dict[str, int] = steps.order_by().aggregate(
        steps=Count("pk"), projects=Count("project", distinct=True)
    )
    return found
