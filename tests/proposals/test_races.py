"""Two at the same second: one of them decides, and the other is told."""

from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from kuancheng.access.roles import REPORTER, REVIEWER
from kuancheng.proposals.choices import ProposalState
from kuancheng.proposals.models import Proposal
from kuancheng.proposals.services import approve, propose, send_back, withdraw
from projects.models import Agency
from tests import factories
from tests.proposals.renaming import renaming
from tests.reports.judging.test_concurrency import side_by_side

pytestmark = pytest.mark.django_db(transaction=True)


def refused_by(work: Callable[[], object], told: list[str]) -> Callable[[], None]:
    """The work, with what it was refused by written down."""

    def run() -> None:
        try:
            work()
        except (ValidationError, IntegrityError) as error:
            told.append(str(error))

    return run


def _none() -> list[str]:
    return []


def waiting() -> Proposal:
    draft = renaming(factories.agency(name="城建局"), "住建局")
    return propose(draft=draft, author=factories.user(REPORTER))


def test_of_two_who_approve_one_is_told_who_was_first() -> None:
    made, told = waiting(), _none()
    first, second = factories.user(REVIEWER), factories.user(REVIEWER)
    side_by_side(
        refused_by(lambda: approve(proposal=made, seen=1, actor=first), told),
        refused_by(lambda: approve(proposal=made, seen=1, actor=second), told),
    )
    made.refresh_from_db()
    assert (made.state, made.version) == (ProposalState.APPROVED, 2)
    assert len(told) == 1
    assert f"已通过（{made.decided_by}）" in told[0]
    assert made.history.count() == 2


def test_approved_and_sent_back_at_once_it_ends_one_way() -> None:
    made, told = waiting(), _none()
    first, second = factories.user(REVIEWER), factories.user(REVIEWER)
    back = refused_by(lambda: send_back(proposal=made, words="缺文件", seen=1, actor=second), told)
    side_by_side(refused_by(lambda: approve(proposal=made, seen=1, actor=first), told), back)
    made.refresh_from_db()
    name = Agency.objects.get(pk=made.subject_id).name
    assert len(told) == 1
    assert (made.state, name) in {("approved", "住建局"), ("returned", "城建局")}


def test_withdrawn_and_approved_at_once_it_ends_one_way() -> None:
    made, told = waiting(), _none()
    other = factories.user(REVIEWER)
    side_by_side(
        refused_by(lambda: withdraw(proposal=made, seen=1, actor=made.author), told),
        refused_by(lambda: approve(proposal=made, seen=1, actor=other), told),
    )
    made.refresh_from_db()
    name = Agency.objects.get(pk=made.subject_id).name
    assert len(told) == 1
    assert (made.state, name) in {("approved", "住建局"), ("withdrawn", "城建局")}


def test_of_two_who_propose_one_field_one_waits() -> None:
    agency, told = factories.agency(name="城建局"), _none()
    first, second = factories.user(REPORTER), factories.user(REPORTER)
    side_by_side(
        refused_by(lambda: propose(draft=renaming(agency, "住建局"), author=first), told),
        refused_by(lambda: propose(draft=renaming(agency, "建设局"), author=second), told),
    )
    assert len(told) == 1
    assert Proposal.objects.count() == 1
