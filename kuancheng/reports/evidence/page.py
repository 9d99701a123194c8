"""Handing out 佐证 to those who may see its project, and what a project's page shows of it."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response

from investment.models import ReportEvidence, StatusReport
from kuancheng.access.models import Visitor
from kuancheng.asking.filters import OneOfFilter
from kuancheng.asking.parameters import Parameters
from kuancheng.headers import ASKED_AGAIN, UNKEPT
from kuancheng.reports.judging.known import end_of
from projects.choices import EvidenceKind
from projects.models import (
    Evidence,
    HandoverEvidence,
    Matter,
    MatterEvidence,
    Milestone,
    MilestoneEvidence,
    Project,
)
from projects.services.evidence import THUMB

SHOWN_IN_PLACE = ("image/jpeg", "image/png")
"""What a browser may show; everything else it saves: a PDF may hold scripts, forms and files."""

LOCKED_UP = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""What a picture or a saved file may do in a browser: nothing. `style-src` is for the browser's
own page around a picture."""


class FileParameters(Parameters):
    """The file itself, or the small copy of a picture."""

    no_past = "佐证文件上传后不再改动，没有过去的样子；哪天有哪些佐证，请看项目页。"

    size = OneOfFilter(choices=[("thumb", "缩略图")], label="大小，不填为原文件")


def find_evidence(user: Visitor, token: UUID) -> Evidence | None:
    """The evidence of that token, where the user may see what it belongs to. Four queries at most."""
    mine = Project.objects.visible_to(user)
    for kind in (ReportEvidence, MilestoneEvidence):
        found: Evidence | None = kind.objects.filter(token=token, project__in=mine).first()
        if found:
            return found
    matters = Matter.objects.visible_to(user)
    of_matter: Evidence | None = MatterEvidence.objects.filter(
        token=token, matter__in=matters
    ).first()
    if of_matter or not user.has_perm("projects.view_handover"):
        return of_matter
    of_handover: Evidence | None = HandoverEvidence.objects.filter(token=token).first()
    return of_handover


def evidence_response(
    request: HttpRequest, evidence: Evidence, size: str = ""
) -> HttpResponse | FileResponse | None:
    """The file, or the small copy of a picture for `size` "thumb"; None where that is not there.

    A browser keeps small copies, dozens to a page, and asks each time whether it still may; the
    file itself it does not keep.
    """
    small = size == "thumb"
    if small and evidence.kind != EvidenceKind.PHOTO:
        return None
    etag = f'"{evidence.digest[:32]}{THUMB if small else ""}"'
    response: Any = get_conditional_response(request, etag=etag)
    if response is None:
        try:
            file = evidence.file.storage.open(f"{evidence.file.name}{THUMB if small else ''}")
        except FileNotFoundError:
            return None
        content_type = "image/jpeg" if small else evidence.content_type
        response = FileResponse(
            file,
            content_type=content_type,
            filename=evidence.name,
            as_attachment=content_type not in SHOWN_IN_PLACE,
        )
        response["Content-Security-Policy"] = LOCKED_UP
    response["ETag"] = etag
    response["Cache-Control"] = ASKED_AGAIN if small else UNKEPT
    response["X-Content-Type-Options"] = "nosniff"
    return response


def show_evidence(
    project: Project,
    reports: Iterable[StatusReport],
    milestones: Iterable[Milestone],
    known_at: date | None,
) -> None:
    """Puts `files` on reports and milestones: their evidence, oldest first. Two queries.

    With `known_at`, what was uploaded later is not there; what was taken away since is not either,
    its file is gone.
    """
    for kind, owner, records in (
        (ReportEvidence, "report_id", reports),
        (MilestoneEvidence, "milestone_id", milestones),
    ):
        found: Any = kind.objects.filter(project=project)
        if known_at:
            found = found.filter(uploaded_at__lte=end_of(known_at))
        by_owner: dict[int, list[Evidence]] = {}
        for each in found:
            by_owner.setdefault(getattr(each, owner), []).append(each)
        for record in records:
            setattr(record, "files", by_owner.get(record.pk, []))  # noqa: B010
