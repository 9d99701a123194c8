"""What hangs on a project, edited as rows of its form."""

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.forms.models import BaseInlineFormSet, ModelChoiceField
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.html import format_html

from kuancheng.records.admin import PlainPickers
from kuancheng.records.base import label_of
from projects.admin.project.tabs import BASIC, DUTY, STEPS
from projects.models import Assignment, BaselineEntry, Listing, Milestone, Pause
from projects.rules.people import overlap
from projects.services.assignments import single_role_clash, single_role_tenures

MOST_ROWS = 1000
"""Django's own limit for the rows of a formset."""


class PartFormSet(BaseInlineFormSet):
    """Names repeated rows by their labels."""

    def get_unique_error_message(self, unique_check: Sequence[str]) -> str:
        labels = [label_of(self.fk.model, name) for name in unique_check if name != self.fk.name]
        return f"{'、'.join(labels)}重复：同一项目只能有一行，请修改。"


class PartInline(PlainPickers, admin.TabularInline):
    """Rows of a project's form, all saved in one call of the service.

    `tab` is the part of the form that they stand in. Who may not change the project is shown the
    rows without inputs, by Django itself.
    """

    tab: ClassVar[str] = BASIC
    formset = PartFormSet
    extra = 0
    empty_value_display = "—"


class MilestoneInline(PartInline):
    """The steps, two lines each: what is promised and what was done, then the rest."""

    tab = STEPS
    model = Milestone
    template = "admin/projects/milestones.html"
    fields = (
        "order",
        "name",
        "phase",
        "agency",
        "planned_start",
        "planned_finish",
        "actual_start",
        "actual_finish",
        "after",
        "duration",
        "unit",
        "document_number",
        "late_reason",
        "note",
        "weight",
        "confirmed",
        "slip",
        "evidence_link",
    )
    readonly_fields = ("slip", "evidence_link")
    autocomplete_fields = ("agency",)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        entries = BaselineEntry.objects.filter(
            milestone=models.OuterRef("pk"), baseline__number__isnull=False
        )
        first, last = entries.order_by("baseline__number"), entries.order_by("-baseline__number")
        found = super().get_queryset(request)
        return found.annotate(
            first_finish=models.Subquery(first.values("planned_finish")[:1]),
            last_finish=models.Subquery(last.values("planned_finish")[:1]),
            evidence_count=models.Count("evidence"),
        )

    @admin.display(description="较首/末基线")
    def slip(self, milestone: Milestone) -> str:
        """How far the finish, or else the plan, lies from the first and the last approved plan."""
        finish = milestone.actual_finish or milestone.planned_finish
        first = _slip(finish, getattr(milestone, "first_finish", None))
        last = _slip(finish, getattr(milestone, "last_finish", None))
        return first if first == last else f"{first} / {last}"

    @admin.display(description="佐证")
    def evidence_link(self, milestone: Milestone) -> str:
        """To the page of its photos and files, with how many there are."""
        if milestone.pk is None:
            return "保存后可上传"
        address = reverse(
            "admin:projects_project_milestone_evidence", args=[milestone.project_id, milestone.pk]
        )
        return format_html(
            '<a href="{}">佐证({})</a>', address, getattr(milestone, "evidence_count", 0)
        )


def _slip(finish: date | None, promised: date | None) -> str:
    if finish is None or promised is None:
        return "—"
    days = (finish - promised).days
    return f"晚 {days} 天" if days > 0 else f"早 {-days} 天" if days else "一致"


class PauseInline(PartInline):
    tab = STEPS
    model = Pause
    fields = ("milestone", "reason", "first", "last", "note")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return super().get_queryset(request).select_related("milestone")

    def get_formset(
        self, request: HttpRequest, obj: Any = None, **kwargs: Any
    ) -> type[BaseInlineFormSet]:
        formset: type[BaseInlineFormSet] = super().get_formset(request, obj, **kwargs)
        picker = formset.form.base_fields.get("milestone")
        if isinstance(picker, ModelChoiceField):
            steps = Milestone.objects.filter(project=obj).order_by("order", "pk")
            picker.queryset = steps
            # Asked once for all rows.
            picker.choices = [("", picker.empty_label), *((step.pk, str(step)) for step in steps)]
        return formset


class AssignmentFormSet(PartFormSet):
    """Refuses two people in a single role on the same day.

    Judged over all rows: in the database the predecessor is still without a last day, even when
    the same form gives him one.
    """

    def clean(self) -> None:
        super().clean()
        if any(self.errors):
            return
        kept = [form.instance for form in self.forms if form not in self.deleted_forms]
        clash = overlap(single_role_tenures(kept))
        if clash:
            raise ValidationError(single_role_clash(clash))


class AssignmentInline(PartInline):
    tab = DUTY
    model = Assignment
    formset = AssignmentFormSet
    fields = ("role", "official", "duty", "since", "until", "reason", "end_reason")
    autocomplete_fields = ("official",)


class ListingInline(PartInline):
    """The lists that the project was or is on, to be read: a list is kept on its own page."""

    model = Listing
    fields = ("list_page", "number", "since", "reason", "document", "until", "leave_reason")
    readonly_fields = fields
    verbose_name_plural = "列入清单/专项（增补、调出、更正在清单名册办理）"
    ordering = ("-programme__year", "programme__code", "since")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return super().get_queryset(request).select_related("programme")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description="清单/专项")
    def list_page(self, listing: Listing) -> str:
        """To the list's own page, where its projects are kept."""
        address = reverse("programme", args=[listing.programme.code])
        return format_html('<a href="{}">{}</a>', address, listing.programme)


def keep_rows(data: QueryDict, prefix: str, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
    """Fits posted rows to the records that are there now; returns those records.

    A row whose record somebody else has deleted becomes a new row, so that nothing typed is
    lost. Records that somebody else has added are left out: the form does not know them.
    """
    count = data.get(f"{prefix}-INITIAL_FORMS", "")
    if not count.isdecimal() or int(count) > MOST_ROWS:
        return rows
    ids = [data.get(f"{prefix}-{index}-id", "") for index in range(int(count))]
    numbers = [text for text in ids if text.isascii() and text.isdecimal() and len(text) < 19]
    found = rows.filter(pk__in=numbers)
    present = {str(pk) for pk in found.values_list("pk", flat=True)}
    if not all(text in present for text in ids):
        _move_gone(data, prefix, ids, present)
    return found


def _move_gone(data: QueryDict, prefix: str, ids: list[str], present: set[str]) -> None:
    order = sorted(range(len(ids)), key=lambda index: ids[index] not in present)
    posted = {key: data.pop(key) for key in list(data) if key.startswith(f"{prefix}-")}
    for place, index in enumerate(order):
        old, new = f"{prefix}-{index}-", f"{prefix}-{place}-"
        for key in [key for key in posted if key.startswith(old)]:
            data.setlist(new + key.removeprefix(old), posted[key])
        if ids[index] not in present:
            data[new + "id"] = ""
    moved = tuple(f"{prefix}-{index}-" for index in range(len(ids)))
    for key, values in posted.items():
        if not key.startswith(moved):
            data.setlist(key, values)
    data[f"{prefix}-INITIAL_FORMS"] = str(sum(text in present for text in ids))
