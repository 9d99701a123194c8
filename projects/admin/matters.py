"""Matters in the admin: read with all their steps; everything is done on the matter's own page."""

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from kuancheng.records.admin import ReadOnlyList, RecordAdmin
from projects.models import Matter, MatterStep


class MatterStepInline(admin.TabularInline):
    """The steps in their order, never changed."""

    model = MatterStep
    fk_name = "matter"
    extra = 0
    fields = ("number", "step", "day", "actor", "on_behalf", "text", "outcome", "due", "agency")
    readonly_fields = fields
    ordering = ("number",)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[MatterStep]:
        return super().get_queryset(request).select_related("actor", "agency")


@admin.register(Matter)
class MatterAdmin(ReadOnlyList, RecordAdmin):
    """To look things up and to read histories; drafts too are changed on their page only."""

    list_display = (
        "title",
        "number",
        "kind",
        "factor",
        "project",
        "lead_agency",
        "state",
        "issued_on",
        "due_on",
        "page",
    )
    list_filter = ("state", "kind", "factor", "level", "lead_agency")
    list_select_related = ("project", "lead_agency")
    search_fields = ("search_key", "project__search_key")
    search_help_text = "事项、编号，项目名称、编号、拼音或拼音首字母。"
    ordering = ("-issued_on", "-pk")
    date_hierarchy = "issued_on"
    show_full_result_count = False
    fields = (
        ("title", "number", "page"),
        ("kind", "factor", "source"),
        "text",
        "expected",
        ("project", "enterprise", "milestone"),
        ("lead_agency", "supporters"),
        ("author", "verifier"),
        ("state", "level", "round"),
        ("issued_on", "due_on", "rests_from"),
        ("answered_on", "closed_on", "merged_into"),
    )
    readonly_fields = ("page",)
    inlines = (MatterStepInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Matter]:
        return super().get_queryset(request).visible_to(request.user)  # type: ignore[attr-defined]

    @admin.display(description="办理")
    def page(self, matter: Matter) -> str:
        return format_html('<a href="{}">打开事项页</a>', reverse("matter", args=[matter.pk]))
