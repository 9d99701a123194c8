"""异议: raised in time by who answers for the entrant, answered by who did not set the figure."""

from collections.abc import Iterator
from copy import deepcopy
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from pytest_django import DjangoDbBlocker

from investment.models import StatusReport
from kuancheng.access.models import User
from kuancheng.access.rights import NotAllowed
from kuancheng.access.roles import AUDITOR, READER, REPORTER, REVIEWER
from kuancheng.records.versions import StaleRecord
from kuancheng.reports.choices import LeagueSubject
from kuancheng.reports.models import LeagueGroup, LeagueObjection, LeaguePublication
from kuancheng.reports.services.league.objections import (
    answer_objection,
    may_object,
    objections_end,
    raise_objection,
    setters,
    withdraw_objection,
)
from kuancheng.reports.services.league.publishing import draw_up
from tests import factories
from tests.reports.league.racing import SEPTEMBER, TODAY, entry, group, published, racers

pytestmark = pytest.mark.django_db
LAST = date(2024, 10, 22)
"""Five working days after 15 October 2024: 16, 17, 18, 21, 22."""


class World:
    """September is out; 乙局's clerk does not agree."""

    def __init__(self) -> None:
        self.office, self.second = factories.user(REVIEWER), factories.user(REVIEWER)
        self.third = factories.user(REVIEWER)
        self.group = group(self.office)
        self.agencies = racers({"甲局": "120", "乙局": "90", "丙局": "30"})
        entry(self.group, self.agencies["乙局"], "通报批评", self.office, self.third)
        self.publication = published(self.group, self.office, self.second)
        self.clerk = self.clerk_of("乙局")

    def clerk_of(self, name: str, role: str = REPORTER) -> User:
        made = factories.user(role)
        factories.official(user=made, agency=self.agencies[name])
        return made

    def objection(self, name: str = "乙局", **more: Any) -> LeagueObjection:
        given = {"publication": self.publication, "text": "9 月完成投资应为 100 万元"} | more
        return LeagueObjection(**{"entrant": str(self.agencies[name].pk)} | given)

    def object(
        self, actor: User | None = None, today: date = TODAY, **more: Any
    ) -> LeagueObjection:
        made = self.objection(**more)
        return raise_objection(objection=made, today=today, actor=actor or self.clerk)

    def answer(self, objection: LeagueObjection, actor: User, **more: Any) -> LeagueObjection:
        given: dict[str, Any] = {
            "upheld": False,
            "answer": "查无此据，维持",
            "seen": objection.version,
        } | more
        return answer_objection(objection=objection, today=TODAY, actor=actor, **given)

    def refusal(self, **more: Any) -> str:
        with pytest.raises(ValidationError) as error:
            self.object(**more)
        assert not LeagueObjection.objects.exists()
        return "".join(error.value.messages)


