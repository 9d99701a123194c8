"""佐证 of status reports: what may still be added or taken away depends on the report's state."""

from collections.abc import Sequence

from django.db import transaction

from investment.choices import ReportState
from investment.models import ReportEvidence, StatusReport
from investment.services.reports import WrongState, locked
from kuancheng.access.models import User
from kuancheng.audit import acts
from kuancheng.records.announcing import announce
from projects.evidence import Clean
from projects.services import evidence as keeping
from projects.services.evidence import Upload
from projects.services.rights import OVERSEE, require_own


def may_attach(report: StatusReport, actor: User) -> bool:
    """While the report is open; once it is approved only the office adds to it."""
    if report.is_open:
        return True
    return report.state == ReportState.APPROVED and actor.has_perm(OVERSEE)


@transaction.atomic
@acts.edit("上传填报佐证", "report")
def attach_evidence(
    *, report: StatusReport, files: Sequence[Upload | Clean], actor: User, caption: str = ""
) -> list[ReportEvidence]:
    """Keeps files with a report: all of them, or none.

    NotAllowed where the project is not the actor's; ValidationError on `evidence`, one sentence a
    file, for whatever may not be kept; WrongState where the report takes none.
    """
    held = locked(report)
    require_own(actor, "investment.add_reportevidence", [held.project_id])
    if not may_attach(held, actor):
        raise WrongState(
            f"{held} {held.get_state_display()}，不能再上传佐证；确需补充请联系项目中心。"
        )
    rows = [ReportEvidence(project_id=held.project_id, report=held, caption=caption) for _ in files]
    announce(*keeping.keep(rows, files, held.evidence.all(), actor))
    return [each for each in rows if each.pk]


@transaction.atomic
@acts.decision("删除填报佐证", "evidence")
def remove_evidence(*, evidence: ReportEvidence, actor: User) -> None:
    """Takes one away from an open report; WrongState from any other, whoever asks."""
    require_own(actor, "investment.delete_reportevidence", [evidence.project_id])
    _require_open(evidence, "删除")
    announce(*keeping.remove_all([evidence], actor))


@transaction.atomic
@acts.edit("修改佐证说明", "evidence")
def caption_evidence(*, evidence: ReportEvidence, caption: str, actor: User) -> None:
    """Says in words what a file shows, while the report is open."""
    if evidence.caption != caption:
        _require_open(evidence, "修改")
        keeping.caption_evidence(evidence=evidence, caption=caption, actor=actor)


def _require_open(evidence: ReportEvidence, step: str) -> None:
    held = locked(evidence.report)
    if not held.is_open:
        raise WrongState(f"{held} {held.get_state_display()}，佐证不能{step}。")
