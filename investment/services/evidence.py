"""佐证 of status reports: what may still be added or taken away depends on the report's state."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from investment.choices import ReportState
from investment.models import ReportEvidence, StatusReport
from investment.services.reports import WrongState
from projects.services import evidence as keeping
from projects.services.evidence import Upload

OVERSEE = "projects.oversee_portfolio"


def may_attach(report: StatusReport, actor: Any) -> bool:
    """While the report is open; once it is approved only the office adds to it."""
    if report.is_open:
        return True
    overseen = actor is None or actor.has_perm(OVERSEE)
    return report.state == ReportState.APPROVED and overseen


@transaction.atomic
def attach_evidence(
    *, report: StatusReport, files: Sequence[Upload], actor: Any, caption: str = ""
) -> list[ReportEvidence]:
    """Keeps files with a report: all of them, or none.

    ValidationError on `evidence`, one sentence a file, for whatever may not be kept; WrongState
    where the report takes none.
    """
    held = _locked(report)
    if not may_attach(held, actor):
        raise WrongState(
            f"{held} {held.get_state_display()}，不能再上传佐证；确需补充请联系项目中心。"
        )
    rows = [ReportEvidence(project_id=held.project_id, report=held, caption=caption) for _ in files]
    keeping.keep(rows, files, held.evidence.all(), actor)
    return rows


@transaction.atomic
def remove_evidence(*, evidence: ReportEvidence, actor: Any) -> None:
    """Takes one away from an open report; WrongState from any other, whoever asks."""
    _require_open(evidence, "删除")
    keeping.remove_all([evidence], actor)


@transaction.atomic
def caption_evidence(*, evidence: ReportEvidence, caption: str, actor: Any) -> None:
    """Says in words what a file shows, while the report is open."""
    if evidence.caption != caption:
        _require_open(evidence, "修改")
        keeping.caption_evidence(evidence=evidence, caption=caption, actor=actor)


def _require_open(evidence: ReportEvidence, step: str) -> None:
    held = _locked(evidence.report)
    if not held.is_open:
        raise WrongState(f"{held} {held.get_state_display()}，佐证不能{step}。")


def _locked(report: StatusReport) -> StatusReport:
    found = StatusReport.objects.select_for_update(of=("self",)).select_related("project")
    return found.get(pk=report.pk)
