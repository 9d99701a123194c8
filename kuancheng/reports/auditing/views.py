"""审计 on its page and as a file, for the auditor alone."""

from collections.abc import Callable, Iterable
from typing import IO, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from kuancheng.asking.parameters import ask, filled
from kuancheng.audit.files import exported
from kuancheng.audit.models import AuditEntry
from kuancheng.reports.auditing.files import MOST, audit_lines, audit_workbook
from kuancheng.reports.auditing.page import audit_page
from kuancheng.reports.auditing.questions import AuditFilter
from kuancheng.reports.pages import Page

READ = "audit.view_auditentry"


class AskedLog(Page):
    """A page that answers what is asked of the log."""

    permission_required = READ
    parameters = AuditFilter

    def asked(self) -> AuditFilter:
        """What the address asks."""
        params = filled(AuditFilter, self.request.GET)
        return ask(AuditFilter, params, AuditEntry.objects.all())


class AuditLog(AskedLog):
    """审计记录, newest first."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "reports/auditing/log.html", audit_page(self.asked()))


class AuditExport(AskedLog):
    """The same entries as a file; that it was taken is an entry too."""

    ending = "xlsx"
    content_type: str | None = None
    written: Callable[[Any], IO[bytes] | Iterable[bytes]] = staticmethod(audit_workbook)

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """The file; the page instead where it would be too long, or empty."""
        found = self.asked().found()
        rows = found.count()
        if not rows or rows > MOST:
            said = f"共 {rows} 条，一个文件最多 {MOST} 条，请用“自”“至”分段导出。"
            messages.warning(request, said if rows else "没有可以导出的记录。")
            return redirect(f"{reverse('audit')}?{request.GET.urlencode()}")
        # What is written while the file is on its way, its own entry first of all, is not in it.
        latest = found[0].pk
        content = self.written(found.filter(pk__lte=latest))
        name = f"审计记录-{timezone.localtime():%Y-%m-%d-%H%M}.{self.ending}"
        return exported(request, content, name, rows=rows, content_type=self.content_type)


class AuditLines(AuditExport):
    """A line of JSON an entry."""

    ending = "ndjson"
    content_type = "application/x-ndjson"
    written = staticmethod(audit_lines)
