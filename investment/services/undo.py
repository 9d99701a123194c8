"""撤销: a reviewer takes back what he has just decided, before anybody acts on it."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from investment.choices import ReportState
from investment.models import StatusReport
from investment.services.reports import APPROVE, WrongState, locked
from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.audit import acts
from kuancheng.records.announcing import announce
from kuancheng.records.versions import require_version
from projects.services.rights import require_own

UNDO_FOR = timedelta(seconds=10)
"""So long a decision may be taken back; whoever tells others of decisions waits as long."""

DECISION = {
    ReportState.APPROVED: ("approved_by_id", "approved_at"),
    ReportState.RETURNED: ("returned_by_id", "returned_at", "return_note"),
}
"""The states that a decision leads to, each with the columns that keep who decided and when."""


def undoable_by(actor: User, now: datetime) -> QuerySet[StatusReport]:
    """Reports whose approval or return the actor may still take back, the latest first."""
    since = now - UNDO_FOR
    recent = StatusReport.objects.filter(updated_at__gte=since).select_related("project")
    approved = recent.filter(state=ReportState.APPROVED, approved_by=actor, approved_at__gt=since)
    returned = recent.filter(state=ReportState.RETURNED, returned_by=actor, returned_at__gt=since)
    return (approved | returned).order_by("-updated_at", "-pk")


def seconds_left(report: StatusReport, actor: User, now: datetime) -> int:
    """How many seconds the actor has left to take the decision back; 0 where it is too late."""
    decision = DECISION.get(ReportState(report.state))
    if decision is None or getattr(report, decision[0]) != actor.pk:
        return 0
    elapsed = now - getattr(report, decision[1])
    # On a pinned day midnight leads back to its morning: a decision of the future is an old one.
    if not timedelta(0) <= elapsed < UNDO_FOR:
        return 0
    return -((elapsed - UNDO_FOR) // timedelta(seconds=1))


@transaction.atomic
@acts.decision("撤销复核决定", "report")
def undo_decision(*, report: StatusReport, seen: int, actor: User) -> StatusReport:
    """已复核 or 已退回 → 待复核, as it was before the decision; history keeps both.

    Only by who decided, within `UNDO_FOR` by the site's clock, and while nothing else has happened
    to the report: StaleRecord when its version has moved on from `seen`; WrongState when it is too
    late, somebody else decided, or a correction has been proposed on the strength of it. NotAllowed
    as for the decision itself.
    """
    current = locked(report)
    require_own(actor, APPROVE, [current.project_id])
    require_version(current, seen)
    if seconds_left(current, actor, clock.now()) == 0:
        raise WrongState(
            f"{current}：只有本人在 {UNDO_FOR.seconds} 秒内能撤销自己的复核结论，现在不能撤销。"
        )
    if current.corrections.proposed().exists():
        raise WrongState(f"{current}：已有人提出更正，不能撤销复核结论。")
    before = current.history.filter(version=current.version - 1).order_by("-history_id").first()
    if before is None:
        raise WrongState(f"{current}：没有留下复核以前的记录，不能撤销。")
    for column in DECISION[ReportState(current.state)]:
        setattr(current, column, getattr(before, column))
    current.state = ReportState.SUBMITTED
    current.version += 1
    announce(current.save_by(actor))
    return current
