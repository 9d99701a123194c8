"""The life of a status report: draft, submitted, returned or approved."""

from collections.abc import Collection, Sequence
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction

from investment.choices import OPEN_STATES, ReportState
from investment.gathering import facts_of
from investment.models import ReportingWindow, StatusReport, month_text
from investment.rules.checks import Finding, ReportFacts, Weight, check, to_confirm
from investment.rules.reporting import ReportingCalendar
from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.access.rights import NotAllowed, require
from kuancheng.audit import acts, recording
from kuancheng.records.announcing import announce, together
from kuancheng.records.base import label_of
from kuancheng.records.versions import StaleRecord, require_version
from projects.services.evidence import remove_all
from projects.services.rights import own_projects, require_own

CHECKED_FIELDS = ("month", "completed", "physical_percent", "physical_progress")
"""What the checks look at: when it changes, what was confirmed must be confirmed again."""

FIGURE_AUTHORS = {"completed": "completed_by", "physical_percent": "percent_by"}
"""Each figure, and the column that keeps who wrote it."""

APPROVE = "investment.approve_statusreport"

NOT_EXPLANATION = [field.name for field in StatusReport._meta.fields if field.name != "explanation"]


class WrongState(Exception):  # noqa: N818 - what the report is in, told in Chinese to the user
    """The report is not in the state that the step starts from; `str()` says so in Chinese."""


HINDRANCES = (WrongState, NotAllowed, StaleRecord, ValidationError, StatusReport.DoesNotExist)
"""What keeps a step from being taken with one report of many."""


class FindingError(ValidationError):
    """One finding as an error: `code` is the rule's id, `confirmed` whether it was confirmed."""

    def __init__(self, finding: Finding, *, confirmed: bool = False) -> None:
        super().__init__(finding.text, code=finding.rule)
        self.finding = finding
        self.confirmed = confirmed


def check_report(report: StatusReport) -> tuple[Finding, ...]:
    """What is odd in a report, errors first; it need not be saved. Six queries."""
    return check_reports([report])[0]


def check_reports(reports: Sequence[StatusReport]) -> list[tuple[Finding, ...]]:
    """The same for many, in their order. Six queries for any number."""
    return [check(each) for each in facts_of(reports)]


@transaction.atomic
@acts.edit("填写进展填报", "report")
def save_report(
    *, report: StatusReport, today: date, actor: User, seen: int | None = None
) -> StatusReport:
    """Creates a report as a draft, or saves an open one.

    A draft may hold odd figures, but no month that cannot be reported yet. NotAllowed where the
    project is not the actor's, ValidationError for bad fields, WrongState once it is submitted or
    approved, StaleRecord when somebody else saved it since the version `seen`.
    """
    verb = "add" if report.pk is None else "change"
    require_own(actor, f"investment.{verb}_statusreport", [report.project_id])
    before = StatusReport()
    if report.pk is not None:
        before = locked(report)
        if seen is not None:
            require_version(before, seen)
        _require(before, OPEN_STATES, "修改")
        report.version = before.version + 1
        report.state = before.state
        report.confirmed = [] if _differs(before, report) else before.confirmed
    else:
        report.state = ReportState.DRAFT
    _name_authors(report, before, actor)
    report.full_clean()
    require_open(report, ReportingWindow.objects.calendar(), today)
    return _write(report, actor)


@transaction.atomic
@acts.decision("提交进展填报", "report")
def submit_report(
    *,
    report: StatusReport,
    today: date,
    actor: User,
    seen: int | None = None,
    confirmed: Collection[str] | None = None,
    explanation: str | None = None,
) -> StatusReport:
    """草稿 → 待复核.

    `seen` is the version that was shown: StaleRecord when the report has moved on. `confirmed` are ids of checks that the author confirms (`checks.ALL`: whatever is found),
    `explanation` says why; None leaves what the draft holds. ValidationError while the figure is
    missing, a check finds an error, or a finding is neither confirmed nor explained: its errors
    are FindingErrors.
    """
    if seen is not None:
        require_version(locked(report), seen)
    outcome = submit_reports([report], today, actor, confirmed, explanation)[0]
    if isinstance(outcome, Exception):
        raise outcome
    return outcome


