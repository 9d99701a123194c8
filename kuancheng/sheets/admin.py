"""Excel 导入导出 in the admin: what is offered, the preview of an upload, and what became of it."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html

from kuancheng import clock
from kuancheng.access.rights import account
from kuancheng.audit.files import Counted, exported
from kuancheng.files.refusal import Refused
from kuancheng.jobs.services import NO_WORKER
from kuancheng.proposals.models import Proposal
from kuancheng.records.admin import ReadOnlyList
from kuancheng.sheets import services
from kuancheng.sheets.choices import RUNNING, ImportState
from kuancheng.sheets.importing import batch_of
from kuancheng.sheets.kinds import SheetKind
from kuancheng.sheets.marking import class_of_columns, marked_name
from kuancheng.sheets.models import SheetImport
from kuancheng.sheets.preview import preview
from kuancheng.sheets.registry import kind_named, kinds_for
from kuancheng.sheets.writing import workbook

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
IMPORT = "sheets.add_sheetimport"
LIST = "admin:sheets_sheetimport_changelist"
RECHECKED = (
    ImportState.READY,
    ImportState.WRONG,
    ImportState.FAILED,
    ImportState.INTERRUPTED,
)


@admin.register(SheetImport)
class SheetImportAdmin(ReadOnlyList):
    """The one page for templates, exports and uploads; below it the user's imports."""

    list_display = (
        "file_name",
        "kind_column",
        "state_column",
        "new",
        "changed",
        "unchanged",
        "wrong",
        "uploaded_by",
        "uploaded_at",
        "applied_at",
    )
    list_select_related = ("uploaded_by",)
    list_per_page = 20
    show_facets = admin.ShowFacets.NEVER
    empty_value_display = "—"
    change_list_template = "admin/sheets/sheetimport/change_list.html"

    def get_urls(self) -> list[URLPattern]:
        pages: dict[str, Any] = {
            "template/<slug:kind>": self.template_view,
            "export/<slug:kind>": self.export_view,
            "upload/<slug:kind>": self.upload_view,
            "<int:pk>/apply": self.apply_view,
            "<int:pk>/recheck": self.recheck_view,
        }
        own = [
            path(
                f"{route}/",
                self.admin_site.admin_view(view),
                name=f"sheets_sheetimport_{view.__name__.removesuffix('_view')}",
            )
            for route, view in pages.items()
        ]
        return [*own, *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).visible_to(request.user)  # type: ignore[attr-defined]

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return {}

    @admin.display(description="类别", ordering="kind")
    def kind_column(self, record: SheetImport) -> str:
        return record.kind_label

    @admin.display(description="状态", ordering="state")
    def state_column(self, record: SheetImport) -> str:
        return format_html(
            '<span class="state state-{}">{}</span>', record.state, record.get_state_display()
        )

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        user = account(request)
        kinds = kinds_for(user) if user.has_perm(IMPORT) else []
        context = {
            "offers": [(kind, kind.picks(user)) for kind in kinds],
            "chosen_kind": request.GET.get("kind", ""),
            "today": clock.today(),
            **(extra_context or {}),
        }
        if "kind" in request.GET:
            # Says which card to show first; the list itself must not take it for a filter.
            asked = request.GET.copy()
            del asked["kind"]
            request.GET = asked  # type: ignore[assignment]
        services.settle()
        return super().changelist_view(request, context)

    def template_view(self, request: HttpRequest, kind: str) -> HttpResponse:
        found = self._kind(request, kind)
        return _download(request, found, [], f"{found.label}模板.xlsx")

    def export_view(self, request: HttpRequest, kind: str) -> HttpResponse:
        found, user = self._kind(request, kind), account(request)
        picked, words = {}, []
        for pick in found.picks(user):
            options = dict(pick.options)
            value = request.GET.get(pick.name, next(iter(options)))
            if value not in options:
                raise SuspiciousOperation(f"{pick.name}={value!r}")
            picked[pick.name] = value
            words.append(options[value])
        records = found.records(user, picked)
        name = "_".join((found.label, *words, f"{clock.today():%Y%m%d}"))
        return _download(request, found, records, f"{name}.xlsx")

    def upload_view(self, request: HttpRequest, kind: str) -> HttpResponse:
        found = self._kind(request, kind)
        if request.method != "POST":
            return _card(found)
        upload = request.FILES.get("file")
        if upload is None:
            messages.error(request, "请先选择文件，再点“上传并检查”。")
            return _card(found)
        options = {each.name: each.name in request.POST for each in found.options}
        try:
            record = services.take_in(
                kind=found,
                upload=upload,
                file_name=upload.name or "",
                user=account(request),
                options=options,
            )
        except services.NotNow as error:
            messages.error(request, _told(error))
            return _card(found)
        except Refused as refused:
            for sentence in refused.sentences:
                messages.error(request, f"{upload.name}：{sentence}")
            return _card(found)
        return _to(record)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        services.settle()
        record = self._record(request, unquote(object_id))
        context = {
            **self.admin_site.each_context(request),
            "title": f"{record.kind_label}：{record.file_name}",
            "opts": self.opts,
            "record": record,
            "own": self._is_own(request, record),
            "may_recheck": record.state in RECHECKED and bool(record.upload),
            "standing": services.standing(record),
            "no_worker": NO_WORKER,
            "ignored": _ignored(record),
        }
        if record.state in RUNNING:
            # A page that only looks must not wait for the lock of what it looks at.
            request.session.save = lambda *args, **kwargs: None  # type: ignore[method-assign]
        else:
            context["preview"] = self._preview(request, record)
            context["batch"] = batch_of(record.pk)
            context["put_forward"] = Proposal.objects.filter(batch=batch_of(record.pk)).exists()
        return TemplateResponse(request, "admin/sheets/sheetimport/preview.html", context)

    def _preview(self, request: HttpRequest, record: SheetImport) -> Any:
        try:
            return preview(record, request.GET.get("show"), request.GET.get("p"))
        except ValueError as error:
            raise SuspiciousOperation(f"show={error}") from None

    def apply_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._step(request, pk, services.apply)

    def recheck_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._step(request, pk, services.recheck)

    def _step(self, request: HttpRequest, pk: int, step: Any) -> HttpResponse:
        record = self._record(request, str(pk))
        if not self._is_own(request, record):
            raise PermissionDenied
        if request.method == "POST":
            try:
                step(record=record)
            except services.NotNow as error:
                messages.error(request, _told(error))
        return _to(record)

    def _is_own(self, request: HttpRequest, record: SheetImport) -> bool:
        """Whether the user may take the import further: only who uploaded it."""
        own = record.uploaded_by_id == request.user.pk and request.user.has_perm(IMPORT)
        kind = kind_named(record.kind)
        return own and kind is not None and request.user.has_perm(kind.permission)

    def _record(self, request: HttpRequest, object_id: str) -> SheetImport:
        if not self.has_view_permission(request):
            raise PermissionDenied
        record: SheetImport | None = self.get_object(request, object_id)
        if record is None:
            raise Http404("没有这次导入，或不是您的导入。")
        return record

    def _kind(self, request: HttpRequest, name: str) -> SheetKind:
        kind = kind_named(name)
        if kind is None:
            raise Http404("没有这一类表格。")
        if not request.user.has_perm(IMPORT) or not request.user.has_perm(kind.permission):
            raise PermissionDenied
        return kind


