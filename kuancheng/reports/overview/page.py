"""总览: the programmes against their targets, the four rates, the year's curve, and one breakdown."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page
from django.db.models import Count, Exists, OuterRef, Q

from investment.rules.rates import Share, growth
from kuancheng import clock
from kuancheng.access.models import Visitor
from kuancheng.asking.filters import NumberFilter, OneOfFilter, RecordFilter
from kuancheng.asking.paging import page_of
from kuancheng.asking.parameters import Days, KnownParameters
from kuancheng.reports.choices import LIGHT_WORDS, LightChoice, ProRataBasis
from kuancheng.reports.drawing.s_curve import SCurve, s_curve
from kuancheng.reports.judging.matters.figures_line import figures_of_all, figures_of_programme
from kuancheng.reports.judging.parts import PARTS, in_part, with_industry
from kuancheng.reports.judging.targets import standings_on
from kuancheng.reports.judging.terms import rows_on, rules_on
from kuancheng.reports.judging.turn_due import turn_due
from kuancheng.reports.judging.year import Year, year_of
from kuancheng.reports.models import RuleSet
from kuancheng.reports.querysets import DailyStatusQuerySet, GroupTotals, Totals
from kuancheng.reports.questions import on_programmes, statuses_on
from kuancheng.reports.rules.lights import Light
from projects.choices import Industry, YearClass
from projects.models import Agency, Official, Programme, YearClassing
from projects.targets import TargetStanding

UNKNOWN = "（未登记）"


@dataclass(frozen=True)
class Rate:
    """One of the 四率 that counts projects, with links to what it is made of."""

    name: str
    share: Share
    part_link: str
    whole_link: str
    part_word: str
    whole_word: str


@dataclass(frozen=True)
class Line:
    """A group of the breakdown, or all of them; `link` leads to its rows, empty where none can.

    `due` is the pro-rata that its rate is measured against, in percent.
    """

    name: str
    link: str
    totals: Totals
    lights: tuple["LightCount", ...]
    due: Decimal | None


@dataclass(frozen=True)
class LightCount:
    """How many wear a light, and a link to them, empty where none can lead there."""

    code: str
    number: int
    link: str

    @property
    def word(self) -> str:
        """What the light says."""
        return LIGHT_WORDS[Light(self.code)]


@dataclass(frozen=True)
class Breakdown:
    """A page of the groups by one property, the largest plan first, over the sum of all."""

    by: str
    title: str
    page: Page[Line]
    total: Line


@dataclass(frozen=True)
class ProgrammeStanding:
    """A programme and where its figures stand."""

    programme: Programme
    targets: list[TargetStanding]


BREAKDOWNS = {
    "year_class": "年度类别",
    "industry": "行业门类",
    "lead_agency": "责任单位",
    "subdistrict": "属地",
    "lead_official": "包保领导",
}
"""Columns of the daily rows, and filters of the list, by which the page can be broken down."""
USUAL = "year_class"
LINES = 30
"""Groups on a page."""


class OverviewParameters(KnownParameters):
    """A programme, what to break down by, and the days."""

    by = OneOfFilter(choices=list(BREAKDOWNS.items()), label="分组，不填按年度类别")
    page = NumberFilter(minimum=1, label="分组的页码，从 1 起")
    programme = RecordFilter(
        queryset=Programme.objects.all(),
        to_field_name="code",
        label="清单/专项",
        empty_label="全部项目",
    )


def overview(asked: OverviewParameters, reader: Visitor) -> dict[str, Any]:
    """The page's context. A fixed number of queries, whatever the number of projects.

    NoSuchPage past the last page of the breakdown.
    """
    days, said = asked.days, asked.form.cleaned_data
    as_of, known_at, programme = days.as_of, days.known_at, said["programme"]
    rules = rules_on(as_of, known_at)
    rows = with_industry(statuses_on(as_of, known_at), known_at)
    if programme is not None:
        rows = rows.filter(on_programmes([programme], days))
    link = Links(days, programme)
    month = rows.values_list("money_month", flat=True).first()
    total = _line(
        "合计", link(), GroupTotals(rows.totals(basis=rules.basis), rows.by_light()), rules
    )
    year = year_of(rows.values("project"), month, as_of, known_at) if month else None
    current, past = _standings(programme, days)
    return {
        "as_of": as_of,
        "known_at": known_at,
        "programme": programme,
        "form": asked.form,
        "rules": rules,
        "linear_drives": rules.basis == ProRataBasis.LINEAR,
        "month": month,
        "total": total,
        "totals": total.totals,
        "rates": _rates(rows, days, link),
        "year": year,
        "curve": _curve(year),
        "year_on_year": growth(year.to_date, year.last_year) if year else None,
        "ways": BREAKDOWNS.items(),
        "breakdown": _breakdown(rows, rules, link, said["by"] or USUAL, said["page"], total),
        "standings": current,
        "past_standings": past,
        "carried": _carried(rows, days),
        "turn": turn_due(reader, clock.today()) if days == Days(clock.today(), None) else None,
        "matters": figures_of_programme(programme, days) if programme else figures_of_all(days),
    }


def _carried(rows: DailyStatusQuerySet, days: Days) -> int:
    """How many projects are of an earlier year's class, since nobody has set this year's. One query."""
    classings = rows_on(YearClassing, days.known_at).filter(project=OuterRef("project"))
    this_year = Exists(classings.filter(year=days.as_of.year))
    earlier = Exists(classings.filter(year__lt=days.as_of.year))
    return rows.exclude(year_class="").filter(~this_year, earlier).count()


class Links:
    """Addresses of the progress list for this page's days and programme, narrowed further."""

    def __init__(self, days: Days, programme: Programme | None) -> None:
        self.base: dict[str, Any] = dict(days.query)
        if programme is not None:
            self.base["programme"] = programme.code

    def __call__(self, **narrowed: object) -> str:
        return f"/?{urlencode(self.base | narrowed, doseq=True)}"


