"""年度计划: read as rows of the project's form, changed in versions on a page of their own."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from investment.models import (
    MONTH_FIELDS,
    AnnualPlan,
    OpeningFigure,
    PlanFigures,
    SeasonalCurve,
    StatusReport,
)
from investment.rules.rates import spread, spread_rest
from investment.rules.totals import completed_to
from investment.services.plans import delete_plan, save_plan
from kuancheng import clock
from kuancheng.access.rights import account
from kuancheng.records.admin import RecordAdmin
from kuancheng.records.forms import VersionedForm
from projects.admin import PartInline
from projects.admin.columns import Known, amount
from projects.admin.filters import MineFilter
from projects.admin.project.tabs import MONEY
from projects.models import Project
from projects.services import StaleRecord

SPREAD = "_spread"
LARGEST = Decimal(10) ** 12


class AnnualPlanInline(PartInline):
    """The plans of a project, to be read; each links to its page."""

    tab = MONEY
    model = AnnualPlan
    fields = ("year", "amount", "version", "reason", "goal")
    readonly_fields = fields
    show_change_link = True
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Project | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Project | None = None) -> bool:
        return False


class PlanForm(VersionedForm):
    """A plan; `prefilled` are values put in by the season, on top of what was typed."""

    prefilled: Mapping[str, Any] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial.update(reason="", effective_from=None)
        self.initial.update(self.prefilled)


class OwnPlansFilter(MineFilter):
    """Plans of the projects that the user may change."""

    def pick(self, request: HttpRequest, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        mine: QuerySet[Any] = queryset.filter(project__in=Project.objects.editable_by(request.user))
        return mine


@admin.register(AnnualPlan)
class AnnualPlanAdmin(RecordAdmin):
    """The office's plans of all years. What changes within the year becomes a version."""

    form = PlanForm
    refusals = (ValidationError, IntegrityError, StaleRecord, AnnualPlan.DoesNotExist)
    list_display = ("project", "year", "total", "months", "version", "effective_from", "reason")
    list_filter = (
        "year",
        OwnPlansFilter,
        ("project__lead_agency", admin.RelatedOnlyFieldListFilter),
    )
    list_select_related = ("project",)
    search_fields = ("project__search_key",)
    search_help_text = "项目名称、编号、拼音或拼音首字母。"
    ordering = ("-year", "project__code")
    autocomplete_fields = ("project",)
    fieldsets = (
        (None, {"fields": (("project", "year"), ("amount", "goal"))}),
        ("分月计划", {"fields": (MONTH_FIELDS[:6], MONTH_FIELDS[6:])}),
        ("调整", {"fields": (("reason", "effective_from"),)}),
    )

    def get_readonly_fields(
        self, request: HttpRequest, obj: AnnualPlan | None = None
    ) -> tuple[str, ...]:
        return ("project", "year") if obj else ()

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"year": clock.today().year, **super().get_changeform_initial_data(request)}

    @admin.display(description="年度计划（万元）", ordering=Known("amount"))
    def total(self, plan: AnnualPlan) -> str:
        return amount(plan.amount)

    @admin.display(description="分月")
    def months(self, plan: AnnualPlan) -> str:
        return "已填各月" if plan.is_typed else "按季节曲线"

    def get_form(
        self,
        request: HttpRequest,
        obj: AnnualPlan | None = None,
        change: bool = False,
        **kwargs: object,
    ) -> type[forms.ModelForm]:
        form = super().get_form(request, obj, change=change, **kwargs)
        prefilled = getattr(request, "prefilled", None)
        return type(form.__name__, (form,), {"prefilled": prefilled}) if prefilled else form

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if request.method == "POST" and SPREAD in request.POST:
            plan = self.get_object(request, object_id) if object_id else None
            self._fill_in(request, plan.year if plan else request.POST.get("year", ""))
        return super().changeform_view(request, object_id, form_url, extra_context)

    def _fill_in(self, request: HttpRequest, year: Any) -> None:
        """Shows the form again with the months filled in, saving nothing."""
        typed = {name: value for name, value in request.POST.items() if name[0] != "_"}
        try:
            total = Decimal(request.POST.get("amount", "").replace(",", "").strip())
            curve = SeasonalCurve.objects.of_year(int(year))
            if not 0 <= total < LARGEST or total != round(total, 2):
                raise ValueError
        except (InvalidOperation, ValueError):
            messages.error(
                request, "请先填写年度和年度计划投资（万元，最多两位小数），再按季节曲线分解。"
            )
        else:
            months = zip(MONTH_FIELDS, spread(total, curve), strict=True)
            typed |= {name: f"{each:.2f}" for name, each in months}
            messages.info(request, _spread_note(total, curve, int(year)))
        request.prefilled = typed  # type: ignore[attr-defined]
        request.method = "GET"

    def form_context(
        self, request: HttpRequest, original: AnnualPlan | None, form: forms.ModelForm
    ) -> dict[str, object]:
        return {
            "versions": versions(original) if original else [],
            "remaining": remaining(original) if original else None,
            "may_spread": self.has_change_permission(request, original),
        }

    def save_model(
        self, request: HttpRequest, obj: AnnualPlan, form: forms.ModelForm, change: bool
    ) -> None:
        save_plan(
            plan=obj,
            today=clock.today(),
            actor=account(request),
            reason=form.cleaned_data["reason"],
            effective_from=form.cleaned_data["effective_from"],
            seen=form.cleaned_data.get("seen_version"),
        )

    def delete_model(self, request: HttpRequest, obj: AnnualPlan) -> None:
        delete_plan(plan=obj, actor=account(request))

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        try:
            return super().delete_view(request, object_id, extra_context)
        except ValidationError as error:
            messages.error(request, "；".join(error.messages))
            return redirect("admin:investment_annualplan_change", object_id)


def _spread_note(total: Decimal, curve: Sequence[Decimal], year: int) -> str:
    number, rest = spread_rest(total, curve)
    left = f"四舍五入的尾差 {rest:+} 万元计入 {number} 月" if rest else "没有尾差"
    return f"已按 {year} 年季节曲线分解到各月，{left}。核对后请保存；还没有保存。"


def versions(plan: AnnualPlan) -> list[dict[str, Any]]:
    """All versions, the one in force first, each with what it changed. Two queries."""
    former = list(plan.former.select_related("replaced_by").order_by("-version"))
    every: list[PlanFigures] = [plan, *former]
    found = []
    for place, version in enumerate(every):
        before = every[place + 1] if place + 1 < len(every) else None
        row = former[place - 1] if place else None
        found.append(
            {
                "plan": version,
                "change": version.amount - before.amount if before else None,
                "months": version.typed_months if version.is_typed else (),
                "replaced_by": row.replaced_by if row else None,
                "replaced_at": row.replaced_at if row else None,
            }
        )
    return found


def remaining(plan: AnnualPlan) -> dict[str, Decimal | None]:
    """The project's total, what was completed before the plan's year, and what is left, 万元."""
    total = plan.project.total_investment
    openings = OpeningFigure.objects.filter(project=plan.project_id)
    reports = StatusReport.objects.filter(project=plan.project_id).approved()
    before = completed_to(
        date(plan.year - 1, 12, 1),
        reports.exclude(completed=None).values_list("month", "completed"),
        [each.as_fact for each in openings],
    )
    left = None if total is None else total - (before or Decimal(0))
    return {"total": total, "before": before, "left": left}
