"""Random people do random things to a matter on random days, through the real services.

No state that the machine does not know, no step lost, nothing changed by what was refused, and the
clock equal to a recount that shares no code with it.
"""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any, ClassVar

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.access.rights import NotAllowed
from kuancheng.access.roles import AUDITOR, READER, REVIEWER
from kuancheng.records import announcing
from kuancheng.records.versions import StaleRecord
from projects.choices import Outcome
from projects.models import CalendarDay, Deputy, Matter, MatterEvidence, MatterStep, Serial
from projects.planning import site_calendars
from projects.rules.matters.clock import read
from projects.rules.matters.steps import Step
from projects.rules.matters.story import Story
from projects.services.matters.deputies import appoint_deputy, end_deputy
from projects.services.matters.taking import take_step
from projects.services.matters.turn import NOTHING, Given, MatterRefused
from tests import factories
from tests.only import on_sqlite
from tests.projects.matters.recount import BEGIN, Retelling, days
from tests.projects.uploads import PDF, upload
from tests.services.cast import Cast

pytestmark = [on_sqlite, pytest.mark.long]

REFUSED = (NotAllowed, MatterRefused, StaleRecord, ValidationError)

OPEN = {"issued", "working", "answered"}
LEADS: dict[str, tuple[set[str], str]] = {
    "issue": ({"draft"}, "issued"),
    "sign": ({"issued"}, "working"),
    "object": ({"issued"}, ""),
    "uphold": ({"issued"}, ""),
    "reassign": ({"issued", "working"}, "issued"),
    "note": ({"working"}, ""),
    "answer": ({"working"}, "answered"),
    "close": ({"answered"}, "closed"),
    "return": ({"answered"}, "working"),
    "ask_extension": ({"issued", "working"}, ""),
    "extend": ({"issued", "working"}, ""),
    "refuse_extension": ({"issued", "working"}, ""),
    "ask_pause": ({"working"}, ""),
    "pause": ({"working"}, ""),
    "refuse_pause": ({"working"}, ""),
    "resume": ({"working"}, ""),
    "set_level": (OPEN, ""),
    "reopen": ({"closed"}, "working"),
    "appeal": (OPEN | {"closed"}, ""),
    "deny_appeal": (OPEN | {"closed"}, ""),
    "grant_appeal": (OPEN | {"closed"}, ""),
    "void": ({"draft"} | OPEN, "void"),
    "merge": ({"draft"} | OPEN, "merged"),
}
"""The machine once more, by hand: from where, and to where a step leads."""

USUAL = {
    "clerk": {"sign", "object", "note", "answer", "ask_extension", "ask_pause", "resume", "appeal"},
    "verifier": {"close", "return"},
    "reviewer": {"deny_appeal", "grant_appeal"},
    "leader": set(),
}
"""Whose steps they mostly are; all others are the office's."""

SELDOM = {"void", "merge", "reassign", "set_level", "note", "object"}
POSSIBLE: dict[str, Callable[[Story], object]] = {
    "object": lambda story: not story.objected,
    "uphold": lambda story: story.objected,
    "ask_extension": lambda story: not story.asked_due and story.extensions < 2,
    "extend": lambda story: story.asked_due,
    "refuse_extension": lambda story: story.asked_due,
    "ask_pause": lambda story: not story.asked_rest and not story.resting,
    "pause": lambda story: story.asked_rest,
    "refuse_pause": lambda story: story.asked_rest,
    "resume": lambda story: story.resting,
    "reopen": lambda story: not story.appealed,
    "appeal": lambda story: not story.appealed,
    "deny_appeal": lambda story: story.appealed,
    "grant_appeal": lambda story: story.appealed,
}
"""What is not worth trying all the time."""

JUDGING = USUAL["reviewer"] | USUAL["verifier"]
JUDGES = ("office", "verifier", "clerk", "colleague", "reviewer", "aide")
"""Who try their hand at what others must judge."""


class Room:
    """Everybody who might do something, made once."""

    def __init__(self) -> None:
        self.cast = Cast()
        self.matter = self.cast.matter.pk
        self.other = factories.agency()
        self.survivor = factories.matter(project=self.cast.project).pk
        self.people: dict[str, User] = {
            "clerk": self.cast.clerk,
            "colleague": self.cast.colleague,
            "other": self.cast.of(self.other),
            "office": self.cast.office,
            "verifier": self.cast.verifier,
            "leader": self.cast.leader,
            "reviewer": factories.user(REVIEWER),
            "aide": factories.user(READER),
            "auditor": factories.user(AUDITOR),
        }


