"""季节曲线 of each year."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html_join

from investment.models import MONTH_FIELDS, SeasonalCurve
from investment.rules.rates import DEFAULT_CURVE
from investment.services.plans import save_curve
from kuancheng import clock
from kuancheng.access.rights import account
from kuancheng.records.admin import RecordAdmin


@admin.register(SeasonalCurve)
class SeasonalCurveAdmin(RecordAdmin):
    """A curve starts from the default; a year without one follows it."""

    list_display = ("year", "shares_shown", "note")
    fieldsets = (
        (None, {"fields": (("year", "note"),)}),
        ("各月占全年的百分比，合计 100", {"fields": (MONTH_FIELDS[:6], MONTH_FIELDS[6:])}),
    )

    @admin.display(description="1月到12月（%）")
    def shares_shown(self, curve: SeasonalCurve) -> str:
        return format_html_join("、", "{}", ((f"{each.normalize():f}",) for each in curve.shares))

    def get_readonly_fields(
        self, request: HttpRequest, obj: SeasonalCurve | None = None
    ) -> tuple[str, ...]:
        return ("year",) if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: SeasonalCurve | None = None) -> bool:
        """Nobody: 序时 of past months rests on it; a wrong curve is changed."""
        return False

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        shares = zip(MONTH_FIELDS, DEFAULT_CURVE, strict=True)
        return {"year": clock.today().year, **dict(shares)}

    def save_model(
        self, request: HttpRequest, obj: SeasonalCurve, form: forms.ModelForm, change: bool
    ) -> None:
        save_curve(curve=obj, actor=account(request))
