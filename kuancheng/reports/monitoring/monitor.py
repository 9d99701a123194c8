"""日监测: one day's run over the whole portfolio, and what it found against the day before."""

import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Count, Q

from investment.models import Correction, StatusReport
from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.asking.parameters import Days
from kuancheng.records import forward
from kuancheng.reports.choices import Basis
from kuancheng.reports.judging import daily
from kuancheng.reports.judging.answers import answers_on
from kuancheng.reports.judging.matters.news import MatterNews, matter_news
from kuancheng.reports.judging.reasons import added, is_raisable, reason_key
from kuancheng.reports.models import DailyStatus, LightOverride, MonitorRun
from kuancheng.reports.querysets import DailyStatusQuerySet
from kuancheng.reports.rules.answering import Standing
from kuancheng.reports.rules.lights import SEVERITY, Light
from projects.models import Agency, Escalation, Milestone, Order, Project
from projects.rules.calendars import ONE_DAY
from projects.rules.matters.orders import OrderKind
from projects.services.matters.escalation import escalate
from projects.services.stops.steps import keep_standings

WEEK = timedelta(days=7)
NAMED = 200
"""Changes and due milestones that a summary names; the rest is counted."""

LATE = (Light.RED, Light.YELLOW)
SEVERITY_FIRST = [light.value for light in Light]


@dataclass(frozen=True)
class Change:
    """A project whose light changed between two kept days; `reasons` are those that came.

    `keys` are what a matter is raised from, one for each reason, empty where none can be.
    """

    code: str
    name: str
    before: str
    light: str
    reasons: tuple[str, ...]
    agency: str
    keys: tuple[str, ...] = ()

    @property
    def told(self) -> tuple[tuple[str, str], ...]:
        """Each reason with its key; a summary that was kept before there were keys has none."""
        keys = self.keys or ("",) * len(self.reasons)
        return tuple(zip(self.reasons, keys, strict=True))

    @property
    def recovered(self) -> bool:
        """From red or yellow to something that is not late."""
        return self.before in LATE and self.light not in LATE


@dataclass(frozen=True)
class Due:
    """An unfinished milestone and its promised day, which is close."""

    code: str
    name: str
    milestone: str
    day: str
    agency: str


@dataclass(frozen=True)
class Unanswered:
    """A red project whose owner is late with his answer, or whose promise has passed."""

    code: str
    name: str
    agency: str
    text: str


@dataclass(frozen=True)
class Summary:
    """What a day brought. `compared_with` is the earlier kept day, empty for the first.

    `lights` counts the day's projects by light. `changed` counts all changes, `changes` names the
    first of them, the gravest first; `due_count` and `due` likewise for milestones of the next
    seven days. `missing` counts the projects whose money month has no report. `orders` and
    `escalated` count the day's 催办单 and 督办单, and the matters that climbed; `matters` is None and
    `unanswered` empty in a summary that was kept before they were told.
    """

    compared_with: str
    lights: dict[str, int]
    changed: int
    changes: tuple[Change, ...]
    due_count: int
    due: tuple[Due, ...]
    overdue: int
    missing: int
    waiting: int
    corrections: int
    overrides_ending: int
    orders: int = 0
    escalated: int = 0
    matters: MatterNews | None = None
    unanswered_count: int = 0
    unanswered: tuple[Unanswered, ...] = ()

    def of_kind(self, kind: str) -> tuple[Change, ...]:
        """The changes to red, to yellow, the recovered ones, or the rest."""
        return tuple(each for each in self.changes if _kind(each) == kind)

    @property
    def red(self) -> tuple[Change, ...]:
        """What turned red."""
        return self.of_kind("red")

    @property
    def yellow(self) -> tuple[Change, ...]:
        """What turned yellow."""
        return self.of_kind("yellow")

    @property
    def recovered(self) -> tuple[Change, ...]:
        """What was late and is not any more."""
        return self.of_kind("recovered")

    @property
    def other(self) -> tuple[Change, ...]:
        """All other changes."""
        return self.of_kind("other")

    def as_json(self) -> dict[str, Any]:
        """As a run keeps it."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "Summary":
        """A kept summary as it was."""
        changes = tuple(
            Change(
                **each | {"reasons": tuple(each["reasons"]), "keys": tuple(each.get("keys", ()))}
            )
            for each in kept["changes"]
        )
        matters = kept.get("matters")
        parts = {
            "changes": changes,
            "due": tuple(Due(**each) for each in kept["due"]),
            "matters": MatterNews.from_json(matters) if matters else None,
            "unanswered": tuple(Unanswered(**each) for each in kept.get("unanswered", ())),
        }
        return cls(**kept | parts)


def _kind(change: Change) -> str:
    if change.light == Light.RED:
        return "red"
    if change.recovered:
        return "recovered"
    return "yellow" if change.light == Light.YELLOW and change.before != Light.RED else "other"


OnProgress = Callable[[int, int], None]


@dataclass(frozen=True)
class Ran:
    """A run as kept, how many rows it wrote, and how many of today's it found wrong."""

    run: MonitorRun
    written: int
    mended: int


