"""Filters of the lists."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import QuerySet
from django.http import HttpRequest

from kuancheng import clock
from projects.choices import AgencyKind
from projects.models import Agency, Listing, Programme


class PickFilter(admin.SimpleListFilter):
    """One of the offered values; another one in the address is refused, not ignored."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        if value is None:
            return queryset
        if value not in dict(self.lookup_choices):
            raise IncorrectLookupParameters(f"{self.parameter_name}={value!r}")
        return self.pick(request, queryset, value)

    def pick(self, request: HttpRequest, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        """The rows with that value."""
        raise NotImplementedError


class MineFilter(PickFilter):
    """The projects that the user may change."""

    title = "归属"
    parameter_name = "mine"

    def lookups(
        self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]
    ) -> list[tuple[str, str]]:
        return [("1", "我负责的")]

    def pick(self, request: HttpRequest, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        return queryset.editable_by(request.user)  # type: ignore[attr-defined]


class ListFilter(PickFilter):
    """The projects that are on a list today."""

    title = "清单/专项"
    parameter_name = "programme"

    def lookups(
        self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]
    ) -> list[tuple[str, str]]:
        return list(Programme.objects.values_list("code", "name"))

    def pick(self, request: HttpRequest, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        stays = Listing.objects.on(clock.today()).filter(programme__code=value)
        return queryset.filter(pk__in=stays.values("project"))


class SubdistrictFilter(admin.RelatedFieldListFilter):
    """Only 属地 stand to choose from."""

    def field_choices(
        self, field: object, request: HttpRequest, model_admin: admin.ModelAdmin[Any]
    ) -> list[tuple[str, Any]]:
        found = Agency.objects.filter(kind=AgencyKind.SUBDISTRICT)
        return [(str(each.pk), each.name) for each in found]
