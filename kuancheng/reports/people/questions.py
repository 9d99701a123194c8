"""What can be asked of people and agencies."""

from typing import Any

from django.db.models import Q, QuerySet

from kuancheng.asking.filters import (
    CodesFilter,
    NumberFilter,
    OneOfFilter,
    RecordFilter,
    SearchFilter,
)
from kuancheng.asking.parameters import Days, KnownParameters
from kuancheng.reports.judging.known import last_recorded
from kuancheng.reports.judging.terms import rows_on
from projects.choices import AgencyKind, Role
from projects.models import Agency, Assignment, Official


class PortfolioParameters(KnownParameters):
    """The days of a person's or an agency's page, and a page of the projects."""

    page = NumberFilter(minimum=1, label="页码，从 1 起")


class OfficialFilter(PortfolioParameters):
    """What the list of officials is narrowed to."""

    search = SearchFilter("search_key", label="姓名、拼音或首字母")
    agency = RecordFilter(
        queryset=Agency.objects.filter(pk__in=Official.objects.values("agency")),
        label="单位",
        empty_label="全部单位",
    )
    role = OneOfFilter(choices=Role.choices, label="在任角色")

    def narrowed(self) -> QuerySet[Official]:
        """The officials asked for; a role is one that they hold on the day."""
        found = registered(
            self.filter_queryset(Official.objects.select_related("agency")), self.days
        )
        if role := self.form.cleaned_data["role"]:
            holders = holding(self.days).filter(role=role).values("official")
            found = found.filter(pk__in=holders)
        return found.order_by("order", "name", "pk")


class AgencyFilter(PortfolioParameters):
    """What the list of agencies is narrowed to."""

    search = SearchFilter("search_key", label="名称、拼音或首字母")
    kind = CodesFilter(choices=AgencyKind.choices, label="类别")

    def narrowed(self) -> QuerySet[Agency]:
        """The agencies asked for."""
        found = registered(self.filter_queryset(Agency.objects.all()), self.days)
        return found.order_by("order", "name", "pk")


def registered(found: QuerySet[Any], days: Days) -> QuerySet[Any]:
    """Those among them that were on record on the day of the records."""
    if days.known_at is None:
        return found
    return found.filter(pk__in=last_recorded(found.model, days.known_at).values("id"))


def holding(days: Days) -> QuerySet[Any]:
    """The assignments in force on the day, as registered now or as known then."""
    lasting = Q(until__isnull=True) | Q(until__gte=days.as_of)
    rows: QuerySet[Any] = rows_on(Assignment, days.known_at).filter(lasting, since__lte=days.as_of)
    return rows
