"""A decision of ten seconds ago is taken back by who made it, while nothing else has happened."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from investment.choices import ReportState
from investment.models import StatusReport
from investment.services import (
    WrongState,
    approve_report,
    delete_report,
    propose_correction,
    return_report,
    undo_decision,
)
from investment.services.undo import seconds_left, undoable_by
from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.access.roles import REVIEWER
from kuancheng.records.changes import record_changes
from kuancheng.records.versions import StaleRecord
from tests import factories

pytestmark = pytest.mark.django_db

NOON = datetime(2024, 10, 15, 12, tzinfo=timezone.get_default_timezone())


@pytest.fixture
def office() -> User:
    return factories.user(REVIEWER)


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with clock.at(NOON):
        yield


@pytest.fixture
def waiting() -> StatusReport:
    return factories.status_report(
        project=factories.project(), completed=Decimal(10), state=ReportState.SUBMITTED
    )


def approved(report: StatusReport, office: User) -> StatusReport:
    return approve_report(report=report, seen=report.version, actor=office)


def returned(report: StatusReport, office: User) -> StatusReport:
    return return_report(report=report, seen=report.version, note="数字写反了", actor=office)


@pytest.mark.parametrize("decide", [approved, returned])
def test_decision_is_taken_back_and_history_keeps_both(
    decide: object, waiting: StatusReport, office: User
) -> None:
    decided = decide(waiting, office)  # type: ignore[operator]
    undone = undo_decision(report=decided, seen=decided.version, actor=office)
    undone.refresh_from_db()
    assert undone.state == ReportState.SUBMITTED
    assert (undone.approved_by, undone.approved_at) == (None, None)
    assert (undone.returned_by, undone.returned_at, undone.return_note) == (None, None, "")
    states = list(undone.history.order_by("history_id").values_list("state", flat=True))
    assert states == [ReportState.SUBMITTED, decided.state, ReportState.SUBMITTED]
    assert str(office) in {each.who for each in record_changes(undone)}
    assert list(StatusReport.objects.reviewable_by(office)) == [undone]


def test_earlier_return_stays_on_record(waiting: StatusReport, office: User) -> None:
    first = returned(waiting, office)
    StatusReport.objects.filter(pk=first.pk).update(state=ReportState.SUBMITTED)
    first.refresh_from_db()
    first.version += 1
    first.save()
    again = return_report(report=first, seen=first.version, note="还是不对", actor=office)
    undone = undo_decision(report=again, seen=again.version, actor=office)
    assert (undone.return_note, undone.returned_by) == ("数字写反了", office)
    undone.state = ReportState.DRAFT
    undone.save()
    with pytest.raises(WrongState, match="曾被退回"):
        delete_report(report=undone, actor=factories.system())


@pytest.mark.parametrize(
    ("elapsed", "left"),
    [
        (timedelta(0), 10),
        (timedelta(milliseconds=1), 10),
        (timedelta(seconds=1), 9),
        (timedelta(seconds=9, milliseconds=999), 1),
        (timedelta(seconds=10), 0),
        (timedelta(days=1), 0),
        # A pinned day begins anew at midnight.
        (timedelta(seconds=-1), 0),
    ],
)
def test_ten_seconds_by_the_clock_of_the_site(
    elapsed: timedelta, left: int, waiting: StatusReport, office: User
) -> None:
    decided = approved(waiting, office)
    with clock.at(NOON + elapsed):
        assert seconds_left(decided, office, clock.now()) == left
        if elapsed >= timedelta(0):
            assert undoable_by(office, clock.now()).exists() is bool(left)
        if left:
            undo_decision(report=decided, seen=decided.version, actor=office)
        else:
            with pytest.raises(WrongState, match="现在不能撤销"):
                undo_decision(report=decided, seen=decided.version, actor=office)


def test_only_the_same_reviewer(waiting: StatusReport, office: User) -> None:
    decided, other = approved(waiting, office), factories.user(REVIEWER)
    assert not undoable_by(other, clock.now()).exists()
    with pytest.raises(WrongState, match="只有本人"):
        undo_decision(report=decided, seen=decided.version, actor=other)


def test_not_once_anything_has_happened(waiting: StatusReport, office: User) -> None:
    decided = approved(waiting, office)
    with pytest.raises(StaleRecord):
        undo_decision(report=decided, seen=decided.version - 1, actor=office)
    propose_correction(
        report=decided,
        completed=Decimal(11),
        physical_percent=None,
        reason="漏报",
        seen=decided.version,
        actor=factories.user(REVIEWER),
    )
    with pytest.raises(WrongState, match="已有人提出更正"):
        undo_decision(report=decided, seen=decided.version, actor=office)


def test_twice_is_once(waiting: StatusReport, office: User) -> None:
    decided = approved(waiting, office)
    undone = undo_decision(report=decided, seen=decided.version, actor=office)
    with pytest.raises(StaleRecord):
        undo_decision(report=decided, seen=decided.version - 1, actor=office)
    with pytest.raises(WrongState):
        undo_decision(report=undone, seen=undone.version, actor=office)


def test_what_was_approved_without_a_history_stays(office: User) -> None:
    report = StatusReport.objects.bulk_create(
        [
            StatusReport(
                project=factories.project(),
                month=date(2024, 9, 1),
                completed=Decimal(1),
                state=ReportState.SUBMITTED,
            )
        ]
    )[0]
    decided = approved(report, office)
    with pytest.raises(WrongState, match="没有留下复核以前的记录"):
        undo_decision(report=decided, seen=decided.version, actor=office)
