"""总览: the programmes against their targets, the four rates, the year's curve, and the breakdowns."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q

from investment.rules.rates import Share, growth
from kuancheng.asking.filters import RecordFilter
from kuancheng.asking.parameters import Days, KnownParameters
from kuancheng.reports.choices import LIGHT_WORDS, LightChoice, ProRataBasis
from kuancheng.reports.drawing.s_curve import SCurve, s_curve
from kuancheng.reports.judging.targets import standings_on
from kuancheng.reports.judging.terms import rules_on
from kuancheng.reports.judging.year import Year, year_of
from kuancheng.reports.querysets import DailyStatusQuerySet, GroupTotals, Totals
from kuancheng.reports.questions import (
    PARTS,
    in_part,
    on_programmes,
    statuses_on,
    with_industry,
)
from kuancheng.reports.rules.lights import Light
from projects.choices import Industry, YearClass
from projects.models import Agency, Official, Programme
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
    """A group of a breakdown; `link` leads to its rows, empty where none can."""

    name: str
    link: str
    found: GroupTotals

    @property
    def totals(self) -> Totals:
        """What the group adds up to."""
        return self.found.totals

    @property
    def lights(self) -> list[tuple[str, int, str]]:
        """Each light that is worn: code, number, and a link to the rows."""
        joint = "&" if "?" in self.link else "?"
        return [
            (code, number, f"{self.link}{joint}light={code}" if self.link else "")
            for code, number in self.found.lights.items()
            if number
        ]


@dataclass(frozen=True)
class Breakdown:
    """The rows by one property, the largest plan first."""

    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class ProgrammeStanding:
    """A programme and where its figures stand."""

    programme: Programme
    targets: list[TargetStanding]


BREAKDOWNS = (
    ("year_class", "年度类别", "year_class"),
    ("industry", "行业门类", "industry"),
    ("lead_agency", "责任单位", "lead_agency"),
    ("subdistrict", "属地", "subdistrict"),
    ("lead_official", "包保领导", "lead_official"),
)
"""Column of the daily rows, title, and the list's filter."""


class OverviewParameters(KnownParameters):
    """A programme, and the days."""

    programme = RecordFilter(
        queryset=Programme.objects.all(),
        to_field_name="code",
        label="清单/专项",
        empty_label="全部项目",
    )


def overview(asked: OverviewParameters) -> dict[str, Any]:
    """The page's context. A fixed number of queries, whatever the number of projects."""
    days, programme = asked.days, asked.form.cleaned_data["programme"]
    as_of, known_at = days.as_of, days.known_at
    rules = rules_on(as_of, known_at)
    rows = with_industry(statuses_on(as_of, known_at), known_at)
    if programme is not None:
        rows = rows.filter(on_programmes([programme], known_at))
    link = Links(days, programme)
    month = rows.values_list("money_month", flat=True).first()
    totals = rows.totals(basis=rules.basis)
    year = year_of(rows.values("project"), month, as_of, known_at) if month else None
    return {
        "as_of": as_of,
        "known_at": known_at,
        "programme": programme,
        "form": asked.form,
        "rules": rules,
        "linear_drives": rules.basis == ProRataBasis.LINEAR,
        "month": month,
        "totals": totals,
        "list_link": link(),
        "lights": _lights(rows, link),
        "rates": _rates(rows, days, link),
        "year": year,
        "curve": _curve(year),
        "year_on_year": growth(year.to_date, year.last_year) if year else None,
        "breakdowns": [
            _breakdown(rows, rules.basis, link, *each) for each in BREAKDOWNS if totals.projects
        ],
        "standings": _standings(programme, days),
    }


class Links:
    """Addresses of the progress list for this page's days and programme, narrowed further."""

    def __init__(self, days: Days, programme: Programme | None) -> None:
        self.base: dict[str, Any] = dict(days.query)
        if programme is not None:
            self.base["programme"] = programme.code

    def __call__(self, **narrowed: object) -> str:
        return f"/?{urlencode(self.base | narrowed, doseq=True)}"


def _lights(rows: DailyStatusQuerySet, link: Links) -> list[tuple[str, str, int, str]]:
    counts = rows.by_light()
    return [
        (each.value, LIGHT_WORDS[Light(each.value)], counts.get(each.value, 0), link(light=each))
        for each in LightChoice
    ]


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
    rows: DailyStatusQuerySet, basis: str, link: Links, column: str, title: str, asked: str
) -> Breakdown:
    groups = rows.totals_by(column, basis=basis)
    names = _names(column, groups)
    ranked = sorted(
        groups.items(),
        key=lambda pair: (-(pair[1].totals.annual_plan or 0), -pair[1].totals.projects),
    )
    return Breakdown(title, tuple(_lines(ranked, names, column, asked, link)))


def _lines(
    ranked: Sequence[tuple[Any, GroupTotals]],
    names: dict[Any, str],
    column: str,
    asked: str,
    link: Links,
) -> Iterator[Line]:
    record = column in RECORDS
    for key, found in ranked:
        known = key not in (None, "")
        value = key if known else "none"
        yield Line(
            names.get(key, UNKNOWN) if known else UNKNOWN,
            link(**{asked: value}) if known or record else "",
            found,
        )


RECORDS: dict[str, Any] = {
    "lead_agency": Agency,
    "subdistrict": Agency,
    "lead_official": Official,
}
CHOICES: dict[str, Any] = {"year_class": YearClass, "industry": Industry}


def _names(column: str, keys: Any) -> dict[Any, str]:
    if column in CHOICES:
        return {code: str(label) for code, label in CHOICES[column].choices}
    model = RECORDS[column]
    found = model.objects.filter(pk__in=[key for key in keys if key is not None])
    return dict(found.values_list("pk", "name"))


def _standings(programme: Programme | None, days: Days) -> list[ProgrammeStanding]:
    """Every programme up to the year, or the one asked for, with all its figures. Five queries."""
    wanted = Q(pk=programme.pk) if programme else Q(year__lte=days.as_of.year)
    programmes = list(Programme.objects.filter(wanted).order_by("-year", "code"))
    found = standings_on(programmes, days)
    return [ProgrammeStanding(each, found.get(each.pk, [])) for each in programmes]
