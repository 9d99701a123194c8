"""The figures of matters as one line: of everything, an agency, a lead official, a programme.

Pages show it by `reports/matters/figures_line.html`; every number of it opens into its matters.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Q

from kuancheng.asking.parameters import Days
from kuancheng.reports.judging.known import last_recorded
from kuancheng.reports.judging.matters.figures import Scope, counts
from projects.models import Agency, Listing, Official, Programme
from projects.rules.matters.figures import Counts, Period


@dataclass(frozen=True)
class FiguresLine:
    """What was counted in a period, and the parameters of `/matters/figures/` that ask for it."""

    period: Period
    counts: Counts
    asked: Mapping[str, object]

    @property
    def query(self) -> str:
        """The parameters, for a link; more may be added behind `&`."""
        return urlencode(self.asked, doseq=True)


def figures_of_all(days: Days) -> FiguresLine:
    """Of all matters, from the beginning of the year. Two queries."""
    return _line(Scope(_year(days), days.known_at), days)


def figures_of_agency(agency: Agency, days: Days) -> FiguresLine:
    """Of the matters that the agency leads, from the beginning of the year. Two queries."""
    scope = Scope(_year(days), days.known_at, wanted=Q(agency=agency.pk))
    return _line(scope, days, lead_agency=agency.pk)


def figures_of_official(official: Official, days: Days) -> FiguresLine:
    """Of matters on projects while he was their lead official, from the beginning of the year.

    Two queries.
    """
    scope = Scope(_year(days), days.known_at, officials=(official.pk,))
    return _line(scope, days, lead_official=official.pk)


def figures_of_programme(programme: Programme, days: Days) -> FiguresLine:
    """Of matters on the projects of a list, from the beginning of the year. Two queries."""
    wanted = on_programmes((programme.pk,), days)
    return _line(Scope(_year(days), days.known_at, wanted), days, programme=programme.code)


def on_programmes(programmes: Iterable[int], days: Days) -> Q:
    """Spans of matters on the projects of any of these lists, as they are or were on record."""
    listings = Listing.objects if days.known_at is None else last_recorded(Listing, days.known_at)
    projects = listings.filter(programme__in=programmes).values("project")
    return Q(matter__project__in=projects)


def _year(days: Days) -> Period:
    return Period.year_of(days.latest)


def _line(scope: Scope, days: Days, **narrowed: object) -> FiguresLine:
    return FiguresLine(scope.period, counts(scope), days.query | narrowed)
