"""The life of a status report: draft, submitted, returned or approved."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from investment.choices import ReportState
from investment.models import StatusReport, month_text
from kuancheng import clock
from projects import facts
from projects.services import StaleRecord


class WrongState(Exception):  # noqa: N818 - what the report is in, told in Chinese to the user
    """The report is not in the state that the step starts from; `str()` says so in Chinese."""


def check_report(report: StatusReport, *, today: date) -> None:
    """ValidationError, by field, for what no report may say. Two queries.

    Needs project and month; the figure is checked where it is given.
    """
    if report.project_id is None or report.month is None:
        return
    if report.month > today:
        raise ValidationError(
            {"month": f"{month_text(report.month)}还没有到，不能填报。请检查月份。"}
        )
    total = report.project.total_investment
    if report.completed is None or total is None or report.explanation.strip():
        return
    others = StatusReport.objects.filter(project=report.project_id).exclude(pk=report.pk)
    before = others.exclude(completed=None).completed() or Decimal(0)
    if before + report.completed > total:
        raise ValidationError(
            {
                "completed": (
                    f"加上本月，累计完成 {before + report.completed:,.2f} 万元，超过计划总投资 "
                    f"{total:,.2f} 万元。请检查单位是否为万元；确认无误请填写“异常说明”后再保存。"
                )
            }
        )


@transaction.atomic
def save_report(
    *, report: StatusReport, today: date, actor: Any, expected_version: int | None = None
) -> StatusReport:
    """Creates a report as a draft, or saves an open one.

    ValidationError for bad fields, WrongState once it is submitted or approved, StaleRecord when
    somebody else saved it since `expected_version`.
    """
    if report.pk is not None:
        current = StatusReport.objects.select_for_update().get(pk=report.pk)
        if expected_version is not None and current.version != expected_version:
            raise StaleRecord
        _require(current, (ReportState.DRAFT, ReportState.RETURNED), "修改")
        report.version = current.version + 1
        report.state = current.state
    else:
        report.state = ReportState.DRAFT
    report.full_clean()
    check_report(report, today=today)
    return _write(report, actor)


@transaction.atomic
def submit_report(*, report: StatusReport, today: date, actor: Any) -> StatusReport:
    """草稿 → 待复核. ValidationError while the month's figure is missing or impossible."""
    current = _locked(report)
    _require(current, (ReportState.DRAFT, ReportState.RETURNED), "提交")
    if current.completed is None:
        raise ValidationError({"completed": "提交前请填写本月完成投资；没有完成投资填 0。"})
    check_report(current, today=today)
    current.state = ReportState.SUBMITTED
    current.submitted_by, current.submitted_at = actor, clock.now()
    return _write(_next(current), actor)


@transaction.atomic
def withdraw_report(*, report: StatusReport, actor: Any) -> StatusReport:
    """待复核 → 草稿, by whoever filed it, before it is approved."""
    current = _locked(report)
    _require(current, (ReportState.SUBMITTED,), "撤回")
    current.state = ReportState.DRAFT
    current.submitted_by = current.submitted_at = None
    return _write(_next(current), actor)


@transaction.atomic
def approve_report(*, report: StatusReport, actor: Any) -> StatusReport:
    """待复核 → 已复核: from now on its figures count.

    WrongState when it is not submitted, or when the approver himself submitted it: a second
    person checks.
    """
    current = _locked(report)
    _require(current, (ReportState.SUBMITTED,), "复核")
    if actor is not None and current.submitted_by_id == actor.pk:
        raise WrongState(f"{current}：提交人不能复核自己提交的填报，请由另一人复核。")
    current.state = ReportState.APPROVED
    current.approved_by, current.approved_at = actor, clock.now()
    return _write(_next(current), actor)


@transaction.atomic
def delete_report(*, report: StatusReport, actor: Any) -> None:
    """Deletes an open report; one that was submitted stays on record (WrongState)."""
    current = _locked(report)
    _require(current, (ReportState.DRAFT, ReportState.RETURNED), "删除")
    project_id = current.project_id
    current.delete_by(actor)
    facts.changed([project_id])


def _locked(report: StatusReport) -> StatusReport:
    return (
        StatusReport.objects.select_for_update(of=("self",))
        .select_related("project")
        .get(pk=report.pk)
    )


def _next(report: StatusReport) -> StatusReport:
    report.version += 1
    return report


def _require(report: StatusReport, states: Sequence[str], step: str) -> None:
    if report.state not in states:
        raise WrongState(f"{report} {report.get_state_display()}，不能{step}。")


def _write(report: StatusReport, actor: Any) -> StatusReport:
    report.save_by(actor)
    facts.changed([report.project_id])
    return report
