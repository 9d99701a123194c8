"""Versions of rules by two people: on what they were made from, and not into the past."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from kuancheng.access.models import User
from kuancheng.access.rights import NotAllowed
from kuancheng.access.roles import REPORTER, REVIEWER
from kuancheng.proposals.amounts import AMOUNTS
from kuancheng.proposals.kinds import Moved
from kuancheng.proposals.models import AmountRules, Proposal
from kuancheng.proposals.rules.amounts import Limits
from kuancheng.proposals.services import approve
from projects.models import CalendarDay
from projects.services.calendars import propose_calendar
from tests import factories
from tests.clock import on

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> User:
    return factories.user(REVIEWER)


@pytest.fixture
def second() -> User:
    return factories.user(REVIEWER)


def version(office: User, day: str = "2024-11-01", amount: int = 500) -> Proposal:
    rules = AmountRules(
        effective_from=date.fromisoformat(day), note="小额变动一人办理", amount=Decimal(amount)
    )
    return AMOUNTS.put_forward(rules=rules, actor=office)


def test_the_rule_holds_from_its_day_once_a_second_person_agreed(
    office: User, second: User
) -> None:
    made, day = version(office), date(2024, 11, 1)
    assert AmountRules.objects.limits_on(day) == Limits(Decimal(0), None)
    approve(proposal=made, seen=1, actor=second)
    assert AmountRules.objects.limits_on(day) == Limits(Decimal(500), None)
    assert AmountRules.objects.limits_on(date(2024, 10, 31)) == Limits(Decimal(0), None)
    kept = AmountRules.objects.get(version=2).history.get()
    assert kept.history_user == second
    assert f"{office}提出" in kept.history_change_reason


def test_what_says_something_stands_before_when_and_why(office: User) -> None:
    names = [each.name for each in version(office).fields.all()]
    assert names == ["amount", "effective_from", "note", "base"]


def test_a_version_whose_day_has_passed_lapses(office: User, second: User) -> None:
    made = version(office)
    with on(2, 11), pytest.raises(Moved, match="2024-11-01 已过"):
        approve(proposal=made, seen=1, actor=second)
    assert AmountRules.objects.count() == 1
    made.refresh_from_db()
    assert made.state == "lapsed"


def test_a_version_lapses_when_what_it_was_made_from_is_no_longer_in_force(
    office: User, second: User
) -> None:
    later, earlier = version(office), version(office, "2024-10-20", 300)
    approve(proposal=earlier, seen=1, actor=second)
    with pytest.raises(Moved, match="在提出以后已经变动"):
        approve(proposal=later, seen=1, actor=second)
    assert AmountRules.objects.count() == 2


def test_a_version_that_waits_for_its_day_is_changed_by_two(office: User, second: User) -> None:
    approve(proposal=version(office), seen=1, actor=second)
    rules = AmountRules.objects.get(version=2)
    rules.amount = Decimal(800)
    made = AMOUNTS.put_forward(rules=rules, actor=office)
    assert AmountRules.objects.get(version=2).amount == 500
    approve(proposal=made, seen=1, actor=second)
    assert AmountRules.objects.get(version=2).amount == 800
    rules.amount = Decimal(900)
    late = AMOUNTS.put_forward(rules=rules, actor=office)
    with on(1, 11), pytest.raises(Moved, match="已经生效"):
        approve(proposal=late, seen=1, actor=second)


def test_what_the_rules_refuse_is_refused_at_once(office: User) -> None:
    with pytest.raises(ValidationError, match="不能早于今天"):
        version(office, "2024-10-14")
    none = AmountRules(effective_from=date(2024, 11, 1), note="不按金额也不按比例", amount=None)
    with pytest.raises(ValidationError, match="至少填一项"):
        AMOUNTS.put_forward(rules=none, actor=office)
    with pytest.raises(NotAllowed):
        version(factories.user(REPORTER))
    assert not Proposal.objects.exists()


def test_two_versions_of_one_day_do_not_wait_together(office: User, second: User) -> None:
    version(office)
    with pytest.raises(ValidationError, match="已有待审核的申请"):
        version(second, amount=300)


def test_a_day_that_is_gone_cannot_be_taken_back_again(office: User, second: User) -> None:
    day = CalendarDay.objects.create(date=date(2024, 10, 16), works=False, name="停电")
    made = propose_calendar(record=day, reason="供电恢复", actor=office, delete=True)
    CalendarDay.objects.filter(pk=day.pk).delete()
    with pytest.raises(Moved, match="已被删除"):
        approve(proposal=made, seen=1, actor=second)


def test_a_day_that_somebody_else_added_meanwhile_is_refused(office: User, second: User) -> None:
    day = CalendarDay(date=date(2024, 10, 16), works=False, name="停电")
    made = propose_calendar(record=day, reason="供电公司通知", actor=office)
    CalendarDay.objects.create(date=date(2024, 10, 16), works=True, name="调休")
    with pytest.raises(ValidationError):
        approve(proposal=made, seen=1, actor=second)
    made.refresh_from_db()
    assert made.is_pending
