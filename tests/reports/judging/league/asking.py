"""Asks the league's counts: of whom, of which period, as known when."""

from datetime import date
from decimal import Decimal
from typing import Any

from kuancheng.reports.choices import LeagueSpan, LeagueSubject
from kuancheng.reports.judging.league.counting import (
    by_project,
    counted,
    projects_by_entrant,
    terms_of,
)
from kuancheng.reports.judging.league.scope import Scope
from kuancheng.reports.models import LeagueGroup
from kuancheng.reports.rules.league.formulas import Formula, FormulaKind
from kuancheng.reports.rules.league.measures import MEANINGS, NOTHING, Counted, Measure
from kuancheng.reports.rules.league.ranking import ListRule, TieRule
from kuancheng.reports.rules.league.scoring import Eligibility, Indicator
from kuancheng.reports.rules.league.version import Version
from projects.choices import AgencyKind
from projects.models import Project

SEPTEMBER = date(2024, 9, 1)
MONTH, YEAR = LeagueSpan.MONTH, LeagueSpan.YEAR
Pair = tuple[Decimal | int, Decimal | int]


def indicator(measure: Measure, weight: int = 10) -> Indicator:
    """By proportion, or one point off for each."""
    counts = MEANINGS[measure].counts
    kind = FormulaKind.EACH if counts else FormulaKind.PROPORTION
    return Indicator(measure, Formula(kind, Decimal(weight), each=Decimal(-1 if counts else 0)))


def version(*measures: Measure, **more: Any) -> Version:
    """A rule of these measures, or of all of them."""
    given: dict[str, Any] = {
        "number": 1,
        "said": "第 1 版",
        "indicators": tuple(indicator(each) for each in measures or tuple(Measure)),
        "items": (),
        "programmes": frozenset(),
        "entrants": frozenset(),
        "sections": frozenset(),
        "tie": TieRule.COMPETITION,
        "lists": ListRule(),
        "eligibility": Eligibility(),
    }
    return Version(**given | more)


def scope(
    subject: LeagueSubject = LeagueSubject.LEAD_AGENCY,
    *,
    month: date = SEPTEMBER,
    span: LeagueSpan = MONTH,
    known_on: date | None = None,
    rules: Version | None = None,
) -> Scope:
    """A group of departments, subdistricts, officials or industries in September 2024."""
    kind = AgencyKind.DEPARTMENT if subject == LeagueSubject.LEAD_AGENCY else ""
    group = LeagueGroup(name="示例组", subject=subject, agency_kind=kind)
    return Scope(group, rules or version(), month, span, known_on)


def figure(asked: Scope, measure: Measure, entrant: Any) -> Counted:
    """What an entrant has of a measure; its projects add up to the same."""
    key = str(getattr(entrant, "pk", entrant))
    terms, projects = terms_of(asked), projects_by_entrant(asked)
    together = counted(asked, [measure], terms, projects).get(key, {}).get(measure, NOTHING)
    shares = by_project(asked, measure, key, terms).values()
    summed = sum(shares, NOTHING)
    assert (summed.part, summed.whole) == (together.part, together.whole)
    assert summed.records == together.records
    return together


def pair(asked: Scope, measure: Measure, entrant: Any) -> Pair:
    """Numerator and denominator."""
    found = figure(asked, measure, entrant)
    return found.part, found.whole


def shares(asked: Scope, measure: Measure, entrant: Any) -> dict[str, Pair]:
    """Numerator and denominator by the project's name; those with a share only."""
    figure(asked, measure, entrant)
    found = by_project(asked, measure, str(entrant.pk), terms_of(asked))
    names = dict(Project.objects.values_list("pk", "name"))
    return {
        names[pk]: (each.part, each.whole)
        for pk, each in found.items()
        if (each.part, each.whole) != (0, 0)
    }
