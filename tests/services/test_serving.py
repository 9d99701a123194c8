"""Who has left his agency neither acts for it nor is called or told, from that very day on."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from kuancheng.access.models import User
from kuancheng.access.rights import NotAllowed
from kuancheng.access.roles import READER, REVIEWER
from kuancheng.notices.models import Notice
from kuancheng.reports.services.views import agency_of
from projects.limits import rules_on, rungs_of, standers_of
from projects.models import Agency, Matter, Official, Order
from projects.rules.matters.steps import Part, Step
from projects.services.matters.many import objections
from projects.services.matters.orders import acknowledge_order
from projects.services.matters.parts import capacity_of
from tests import factories
from tests.clock import on
from tests.services.cast import Cast
from tests.services.test_deputies import appoint

pytestmark = pytest.mark.django_db

LEFT = date(2024, 10, 16)


@pytest.fixture
def cast() -> Cast:
    """Issued on 2024-10-15; its clerk leaves on the next day."""
    made = Cast().issued()
    Official.objects.filter(user=made.clerk).update(left_on=LEFT)
    return made


@pytest.mark.parametrize(("day", "may"), [(15, True), (16, False)])
def test_acts_until_the_day_before_he_left(cast: Cast, day: int, may: bool) -> None:
    order = Order.objects.get()
    with on(day):
        assert (Part.LEAD in capacity_of(cast.matter, cast.clerk).parts) is may
        assert Matter.objects.waiting_for(cast.clerk).exists() is may
        assert Matter.objects.of_agency_of(cast.clerk).exists() is may
        assert Agency.objects.where_serve([cast.clerk]).exists() is may
        assert (agency_of(cast.clerk) == cast.agency) is may
        called = standers_of([cast.matter], LEFT.replace(day=day)).agencies[cast.agency.pk]
        assert (cast.clerk.official.pk in {each.key for each in called}) is may
        if may:
            assert acknowledge_order(order=order, actor=cast.clerk).on_behalf is False
        else:
            with pytest.raises(NotAllowed):
                acknowledge_order(order=order, actor=cast.clerk)
            with pytest.raises(NotAllowed):
                cast.does(cast.clerk, Step.SIGN)


def test_lends_nothing_to_his_deputy_either(cast: Cast) -> None:
    aide = factories.user(READER)
    appoint(cast.clerk, aide)
    order = Order.objects.get()
    with on(16):
        assert not capacity_of(cast.matter, aide).parts
        assert not Matter.objects.waiting_for(aide).exists()
        with pytest.raises(NotAllowed):
            acknowledge_order(order=order, actor=aide)


def told() -> set[User]:
    return {each.recipient for each in Notice.objects.select_related("recipient")}


def test_is_told_of_nothing_though_he_asked_for_it(cast: Cast) -> None:
    aide = factories.user(READER)
    appoint(cast.clerk, aide)
    cast.does(cast.clerk, Step.OBJECT, text="应由他局办")
    Notice.objects.all().delete()
    with on(16):
        cast.does(cast.office, Step.UPHOLD, text="属本单位职责")
    assert told() == {cast.colleague}


def test_is_not_sent_the_reminder_either(cast: Cast) -> None:
    Notice.objects.all().delete()
    with on(16):
        cast.does(cast.office, Step.REMIND, text="请签收")
    assert told() == {cast.colleague}


@pytest.mark.parametrize("day", [15, 16])
def test_never_verifies_what_his_agency_leads_alone_or_in_bulk(day: int) -> None:
    cast = Cast()
    former = cast.of(cast.agency, REVIEWER)
    Official.objects.filter(user=former).update(left_on=LEFT)
    Matter.objects.update(verifier=former)
    cast.matter.refresh_from_db()
    with on(day):
        listed = list(Matter.objects.prefetch_related("steps", "orders"))
        assert "核查人是牵头单位的人" in objections(Step.ISSUE, listed, cast.office)[listed[0].pk]
        with pytest.raises(ValidationError, match="是牵头单位"):
            cast.issued()


def test_verifies_nothing_once_he_left() -> None:
    cast = Cast().answered()
    factories.official(user=cast.verifier, left_on=LEFT)
    with on(16):
        assert not Matter.objects.waiting_for(cast.verifier).exists()
        with pytest.raises(NotAllowed):
            cast.does(cast.verifier, Step.CLOSE, text="属实")


def test_leader_who_left_stands_on_no_rung(cast: Cast) -> None:
    rules: Any = rules_on(LEFT)
    rules.leaders.add(factories.official(name="前区长", left_on=LEFT))
    rules.leaders.add(factories.official(name="区长"))
    assert [each.name for each in rungs_of(rules, LEFT).leaders] == ["区长"]
