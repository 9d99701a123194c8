"""佐证 of a report on a page of its own: what the office adds once the report is approved."""

from typing import Any

from django.http import Http404, HttpRequest
from django.urls import reverse

from investment.models import StatusReport
from investment.services.evidence import (
    attach_evidence,
    caption_evidence,
    may_attach,
    remove_evidence,
)
from kuancheng.access.rights import account
from projects.admin.evidence import Doors, EvidencePage, Files, Place
from projects.admin.rights import may_edit

ADD_RIGHT = "investment.add_reportevidence"


def may_supplement(request: HttpRequest, report: StatusReport) -> bool:
    """Whether the user may add files to this report in the state that it is in."""
    allowed = request.user.has_perm(ADD_RIGHT) and may_edit(request, report.project)
    return allowed and may_attach(report, account(request))


class ReportEvidencePage(EvidencePage):
    """A report's files, also where its form may no longer be changed."""

    name = "evidence"
    gone = "没有这份填报，可能已被删除。"

    def files_of(self, object_id: str) -> Files:
        report: StatusReport = self.record(object_id)
        if not self.owner.has_view_permission(self.request, report):
            raise Http404(self.gone)
        place = Place(
            f"佐证：{report}",
            reverse("admin:investment_statusreport_change", args=[report.pk]),
            "返回填报",
        )
        may = may_supplement(self.request, report)
        return Files(place, report.evidence, doors_of(report), may, may and report.is_open)


def doors_of(report: StatusReport) -> Doors:
    """How a form writes the report's evidence."""

    def attach(**posted: Any) -> None:
        attach_evidence(report=report, **posted)

    return Doors(attach, remove_evidence, caption_evidence, ADD_RIGHT)
