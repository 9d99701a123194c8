"""Every figure of random leagues against a recount in plain Python, now and as known before."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from django.utils import timezone

from investment.models import AnnualPlan, FormerPlan, ReportEvidence, StatusReport
from kuancheng.reports.choices import LeagueSpan, LeagueSubject
from kuancheng.reports.judging.league.counting import (
    by_project,
    counted,
    projects_by_entrant,
    terms_of,
)
from kuancheng.reports.judging.league.scope import Scope
from kuancheng.reports.rules.league.measures import NOTHING, Measure
from projects.choices import Phase, Stage, Standing
from projects.models import (
    Agency,
    Assignment,
    Listing,
    Milestone,
    Official,
    Programme,
    Project,
    Stop,
)
from projects.rules.matters.steps import Step
from tests import factories
from tests.clock import on
from tests.reports.judging.league.asking import scope
from tests.reports.judging.league.recount import Figures, Recount
from tests.reports.matters.histories import answered, closed, history, signed, step

pytestmark = pytest.mark.django_db

BEFORE, AFTER = 9, 14
"""Days of October: what is known first, and when the moves are made."""
WORKDAYS = [
    date(2024, 8, 9),
    date(2024, 8, 30),
    date(2024, 9, 4),
    date(2024, 9, 20),
    date(2024, 9, 30),
    date(2024, 10, 8),
]
SIZE, MOVES = 14, 40


@dataclass
class World:
    """A random portfolio, and moves that somebody may make in it."""

    random: Random
    agencies: list[Agency] = field(default_factory=list)
    subdistricts: list[Agency] = field(default_factory=list)
    officials: list[Official] = field(default_factory=list)
    lists: list[Programme] = field(default_factory=list)

    def build(self) -> None:
        self.agencies = [factories.agency() for _ in range(3)]
        self.subdistricts = [factories.agency(kind="subdistrict") for _ in range(2)]
        self.officials = [factories.official() for _ in range(3)]
        self.lists = [factories.programme() for _ in range(2)]
        for _ in range(SIZE):
            self._project()

    def day(self, none: float = 0.2) -> Any:
        """Mostly a day about the ends of August and September."""
        if self.random.random() < none:
            return None
        near = [date(2024, 1, 1), date(2024, 8, 31), date(2024, 9, 1), date(2024, 9, 30)]
        return self.random.choice(near) + timedelta(days=self.random.choice((0, 0, 1, -1, 12, 45)))

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def _dates(self) -> dict[str, Any]:
        found = {"enrolled_on": self.day()}
        for name, none in (("planned", 0.2), ("actual", 0.7)):
            first, last = f"{name}_start", f"{name}_completion"
            found |= {first: self.day(), last: self.day(none)}
            if found[last] and found[first] and found[last] < found[first]:
                found[first], found[last] = found[last], found[first]
        return found

    def _project(self) -> None:
        pick = self.random.choice
        made = factories.project(
            lead_agency=pick([*self.agencies, None]),
            subdistrict=pick([*self.subdistricts, None]),
            industry=pick("CE"),
            stage=pick(Stage.values),
            standing=pick([Standing.NORMAL] * 4 + [Standing.SUSPENDED, Standing.DEFERRED]),
            **self._dates(),
        )
        for each in self.lists:
            if self.chance(0.7):
                left = self._left()
                factories.listing(
                    programme=each,
                    project=made,
                    until=left,
                    leave_reason="deferred" if left else "",
                )
        self._hand_over(made)
        for _ in range(2):
            factories.milestone(
                project=made,
                phase=pick([Phase.PERMIT, Phase.PERMIT, *Phase.values]),
                planned_finish=self.day(),
                actual_finish=self.day(),
            )
        if self.chance(0.7):
            factories.annual_plan(project=made, amount=self._amount())
        for month in (7, 8, 9):
            if self.chance(0.8):
                self._report(made, month)
        if self.chance(0.4):
            first = self.day(none=0)
            again = self.day()
            factories.stop(
                project=made,
                stopped_on=first,
                resumed_on=again if again and again > first else None,
            )
        for _ in range(2):
            self._matter(made)

    def _amount(self) -> Decimal:
        return Decimal(self.random.choice([0, *[self.random.randrange(1, 10**6)] * 5])) / 100

    def _left(self) -> Any:
        return self.random.choice([None, None, date(2024, 9, 29), date(2024, 9, 30)])

    def _hand_over(self, project: Project) -> None:
        changed = date(2024, 9, self.random.choice((1, 16, 30)))
        first, then = self.random.sample(self.officials, 2)
        before = changed - timedelta(days=1)
        factories.assignment(project=project, official=first, until=before)
        if self.chance(0.8):
            factories.assignment(project=project, official=then, since=changed)

    def _report(self, project: Project, month: int) -> None:
        state = self.random.choice(["approved"] * 4 + ["submitted", "returned", "draft"])
        due = {7: date(2024, 8, 7), 8: date(2024, 9, 6), 9: date(2024, 10, 12)}[month]
        late = timedelta(minutes=self.random.choice((0, 0, 1, -5000)))
        moment = datetime.combine(due, time(23, 59)) + late
        made = factories.status_report(
            project=project,
            month=date(2024, month, 1),
            state=state,
            completed=self._amount(),
            submitted_at=None if state == "draft" else timezone.make_aware(moment),
        )
        if self.chance(0.5):
            ReportEvidence.objects.create(
                project=project, report=made, name="工地.jpg", size=1, uploaded_at=made.created_at
            )

    def _matter(self, project: Project) -> None:
        due = self.random.choice(WORKDAYS)
        said = [step(Step.ISSUE, "08-05", due=f"{due:%m-%d}", level=1), signed("08-05")]
        when = self.random.choice([*WORKDAYS, None])
        if when is not None:
            said.append(answered(f"{when:%m-%d}"))
            later = [each for each in WORKDAYS if each >= when]
            if self.chance(0.6):
                said.append(closed(f"{self.random.choice(later):%m-%d}"))
        made = factories.matter(project=project, lead_agency=self.random.choice(self.agencies))
        history(*said, matter=made)

    def move(self) -> None:
        """One change of one record."""
        moves: list[Callable[[], None]] = [
            self._move_project,
            self._move_report,
            self._move_plan,
            self._move_milestone,
            self._move_listing,
            self._move_stop,
            self._move_evidence,
            self._move_official,
        ]
        self.random.choice(moves)()

    def _any(self, model: Any) -> Any:
        return self.random.choice(list(model.objects.order_by("pk")))

    def _move_project(self) -> None:
        found = self._any(Project)
        for name, value in self._dates().items():
            setattr(found, name, value)
        found.lead_agency = self.random.choice([*self.agencies, None])
        found.save()

    def _move_report(self) -> None:
        found = self._any(StatusReport)
        found.completed, found.state = self._amount(), self.random.choice(["approved", "returned"])
        found.save()

    def _move_plan(self) -> None:
        found = self._any(AnnualPlan)
        columns = ("amount", "effective_from", "version")
        held = {name: getattr(found, name) for name in columns}
        FormerPlan.objects.create(plan=found, replaced_at=timezone.now(), **held)
        found.version += 1
        found.amount = self._amount()
        found.effective_from = self.random.choice(
            [date(2024, 8, 31), date(2024, 9, 30), date(2024, 10, 1)]
        )
        found.save()

    def _move_milestone(self) -> None:
        found = self._any(Milestone)
        found.planned_finish, found.actual_finish = self.day(), self.day()
        found.save()

    def _move_listing(self) -> None:
        found = self._any(Listing)
        found.until = self._left()
        found.leave_reason = "deferred" if found.until else ""
        found.save()

    def _move_stop(self) -> None:
        found = self._any(Stop)
        found.resumed_on = found.stopped_on + timedelta(
            days=self.random.choice((1, 29, 30, 31, 90))
        )
        found.save()

    def _move_evidence(self) -> None:
        self._any(ReportEvidence).delete()

    def _move_official(self) -> None:
        found = self._any(Assignment)
        found.official = self.random.choice(self.officials)
        found.save()


def asked_all() -> list[tuple[LeagueSubject, LeagueSpan]]:
    return [(subject, span) for subject in LeagueSubject for span in LeagueSpan]


def recounted() -> dict[Any, Figures]:
    found = {}
    for subject, span in asked_all():
        asked = scope(subject, span=span)
        found[subject, span] = Recount(subject.value, asked.first, asked.last).figures()
    return found


def computed(asked: Scope) -> Figures:
    held = counted(asked, Measure, terms_of(asked), projects_by_entrant(asked))
    return {
        entrant: sums
        for entrant, found in held.items()
        if (sums := {m.value: (c.part, c.whole) for m, c in found.items() if c.part or c.whole})
    }


@pytest.mark.parametrize("seed", range(2))
def test_every_figure_is_the_recount(seed: int) -> None:
    world = World(Random(seed))
    with on(BEFORE):
        world.build()
    before = recounted()
    with on(AFTER):
        for _ in range(MOVES):
            world.move()
    now = recounted()
    assert before != now
    assert {name for found in now.values() for sums in found.values() for name in sums} == {
        each.value for each in Measure
    }
    for subject, span in asked_all():
        day_before = scope(subject, span=span, known_on=date(2024, 10, AFTER - 1))
        assert computed(scope(subject, span=span)) == now[subject, span], (subject, span)
        assert computed(day_before) == before[subject, span], (subject, span)
    for each in Measure:
        for known_on, figures in ((None, now), (date(2024, 10, AFTER - 1), before)):
            asked = scope(LeagueSubject.LEAD_OFFICIAL, span=LeagueSpan.YEAR, known_on=known_on)
            _opens_into_its_projects(
                asked, each, figures[LeagueSubject.LEAD_OFFICIAL, LeagueSpan.YEAR]
            )


def _opens_into_its_projects(asked: Scope, measure: Measure, figures: Figures) -> None:
    entrant = next(key for key in figures if key)
    shares = by_project(asked, measure, entrant, terms_of(asked))
    together = sum(shares.values(), NOTHING)
    expected = figures[entrant].get(measure.value, (0, 0))
    assert (together.part, together.whole) == expected, (measure, entrant)
