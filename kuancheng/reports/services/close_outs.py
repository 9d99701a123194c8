"""Confirming a close-out: the figures of the day are frozen beside its answers."""

from django.db import transaction

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.audit import acts
from kuancheng.reports.judging.close_outs import final_figures
from projects.models import CloseOut, Project
from projects.services import close_outs


@transaction.atomic
@acts.decision("确认收官总结", "close_out")
def confirm_close_out(*, close_out: CloseOut, seen: int, actor: User) -> CloseOut:
    """Confirms it with the final figures of today. Refused as `projects.services.close_outs` says.

    The project is locked first: no figure moves between being read and being frozen.
    """
    project = Project.objects.select_for_update().get(pk=close_out.project_id)
    figures = final_figures(project, clock.today()).as_json()
    return close_outs.confirm_close_out(
        close_out=close_out, figures=figures, seen=seen, actor=actor
    )