@transaction.atomic
def submit_reports(
    reports: Sequence[StatusReport],
    today: date,
    actor: User,
    confirmed: Collection[str] | None = None,
    explanation: str | None = None,
) -> list[StatusReport | Exception]:
    """Submits those that can be; what hinders a report stands in its place, in their order.

    ValidationError and WrongState as in `submit_report`, NotAllowed for one of a project that is
    not the actor's, StatusReport.DoesNotExist for a deleted one. What the checks need is gathered
    once for all: nine queries, and the writing.
    """
    require(actor, "investment.change_statusreport")
    wanted = [report.pk for report in reports]
    locked = StatusReport.objects.select_for_update(of=("self",)).select_related("project")
    found = {each.pk: each for each in locked.filter(pk__in=wanted).order_by("pk")}
    calendar = ReportingWindow.objects.calendar()
    known = dict(zip(found, facts_of(list(found.values())), strict=True))
    own = own_projects(actor, {each.project_id for each in found.values()})
    outcomes: list[StatusReport | Exception] = []
    with together(), recording.together():
        for pk in wanted:
            try:
                if pk not in found:
                    raise StatusReport.DoesNotExist
                current = found[pk]
                if current.project_id not in own:
                    raise NotAllowed(f"“{current.project}”不由您或您的单位负责。")
                _take_over(current, confirmed, explanation)
                _require(current, OPEN_STATES, "提交")
                require_open(current, calendar, today)
                _require_sound(current, known[pk])
                outcomes.append(_submitted(current, actor))
            except HINDRANCES as hindrance:
                outcomes.append(hindrance)
    return outcomes


@transaction.atomic
@acts.decision("撤回进展填报", "report")
def withdraw_report(*, report: StatusReport, seen: int, actor: User) -> StatusReport:
    """待复核 → 草稿, by whoever may file it, before it is approved.

    This and every decision below takes the version that was shown: StaleRecord, with who changed
    what, when the report has moved on. NotAllowed where the project is not the actor's.
    """
    current = _decided_on(report, seen, actor, "investment.change_statusreport")
    _require(current, (ReportState.SUBMITTED,), "撤回")
    current.state = ReportState.DRAFT
    current.submitted_by = current.submitted_at = None
    return _write(_next(current), actor)


@transaction.atomic
@acts.decision("退回进展填报", "report")
def return_report(*, report: StatusReport, seen: int, note: str, actor: User) -> StatusReport:
    """待复核 → 已退回, with what is to be mended; the clerk changes it and submits it again.

    ValidationError without a note, WrongState when it is not submitted or the actor himself
    submitted it: he withdraws it instead.
    """
    current = _decided_on(report, seen, actor, APPROVE)
    _require(current, (ReportState.SUBMITTED,), "退回")
    if current.submitted_by_id == actor.pk:
        raise WrongState(f"{current}：提交人不能退回自己提交的填报，请改用“撤回”。")
    if not note.strip():
        raise ValidationError({"return_note": "请填写退回意见：哪里不对，要怎么改。"})
    current.state = ReportState.RETURNED
    current.return_note = note.strip()
    current.returned_by, current.returned_at = actor, clock.now()
    current.clean_fields(exclude=["project"])
    return _write(_next(current), actor)


@transaction.atomic
@acts.decision("复核通过进展填报", "report")
def approve_report(*, report: StatusReport, seen: int, actor: User) -> StatusReport:
    """待复核 → 已复核: from now on its figures count.

    WrongState when it is not submitted, or when the approver himself submitted it or wrote one of
    its figures: a second person checks.
    """
    current = _decided_on(report, seen, actor, APPROVE)
    _require(current, (ReportState.SUBMITTED,), "复核")
    if current.submitted_by_id == actor.pk:
        raise WrongState(f"{current}：提交人不能复核自己提交的填报，请由另一人复核。")
    for field, author in FIGURE_AUTHORS.items():
        if getattr(current, f"{author}_id") == actor.pk:
            label = label_of(current, field)
            raise WrongState(f"{current}：“{label}”是您填写的，不能自己复核，请由另一人复核。")
    current.state = ReportState.APPROVED
    current.approved_by, current.approved_at = actor, clock.now()
    return _write(_next(current), actor)


