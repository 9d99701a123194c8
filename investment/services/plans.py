"""Annual plans in versions, and the seasonal curves that spread them."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction

from investment.choices import ReportState
from investment.models import MONTH_FIELDS, AnnualPlan, FormerPlan, SeasonalCurve, StatusReport
from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.access.rights import require
from kuancheng.audit import acts
from kuancheng.records.announcing import announce
from kuancheng.records.versions import require_revision
from projects.models import Project
from projects.services.rights import require_own

FIGURES = ("amount", "goal", *MONTH_FIELDS)
"""What makes a version of a plan."""


@transaction.atomic
@acts.decision("下达或调整年度计划", "plan")
def save_plan(
    *,
    plan: AnnualPlan,
    today: date,
    actor: User,
    reason: str = "",
    effective_from: date | None = None,
    seen: int | None = None,
) -> AnnualPlan:
    """Creates a project's plan for a year, or replaces its version by the next.

    Before the year has begun a plan is simply rewritten. From then on every change is a new
    version: it needs a reason, holds from `effective_from` (today by default), and the replaced
    figures are kept. NotAllowed where the project is not the actor's, ValidationError for bad
    fields, StaleRecord when somebody else saved the plan after the revision `seen`. A plan that
    differs in nothing is not written.
    """
    verb = "add" if plan.pk is None else "change"
    require_own(actor, f"investment.{verb}_annualplan", [plan.project_id])
    if plan.pk is None:
        plan.version, plan.effective_from, plan.reason = 1, None, reason.strip()
        return _write(plan, actor)
    current = AnnualPlan.objects.select_for_update().get(pk=plan.pk)
    if seen is not None:
        require_revision(current, seen)
    if (plan.project_id, plan.year) != (current.project_id, current.year):
        raise ValidationError("计划的项目和年度登记后不能再改；要换年度请新增一份。")
    if all(getattr(plan, name) == getattr(current, name) for name in FIGURES):
        return current
    if today.year >= plan.year:
        _replace(plan, current, today, actor, reason.strip(), effective_from)
    return _write(plan, actor)


def _replace(
    plan: AnnualPlan,
    current: AnnualPlan,
    today: date,
    actor: User,
    reason: str,
    effective_from: date | None,
) -> None:
    require_reason(plan, reason, today)
    day = effective_from or today
    earliest = current.effective_from or date(plan.year, 1, 1)
    if not earliest <= day <= today:
        raise ValidationError(
            {"effective_from": f"生效日期应在 {earliest} 到 {today} 之间，现在是 {day}。"}
        )
    figures = {name: getattr(current, name) for name in FIGURES}
    kept = {name: getattr(current, name) for name in ("version", "effective_from", "reason")}
    FormerPlan.objects.create(
        plan=current, replaced_by=actor, replaced_at=clock.now(), **figures, **kept
    )
    plan.version, plan.effective_from, plan.reason = current.version + 1, day, reason


def require_reason(plan: AnnualPlan, reason: str, today: date) -> None:
    """ValidationError when a plan changes within its year, or later, and nobody says why."""
    if today.year >= plan.year and not reason.strip():
        raise ValidationError({"reason": "年度已开始，调整计划请填写调整原因和依据。"})


def _write(plan: AnnualPlan, actor: User) -> AnnualPlan:
    plan.full_clean()
    announce(plan.save_by(actor))
    return plan


@transaction.atomic
@acts.decision("删除年度计划", "plan")
def delete_plan(*, plan: AnnualPlan, actor: User) -> None:
    """Deletes a plan that was entered by mistake.

    ValidationError once it was adjusted, or once a report of its year was approved.
    """
    current = AnnualPlan.objects.select_for_update().get(pk=plan.pk)
    require_own(actor, "investment.delete_annualplan", [current.project_id])
    if current.version > 1:
        raise ValidationError("这份计划有过调整，不能删除；不再安排投资请调整为 0 并写明原因。")
    reports = StatusReport.objects.filter(project=current.project_id, month__year=current.year)
    if reports.filter(state=ReportState.APPROVED).exists():
        raise ValidationError(
            "该年度已有复核通过的填报，计划不能删除；不再安排投资请调整为 0 并写明原因。"
        )
    announce(current.delete_by(actor))


@transaction.atomic
@acts.setting("设定季节曲线", "curve")
def save_curve(*, curve: SeasonalCurve, actor: User) -> SeasonalCurve:
    """Sets a year's seasonal curve; every project's 序时 follows. ValidationError unless it sums to 100."""
    require(actor, f"investment.{'add' if curve.pk is None else 'change'}_seasonalcurve")
    curve.full_clean()
    announce(curve.save_by(actor).touching(Project.objects.values_list("pk", flat=True)))
    return curve
