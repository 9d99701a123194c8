"""佐证 of a report on a page of its own: what the office adds once the report is approved."""

from typing import Any

from django.contrib.admin.utils import unquote
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse

from investment.models import StatusReport
from investment.services.evidence import (
    attach_evidence,
    caption_evidence,
    may_attach,
    remove_evidence,
)
from projects.admin.evidence import Doors, EvidencePages, Place
from projects.admin.rights import may_edit

ADD_RIGHT = "investment.add_reportevidence"


class ReportEvidencePage(EvidencePages):
    """A report's files, also where its form may no longer be changed."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.evidence_view)
        own = path("<path:object_id>/evidence/", view, name="investment_statusreport_evidence")
        return [own, *super().get_urls()]

    def may_supplement(self, request: HttpRequest, report: StatusReport) -> bool:
        """Whether the user may add files to this report in the state that it is in."""
        allowed = request.user.has_perm(ADD_RIGHT) and may_edit(request, report.project)
        return allowed and may_attach(report, request.user)

    def evidence_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        report: StatusReport | None = self.get_object(request, unquote(object_id))
        if report is None or not self.has_view_permission(request, report):
            raise Http404("没有这份填报，可能已被删除。")
        place = Place(
            f"佐证：{report}",
            reverse("admin:investment_statusreport_change", args=[report.pk]),
            "返回填报",
        )
        may = self.may_supplement(request, report)
        doors = doors_of(report)
        return self.evidence_page(
            request, place, report.evidence, doors, may_add=may, may_change=may and report.is_open
        )


def doors_of(report: StatusReport) -> Doors:
    """How a form writes the report's evidence."""

    def attach(**posted: Any) -> None:
        attach_evidence(report=report, **posted)

    return Doors(attach, remove_evidence, caption_evidence)
