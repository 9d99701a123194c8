"""What is asked of permits before anything of a project is saved: by `save_parts` and the import."""

from collections import defaultdict
from collections.abc import Collection, Iterable

from django.core.exceptions import ValidationError

from kuancheng import clock
from projects.models import Milestone, PermitExtension, Recorded
from projects.models.permit import held_permit
from projects.planning import site_calendars
from projects.rules.calendars import Calendars
from projects.rules.permits import Extension, Refusal, check_extensions


def check_granted(row: PermitExtension) -> None:
    """ValidationError for a grant of a day that has not come."""
    if row.granted_on > clock.today():
        raise ValidationError(
            {"granted_on": f"批准日期 {row.granted_on} 还没有到，取得批准文件后再登记。"}
        )


def check_permits(saved: Iterable[Recorded], deleted: Iterable[Recorded]) -> None:
    """ValidationError when an extension could not be, now that these parts are written.

    Whoever changes a permit's kind or its days answers for its extensions too. No query where
    neither is concerned, else one, two more where extensions are written, two where there are any.
    """
    parts = [*saved, *deleted]
    extended = {each.milestone_id for each in parts if isinstance(each, PermitExtension)}
    steps = {each.pk: each for each in saved if isinstance(each, Milestone)}
    steps |= Milestone.objects.in_bulk(extended - set(steps)) if extended - set(steps) else {}
    for error in permit_errors(steps.values()).values():
        raise error


def extensions_of(milestones: Collection[Milestone]) -> list[PermitExtension]:
    """What goes when these milestones go. One query, none without milestones."""
    if not milestones:
        return []
    return list(PermitExtension.objects.filter(milestone__in=[each.pk for each in milestones]))


def permit_errors(milestones: Iterable[Milestone]) -> dict[int, ValidationError]:
    """The same of many milestones, by their keys; `code` names the wrong field of the extension."""
    by_id = {each.pk: each for each in milestones if each.pk}
    if not by_id:
        return {}
    rows: dict[int, list[PermitExtension]] = defaultdict(list)
    for row in PermitExtension.objects.filter(milestone__in=by_id).order_by("until", "pk"):
        rows[row.milestone_id].append(row)
    if not rows:
        return {}
    calendars = site_calendars()
    judged = {key: refused(by_id[key], some, calendars) for key, some in rows.items()}
    return {key: found[1] for key, found in judged.items() if found}


def refused(
    milestone: Milestone, rows: Iterable[PermitExtension], calendars: Calendars
) -> tuple[Extension | None, ValidationError] | None:
    """Which of a milestone's extensions could not be, and why; None for which where all cannot."""
    held = held_permit(milestone, tuple(each.as_fact() for each in rows))
    if held is None:
        return None, ValidationError(_unheld(milestone))
    wrong = check_extensions(held, calendars)
    return (wrong[0], _refused(milestone, *wrong)) if wrong else None


def _unheld(milestone: Milestone) -> str:
    if not milestone.permit:
        return f"节点“{milestone.name}”有延期，手续种类不能为空；请填写手续种类，或先撤销它的延期。"
    return (
        f"节点“{milestone.name}”有延期，“实际完成”（取得日期）不能为空；"
        "请填写取得日期，或先撤销它的延期。"
    )


def _refused(milestone: Milestone, row: Extension, why: Refusal) -> ValidationError:
    text = f"节点“{milestone.name}”的延期（{row.name or '无文号'}，延期至 {row.until}）：{why.text}"
    return ValidationError(text, code=why.field or "invalid")
