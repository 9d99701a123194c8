"""收官: a finished project's final figures, and its days against what was first promised."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q

from investment.choices import ReportState
from investment.models import Funding, OpeningFigure, StatusReport
from investment.querysets import latest_funding
from investment.rules.reporting import first_day, next_month
from investment.rules.totals import Opening, completed_to, opening_at
from kuancheng.reports.judging.progress import TEXTS
from projects.choices import Phase
from projects.models import BaselineEntry, Matter, Milestone, Project, Stop
from projects.planning import happened
from projects.rules.matters.steps import OPEN, State
from projects.rules.stops import Standstill, stood_still


@dataclass(frozen=True)
class Promise:
    """What was first promised, what came, and by how many days later; negative when before.

    `promised` is None where the first baseline has no such day, or there is none.
    """

    name: str
    promised: date | None
    actual: date | None
    phase: str = ""
    reason: str = ""

    @property
    def days(self) -> int | None:
        """Days after the promise; None where one of the two is missing."""
        if self.promised is None or self.actual is None:
            return None
        return (self.actual - self.promised).days

    @property
    def early(self) -> int:
        """Days before it."""
        return -(self.days or 0)


@dataclass(frozen=True)
class Fund:
    """Money by source, 万元, as last reported."""

    source: str
    planned: Decimal | None
    in_place: Decimal | None
    dated: date


@dataclass(frozen=True)
class Halt:
    """A stop, and how many days it lasted."""

    reason: str
    stopped_on: date
    resumed_on: date | None
    days: int


@dataclass(frozen=True)
class FinalFigures:
    """All that a close-out freezes, as of a day. Amounts 万元; None is not reported, never 0.

    `completed_total` sums the approved reports on top of the opening figure; `months_missing` are
    the months between start and completion that are in neither, None where nobody recorded a
    start. `replans` counts the baselines after the first.
    """

    as_of: date
    total_investment: Decimal | None
    completed_total: Decimal | None
    months_missing: int | None
    pending_reports: int
    funds: tuple[Fund, ...]
    start: Promise
    completion: Promise
    milestones: tuple[Promise, ...]
    replans: int
    stops: tuple[Halt, ...]
    matters: int
    matters_open: int

    @property
    def left(self) -> Decimal | None:
        """What the total is more than was completed; None where one is not reported."""
        if self.total_investment is None or self.completed_total is None:
            return None
        return self.total_investment - self.completed_total

    @property
    def late(self) -> tuple[Promise, ...]:
        """The milestones that came later than first promised."""
        return tuple(each for each in self.milestones if (each.days or 0) > 0)

    @property
    def stopped_days(self) -> int:
        """Days of standing still, in all."""
        return sum(each.days for each in self.stops)

    def as_json(self) -> dict[str, Any]:
        """As a close-out keeps it: days in ISO form, amounts as text."""
        found: dict[str, Any] = _plain(asdict(self))
        return found

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "FinalFigures":
        """Kept figures as they were."""
        return cls(
            **kept
            | {
                "as_of": date.fromisoformat(kept["as_of"]),
                "total_investment": _amount(kept["total_investment"]),
                "completed_total": _amount(kept["completed_total"]),
                "funds": tuple(_fund(each) for each in kept["funds"]),
                "start": _promise(kept["start"]),
                "completion": _promise(kept["completion"]),
                "milestones": tuple(_promise(each) for each in kept["milestones"]),
                "stops": tuple(_halt(each) for each in kept["stops"]),
            }
        )


def final_figures(project: Project, as_of: date) -> FinalFigures:
    """A project's final figures from the facts known now. Eight queries."""
    ours = Q(project=project)
    begun = list(Stop.objects.filter(ours, stopped_on__lte=as_of).order_by("stopped_on", "pk"))
    entries = list(
        BaselineEntry.objects.filter(baseline__project=project, baseline__number=1)
        .select_related("milestone")
        .order_by("order", "pk")
    )
    baselines = list(project.baselines.approved())
    promised = baselines[0].promised_completion if baselines else None
    reports = list(StatusReport.objects.filter(ours, month__lte=as_of).defer(*TEXTS))
    openings = [each.as_fact for each in OpeningFigure.objects.filter(ours)]
    return FinalFigures(
        as_of=as_of,
        total_investment=project.total_investment,
        completed_total=_completed(reports, openings, as_of),
        months_missing=_missing(
            project, reports, openings, [each.as_fact for each in begun], as_of
        ),
        pending_reports=sum(each.state == ReportState.SUBMITTED for each in reports),
        funds=tuple(_funds(ours, as_of)),
        start=Promise("开工", _promised_start(entries), happened(project.actual_start, as_of)),
        completion=Promise("竣工", promised, happened(project.actual_completion, as_of)),
        milestones=tuple(_milestones(project, entries, as_of)),
        replans=max(0, len(baselines) - 1),
        stops=tuple(_halted(each, as_of) for each in begun),
        **_matters(ours),
    )


