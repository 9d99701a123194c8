"""Thresholds, version by version."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.forms.models import model_to_dict
from django.http import HttpRequest, HttpResponse

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.proposals.admin import ProposedAdmin
from kuancheng.proposals.models import Proposal
from kuancheng.reports.choices import LIGHT_WORDS
from kuancheng.reports.models import RuleSet
from kuancheng.reports.rules.lights import Light
from kuancheng.reports.services import try_answer_days, try_rules
from kuancheng.reports.services.rules import RULE_SET
from projects.rules.permits import SOON

TRY = "_try"


def _trial(form: forms.ModelForm) -> dict[str, Any]:
    """What the thresholds on the form would do today."""
    columns = {field.name for field in RuleSet._meta.fields} & form.cleaned_data.keys()
    candidate = RuleSet(**{name: form.cleaned_data[name] for name in columns})
    changed, counts = try_rules(candidate, today=clock.today())
    return {
        "changed": changed,
        "unanswered": try_answer_days(candidate, today=clock.today()),
        "counts": [
            (light.value, LIGHT_WORDS[light], *counts[light.value])
            for light in Light
            if light.value in counts
        ],
    }


@admin.register(RuleSet)
class RuleSetAdmin(ProposedAdmin[RuleSet]):
    """A new version starts from the values in force; one that is in force is read only."""

    list_display = ("version", "effective_from", "note", "basis", "standing")
    list_display_links = ("version", "effective_from")
    readonly_fields = ("number",)
    fieldsets = (
        (None, {"fields": (("number", "effective_from"), "note")}),
        ("节点", {"fields": (("milestone_red_days", "due_soon_days"),)}),
        ("投资", {"fields": (("gap_red", "gap_yellow"), ("basis", "report_due_workday"))}),
        (
            "开工与入统",
            {"fields": (("start_red_days", "enrolment_yellow_days", "enrolment_red_days"),)},
        ),
        ("事项", {"fields": ("matter_red_level",)}),
        ("预计竣工", {"fields": ("forecast_red_days",)}),
        ("手续", {"fields": ("permit_yellow_workdays",)}),
        ("红灯说明", {"fields": ("answer_days",)}),
    )

    @admin.display(description="版本")
    def number(self, rules: RuleSet) -> str:
        return f"第 {rules.version} 版" if rules.pk else "保存时自动编号"

    @admin.display(description="状态")
    def standing(self, rules: RuleSet) -> str:
        if rules.effective_from > clock.today():
            return "尚未生效"
        return "现行" if rules == RuleSet.objects.in_force(clock.today()) else "已被替代"

    def has_change_permission(self, request: HttpRequest, obj: RuleSet | None = None) -> bool:
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or obj.effective_from > clock.today())

    def has_delete_permission(self, request: HttpRequest, obj: RuleSet | None = None) -> bool:
        return False

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        today = clock.today()
        values = model_to_dict(RuleSet.objects.in_force(today))
        # A version that judged no permits is followed by one that does, unless somebody says no.
        soon = values["permit_yellow_workdays"] or SOON
        return values | {"effective_from": today, "note": "", "permit_yellow_workdays": soon}

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if request.method != "POST" or TRY not in request.POST:
            return super().changeform_view(request, object_id, form_url, extra_context)
        if not (self.has_add_permission(request) or self.has_change_permission(request)):
            raise PermissionDenied
        # The form objects, so that it is shown again as typed, and nothing is saved.
        request.refusal = ValidationError([])  # type: ignore[attr-defined]
        request.trying = True  # type: ignore[attr-defined]
        return super().changeform_view(request, object_id, form_url, extra_context)

    def form_context(
        self, request: HttpRequest, original: RuleSet | None, form: forms.ModelForm
    ) -> dict[str, object]:
        trying = getattr(request, "trying", False) and set(form.errors) <= {NON_FIELD_ERRORS}
        return {"trial": _trial(form), "errors": None} if trying else {"trial": None}

    def propose(self, record: RuleSet, form: forms.ModelForm, actor: User) -> Proposal:
        return RULE_SET.put_forward(rules=record, actor=actor)