def _rates(rows: DailyStatusQuerySet, days: Days, link: Links) -> list[Rate]:
    """开工率, 入统率, 竣工率. One query."""
    found = rows.order_by().aggregate(
        **{code: Count("pk", filter=in_part(code, days)) for code, _ in PARTS}
    )
    words = dict(PARTS)
    return [
        Rate(
            name,
            Share(found[part], found[whole]),
            link(part=part),
            link(part=whole),
            words[part],
            words[whole],
        )
        for name, part, whole in (
            ("开工率", "started", "start_due"),
            ("入统率", "enrolled", "started"),
            ("竣工率", "completed", "completion_due"),
        )
    ]


def _curve(year: Year | None) -> SCurve | None:
    return s_curve(year) if year and (year.plan or year.to_date is not None) else None


def _breakdown(
    rows: DailyStatusQuerySet, rules: RuleSet, link: Links, by: str, page: int | None, total: Line
) -> Breakdown:
    """Two queries: the sums, and the names of the page's groups."""
    ranked = sorted(rows.totals_by(by, basis=rules.basis).items(), key=_rank)
    shown = page_of(ranked, page, LINES)
    names = _names(by, [key for key, _ in shown.object_list])
    shown.object_list = list(_lines(shown.object_list, names, by, link, rules))
    return Breakdown(by, BREAKDOWNS[by], shown, total)


def _rank(group: tuple[Any, GroupTotals]) -> tuple[Any, ...]:
    """The largest plan first; groups alike in their own order, those that are not registered last."""
    key, found = group
    unknown = key in (None, "")
    return (
        -(found.totals.annual_plan or 0),
        -found.totals.projects,
        unknown,
        None if unknown else key,
    )


def _lines(
    ranked: Iterable[tuple[Any, GroupTotals]],
    names: dict[Any, str],
    by: str,
    link: Links,
    rules: RuleSet,
) -> Iterator[Line]:
    for key, found in ranked:
        known = key not in (None, "")
        address = link(**{by: key if known else "none"}) if known or by in RECORDS else ""
        yield _line(names.get(key, UNKNOWN) if known else UNKNOWN, address, found, rules)


def _line(name: str, link: str, found: GroupTotals, rules: RuleSet) -> Line:
    joint = "&" if "?" in link else "?"
    lights = tuple(
        LightCount(code, number, f"{link}{joint}light={code}" if link else "")
        for code in LightChoice.values
        if (number := found.lights.get(code, 0))
    )
    linear = rules.basis == ProRataBasis.LINEAR
    totals = found.totals
    due = totals.pro_rata_linear if linear else totals.pro_rata_seasonal
    return Line(name, link, totals, lights, due)


RECORDS: dict[str, Any] = {
    "lead_agency": Agency,
    "subdistrict": Agency,
    "lead_official": Official,
}
CHOICES: dict[str, Any] = {"year_class": YearClass, "industry": Industry}


def _names(column: str, keys: Sequence[Any]) -> dict[Any, str]:
    if column in CHOICES:
        return {code: str(label) for code, label in CHOICES[column].choices}
    model = RECORDS[column]
    found = model.objects.filter(pk__in=[key for key in keys if key is not None])
    return dict(found.values_list("pk", "name"))


def _standings(
    programme: Programme | None, days: Days
) -> tuple[list[ProgrammeStanding], list[ProgrammeStanding]]:
    """The figures of the latest year's programmes, and of those before; or of the one asked for.

    Five queries.
    """
    wanted = Q(pk=programme.pk) if programme else Q(year__lte=days.as_of.year)
    programmes = list(Programme.objects.filter(wanted).order_by("-year", "code"))
    found = standings_on(programmes, days)
    shown = [ProgrammeStanding(each, found[each.pk]) for each in programmes if found.get(each.pk)]
    by_year = [list(some) for _, some in groupby(shown, key=lambda each: each.programme.year)]
    return by_year[0] if by_year else [], [each for some in by_year[1:] for each in some]
