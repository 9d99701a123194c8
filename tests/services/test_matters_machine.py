"""Random people do random things to a matter on random days, through the real services.

No state that the machine does not know, no step lost, nothing changed by what was refused, and the
clock equal to a recount that shares no code with it.
"""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
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

SELDOM = ("void", "merge", "reassign", "set_level", "note")
ASKED = {
    "uphold": "asks_office",
    "extend": "asks_office",
    "refuse_extension": "asks_office",
    "pause": "asks_office",
    "refuse_pause": "asks_office",
    "resume": "rests_from",
    "deny_appeal": "asks_review",
    "grant_appeal": "asks_review",
}
"""What must have been asked before; the column that says so."""


GOING_ON = st.fixed_dictionaries(
    {
        "pick": st.integers(0, 999),
        "ahead": st.integers(1, 20),
        "back": st.integers(0, 3),
        "last": st.none() | st.integers(0, 6),
    }
)
TRYING = st.fixed_dictionaries(
    {
        "who": st.sampled_from([*USUAL, "colleague", "other", "office", "aide", "auditor"]),
        "step": st.sampled_from(list(LEADS)),
        "ahead": st.integers(-3, 20),
        "back": st.integers(-1, 8),
        "last": st.none() | st.integers(-2, 6),
        "words": st.sampled_from(["已办", "已办", "", " ", "字" * 4001]),
        "files": st.booleans(),
        "stale": st.sampled_from([0, 0, 0, 1]),
    }
)
LEAVING = st.fixed_dictionaries(
    {
        "person": st.sampled_from(["clerk", "verifier", "leader", "aide", "office"]),
        "deputy": st.sampled_from(["aide", "colleague", "clerk", "reviewer", "auditor"]),
        "since": st.integers(-1, 3),
        "lasts": st.integers(-1, 12),
    }
)


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

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undone.__exit__(None, None, None)

    @initialize(
        closed=st.frozensets(st.sampled_from(days(BEGIN, date(2024, 11, 30))), max_size=6),
        away=st.sampled_from(["clerk", "verifier", "leader"]),
    )
    def begins(self, closed: frozenset[date], away: str) -> None:
        """Issued and signed; one of them has a deputy for some weeks."""
        self.closed_days = closed
        for day in closed:
            CalendarDay.objects.create(date=day, works=False, name="停电")
        self.takes(self.room.cast.office, "issue", self.given(9, 0, None, files=False))
        self.takes(self.room.cast.clerk, "sign", NOTHING)
        self.somebody_leaves(away, "aide", 0, 30)

    def at(self) -> Any:
        noon = datetime.combine(self.today, time(12))
        return clock.at(timezone.make_aware(noon))

    def matter(self) -> Matter:
        return Matter.objects.get(pk=self.room.matter)

    @rule(
        what=st.sampled_from(["goes on"] * 9 + ["night"] * 3 + ["try"] * 2 + ["leave", "back"]),
        data=st.data(),
    )
    def something_happens(self, what: str, data: st.DataObject) -> None:
        """One rule for all: of several, hypothesis leaves some out for a whole example."""
        if what == "goes on":
            self.goes_on(**data.draw(GOING_ON))
        elif what == "night":
            self.today += timedelta(data.draw(st.integers(1, 6)))
        elif what == "try":
            self.somebody_tries(**data.draw(TRYING))
        elif what == "leave":
            self.somebody_leaves(**data.draw(LEAVING))
        else:
            self.comes_back()

    def goes_on(self, pick: int, ahead: int, back: int, last: int | None) -> None:
        """One of the steps that may come next, by whose it usually is, with all that it needs."""
        matter = self.matter()
        usual = [step for step in self.next_steps(matter) if step not in SELDOM or pick % 7 == 0]
        if usual:
            step = usual[pick % len(usual)]
            who = next((who for who, steps in USUAL.items() if step in steps), "office")
            if step in {"extend", "refuse_extension"} and matter.asks_lead_official:
                who = "leader"
            away = Deputy.objects.on(self.today).filter(person=self.room.people[who]).first()
            actor = away.deputy if away and pick % 2 else self.room.people[who]
            self.takes(actor, step, self.given(ahead, back, last, files=True))

    def next_steps(self, matter: Matter) -> list[str]:
        asked = {"asks_office": matter.asks_office or matter.asks_lead_official}
        return [
            step
            for step, (of, _) in LEADS.items()
            if matter.state in of
            and (step not in ASKED or asked.get(ASKED[step]) or getattr(matter, ASKED[step]))
        ]

    def somebody_tries(
        self,
        who: str,
        step: str,
        ahead: int,
        back: int,
        last: int | None,
        words: str,
        files: bool,
        stale: int,
    ) -> None:
        """Anybody, anything, at any time."""
        given = self.given(ahead, back, last, files=files, words=words)
        self.takes(self.room.people[who], step, given, stale)

    def somebody_leaves(self, person: str, deputy: str, since: int, lasts: int) -> None:
        first = self.today + timedelta(since)
        people = self.room.people
        made = Deputy(
            person=people[person],
            deputy=people[deputy],
            since=first,
            until=first + timedelta(lasts),
            reason="外出",
        )
        self.all_or_nothing(lambda: appoint_deputy(deputy=made, actor=people["office"]))

    def comes_back(self) -> None:
        made = Deputy.objects.order_by("-pk").first()
        if made:
            self.all_or_nothing(lambda: end_deputy(deputy=made, actor=made.person))

    def given(
        self, ahead: int, back: int, last: int | None, *, files: bool, words: str = "已办"
    ) -> Given:
        return Given(
            text=words,
            outcome=Outcome.SOLVED,
            due=self.today + timedelta(ahead),
            first=self.today - timedelta(back),
            last=None if last is None else self.today + timedelta(last),
            level=1 + ahead % 4,
            agency=self.room.other
            if self.matter().lead_agency != self.room.other
            else self.room.cast.agency,
            survivor=Matter.objects.get(pk=self.room.survivor),
            files=[upload("证明.pdf", PDF)] if files else (),
        )

    def takes(self, actor: User, step: str, given: Given, stale: int = 0) -> None:
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
            agency = row.agency_id if row.step in {"issue", "reassign"} else agency
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
            max_examples=16,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
