"""What can be asked of permits, on the page and through the API alike."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from kuancheng.asking.filters import CodesFilter, NumberFilter, RecordFilter, SearchFilter
from kuancheng.asking.parameters import Days, KnownParameters
from kuancheng.reports.judging.permits import Permit, permits_on
from kuancheng.reports.judging.terms import calendars_on, rules_on
from projects.choices import PermitKind
from projects.models import Agency, Milestone, Project
from projects.rules.permits import SOON, STATE_NAMES

STATES = [(each.value, name) for each, name in STATE_NAMES.items()]

ANSWERING = Agency.objects.filter(
    Q(pk__in=Milestone.objects.exclude(permit="").values("agency"))
    | Q(pk__in=Project.objects.values("lead_agency"))
)
"""Agencies that may answer for a permit."""


class PermitQuestions(KnownParameters):
    """What permits are narrowed to; they are judged first, so nothing is asked of a table."""

    search = SearchFilter(method="aside", label="项目、手续、文号，拼音或首字母")
    kind = CodesFilter(choices=PermitKind.choices, method="aside", label="手续种类")
    state = CodesFilter(choices=STATES, method="aside", label="状态")

    def aside(self, queryset: QuerySet[Any], name: str, value: object) -> Any:
        """The question reads it."""
        return queryset


class PermitFilter(PermitQuestions):
    """The same on the page."""

    agency = RecordFilter(
        queryset=ANSWERING, method="aside", label="责任单位", empty_label="全部责任单位"
    )
    page = NumberFilter(minimum=1, label="页码，从 1 起")


@dataclass(frozen=True)
class Narrowing:
    """What permits are narrowed to; empty for no condition."""

    words: str = ""
    kinds: tuple[str, ...] = ()
    agencies: frozenset[int] = frozenset()
    projects: frozenset[int] = frozenset()

    def has(self, permit: Permit) -> bool:
        """Whether a permit meets every condition."""
        agency = permit.agency
        return (
            (not self.kinds or permit.held.kind in self.kinds)
            and (not self.agencies or (agency is not None and agency.pk in self.agencies))
            and (not self.projects or permit.project.pk in self.projects)
            and all(word in _text(permit) for word in self.words.lower().split())
        )


def _text(permit: Permit) -> str:
    extensions = " ".join(each.document for each in permit.extensions)
    keys = (permit.project.search_key, permit.project.code, permit.milestone.search_key, extensions)
    return " ".join(keys).lower()


def permits_asked(days: Days, narrowing: Narrowing) -> list[Permit]:
    """The permits that answer, the first to lapse first. A fixed number of queries."""
    found = permits_on(Q(), days, calendars_on(days.known_at), soon_on(days))
    return [each for each in found if narrowing.has(each)]


def soon_on(days: Days) -> int:
    """Working days in which a permit is 将到期: those of the rules in force, else the usual ones."""
    return rules_on(days.as_of, days.known_at).permit_yellow_workdays or SOON


def in_states(permits: Iterable[Permit], states: Iterable[str]) -> list[Permit]:
    """Those in one of these states; all of them where none is named."""
    wanted = set(states)
    return [each for each in permits if not wanted or each.reading.state in wanted]
