"""资金 by source, as it stood on a day."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from investment.models import Funding
from investment.services.funding import delete_funding, save_funding
from kuancheng import clock
from kuancheng.access.rights import account
from projects.admin.columns import Known, amount
from projects.admin.rights import RowRights
from projects.models import Project


@admin.register(Funding)
class FundingAdmin(RowRights):
    """A clerk keeps the money of his own projects."""

    list_display = ("project", "source", "dated", "planned_column", "in_place_column", "note")
    list_filter = ("source", ("project__lead_agency", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("project",)
    search_fields = ("project__search_key",)
    search_help_text = "项目名称、编号、拼音或拼音首字母。"
    ordering = ("project__code", "source", "-dated")
    autocomplete_fields = ("project",)
    fields = (("project", "source", "dated"), ("planned", "in_place"), "note")

    @admin.display(description="计划资金（万元）", ordering=Known("planned"))
    def planned_column(self, funding: Funding) -> str:
        return amount(funding.planned)

    @admin.display(description="到位资金（万元）", ordering=Known("in_place"))
    def in_place_column(self, funding: Funding) -> str:
        return amount(funding.in_place)

    def get_readonly_fields(
        self, request: HttpRequest, obj: Funding | None = None
    ) -> tuple[str, ...]:
        return ("project",) if obj else ()

    def formfield_for_foreignkey(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> forms.ModelChoiceField | None:
        if db_field.name == "project":
            kwargs["queryset"] = Project.objects.editable_by(request.user)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"dated": clock.today(), **super().get_changeform_initial_data(request)}

    def save_model(
        self, request: HttpRequest, obj: Funding, form: forms.ModelForm, change: bool
    ) -> None:
        save_funding(funding=obj, today=clock.today(), actor=account(request))

    def delete_model(self, request: HttpRequest, obj: Funding) -> None:
        delete_funding(funding=obj, actor=account(request))
