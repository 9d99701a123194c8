"""A proposal is decided once, by another person, and only on what still is as it was proposed."""

from dataclasses import replace

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from kuancheng.access.models import User
from kuancheng.access.rights import NotAllowed
from kuancheng.access.roles import READER, REPORTER, REVIEWER
from kuancheng.notices.models import Notice
from kuancheng.proposals.choices import ProposalState
from kuancheng.proposals.kinds import Moved
from kuancheng.proposals.models import Proposal, ProposedField
from kuancheng.proposals.services import approve, propose, propose_all, send_back, withdraw
from kuancheng.records.versions import StaleRecord
from projects.models import Agency
from tests import factories
from tests.proposals.renaming import renaming

pytestmark = pytest.mark.django_db


def waiting(author: User | None = None, agency: Agency | None = None) -> Proposal:
    agency = agency or factories.agency(name="城建局")
    return propose(draft=renaming(agency, "住建局"), author=author or factories.user(REPORTER))


def name_of(proposal: Proposal) -> str:
    return str(Agency.objects.get(pk=proposal.subject_id).name)


def test_the_subject_stays_as_it_is_until_a_second_person_approves() -> None:
    made = waiting()
    assert name_of(made) == "城建局"
    done = approve(proposal=made, seen=1, actor=factories.user(REVIEWER), words="核对无误")
    assert name_of(made) == "住建局"
    assert (done.state, done.words, done.version) == (ProposalState.APPROVED, "核对无误", 2)
    assert not done.fields.filter(is_open=True).exists()


@pytest.mark.parametrize("superuser", [False, True])
def test_nobody_decides_his_own(superuser: bool) -> None:
    author = factories.user(REVIEWER, is_superuser=superuser)
    made = waiting(author)
    with pytest.raises(NotAllowed, match="您提出的"):
        approve(proposal=made, seen=1, actor=author)
    with pytest.raises(NotAllowed, match="您提出的"):
        send_back(proposal=made, words="不行", seen=1, actor=author)
    assert name_of(made) == "城建局"


def test_the_database_refuses_an_author_who_decides() -> None:
    made = waiting()
    with pytest.raises(IntegrityError), transaction.atomic():
        Proposal.objects.filter(pk=made.pk).update(
            state=ProposalState.APPROVED, decided_by=made.author, decided_at=made.proposed_at
        )


def test_who_may_not_decide_the_kind_is_refused() -> None:
    made = waiting()
    for role in (READER, REPORTER):
        with pytest.raises(NotAllowed):
            approve(proposal=made, seen=1, actor=factories.user(role))
    with pytest.raises(NotAllowed, match="系统账号"):
        approve(proposal=made, seen=1, actor=factories.system())


def test_whom_it_is_put_to_may_decide_without_the_right() -> None:
    holder = factories.user(READER)
    draft = renaming(factories.agency(name="城建局"), "住建局")
    made = propose(draft=replace(draft, addressee=holder), author=factories.user(REPORTER))
    approve(proposal=made, seen=1, actor=holder)
    assert name_of(made) == "住建局"


def test_a_second_approval_is_told_who_was_first() -> None:
    made, first = waiting(), factories.user(REVIEWER, full_name="王复核")
    approve(proposal=made, seen=1, actor=first)
    with pytest.raises(ValidationError, match="已通过（王复核）"):
        approve(proposal=made, seen=1, actor=factories.user(REVIEWER))


def test_sending_back_needs_a_reason_and_leaves_the_subject() -> None:
    made, reviewer = waiting(), factories.user(REVIEWER)
    with pytest.raises(ValidationError, match="原因"):
        send_back(proposal=made, words=" ", seen=1, actor=reviewer)
    send_back(proposal=made, words="没有编办文件", seen=1, actor=reviewer)
    made.refresh_from_db()
    assert (made.state, name_of(made)) == (ProposalState.RETURNED, "城建局")