class MatterMachine(RuleBasedStateMachine):
    """One matter, its people, and the days that pass."""

    room: ClassVar[Room]

    def __init__(self) -> None:
        super().__init__()
        self.undone = transaction.atomic()
        self.undone.__enter__()
        self.today = BEGIN
        self.closed_days: frozenset[date] = frozenset()
        self.checked: tuple[int, date] | None = None
        self.dice = Random(0)

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undone.__exit__(None, None, None)

    @initialize(seed=st.integers(0, 2**32))
    def begins(self, seed: int) -> None:
        """Issued and signed, perhaps red by now; one of them has a deputy for some weeks."""
        # One seed, and not a draw a choice: hypothesis likes to repeat what it drew.
        self.dice = Random(seed)
        self.closed_days = frozenset(self.dice.sample(days(BEGIN, date(2024, 11, 30)), 4))
        for day in self.closed_days:
            CalendarDay.objects.create(date=day, works=False, name="停电")
        cast = self.room.cast
        self.takes(cast.office, "issue", self.given(self.dice.randint(1, 9)))
        self.takes(cast.clerk, "sign", NOTHING)
        self.today += timedelta(self.dice.choice([0, 3, 14]))
        away = self.dice.choice([cast.clerk, cast.verifier, cast.leader])
        self.leaves(away, self.room.people["aide"], 0, 30)

    def at(self) -> Any:
        noon = datetime.combine(self.today, time(12))
        return clock.at(timezone.make_aware(noon))

    def matter(self) -> Matter:
        return Matter.objects.get(pk=self.room.matter)

    @rule()
    def something_happens(self) -> None:
        kinds = {self.goes_on: 10, self.nights_pass: 4, self.somebody_tries: 2}
        kinds |= {self.somebody_leaves: 1, self.somebody_comes_back: 1}
        self.dice.choices(list(kinds), list(kinds.values()))[0]()

    def nights_pass(self) -> None:
        self.today += timedelta(self.dice.randint(1, 7))

    def goes_on(self) -> None:
        """One of the steps that may come next, by whose it usually is, with all that it needs."""
        matter = self.matter()
        story, dice = matter.story(), self.dice
        usual = [
            step
            for step, (of, _) in LEADS.items()
            if matter.state in of
            and POSSIBLE.get(step, bool)(story)
            and (step not in SELDOM or dice.random() < 0.15)
        ]
        if usual:
            step = dice.choice(usual)
            actor = self.usually(step, matter)
            away = Deputy.objects.on(self.today).filter(person=actor).first()
            if away and dice.random() < 0.5:
                actor = away.deputy
            self.takes(actor, step, self.given(dice.randint(1, 20)))

    def usually(self, step: str, matter: Matter) -> User:
        who = next((who for who, steps in USUAL.items() if step in steps), "office")
        if who == "clerk" and matter.lead_agency == self.room.other:
            who = "other"
        if step in {"extend", "refuse_extension"} and matter.asks_lead_official:
            who = "leader"
        if step in JUDGING and self.dice.random() < 0.3:
            who = self.dice.choice(JUDGES)
        return self.room.people[who]

    def somebody_tries(self) -> None:
        """Anybody, anything, at any time."""
        dice = self.dice
        words = dice.choice(["已办", "", " ", "字" * 4001])
        given = self.given(dice.randint(-3, 20), files=dice.random() < 0.5, words=words)
        who = dice.choice(list(self.room.people.values()))
        self.takes(who, dice.choice(list(LEADS)), given, stale=dice.random() < 0.2)

    def somebody_leaves(self) -> None:
        person, deputy = (self.dice.choice(list(self.room.people.values())) for _ in range(2))
        self.leaves(person, deputy, self.dice.randint(-1, 3), self.dice.randint(-1, 12))

    def leaves(self, person: User, deputy: User, since: int, lasts: int) -> None:
        first = self.today + timedelta(since)
        made = Deputy(
            person=person,
            deputy=deputy,
            since=first,
            until=first + timedelta(lasts),
            reason="外出",
        )
        self.all_or_nothing(lambda: appoint_deputy(deputy=made, actor=self.room.cast.office))

    def somebody_comes_back(self) -> None:
        made = Deputy.objects.order_by("-pk").first()
        if made:
            self.all_or_nothing(lambda: end_deputy(deputy=made, actor=made.person))

    def given(self, ahead: int, *, files: bool = True, words: str = "已办") -> Given:
        """All that any step may ask for; what is odd comes from `ahead` and the dice."""
        dice, room = self.dice, self.room
        last = dice.choice([None, dice.randint(-2, 6)])
        return Given(
            text=words,
            outcome=Outcome.SOLVED,
            due=self.today + timedelta(ahead),
            first=self.today - timedelta(dice.randint(-1, 5)),
            last=None if last is None else self.today + timedelta(last),
            level=dice.randint(1, 4),
            agency=room.cast.agency if self.matter().lead_agency == room.other else room.other,
            survivor=Matter.objects.get(pk=room.survivor),
            files=[upload("证明.pdf", PDF)] if files else (),
        )

    def takes(self, actor: User, step: str, given: Given, stale: bool = False) -> None:
        matter = self.matter()
        seen = matter.version - stale
        if step == "issue":
            # The agency is the matter's own unless another is given.
            given = Given(text=given.text, due=given.due, level=given.level)
        self.all_or_nothing(
            lambda: take_step(matter=matter, step=Step(step), actor=actor, seen=seen, given=given)
        )

    def all_or_nothing(self, action: Callable[[], object]) -> None:
        before = everything()
        with self.at():
            try:
                action()
            except REFUSED:
                assert everything() == before

    @invariant()
    def everything_holds(self) -> None:
        """After each step and each night; what was refused has changed nothing."""
        matter = self.matter()
        if self.checked != (matter.version, self.today):
            rows = list(matter.steps.order_by("number"))
            self.no_step_is_lost_and_every_state_is_known(matter, rows)
            self.nobody_judges_his_own(rows)
            self.clock_is_the_recount(matter, rows)
            self.checked = (matter.version, self.today)

    def no_step_is_lost_and_every_state_is_known(
        self, matter: Matter, rows: list[MatterStep]
    ) -> None:
        state = "draft"
        assert [each.number for each in rows] == list(range(1, len(rows) + 1))
        assert [each.day for each in rows] == sorted(each.day for each in rows)
        assert matter.version == 1 + len(rows) == matter.history.count()
        closing = False
        for row in rows:
            of, to = LEADS[row.step]
            assert state in of, row.step
            if row.step == "appeal":
                closing = state == "closed"
            state = to or state
            if row.step == "grant_appeal" and closing:
                state = "working"
        assert matter.state == state == matter.story().state

    def nobody_judges_his_own(self, rows: list[MatterStep]) -> None:
        agency: int | None = self.room.cast.agency.pk
        people: dict[int | None, set[int]] = {pk: {self.room.people[each].pk for each in of} for pk, of in {
            agency: ("clerk", "colleague"), self.room.other.pk: ("other",)
        }.items()}  # fmt: skip
        took: set[int | None] = {self.room.cast.office.pk, self.room.cast.verifier.pk}
        answered: set[int | None] = set()
        for row in rows:
            if row.step in {"issue", "reassign"}:
                agency = row.agency_id or agency
            who = {row.actor_id, row.on_behalf_of_id} - {None}
            if row.step in {"close", "return"}:
                assert not who & (people[agency] | answered)
            if row.step in {"deny_appeal", "grant_appeal"}:
                assert not who & (people[agency] | took)
            if row.step in {"sign", "answer"} and not row.on_behalf:
                assert who & people[agency]
            took |= who
            answered |= who if row.step == "answer" else set()

    def clock_is_the_recount(self, matter: Matter, rows: list[MatterStep]) -> None:
        story = matter.story()
        if story.issued is None:
            return
        recount = Retelling(self.closed_days)
        for row in rows:
            recount.takes(row)
        recount.until(self.today)
        found = read(story, self.today, site_calendars())
        running = matter.state in {"issued", "working"}
        assert found.due == recount.due()
        assert found.used == len([each for each in recount.charged if not recount.resting(each)])
        assert found.late == len(recount.late())
        assert found.colour == recount.colour(running)
        assert found.level == recount.called()
        if matter.state == "working" and not found.paused:
            worked = [each for each in recount.charged if not recount.resting(each)]
            assert found.silent == len([each for each in worked if each > recount.spoken])


def everything() -> tuple[object, ...]:
    """All that a step could change."""
    return (
        list(Matter.objects.order_by("pk").values()),
        list(Serial.objects.values()),
        list(Deputy.objects.order_by("pk").values()),
        MatterStep.objects.count(),
        MatterEvidence.objects.count(),
        Matter.history.count(),
    )


@pytest.mark.django_db
def test_whatever_is_done_to_a_matter_it_keeps_its_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    # What reports keep of it is theirs to test, and half of the time.
    monkeypatch.setattr(announcing, "_listeners", [])
    with clock.at(timezone.make_aware(datetime.combine(BEGIN, time(9)))):
        MatterMachine.room = Room()
    run_state_machine_as_test(
        MatterMachine,
        settings=settings(
            derandomize=True,
            database=None,
            max_examples=12,
            stateful_step_count=40,
            deadline=None,
            # Shrinking would take minutes; the steps of a failure are few enough to be read.
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        ),
    )
