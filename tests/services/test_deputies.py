"""代理: who does whose duties in matters between two days, and what he may not."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from kuancheng.access.models import User
from kuancheng.access.rights import NotAllowed
from kuancheng.access.roles import AUDITOR, READER, REPORTER, REVIEWER
from kuancheng.reports.orders.page import order_page
from projects.models import Deputy, Matter
from projects.rules.matters.steps import Part, Step
from projects.services.matters.deputies import appoint_deputy, end_deputy
from projects.services.matters.orders import acknowledge_order
from projects.services.matters.parts import capacity_of
from projects.services.matters.taking import steps_open_to
from projects.services.matters.turn import MatterRefused
from tests import factories
from tests.clock import on
from tests.projects.uploads import photo
from tests.services.cast import Cast

pytestmark = pytest.mark.django_db

FIRST, LAST = date(2024, 10, 15), date(2024, 10, 25)


@pytest.fixture
def cast() -> Cast:
    return Cast()


@pytest.fixture
def aide() -> User:
    """Somebody who may act in matters, of no agency."""
    return factories.user(READER, full_name="李代理", is_staff=False)


def appoint(person: User, deputy: User, actor: User | None = None, **fields: Any) -> Deputy:
    given = {"since": FIRST, "until": LAST, "reason": "外出培训"} | fields
    return appoint_deputy(
        deputy=Deputy(person=person, deputy=deputy, **given), actor=actor or person
    )


class TestActing:
    def test_of_an_agencys_handler_signs_and_answers_in_his_name(
        self, cast: Cast, aide: User
    ) -> None:
        cast.issued()
        assert not Matter.objects.waiting_for(aide).exists()
        appoint(cast.clerk, aide)
        assert list(Matter.objects.waiting_for(aide)) == [cast.matter]
        assert list(Matter.objects.of_agency_of(aide)) == [cast.matter]
        signed = cast.does(aide, Step.SIGN)
        assert (signed.actor, signed.on_behalf_of, signed.on_behalf) == (aide, cast.clerk, False)
        answer = {"text": "好", "outcome": "solved", "files": [photo()]}
        assert cast.does(aide, Step.ANSWER, **answer).on_behalf_of == cast.clerk

    def test_of_a_lead_official_grants_the_second_extension(self, cast: Cast, aide: User) -> None:
        cast.working()
        for due in (date(2024, 11, 8), date(2024, 11, 22)):
            cast.does(cast.clerk, Step.ASK_EXTENSION, text="未到", due=due)
            if not cast.matter.story().extensions:
                cast.does(cast.office, Step.EXTEND)
        with pytest.raises(NotAllowed):
            cast.does(aide, Step.EXTEND)
        assert list(Matter.objects.waiting_for(cast.leader)) == [cast.matter]
        appoint(cast.leader, aide)
        assert list(Matter.objects.waiting_for(aide)) == [cast.matter]
        assert Step.EXTEND in {step for step, _ in steps_open_to(cast.matter, aide)}
        row = cast.does(aide, Step.EXTEND)
        assert (row.actor, row.on_behalf_of) == (aide, cast.leader)
        assert cast.matter.due_on == date(2024, 11, 22)

    def test_of_a_verifier_verifies(self, cast: Cast, aide: User) -> None:
        appoint(cast.verifier, aide)
        cast.answered()
        assert list(Matter.objects.waiting_for(aide)) == [cast.matter]
        assert cast.does(aide, Step.CLOSE, text="属实").on_behalf_of == cast.verifier

    def test_acts_for_himself_where_it_is_his_own(self, cast: Cast) -> None:
        appoint(cast.clerk, cast.colleague)
        cast.issued()
        assert cast.does(cast.colleague, Step.SIGN).on_behalf_of is None
        assert list(Matter.objects.of_agency_of(cast.colleague)) == [cast.matter]

    @pytest.mark.parametrize(("day", "may"), [(15, True), (25, True), (26, False)])
    def test_between_its_days_only(self, cast: Cast, aide: User, day: int, may: bool) -> None:
        appoint(cast.clerk, aide)
        cast.issued()
        with on(day):
            assert (Part.LEAD in capacity_of(cast.matter, aide).parts) is may
            assert Matter.objects.waiting_for(aide).exists() is may

    def test_not_once_it_was_ended(self, cast: Cast, aide: User) -> None:
        made = appoint(cast.clerk, aide)
        cast.issued().does(aide, Step.SIGN)
        end_deputy(deputy=made, actor=cast.office)
        with pytest.raises(NotAllowed):
            cast.does(aide, Step.NOTE, text="设备已订")
        assert not Matter.objects.waiting_for(aide).exists()
        assert cast.matter.steps.get(step="sign").on_behalf_of == cast.clerk

    def test_not_for_somebody_whose_account_is_closed(self, cast: Cast, aide: User) -> None:
        appoint(cast.clerk, aide)
        cast.issued()
        User.objects.filter(pk=cast.clerk.pk).update(is_active=False)
        with pytest.raises(NotAllowed):
            cast.does(aide, Step.SIGN)

    def test_of_an_agencys_handler_acknowledges_its_orders(self, cast: Cast, aide: User) -> None:
        order = cast.issued().matter.orders.get()
        with pytest.raises(NotAllowed):
            acknowledge_order(order=order, actor=aide)
        appoint(cast.clerk, aide)
        assert order_page(order, aide)["may_acknowledge"]
        done = acknowledge_order(order=order, actor=aide)
        assert (done.acknowledged_by, done.on_behalf) == (aide, False)


class TestWhatHeMayNot:
    def test_verify_when_he_is_of_the_agency(self, cast: Cast) -> None:
        appoint(cast.verifier, cast.colleague)
        cast.answered()
        with pytest.raises(NotAllowed, match="核查人"):
            cast.does(cast.colleague, Step.CLOSE, text="好")
        assert not Matter.objects.waiting_for(cast.colleague).exists()

    def test_verify_when_he_stands_in_for_one_of_the_agency_too(
        self, cast: Cast, aide: User
    ) -> None:
        appoint(cast.verifier, aide)
        appoint(cast.clerk, aide)
        cast.answered()
        with pytest.raises(NotAllowed):
            cast.does(aide, Step.CLOSE, text="好")

    def test_verify_what_he_answered_as_a_deputy(self, cast: Cast, aide: User) -> None:
        made = appoint(cast.clerk, aide)
        cast.working().does(aide, Step.ANSWER, text="好", outcome="solved", files=[photo()])
        end_deputy(deputy=made, actor=cast.clerk)
        appoint(cast.verifier, aide)
        with pytest.raises(NotAllowed):
            cast.does(aide, Step.CLOSE, text="好")

    def test_verify_by_himself_what_his_deputy_answered_for_him(self, cast: Cast) -> None:
        aide = factories.user(READER)
        moved = cast.of(cast.agency, REPORTER, REVIEWER)
        appoint(moved, aide)
        cast.working().does(aide, Step.ANSWER, text="好", outcome="solved", files=[photo()])
        moved.official.delete()
        Matter.objects.update(verifier=moved)
        with pytest.raises(NotAllowed):
            cast.does(moved, Step.CLOSE, text="好")

    def test_grant_what_he_asked_for(self, cast: Cast) -> None:
        cast.working()
        cast.does(cast.clerk, Step.ASK_EXTENSION, text="未到", due=date(2024, 11, 8))
        cast.does(cast.office, Step.EXTEND)
        cast.does(cast.clerk, Step.ASK_EXTENSION, text="未到", due=date(2024, 11, 22))
        appoint(cast.leader, cast.clerk)
        with pytest.raises(NotAllowed, match="不能审批自己"):
            cast.does(cast.clerk, Step.EXTEND)

    def test_grant_what_was_asked_in_his_principals_name(self, cast: Cast, aide: User) -> None:
        cast.leader.official.agency = cast.agency
        cast.leader.official.save()
        cast.working()
        cast.does(cast.clerk, Step.ASK_EXTENSION, text="未到", due=date(2024, 11, 8))
        cast.does(cast.office, Step.EXTEND)
        cast.does(cast.leader, Step.ASK_EXTENSION, text="未到", due=date(2024, 11, 22))
        appoint(cast.leader, aide)
        with pytest.raises(NotAllowed, match="不能审批自己"):
            cast.does(aide, Step.EXTEND)

    def test_do_what_the_office_may(self, cast: Cast, aide: User) -> None:
        appoint(cast.office, aide)
        with pytest.raises(NotAllowed):
            cast.issued().does(aide, Step.SET_LEVEL, level=3, text="高")

    def test_pass_it_on(self, cast: Cast, aide: User) -> None:
        further = factories.user(READER)
        appoint(cast.clerk, aide)
        appoint(aide, further)
        cast.issued()
        with pytest.raises(NotAllowed):
            cast.does(further, Step.SIGN)

    def test_review_what_his_deputy_had_a_part_in(self, cast: Cast, aide: User) -> None:
        reviewer = cast.of(factories.agency(), REVIEWER)
        assert Part.REVIEWER in capacity_of(cast.matter, reviewer).own
        reviewer.official.agency = cast.agency
        reviewer.official.save()
        appoint(reviewer, aide)
        cast.issued().does(aide, Step.SIGN)
        reviewer.official.delete()
        again = User.objects.get(pk=reviewer.pk)
        assert Part.REVIEWER not in capacity_of(cast.matter, again).own


class TestAppointing:
    @pytest.mark.parametrize(
        ("fields", "field", "words"),
        [
            ({"until": date(2024, 10, 14)}, "until", "不能早于起"),
            ({"since": date(2024, 10, 14)}, "since", "起日 2024-10-14 已过"),
            ({"reason": ""}, "reason", "空"),
        ],
    )
    def test_days_and_reason(
        self, cast: Cast, aide: User, fields: dict[str, Any], field: str, words: str
    ) -> None:
        with pytest.raises(ValidationError) as refused:
            appoint(cast.clerk, aide, **fields)
        assert words in str(refused.value.message_dict[field])
        assert not Deputy.objects.exists()

    def test_days_of_one_person_do_not_meet(self, cast: Cast, aide: User) -> None:
        made = appoint(cast.clerk, aide)
        with pytest.raises(ValidationError, match="日子不能重叠"):
            appoint(cast.clerk, cast.colleague, since=LAST, until=date(2024, 11, 1))
        appoint(cast.clerk, cast.colleague, since=date(2024, 10, 26), until=date(2024, 11, 1))
        appoint(cast.office, aide)
        end_deputy(deputy=made, actor=cast.clerk)
        appoint(cast.clerk, cast.colleague, since=FIRST, until=LAST)

    def test_ended_one_leaves_the_days_before_taken(self, cast: Cast, aide: User) -> None:
        made = appoint(cast.clerk, aide)
        with on(20):
            end_deputy(deputy=made, actor=cast.clerk)
        taken = Deputy.objects.filter(person=cast.clerk)
        assert taken.meeting(date(2024, 10, 19), date(2024, 10, 19)).exists()
        assert not taken.meeting(date(2024, 10, 20), date(2024, 10, 30)).exists()

    def test_not_himself(self, cast: Cast) -> None:
        with pytest.raises(ValidationError, match="另一个人"):
            appoint(cast.clerk, cast.clerk)

    def test_nobody_who_may_not_act(self, cast: Cast) -> None:
        for idle in (factories.user(AUDITOR), factories.user(READER, is_active=False)):
            with pytest.raises(ValidationError, match="没有可用的账号"):
                appoint(cast.clerk, idle)

    def test_by_himself_or_the_office(self, cast: Cast, aide: User) -> None:
        with pytest.raises(NotAllowed, match="不能替别人安排"):
            appoint(cast.clerk, aide, actor=cast.colleague)
        made = appoint(cast.clerk, aide, actor=cast.office)
        assert (made.author, made.history.count()) == (cast.office, 1)
        with pytest.raises(NotAllowed):
            end_deputy(deputy=made, actor=aide)

    def test_ended_twice_says_who_was_first(self, cast: Cast, aide: User) -> None:
        made = appoint(cast.clerk, aide)
        end_deputy(deputy=made, actor=cast.office)
        with pytest.raises(MatterRefused, match=f"2024-10-15 由{cast.office.full_name}提前结束"):
            end_deputy(deputy=made, actor=cast.clerk)
        made = appoint(cast.clerk, aide)
        with on(26), pytest.raises(MatterRefused, match="到期"):
            end_deputy(deputy=made, actor=cast.clerk)