@pytest.fixture(scope="module")
def shared(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """Made once; each test goes back to it."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield World()
        transaction.set_rollback(True)


@pytest.fixture
def world(shared: World, db: None) -> World:
    return deepcopy(shared)


def test_raised_and_answered(world: World) -> None:
    raised = world.object(measure="plan_to_date")
    assert (raised.state, raised.author, raised.raised_on) == ("open", world.clerk, TODAY)
    done = world.answer(raised, world.third, upheld=True)
    assert (done.state, done.answered_by, done.answered_on) == ("upheld", world.third, TODAY)
    assert world.publication.tables == type(world.publication).objects.get().tables


def test_raised_only_by_who_may_and_answers_for_the_entrant(world: World) -> None:
    for stranger in (world.clerk_of("乙局", AUDITOR), world.clerk_of("甲局")):
        with pytest.raises(NotAllowed):
            world.object(stranger)


def test_the_head_of_the_agency_who_only_reads_may_object(world: World) -> None:
    head = world.clerk_of("乙局", READER)
    assert world.object(head).author == head


def test_a_lead_official_answers_for_himself(world: World) -> None:
    leader = world.clerk_of("甲局", READER)
    ours = LeaguePublication(group=LeagueGroup(subject=LeagueSubject.LEAD_OFFICIAL))
    assert may_object(ours, str(leader.official.pk), leader)


def test_who_set_a_figure_does_not_object_to_it(world: World) -> None:
    assert "这个数是您自己定的" in world.refusal(actor=world.office)
    assert "这个数是您自己定的" in world.refusal(actor=world.third), "confirmed a deduction"


class TestAnswered:
    def test_never_by_who_drew_it_up_nor_by_who_raised_it(self, world: World) -> None:
        raised = world.object(measure="reports")
        with pytest.raises(NotAllowed, match="请由没有经手的同事答复"):
            world.answer(raised, world.office)
        own = world.object(world.second, measure="")
        with pytest.raises(NotAllowed, match="请由另一位同事答复"):
            world.answer(own, world.second)
        with pytest.raises(NotAllowed):
            world.answer(raised, world.clerk)

    def test_total_never_by_who_recorded_or_confirmed_what_was_deducted(self, world: World) -> None:
        total = world.object(measure="")
        with pytest.raises(NotAllowed, match="请由没有经手的同事答复"):
            world.answer(total, world.third)
        assert world.answer(total, world.second).state == "rejected"

    def test_money_never_by_who_let_the_report_pass(self, world: World) -> None:
        reviewed(9, by=world.third)
        raised = world.object(measure="plan_to_date")
        with pytest.raises(NotAllowed, match="请由没有经手的同事答复"):
            world.answer(raised, world.third)

    def test_year_was_also_set_by_who_let_an_earlier_month_pass(self, world: World) -> None:
        reviewed(3, by=world.third)
        entrant = str(world.agencies["乙局"].pk)
        assert world.third.pk in setters(world.publication, entrant, "year_plan")
        assert world.third.pk not in setters(world.publication, entrant, "plan_to_date")

    def test_with_a_reason_once(self, world: World) -> None:
        raised = world.object()
        with pytest.raises(ValidationError, match="请写明答复和依据"):
            world.answer(raised, world.second, answer=" 不行 ")
        done = world.answer(raised, world.second)
        with pytest.raises(ValidationError, match="不能再办"):
            world.answer(done, world.second)

    def test_who_was_overtaken_is_told(self, world: World) -> None:
        raised = world.object()
        with pytest.raises(StaleRecord):
            world.answer(raised, world.second, seen=raised.version + 1)


class TestTime:
    def test_lasts_the_working_days_of_the_rule(self, world: World) -> None:
        assert objections_end(world.publication) == LAST
        assert world.object(today=LAST).pk

    def test_is_over_the_day_after(self, world: World) -> None:
        said = world.refusal(today=date(2024, 10, 23))
        assert said == "异议期到 2024-10-22 为止，已经过了；数据有误请走更正。"

    def test_begins_with_the_publication(self, world: World) -> None:
        drawn = draw_up(group=world.group, month=date(2024, 8, 1), today=TODAY, actor=world.office)
        assert "排名还没有发布" in world.refusal(publication=drawn)


class TestRefused:
    def test_entrant_or_figure_that_is_not_in_the_table(self, world: World) -> None:
        stranger = factories.agency()
        world.agencies["生"] = stranger
        assert world.refusal(name="生", actor=world.clerk_of("生")) == "它不在这张排名表里。"
        assert world.refusal(measure="siting") == "这张排名表没有用“招商落地率”。"

    def test_text_that_says_nothing(self, world: World) -> None:
        assert "至少 4 个字" in world.refusal(text="不对")

    def test_same_figure_twice_while_one_is_open(self, world: World) -> None:
        first = world.object(measure="reports")
        with pytest.raises(ValidationError, match="正在等待答复"):
            world.object(measure="reports")
        withdraw_objection(objection=first, seen=1, today=TODAY, actor=world.clerk)
        assert world.object(measure="reports").pk


def test_taken_back_only_by_who_raised_it_and_then_it_is_over(world: World) -> None:
    raised = world.object()
    colleague = world.clerk_of("乙局")
    with pytest.raises(NotAllowed, match="只有提出人能撤回"):
        withdraw_objection(objection=raised, seen=1, today=TODAY, actor=colleague)
    gone = withdraw_objection(objection=raised, seen=1, today=TODAY, actor=world.clerk)
    assert gone.state == "withdrawn"
    with pytest.raises(ValidationError, match="不能再办"):
        world.answer(gone, world.second)


def reviewed(month: int, *, by: User) -> None:
    """乙局's report of a month was let pass by somebody."""
    report = StatusReport.objects.get(project__name="乙局的项目", month=SEPTEMBER)
    if month != SEPTEMBER.month:
        report.pk, report._state.adding, report.month = None, True, date(2024, month, 1)
    report.approved_by = by
    report.save()
