"""更正: how an approved figure is changed, by one person and with the consent of another."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max

from investment.choices import CorrectionState, ReportState
from investment.gathering import facts_of
from investment.models import Correction, StatusReport
from investment.rules.checks import Finding, Weight, check
from investment.services.reports import APPROVE, FindingError, WrongState, locked
from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.audit import acts
from kuancheng.records.announcing import announce
from kuancheng.records.versions import require_version
from projects.services.rights import require_own

STEPS = {CorrectionState.APPROVED: "批准", CorrectionState.REJECTED: "退回"}
"""What each decision is called."""


def check_correction(
    report: StatusReport, completed: Decimal | None, physical_percent: Decimal | None
) -> tuple[Finding, ...]:
    """What is odd in an approved report's new figures, errors first. Six queries."""
    proposed = StatusReport(
        project=report.project,
        month=report.month,
        completed=completed,
        physical_percent=physical_percent,
        physical_progress=report.physical_progress,
    )
    return check(facts_of([proposed])[0])


@transaction.atomic
@acts.decision("提出更正进展填报", "report")
def propose_correction(
    *,
    report: StatusReport,
    completed: Decimal,
    physical_percent: Decimal | None,
    reason: str,
    seen: int,
    actor: User,
) -> Correction:
    """Puts new figures for an approved report up for approval; nothing changes yet.

    The reason explains what the checks ask to confirm. `seen` is the version of the report that
    was shown: StaleRecord when it has moved on. NotAllowed where the project is not the actor's;
    ValidationError, by field, where a check
    finds an error, nothing would change, or another correction waits; WrongState for a report
    that is not approved.
    """
    current = locked(report)
    require_own(actor, "investment.add_correction", [current.project_id])
    require_version(current, seen)
    if current.state != ReportState.APPROVED:
        raise WrongState(f"{current} {current.get_state_display()}，不用更正：请直接修改或退回。")
    last = current.corrections.aggregate(last=Max("number"))["last"] or 0
    correction = Correction(
        report=current,
        number=last + 1,
        before_completed=current.completed,
        before_percent=current.physical_percent,
        completed=completed,
        physical_percent=physical_percent,
        reason=reason.strip(),
        author=actor,
        authored_at=clock.now(),
    )
    correction.full_clean()
    if _figures(correction) == (current.completed, current.physical_percent):
        raise ValidationError({"completed": "新数字与原数字相同，没有要更正的。"})
    _require_sound(correction)
    announce(correction.save_by(actor))
    return correction


@transaction.atomic
@acts.decision("批准更正", "correction")
def approve_correction(
    *, correction: Correction, seen: int, actor: User, note: str = ""
) -> Correction:
    """待批准 → 已更正: the new figures count from now on, the old ones stay in `before_*`.

    `seen` is the version of the report beside which it was shown: StaleRecord when that has moved
    on. WrongState when it does not wait, or the approver himself proposed it; ValidationError when
    the figures have become impossible meanwhile.
    """
    current = _decided(correction, CorrectionState.APPROVED, seen, actor, note)
    _require_sound(current)
    report = current.report
    before = (report.completed, report.physical_percent)
    report.completed, report.physical_percent = _figures(current)
    if report.completed != before[0]:
        report.completed_by = current.author
    if report.physical_percent != before[1]:
        report.percent_by = current.author
    report.version += 1
    announce(current.save_by(actor), report.save_by(actor))
    return current


@transaction.atomic
@acts.decision("不采纳更正", "correction")
def reject_correction(*, correction: Correction, seen: int, note: str, actor: User) -> Correction:
    """待批准 → 未采纳, with the reason; the report keeps its figures.

    ValidationError without a note, the rest as in `approve_correction`.
    """
    current = _decided(correction, CorrectionState.REJECTED, seen, actor, note)
    if not current.decision_note:
        raise ValidationError({"decision_note": "请填写意见：为什么不采纳。"})
    announce(current.save_by(actor))
    return current


def _decided(
    correction: Correction, state: CorrectionState, seen: int, actor: User, note: str
) -> Correction:
    """The correction as decided, not saved yet; its report is locked first."""
    step = STEPS[state]
    report = locked(correction.report)
    require_own(actor, APPROVE, [report.project_id])
    current: Correction = Correction.objects.select_for_update().get(pk=correction.pk)
    current.report = report
    if current.state != CorrectionState.PROPOSED:
        raise WrongState(f"{current} {current.get_state_display()}，不能{step}。")
    require_version(report, seen)
    if current.author_id == actor.pk:
        raise WrongState(f"{current}：提出人不能{step}自己提出的更正，请由另一人处理。")
    current.state = state
    current.approver, current.decided_at = actor, clock.now()
    current.decision_note = note.strip()
    current.clean_fields(exclude=["report"])
    return current


def _require_sound(correction: Correction) -> None:
    """ValidationError, by field, for errors; what would have to be confirmed has its reason."""
    errors: dict[str, list[ValidationError]] = {}
    for each in check_correction(correction.report, *_figures(correction)):
        if each.weight is Weight.ERROR:
            errors.setdefault(each.field, []).append(FindingError(each))
    if errors:
        raise ValidationError(errors)


def _figures(correction: Correction) -> tuple[Decimal, Decimal | None]:
    return correction.completed, correction.physical_percent
