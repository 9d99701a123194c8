"""Duties that pass as one step: done, undone, done again, and all that stands in the way."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.access.rights import NotAllowed
from kuancheng.access.roles import READER, REPORTER, REVIEWER
from kuancheng.records.versions import StaleRecord
from projects.choices import Role
from projects.models import Assignment, Handover, Matter, Official, Project
from projects.rules.matters.steps import State
from projects.services import save_parts, save_reference
from projects.services.handovers.doing import do_again, hand_over
from projects.services.handovers.duties import duties_of, preview
from projects.services.handovers.undoing import undo_handover
from tests import factories
from tests.projects.uploads import photo

pytestmark = pytest.mark.django_db
TODAY = date(2024, 10, 15)
LATER = date(2024, 11, 1)


@pytest.fixture
def office() -> User:
    return factories.user(REVIEWER)


@pytest.fixture
def giver() -> Official:
    person = factories.official(name="示例甲", user=factories.user(READER))
    for number in range(3):
        project = factories.project(name=f"示例园{number}")
        factories.assignment(project=project, official=person, duty="每月调度")
    return person


@pytest.fixture
def receiver() -> Official:
    return factories.official(name="示例乙", user=factories.user(READER))


def picks(person: Official, *wanted: int) -> dict[str, int]:
    """All duties, or those at these places."""
    held = duties_of(person)
    chosen = [held[place] for place in wanted] if wanted else held
    return {each.key: each.seen for each in chosen}


def done(giver: Official, receiver: Official, actor: User, **more: Any) -> Handover:
    given: dict[str, Any] = {"day": LATER, "reason": "分工调整", "picks": picks(giver)} | more
    return hand_over(giver=giver, receiver=receiver, actor=actor, **given)


def responsible(day: date) -> list[str]:
    rows = Assignment.objects.on(day).order_by("project__code")
    return [each.official.name for each in rows.select_related("official")]


def said(error: pytest.ExceptionInfo[ValidationError]) -> str:
    return "\n".join(error.value.messages)


def test_all_duties_pass_from_a_day_on_and_the_day_before_is_as_it_was(
    giver: Official, receiver: Official, office: User
) -> None:
    made = done(giver, receiver, office, picks=picks(giver))
    assert responsible(LATER - timedelta(days=1)) == ["示例甲"] * 3
    assert responsible(LATER) == ["示例乙"] * 3
    begun = Assignment.objects.filter(official=receiver)
    assert {(each.duty, each.reason) for each in begun} == {("每月调度", "接替示例甲：分工调整")}
    ended = Assignment.objects.filter(official=giver)
    assert {each.end_reason for each in ended} == {"交接给示例乙：分工调整"}
    assert made.items.count() == 3
    assert set(Project.objects.values_list("version", flat=True)) == {2}


def test_some_pass_and_the_rest_stay(giver: Official, receiver: Official, office: User) -> None:
    done(giver, receiver, office, picks=picks(giver, 0, 2), day=TODAY)
    assert responsible(TODAY) == ["示例乙", "示例甲", "示例乙"]


def test_undone_as_one_step_and_done_again(
    giver: Official, receiver: Official, office: User
) -> None:
    made = done(giver, receiver, office)
    undone = undo_handover(handover=made, reason="名单有误", seen=1, actor=office)
    assert (responsible(LATER), undone.stands) == (["示例甲"] * 3, False)
    assert {each.until for each in Assignment.objects.all()} == {None}
    again = do_again(handover=made, seen=2, actor=office)
    assert (responsible(LATER), again.stands, again.version) == (["示例乙"] * 3, True, 3)
    undo_handover(handover=made, reason="又改了", seen=3, actor=office)
    assert responsible(LATER) == ["示例甲"] * 3


def test_what_ends_on_a_day_ends_on_it_with_whoever_has_it_then(
    giver: Official, receiver: Official, office: User
) -> None:
    last = date(2024, 12, 31)
    Assignment.objects.update(until=last, end_reason="到期")
    made = done(giver, receiver, office)
    assert {each.until for each in Assignment.objects.filter(official=receiver)} == {last}
    undo_handover(handover=made, reason="名单有误", seen=1, actor=office)
    assert {(each.until, each.end_reason) for each in Assignment.objects.all()} == {(last, "到期")}


@pytest.mark.parametrize(
    ("terms", "field", "sentence"),
    [
        ({"day": TODAY - timedelta(days=1)}, "day", "不能早于今天"),
        ({"reason": " "}, "reason", "请写明交接的原因"),
    ],
)
def test_terms_that_cannot_be_are_named(
    terms: dict[str, Any],
    field: str,
    sentence: str,
    giver: Official,
    receiver: Official,
    office: User,
) -> None:
    with pytest.raises(ValidationError) as error:
        done(giver, receiver, office, **terms)
    assert field in error.value.message_dict
    assert sentence in said(error)
    assert not Handover.objects.exists()


def test_nobody_hands_over_to_himself_or_to_one_who_has_left(
    giver: Official, receiver: Official, office: User
) -> None:
    with pytest.raises(ValidationError, match="不能交接给本人"):
        done(giver, giver, office)
    receiver.left_on = LATER
    with pytest.raises(ValidationError, match="已于 2024-11-01 离任"):
        done(giver, receiver, office)


def test_whoever_leaves_later_takes_nothing_that_lasts_longer(
    giver: Official, receiver: Official, office: User
) -> None:
    Official.objects.filter(pk=receiver.pk).update(left_on=date(2024, 12, 1))
    receiver.refresh_from_db()
    with pytest.raises(ValidationError, match="请换一人，或把止日填到 2024-11-30 以前"):
        done(giver, receiver, office)
    assert responsible(LATER) == ["示例甲"] * 3


@pytest.mark.parametrize("role", [REPORTER, READER])
def test_only_the_office_hands_over_undoes_and_does_again(
    role: str, giver: Official, receiver: Official, office: User
) -> None:
    stranger = factories.user(role)
    with pytest.raises(NotAllowed):
        done(giver, receiver, stranger)
    made = done(giver, receiver, office)
    with pytest.raises(NotAllowed):
        undo_handover(handover=made, reason="名单有误", seen=1, actor=stranger)
    undo_handover(handover=made, reason="名单有误", seen=1, actor=office)
    with pytest.raises(NotAllowed):
        do_again(handover=made, seen=2, actor=stranger)


def test_the_second_of_two_is_told_and_nothing_is_half_done(
    giver: Official, receiver: Official, office: User
) -> None:
    opened = picks(giver)
    done(giver, factories.official(name="示例丙"), office, picks=picks(giver, 1))
    with pytest.raises(ValidationError) as error:
        done(giver, receiver, office, picks=opened)
    assert "示例园1 包保领导：刚被改过" in said(error)
    assert "示例园0" not in said(error)
    assert Handover.objects.count() == 1
    assert responsible(LATER) == ["示例甲", "示例丙", "示例甲"]


def test_the_same_page_sent_twice_hands_over_once(
    giver: Official, receiver: Official, office: User
) -> None:
    opened = picks(giver)
    done(giver, receiver, office, picks=opened)
    with pytest.raises(ValidationError, match="刚被改过"):
        done(giver, receiver, office, picks=opened)
    assert Handover.objects.count() == 1


def test_undoing_names_what_was_built_on_it(
    giver: Official, receiver: Official, office: User
) -> None:
    made = done(giver, receiver, office)
    row = Assignment.objects.filter(official=receiver).order_by("project__code")[1]
    row.until, row.end_reason = date(2025, 1, 31), "到期"
    save_parts(project=row.project, saved=[row], actor=office)
    with pytest.raises(ValidationError) as error:
        undo_handover(handover=made, reason="名单有误", seen=1, actor=office)
    assert "示例园1 包保领导：交接后又改过" in said(error)
    assert "没有撤销任何一项" in said(error)
    assert responsible(LATER) == ["示例乙"] * 3


def test_a_handover_that_moved_on_is_not_undone_unseen(
    giver: Official, receiver: Official, office: User
) -> None:
    made = done(giver, receiver, office)
    undo_handover(handover=made, reason="名单有误", seen=1, actor=office)
    for stale in (1, 3):
        with pytest.raises(StaleRecord):
            do_again(handover=made, seen=stale, actor=office)
    with pytest.raises(ValidationError, match="已经撤销"):
        undo_handover(handover=made, reason="名单有误", seen=2, actor=office)


def test_done_again_is_refused_where_a_duty_has_moved(
    giver: Official, receiver: Official, office: User
) -> None:
    made = done(giver, receiver, office)
    undo_handover(handover=made, reason="名单有误", seen=1, actor=office)
    done(giver, factories.official(name="示例丙"), office, picks=picks(giver, 0))
    with pytest.raises(ValidationError, match="示例园0 包保领导：刚被改过"):
        do_again(handover=made, seen=2, actor=office)


def test_document_is_kept_with_it(giver: Official, receiver: Official, office: User) -> None:
    made = done(giver, receiver, office, files=[photo("任免.jpg")], caption="任免通知")
    assert [str(each) for each in made.evidence.all()] == ["任免通知"]


def test_verifying_passes_on_the_day_itself_to_somebody_who_may(
    receiver: Official, office: User
) -> None:
    verifier = factories.user(REVIEWER)
    giver = factories.official(name="示例甲", user=verifier)
    matter = factories.matter(verifier=verifier, state=State.WORKING.value)
    refused = preview(giver=giver, receiver=receiver, day=TODAY, picks=picks(giver))
    assert "不是复核角色" in refused[0].obstacle
    able = factories.official(name="示例丙", user=factories.user(REVIEWER))
    assert (
        "只能当天交接"
        in preview(giver=giver, receiver=able, day=LATER, picks=picks(giver))[0].obstacle
    )
    made = done(giver, able, office, day=TODAY)
    assert Matter.objects.get(pk=matter.pk).verifier == able.user
    undo_handover(handover=made, reason="名单有误", seen=1, actor=office)
    assert Matter.objects.get(pk=matter.pk).verifier == verifier


def test_rights_pass_on_the_day_and_not_before(office: User) -> None:
    old, new = factories.user(REPORTER), factories.user(REPORTER)
    giver, receiver = factories.official(user=old), factories.official(user=new)
    project = factories.project()
    factories.assignment(project=project, official=giver, role=Role.LIAISON_OFFICER)
    done(giver, receiver, office)
    assert list(Project.objects.editable_by(old)) == [project]
    assert not Project.objects.editable_by(new)
    with clock.at(clock.now() + timedelta(days=17)):
        assert not Project.objects.editable_by(old)
        assert list(Project.objects.editable_by(new)) == [project]


def test_nobody_leaves_with_duties(giver: Official, receiver: Official, office: User) -> None:
    giver.left_on = LATER
    with pytest.raises(
        ValidationError, match=r"还担任 示例园0 包保领导、示例园1 包保领导.*请先办理交接"
    ):
        save_reference(record=giver, actor=office)
    giver.refresh_from_db()
    done(giver, receiver, office)
    giver.left_on = LATER
    save_reference(record=giver, actor=office)
    assert Official.objects.get(pk=giver.pk).has_left(LATER)


def test_whoever_left_has_no_rights_by_his_agency() -> None:
    agency, clerk = factories.agency(), factories.user(REPORTER)
    factories.official(user=clerk, agency=agency, left_on=TODAY)
    factories.project(lead_agency=agency)
    assert not Project.objects.editable_by(clerk)


def test_number_of_queries_of_a_preview_does_not_grow(
    receiver: Official, django_assert_max_num_queries: Any
) -> None:
    person = factories.official()
    for _ in range(30):
        factories.assignment(project=factories.project(), official=person)
    with django_assert_max_num_queries(3):
        chosen = picks(person)
    with django_assert_max_num_queries(5):
        found = preview(giver=person, receiver=receiver, day=LATER, picks=chosen)
    assert len(found) == 30
