"""Lights set by hand: by whom, why, and until when."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction

from kuancheng.access.models import User
from kuancheng.audit import acts
from kuancheng.records.announcing import announce
from kuancheng.records.versions import StaleRecord, require_revision
from kuancheng.reports.choices import LightChoice
from kuancheng.reports.judging.progress import progress_rows
from kuancheng.reports.models import LightOverride
from kuancheng.reports.rules.lights import Light
from projects.models import Project
from projects.services.rights import require_own

LONGEST = timedelta(days=90)
"""An override ends by itself after so long at the latest. Our default."""

SHORTEST_REASON = 4


@transaction.atomic
@acts.decision("人工定灯", "override")
def set_override(
    *, override: LightOverride, seen_light: str, today: date, actor: User
) -> LightOverride:
    """Sets a project's light by hand until a day; the light that the rules give stays on record.

    `seen_light` is the one that the project wore where this was decided: StaleRecord when it
    wears another by now. NotAllowed where the project is not the actor's. One holds at a time: one that is in force ends with it. ValidationError for bad fields, a
    reason that says nothing, a day that has passed, or more than 90 days.
    """
    list(Project.objects.select_for_update().filter(pk=override.project_id).values_list("pk"))
    require_own(actor, "reports.add_lightoverride", [override.project_id])
    _require_light(override.project, seen_light, today)
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
    changes = []
    for earlier in standing.exclude(pk=override.pk):
        earlier.revoked_on, earlier.revoked_by = override.since, actor
        earlier.revoke_note = "由新的调整替代"
        changes.append(earlier.save_by(actor))
    announce(*changes, override.save_by(actor))
    return override


def _require_light(project: Project, seen: str, today: date) -> None:
    """StaleRecord when the project no longer wears the light that was shown."""
    now = light_now(project, today)
    if now != seen:
        raise StaleRecord(f"{project} 现在亮{LightChoice(now).label}，与打开时不同")


def light_now(project: Project, today: date) -> Light:
    """The light that a project wears, judged from the facts as they are. Fourteen queries."""
    return progress_rows([project.pk], today)[0].light


@transaction.atomic
@acts.decision("撤销人工定灯", "override")
def revoke_override(
    *, override: LightOverride, note: str, seen: int, today: date, actor: User
) -> None:
    """Gives the project its computed light back, from today.

    `seen` is the revision of the override that was shown. ValidationError without a note, or when
    it has ended already.
    """
    current = LightOverride.objects.select_for_update().get(pk=override.pk)
    require_own(actor, "reports.change_lightoverride", [current.project_id])
    require_revision(current, seen)
    if current.revoked_on is not None or current.until < today:
        raise ValidationError("这次调灯已经结束，不用撤销。")
    if not note.strip():
        raise ValidationError({"revoke_note": "请填写撤销说明。"})
    current.revoked_on, current.revoked_by = today, actor
    current.revoke_note = note.strip()
    current.full_clean()
    announce(current.save_by(actor))
