"""The page of one agency: the projects it leads, its matters and its people."""

from datetime import date
from typing import Any

from django.db.models import Count, Q
from django.http import Http404

from kuancheng.asking.paging import Capped, capped
from kuancheng.asking.parameters import Days
from kuancheng.reports.judging.known import records
from kuancheng.reports.judging.matters.figures_line import figures_of_agency
from kuancheng.reports.judging.matters.standing import Standing, open_where
from kuancheng.reports.judging.terms import calendars_on, rows_on
from kuancheng.reports.people.official import Held
from kuancheng.reports.people.portfolio import (
    SHOWN,
    answers_for,
    kept_on,
    month_days,
    record_over_time,
)
from kuancheng.reports.people.questions import PortfolioParameters
from kuancheng.reports.questions import statuses_on
from projects.models import Agency, Official
from projects.querysets import serving

PEOPLE_SHOWN = 100


def agency_page(asked: PortfolioParameters, agency: Agency) -> dict[str, Any]:
    """The template's context, as of a day. A fixed number of queries, at most twenty-six.

    Http404 when it was not registered yet; NoSuchPage past the end.
    """
    days = asked.days
    then = _as_known(agency, days.known_at)
    every = statuses_on(days.as_of, days.known_at)
    rows = every.filter(lead_agency=agency)
    facts = answers_for(rows, days, asked.form.cleaned_data["page"])
    kept = kept_on(month_days(days.latest), Q(lead_agency=agency))
    return facts | {
        "agency": then,
        "located": every.filter(subdistrict=agency).count(),
        "rows": [Held(row, "") for row in facts["page"]],
        "matters": capped(_matters(agency, days), SHOWN),
        "figures": figures_of_agency(agency, days),
        "months": record_over_time(kept.values_list("date", "light").annotate(Count("pk"))),
        "people": _people(agency, days),
    }


def _as_known(agency: Agency, known_at: date | None) -> Agency:
    if known_at is None:
        return agency
    found = records(Agency, Q(id=agency.pk), known_at)
    if not found:
        raise Http404
    then: Agency = found[0]
    return then


def _matters(agency: Agency, days: Days) -> list[Standing]:
    wanted = Q(lead_agency=agency) | Q(steps__agency=agency)
    found = open_where(wanted, days, calendars_on(days.known_at))
    return [each for each in found if each.story.agency == agency.pk]


def _people(agency: Agency, days: Days) -> Capped[Any]:
    """Who belongs to it on the day. Two queries at most."""
    found = rows_on(Official, days.known_at).filter(serving(days.as_of), agency=agency.pk)
    ordered = found.order_by("order", "name", "id")
    return capped(ordered.values("id", "name", "post"), PEOPLE_SHOWN)