@transaction.atomic
@acts.decision("删除进展填报", "report")
def delete_report(*, report: StatusReport, actor: User) -> None:
    """Deletes a draft; one that was ever returned stays on record (WrongState)."""
    current = locked(report)
    require_own(actor, "investment.delete_statusreport", [current.project_id])
    _require(current, (ReportState.DRAFT,), "删除")
    if current.returned_at is not None:
        raise WrongState(f"{current} 曾被退回，不能删除；请修改后重新提交。")
    changes = remove_all(current.evidence.all(), actor)
    announce(*changes, current.delete_by(actor))


def _name_authors(report: StatusReport, before: StatusReport, actor: User) -> None:
    """Keeps who wrote each figure that stands: he does not approve it."""
    for field, author in FIGURE_AUTHORS.items():
        kept = getattr(before, author)
        changed = getattr(report, field) != getattr(before, field)
        setattr(report, author, actor if changed else kept)


def _differs(current: StatusReport, report: StatusReport) -> bool:
    return any(getattr(current, name) != getattr(report, name) for name in CHECKED_FIELDS)


def _take_over(
    report: StatusReport, confirmed: Collection[str] | None, explanation: str | None
) -> None:
    if confirmed is not None:
        report.confirmed = sorted(confirmed)
    if explanation is not None:
        report.explanation = explanation.strip()
        report.clean_fields(exclude=NOT_EXPLANATION)


def require_open(report: StatusReport, calendar: ReportingCalendar, today: date) -> None:
    """ValidationError while the month has not come, or its window has not opened."""
    text = month_text(report.month)
    if report.month > today:
        raise ValidationError({"month": f"{text}还没有到，不能填报。请检查月份。"})
    if (opens := calendar.opens(report.month)) > today:
        raise ValidationError({"month": f"{text}填报窗口 {opens} 开放，到时再填。请检查月份。"})


def _require_sound(report: StatusReport, held_against: ReportFacts) -> None:
    """ValidationError, by field, unless every finding is confirmed and explained.

    Confirmations of what is no longer found are dropped.
    """
    if report.completed is None:
        raise ValidationError({"completed": "提交前请填写本月完成投资；没有完成投资填 0。"})
    findings = check(held_against)
    asked = {each.rule for each in to_confirm(findings)}
    report.confirmed = sorted(asked & set(report.confirmed))
    explained = bool(report.explanation.strip()) or not asked
    stopped = any(each.weight is Weight.ERROR for each in findings)
    if explained and not stopped and asked == set(report.confirmed):
        return
    errors: dict[str, list[ValidationError]] = {}
    for each in findings:
        fault = FindingError(each, confirmed=each.rule in report.confirmed)
        errors.setdefault(each.field, []).append(fault)
    if not explained and not stopped:
        text = "上面有需要确认的提示：逐条勾选“确认无误”，并在这里说明原因。"
        errors["explanation"] = [ValidationError(text, code="required")]
    raise ValidationError(errors)


@acts.decision("提交进展填报", "report")
def _submitted(report: StatusReport, actor: User) -> StatusReport:
    report.state = ReportState.SUBMITTED
    report.submitted_by, report.submitted_at = actor, clock.now()
    return _write(_next(report), actor)


def locked(report: StatusReport) -> StatusReport:
    """The report as it is now, locked, with its project."""
    found = StatusReport.objects.select_for_update(of=("self",)).select_related("project")
    return found.get(pk=report.pk)


def _decided_on(report: StatusReport, seen: int, actor: User, permission: str) -> StatusReport:
    """The report, locked, if it is the actor's to decide on and still what he was shown."""
    current = locked(report)
    require_own(actor, permission, [current.project_id])
    require_version(current, seen)
    return current


def _next(report: StatusReport) -> StatusReport:
    report.version += 1
    return report


def _require(report: StatusReport, states: Sequence[str], step: str) -> None:
    if report.state not in states:
        raise WrongState(f"{report} {report.get_state_display()}，不能{step}。")


def _write(report: StatusReport, actor: User) -> StatusReport:
    announce(report.save_by(actor))
    return report