def test_its_author_alone_withdraws_it() -> None:
    made = waiting()
    with pytest.raises(NotAllowed, match="提出人"):
        withdraw(proposal=made, seen=1, actor=factories.user(REVIEWER))
    withdraw(proposal=made, seen=1, actor=made.author)
    made.refresh_from_db()
    assert made.state == ProposalState.WITHDRAWN


def test_a_page_that_is_out_of_date_decides_nothing() -> None:
    made = waiting()
    with pytest.raises(StaleRecord):
        approve(proposal=made, seen=0, actor=factories.user(REVIEWER))


def test_what_moved_meanwhile_lapses() -> None:
    made = waiting()
    Agency.objects.filter(pk=made.subject_id).update(name="建设局")
    with pytest.raises(Moved, match=r"名称.*提出时为 城建局"):
        approve(proposal=made, seen=1, actor=factories.user(REVIEWER))
    made.refresh_from_db()
    assert (made.state, name_of(made)) == (ProposalState.LAPSED, "建设局")
    assert "变动" in made.words
    assert waiting(agency=Agency.objects.get(pk=made.subject_id)).is_pending


def test_what_is_gone_lapses() -> None:
    made = waiting()
    Agency.objects.filter(pk=made.subject_id).delete()
    with pytest.raises(Moved, match="已删除"):
        approve(proposal=made, seen=1, actor=factories.user(REVIEWER))
    made.refresh_from_db()
    assert made.state == ProposalState.LAPSED


def test_what_the_subjects_service_refuses_stays_waiting() -> None:
    factories.agency(name="住建局")
    made = waiting()
    with pytest.raises(ValidationError):
        approve(proposal=made, seen=1, actor=factories.user(REVIEWER))
    made.refresh_from_db()
    assert made.is_pending


def test_a_field_that_waits_is_not_proposed_again() -> None:
    first = waiting()
    agency = Agency.objects.get(pk=first.subject_id)
    with pytest.raises(ValidationError, match=rf"{first}.*城建局 → 住建局"):
        waiting(agency=agency)
    withdraw(proposal=first, seen=1, actor=first.author)
    assert waiting(agency=agency).is_pending


def test_the_database_refuses_two_open_fields_of_one_record() -> None:
    first = waiting()
    second = waiting(agency=factories.agency(name="建设局"))
    with pytest.raises(IntegrityError), transaction.atomic():
        second.fields.update(subject_key=first.subject_key)


def test_a_reason_and_a_change_are_a_must() -> None:
    agency = factories.agency(name="城建局")
    with pytest.raises(ValidationError, match="理由"):
        propose(draft=renaming(agency, "住建局", reason="改"), author=factories.user(REPORTER))
    with pytest.raises(ValidationError, match="没有要变更"):
        propose(draft=renaming(agency, "城建局"), author=factories.user(REPORTER))
    assert not Proposal.objects.exists()


def test_those_who_may_decide_are_told_and_then_the_author() -> None:
    reviewer, other = factories.user(REVIEWER), factories.user(REVIEWER)
    made = waiting()
    told = Notice.objects.filter(kind="proposal_waiting")
    assert {each.recipient for each in told} == {reviewer, other}
    approve(proposal=made, seen=1, actor=reviewer)
    assert all(each.outcome and each.read_at for each in told.all())
    (result,) = Notice.objects.filter(kind="proposal_decided")
    assert result.recipient == made.author
    assert "城建局 → 住建局" in result.text


def test_many_are_proposed_in_a_number_of_queries_that_does_not_grow() -> None:
    author = factories.user(REPORTER)
    factories.user(REVIEWER)
    counts = []
    for number in (1, 30):
        drafts = [
            renaming(factories.agency(name=f"单位{number}-{each}"), f"新单位{number}-{each}")
            for each in range(number)
        ]
        with CaptureQueriesContext(connection) as caught:
            made = propose_all(drafts=drafts, author=author, batch=f"sheets:{number}")
        counts.append(len(caught))
        assert len(made) == number
    assert counts[1] <= counts[0] + 1
    assert Notice.objects.filter(kind="proposal_waiting").count() == 2
    assert ProposedField.objects.filter(is_open=True).count() == 31
