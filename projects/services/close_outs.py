"""收官总结: written by whose project it was, confirmed or sent back by a second person."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.access.rights import NotAllowed, require
from kuancheng.audit import acts
from kuancheng.records.announcing import announce
from kuancheng.records.versions import require_version
from projects.choices import FINISHED_STAGES, CloseOutState
from projects.models import CloseOut, Project
from projects.services.rights import OVERSEE, require_own

ADD, CHANGE = "projects.add_closeout", "projects.change_closeout"


def is_finished(project: Project, day: date) -> bool:
    """Whether a project is 竣工 or later on a day, and may be closed out."""
    done = project.actual_completion
    return project.stage in FINISHED_STAGES and done is not None and done <= day


@transaction.atomic
@acts.edit("填写收官总结", "close_out")
def write_close_out(*, close_out: CloseOut, seen: int, actor: User) -> CloseOut:
    """Keeps the three answers, which then wait to be confirmed.

    `seen` is the version that was shown, 0 for a new one: StaleRecord when it has moved on.
    NotAllowed where the project is not the actor's. ValidationError for empty or endless answers, a
    project that is not finished, and one whose close-out is confirmed.
    """
    project = Project.objects.select_for_update().get(pk=close_out.project_id)
    held = CloseOut.objects.select_for_update().filter(project=project).first()
    require_own(actor, CHANGE if held else ADD, [project.pk])
    if held is not None:
        require_version(held, seen)
        _require_open(held)
    elif not is_finished(project, clock.today()):
        raise ValidationError(
            f"{project} 还没有竣工（阶段为{project.get_stage_display()}），竣工后再写收官总结。"
        )
    kept = held or CloseOut(project=project)
    for name in ("practices", "troubles", "advice"):
        setattr(kept, name, getattr(close_out, name).strip())
    kept.author, kept.written_on = actor, clock.today()
    kept.state, kept.return_note = CloseOutState.SUBMITTED, ""
    return _saved(kept, actor)


@transaction.atomic
@acts.decision("退回收官总结", "close_out")
def return_close_out(*, close_out: CloseOut, note: str, seen: int, actor: User) -> CloseOut:
    """Sends it back with the reason."""
    held = _to_decide(close_out, seen, actor)
    if not note.strip():
        raise ValidationError({"return_note": "请写明退回的原因，例如“问题写得不具体”。"})
    held.state, held.return_note = CloseOutState.RETURNED, note.strip()
    return _saved(held, actor)


@transaction.atomic
@acts.decision("确认收官总结", "close_out")
def confirm_close_out(
    *, close_out: CloseOut, figures: dict[str, Any], seen: int, actor: User
) -> CloseOut:
    """Confirms the answers and freezes the final figures beside them, for good.

    The office's alone, and never by who wrote the answers.
    """
    held = _to_decide(close_out, seen, actor)
    held.state, held.figures = CloseOutState.CONFIRMED, figures
    held.confirmed_by, held.confirmed_on = actor, clock.today()
    return _saved(held, actor)


def _to_decide(close_out: CloseOut, seen: int, actor: User) -> CloseOut:
    list(Project.objects.select_for_update().filter(pk=close_out.project_id).values_list("pk"))
    held: CloseOut = CloseOut.objects.select_for_update().get(pk=close_out.pk)
    require_own(actor, CHANGE, [held.project_id])
    require(actor, OVERSEE)
    require_version(held, seen)
    _require_open(held)
    if held.state == CloseOutState.RETURNED:
        raise ValidationError("已退回，请等责任单位改好重新提交。")
    if held.author_id == actor.pk:
        raise NotAllowed("收官总结是您填写的，请由项目中心的另一位同事确认。")
    return held


def _require_open(held: CloseOut) -> None:
    if held.is_confirmed:
        raise ValidationError(f"收官总结已于 {held.confirmed_on} 确认，内容和数据不再改动。")


def _saved(close_out: CloseOut, actor: User) -> CloseOut:
    if close_out.pk is not None:
        close_out.version += 1
    close_out.full_clean()
    announce(close_out.save_by(actor))
    return close_out
