"""Whose projects are counted, on which lists, in which period, as known when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from investment.rules.reporting import last_day
from kuancheng.asking.parameters import Days
from kuancheng.reports.choices import LeagueSpan, LeagueSubject
from kuancheng.reports.judging.lists import listings_on
from kuancheng.reports.judging.terms import rows_on
from kuancheng.reports.models import LeagueGroup
from kuancheng.reports.rules.league.version import Version
from projects.choices import AgencyKind, Industry, Role
from projects.models import Agency, Assignment, Official, Programme, Project
from projects.querysets import in_force


@dataclass(frozen=True)
class Scope:
    """A group's league of one period: `first` and `last` day, as on record at the end of `known_on`.

    Projects are those on the lists on the last day, and belong to whoever answers for them then.
    """

    group: LeagueGroup
    rules: Version
    month: date
    span: LeagueSpan
    known_on: date | None

    @property
    def first(self) -> date:
        """The period's first day."""
        return self.month if self.span == LeagueSpan.MONTH else self.month.replace(month=1)

    @property
    def last(self) -> date:
        """The period's last day."""
        return last_day(self.month)

    @property
    def days(self) -> tuple[date, date]:
        """Both, for a range."""
        return self.first, self.last

    @property
    def months(self) -> tuple[date, ...]:
        """The first day of each of its months."""
        return tuple(
            date(self.month.year, number, 1)
            for number in range(self.first.month, self.month.month + 1)
        )

    def rows(self, model: Any) -> QuerySet[Any]:
        """The table, or its history as it was known."""
        return rows_on(model, self.known_on)

    def projects(self) -> QuerySet[Any]:
        """The projects that count."""
        found = self.rows(Project).filter(id__in=self._listed())
        if self.rules.sections:
            found = found.filter(industry__in=self.rules.sections)
        return found.order_by()

    def ids(self) -> QuerySet[Any]:
        """Their ids, to be asked for within another query."""
        return self.projects().values("id")

    def _listed(self) -> QuerySet[Any]:
        lists = Programme.objects.filter(lists_counted(self.month.year, self.rules))
        stays = listings_on(Days(self.last, self.known_on))
        return stays.filter(programme__in=lists.values("pk")).values("project")

    def by_entrant(self, rows: QuerySet[Any], project: str) -> QuerySet[Any]:
        """The rows with the key of whose they are as `entrant`; `project` is their column of it."""
        subject = self.group.subject
        if subject == LeagueSubject.LEAD_OFFICIAL:
            held = self.rows(Assignment).filter(
                in_force(self.last), role=Role.LEAD_OFFICIAL, project_id=OuterRef(project)
            )
            return rows.annotate(
                entrant=Subquery(held.order_by("-since").values("official_id")[:1])
            )
        column = _COLUMNS[LeagueSubject(subject)]
        if project == "id":
            return rows.annotate(entrant=F(column))
        owners = self.rows(Project).filter(id=OuterRef(project))
        return rows.annotate(entrant=Subquery(owners.values(column)[:1]))


_COLUMNS = {
    LeagueSubject.LEAD_AGENCY: "lead_agency_id",
    LeagueSubject.SUBDISTRICT: "subdistrict_id",
    LeagueSubject.INDUSTRY: "industry",
}


def candidates(group: LeagueGroup) -> dict[str, str]:
    """Everybody who could take part in a group: name by key, in the fixed order. One query at most."""
    if group.subject == LeagueSubject.INDUSTRY:
        return {str(code): str(label) for code, label in Industry.choices}
    if group.subject == LeagueSubject.LEAD_OFFICIAL:
        officials = Official.objects.order_by("order", "name", "pk")
        return {str(pk): name for pk, name in officials.values_list("pk", "name")}
    kind = (
        group.agency_kind
        if group.subject == LeagueSubject.LEAD_AGENCY
        else AgencyKind.SUBDISTRICT.value
    )
    agencies = Agency.objects.filter(kind=kind).order_by("order", "name", "pk")
    return {str(pk): name for pk, name in agencies.values_list("pk", "name")}


def entrants_of(scope: Scope, projects: Mapping[str, int]) -> dict[str, str]:
    """Who takes part, name by key, in the fixed order: those named by the rules, or all of the
    group's kind with a project that counts. One query at most.
    """
    everyone = candidates(scope.group)
    if scope.rules.entrants:
        named = set(scope.rules.entrants)
        return {key: name for key, name in everyone.items() if key in named}
    return {key: name for key, name in everyone.items() if projects.get(key)}


def lists_counted(year: int, rules: Version) -> Q:
    """The lists of a year whose projects a version counts."""
    found = Q(year=year)
    return found & Q(pk__in=rules.programmes) if rules.programmes else found
