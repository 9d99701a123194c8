"""The tables of a preview: each step with its days, and today's plan beside it."""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date
from typing import Any

from projects.admin.plan.forms import (
    AS_PLANNED,
    ReplanForm,
    StepChoice,
    TemplateForm,
    day_names,
    planned,
)
from projects.choices import DurationUnit, Standing
from projects.models import Baseline, Milestone, Project
from projects.planning import Timeline, duration_of, site_calendars, timeline
from projects.rules.calendars import Calendars
from projects.rules.schedule import Dated
from projects.services.planning import Days, Move, moves, template_milestones
from projects.verdict import Verdict, verdict


@dataclass(frozen=True)
class PlanRow:
    """A step in a preview. `days` is how far its finish moves; `inputs` are its two inputs, if any.

    `choice` is the template's step that it comes from, added or left out.
    """

    milestone: Milestone
    duration: int
    dated: Dated | None
    old: Days
    new: Days
    fixed: str = ""
    choice: StepChoice | None = None
    inputs: tuple[Any, ...] = ()

    @property
    def planned(self) -> bool:
        """Whether it is part of the plan: a step of the project, or one to be added."""
        return self.choice is None or self.choice.chosen

    @property
    def unit_label(self) -> str:
        """The unit in a word."""
        return DurationUnit(self.milestone.unit).word

    @property
    def days(self) -> int | None:
        """Later positive; None where it had no day or has none."""
        if self.old[1] is None or self.new[1] is None:
            return None
        return (self.new[1] - self.old[1]).days

    @property
    def moved(self) -> str:
        """The same in words."""
        if self.days is None:
            return "" if self.old == self.new else "新定"
        return moved_words(self.days) if self.old != self.new else ""


@dataclass(frozen=True)
class Preview:
    """A plan that is not saved: the verdict on it, and its rows."""

    verdict: Verdict
    rows: tuple[PlanRow, ...]


def moved_words(days: int) -> str:
    """How far a day moves."""
    return f"晚 {days} 天" if days > 0 else f"早 {-days} 天" if days else "完成日不变"


def template_preview(form: TemplateForm, as_of: date) -> Preview:
    """The project as it would be with the chosen steps; the others below. Eight queries."""
    asked, project = form.cleaned_data, form.project
    numbers = [each.step.order for each in form.chosen]
    added = template_milestones(project, asked["template"], numbers)
    there = list(project.milestones.order_by("order", "pk"))
    calendars = site_calendars()
    found = _timeline(project, [*there, *added], asked["promised_completion"], calendars, as_of)
    new = [move.new for move in moves(found, added, asked["by"])]
    present = [_row(each, planned(each), found, calendars) for each in there]
    more = [
        _row(milestone, days, found, calendars, choice)
        for milestone, days, choice in zip(added, new, form.chosen, strict=True)
    ]
    left = [_left_out(each) for each in form.choices if not each.chosen]
    return Preview(verdict(found), (*present, *more, *left))


def _row(
    milestone: Milestone,
    new: Days,
    found: Timeline,
    calendars: Calendars,
    choice: StepChoice | None = None,
) -> PlanRow:
    return PlanRow(
        milestone=milestone,
        duration=duration_of(milestone, calendars),
        dated=found.dated(milestone),
        old=planned(milestone),
        new=new,
        choice=choice,
    )


def _left_out(choice: StepChoice) -> PlanRow:
    step, nothing = choice.step, (None, None)
    milestone = Milestone(name=step.name, duration=step.duration, unit=step.unit)
    return PlanRow(milestone, step.duration, None, nothing, nothing, choice=choice)


@dataclass(frozen=True)
class Replan:
    """What a new plan would be computed from; `moves` by the way that was chosen."""

    project: Project
    timeline: Timeline
    moves: tuple[Move, ...]
    calendars: Calendars

    @property
    def open_milestones(self) -> list[Milestone]:
        """What may move."""
        return [move.milestone for move in self.moves if not move.fixed]

    def initial_days(self) -> dict[str, date | None]:
        """The new days by the names of their inputs."""
        return {
            name: day
            for move in self.moves
            if not move.fixed
            for name, day in zip(day_names(move.milestone), move.new, strict=True)
        }

    def preview(self, form: ReplanForm) -> Preview:
        """The table around the form's inputs."""
        return Preview(verdict(self.timeline), tuple(self._row(move, form) for move in self.moves))

    def _row(self, move: Move, form: ReplanForm) -> PlanRow:
        milestone = move.milestone
        return PlanRow(
            milestone=milestone,
            duration=duration_of(milestone, self.calendars),
            dated=self.timeline.dated(milestone),
            old=move.old,
            new=move.old if move.fixed else form.days(milestone),
            fixed=move.fixed,
            inputs=() if move.fixed else tuple(form[name] for name in day_names(milestone)),
        )


def replan(project: Project, promised: date | None, by: str, as_of: date) -> Replan:
    """The plan that the schedule suggests for that promise, or the one there is. Five queries."""
    milestones = list(project.milestones.order_by("order", "pk"))
    calendars = site_calendars()
    found = _timeline(project, milestones, promised, calendars, as_of)
    basis = Timeline(promised) if by == AS_PLANNED else found
    return Replan(project, found, tuple(moves(basis, milestones, by)), calendars)


def _timeline(
    project: Project,
    milestones: Sequence[Milestone],
    promised: date | None,
    calendars: Calendars,
    as_of: date,
) -> Timeline:
    supposed = copy(project)
    supposed.planned_completion = promised
    # What is planned for a project that is put off is planned for its return.
    supposed.standing = Standing.NORMAL
    pauses, stops = project.pauses.all(), project.stops.all()
    return timeline(supposed, milestones, pauses, calendars, as_of, stops=stops)


@dataclass(frozen=True)
class Proposal:
    """A plan that waits for approval: what it would move, and how many steps it leaves alone."""

    baseline: Baseline
    rows: tuple[tuple[str, Days, Days, str], ...]
    unchanged: int


def proposal(baseline: Baseline) -> Proposal:
    """A proposal against the milestones as they are now. One query."""
    rows = []
    entries = list(baseline.entries.select_related("milestone").order_by("order", "pk"))
    for entry in entries:
        new = (entry.planned_start, entry.planned_finish)
        old = planned(entry.milestone) if entry.milestone else (None, None)
        if old != new:
            days = (new[1] - old[1]).days if new[1] and old[1] else None
            rows.append((entry.name, old, new, "" if days is None else moved_words(days)))
    return Proposal(baseline, tuple(rows), len(entries) - len(rows))