def _halted(stop: Stop, as_of: date) -> Halt:
    resumed = happened(stop.resumed_on, as_of)
    return Halt(stop.get_reason_display(), stop.stopped_on, resumed, stop.as_fact.days(as_of))


def _completed(
    reports: Iterable[StatusReport], openings: Iterable[Opening], as_of: date
) -> Decimal | None:
    approved = [
        (each.month, each.completed)
        for each in reports
        if each.state == ReportState.APPROVED and each.completed is not None
    ]
    return completed_to(first_day(as_of), approved, openings)


def _missing(
    project: Project,
    reports: Iterable[StatusReport],
    openings: Iterable[Opening],
    stops: Sequence[Standstill],
    as_of: date,
) -> int | None:
    """The months of work that are in no approved report and not in the opening figure."""
    last = first_day(project.actual_completion or as_of)
    opening = opening_at(last, openings)
    if opening is not None:
        month = next_month(opening.month)
    elif project.actual_start is not None:
        month = first_day(project.actual_start)
    else:
        return None
    filed = {
        each.month
        for each in reports
        if each.state == ReportState.APPROVED and each.completed is not None
    }
    missing = 0
    while month <= last:
        missing += month not in filed and not stood_still(stops, month)
        month = next_month(month)
    return missing


def _funds(ours: Q, as_of: date) -> Iterator[Fund]:
    for each in latest_funding(Funding.objects.filter(ours, dated__lte=as_of)):
        yield Fund(each.get_source_display(), each.planned, each.in_place, each.dated)


def _promised_start(entries: Iterable[BaselineEntry]) -> date | None:
    """The first day of the works in the first baseline."""
    days = [
        each.planned_start
        for each in entries
        if each.planned_start and each.milestone and each.milestone.phase == Phase.CONSTRUCTION
    ]
    return min(days, default=None)


def _milestones(
    project: Project, entries: Iterable[BaselineEntry], as_of: date
) -> Iterator[Promise]:
    """The milestones that there are, each with its finish in the first baseline. One query."""
    promised = {each.milestone_id: each.planned_finish for each in entries if each.milestone_id}
    for each in Milestone.objects.filter(project=project).order_by("order", "pk"):
        finish = happened(each.actual_finish, as_of)
        phase, reason = str(each.get_phase_display()), each.late_reason
        yield Promise(each.name, promised.get(each.pk), finish, phase, reason)


def _matters(ours: Q) -> dict[str, int]:
    states = list(Matter.objects.filter(ours).order_by().values_list("state", flat=True))
    issued = [each for each in states if each not in (State.DRAFT, State.VOID, State.MERGED)]
    return {"matters": len(issued), "matters_open": sum(each in OPEN for each in issued)}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def _amount(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _on(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _promise(kept: dict[str, Any]) -> Promise:
    days = {name: _on(kept[name]) for name in ("promised", "actual")}
    return Promise(**kept | days)


def _fund(kept: dict[str, Any]) -> Fund:
    amounts = {name: _amount(kept[name]) for name in ("planned", "in_place")}
    return Fund(**kept | amounts | {"dated": date.fromisoformat(kept["dated"])})


def _halt(kept: dict[str, Any]) -> Halt:
    stopped = date.fromisoformat(kept["stopped_on"])
    return Halt(**kept | {"stopped_on": stopped, "resumed_on": _on(kept["resumed_on"])})
