"""Lights set by hand: by whom, why, and until when."""

from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from kuancheng.reports.models import LightOverride
from projects import facts
from projects.models import Project

LONGEST = timedelta(days=90)
"""An override ends by itself after so long at the latest. Our default."""

SHORTEST_REASON = 4


@transaction.atomic
def set_override(*, override: LightOverride, today: date, actor: Any) -> LightOverride:
    """Sets a project's light by hand until a day; the light that the rules give stays on record.

    One holds at a time: one that is in force ends with it. ValidationError for bad fields, a
    reason that says nothing, a day that has passed, or more than 90 days.
    """
    list(Project.objects.select_for_update().filter(pk=override.project_id).values_list("pk"))
    override.author = actor
    override.full_clean()
    if len(override.reason.strip()) < SHORTEST_REASON:
        raise ValidationError({"reason": "请写明理由和依据，至少 4 个字。"})
    if override.since < today:
        raise ValidationError({"since": f"起日不能早于今天（{today}）：过去的亮灯不改。"})
    if override.until > override.since + LONGEST:
        latest = override.since + LONGEST
        raise ValidationError(
            {"until": f"最长 {LONGEST.days} 天，止日不能晚于 {latest}；到期可再调整。"}
        )
    standing = LightOverride.objects.filter(
        project=override.project_id, revoked_on=None, until__gte=override.since
    )
    for earlier in standing.exclude(pk=override.pk):
        earlier.revoked_on, earlier.revoked_by = override.since, actor
        earlier.revoke_note = "由新的调整替代"
        earlier.save_by(actor)
    override.save_by(actor)
    facts.changed([override.project_id])
    return override


@transaction.atomic
def revoke_override(*, override: LightOverride, note: str, today: date, actor: Any) -> None:
    """Gives the project its computed light back, from today. ValidationError without a note, or
    when it has ended already."""
    current = LightOverride.objects.select_for_update().get(pk=override.pk)
    if current.revoked_on is not None or current.until < today:
        raise ValidationError("这次调灯已经结束，不用撤销。")
    if not note.strip():
        raise ValidationError({"revoke_note": "请填写撤销说明。"})
    current.revoked_on, current.revoked_by = today, actor
    current.revoke_note = note.strip()
    current.full_clean()
    current.save_by(actor)
    facts.changed([current.project_id])