def run(day: date, *, today: date, on_progress: OnProgress = lambda done, total: None) -> Ran:
    """Writes the day's rows that are missing, and keeps the run and its summary.

    Today's rows are all judged anew, so that nothing that slipped past a service stays wrong. A
    past day that nobody kept is filled in as it was known then. May be run again, or by two at
    once: rows are written a batch at a time and never twice, and a run that was cut off is taken
    up where it stopped. Orders and escalations are today's affair: a past day is never made up for.
    `on_progress` hears of the progress. ValueError for a day that has not come, ClockBehind where a
    later one than today is kept.
    """
    forward.read_again()
    forward.require_forward()
    start = time.monotonic()
    begun, _ = MonitorRun.objects.get_or_create(date=day, defaults={"started_at": clock.now()})
    total = Project.objects.count()
    written = daily.keep(day, today=today, on_progress=lambda done: on_progress(done, total))
    mended = 0
    if day == today and written < total:
        mended = daily.reconcile(today=today, on_progress=lambda done: on_progress(done, total))
    if day == today:
        escalate(day=day)
        keep_standings(day=day, actor=User.objects.system())
    summary = summarize(day)
    with transaction.atomic():
        kept = MonitorRun.objects.select_for_update().get(pk=begun.pk)
        kept.finished_at = clock.now()
        kept.projects = sum(summary.lights.values())
        kept.written += written
        kept.seconds = Decimal(str(round(time.monotonic() - start, 1)))
        kept.summary = summary.as_json()
        kept.save()
    return Ran(kept, written, mended)


def newest_run(before: date | None) -> date | None:
    """The latest day that was run, before a day where one is given. One query."""
    ran = MonitorRun.objects.order_by("-date")
    ran = ran.filter(date__lt=before) if before else ran
    return ran.values_list("date", flat=True).first()


def summarize(day: date) -> Summary:
    """Compares the day's kept rows with those of the latest kept day before. Twenty-three queries."""
    rows = DailyStatus.objects.filter(basis=Basis.DAILY, date=day)
    earlier = earlier_day(day)
    changed = (
        rows.turned_since(earlier).order_by("-severity", "project__code")
        if earlier
        else rows.none()
    )
    due = _due(day)
    unanswered = _unanswered(rows, day)
    return Summary(
        compared_with=earlier.isoformat() if earlier else "",
        lights=_in_order(rows.by_light()),
        changed=changed.count(),
        changes=tuple(_named(changed, earlier)) if earlier else (),
        due_count=due.count(),
        due=tuple(_as_due(each) for each in due[:NAMED]),
        overdue=rows.aggregate(n=Count("pk", filter=Q(overdue_milestones__gt=0)))["n"],
        missing=rows.fired("report_missing").count(),
        waiting=StatusReport.objects.filter(state="submitted").count(),
        corrections=Correction.objects.proposed().count(),
        overrides_ending=LightOverride.objects.in_force(day).filter(until__lte=day + WEEK).count(),
        orders=Order.objects.filter(issued_on=day).exclude(kind=OrderKind.ASSIGN).count(),
        escalated=Escalation.objects.filter(day=day).count(),
        matters=matter_news(day, earlier or day - ONE_DAY),
        unanswered_count=len(unanswered),
        unanswered=tuple(unanswered[:NAMED]),
    )


def _unanswered(rows: DailyStatusQuerySet, day: date) -> list[Unanswered]:
    """Red projects that are late with an answer, or past their promise; the longest first."""
    red = {
        row.project_id: row
        for row in rows.filter(light=Light.RED).select_related("project", "lead_agency")
    }
    late = [
        (pk, found.standing)
        for pk, found in answers_on(red, Days(day, None)).items()
        if found.standing.standing in (Standing.OVERDUE, Standing.BROKEN)
    ]
    late.sort(key=lambda pair: (-pair[1].days, red[pair[0]].project.code))
    return [
        Unanswered(
            code=red[pk].project.code,
            name=red[pk].project.name,
            agency=_name(red[pk].lead_agency),
            text=standing.text,
        )
        for pk, standing in late
    ]


def _name(agency: Agency | None) -> str:
    return agency.name if agency else ""


def _in_order(counts: dict[str, int]) -> dict[str, int]:
    """Red first, lights that nobody wears left out."""
    return {light: counts[light] for light in SEVERITY_FIRST if light in counts}


def earlier_day(day: date) -> date | None:
    """The latest kept day before that one. One query."""
    kept = DailyStatus.objects.filter(basis=Basis.DAILY, date__lt=day).order_by("-date")
    return kept.values_list("date", flat=True).first()


def _named(changed: DailyStatusQuerySet, earlier: date) -> Iterator[Change]:
    found = list(changed.select_related("project", "lead_agency")[:NAMED])
    past = DailyStatus.objects.filter(
        basis=Basis.DAILY, date=earlier, project__in=[row.project_id for row in found]
    )
    known = {row.project_id: row.reasons for row in past}
    for row in found:
        came = [
            each
            for each in added(row.reasons, known[row.project_id])
            if SEVERITY[Light(each["light"])] >= SEVERITY[Light.BLUE]
        ]
        yield Change(
            code=row.project.code,
            name=row.project.name,
            before=row.before,
            light=row.light,
            reasons=tuple(each["text"] for each in came),
            agency=_name(row.lead_agency),
            keys=tuple(reason_key(each) if is_raisable(each) else "" for each in came),
        )


def _due(day: date) -> Any:
    due = Milestone.objects.due_between(day, day + WEEK)
    found = due.select_related("project__lead_agency", "agency")
    return found.order_by("planned_finish", "project__code", "order")


def _as_due(step: Milestone) -> Due:
    finish = step.planned_finish.isoformat() if step.planned_finish else ""
    agency = _name(step.agency or step.project.lead_agency)
    return Due(step.project.code, step.project.name, step.name, finish, agency)