def _told(error: services.NotNow) -> str:
    """The sentence, with the way to the import that is still running."""
    running = getattr(error, "running", None)
    if running is None:
        return str(error)
    page = reverse("admin:sheets_sheetimport_change", args=[running.pk])
    return format_html('{}<a href="{}">查看“{}”</a>', error, page, running.file_name)


def _ignored(record: SheetImport) -> list[str]:
    """The columns of the file that an import does not look at."""
    kind = kind_named(record.kind)
    told = [each.heading for each in kind.columns() if each.info] if kind else []
    return [heading for heading in told if heading not in record.missing]


def _download(request: HttpRequest, kind: SheetKind, records: Any, name: str) -> HttpResponse:
    if records != []:
        name = marked_name(name, class_of_columns(kind.columns()))
    rows = Counted(records)
    stream = workbook(kind, kind.columns(), rows)
    response: HttpResponse = exported(  # type: ignore[assignment]
        request, stream, name, rows=rows.count, content_type=XLSX
    )
    response["Cache-Control"] = "no-store"
    return response


def _card(kind: SheetKind) -> HttpResponse:
    return redirect(f"{reverse(LIST)}?kind={kind.name}")


def _to(record: SheetImport) -> HttpResponse:
    return redirect("admin:sheets_sheetimport_change", record.pk)
