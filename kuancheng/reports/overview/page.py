"""总览: the programmes against their targets, the four rates, the year's curve, and the breakdowns."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.http import QueryDict

from investment.rules.rates import Share, growth
from kuancheng.reports.choices import LIGHT_WORDS, LightChoice, ProRataBasis
from kuancheng.reports.drawing.s_curve import SCurve, s_curve
from kuancheng.reports.judging.year import Year, year_of
from kuancheng.reports.models import RuleSet
from kuancheng.reports.querysets import DailyStatusQuerySet, GroupTotals, Totals
from kuancheng.reports.questions import PARTS, BadParameters, day_asked, in_part, statuses_on
from kuancheng.reports.rules.lights import Light
from projects.choices import Industry, YearClass
from projects.models import Agency, Official, Programme
from projects.targets import TargetStanding, standings

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
    ("project__industry", "行业门类", "industry"),
    ("lead_agency", "责任单位", "lead_agency"),
    ("subdistrict", "属地", "subdistrict"),
    ("lead_official", "包保领导", "lead_official"),
)
"""Column of the daily rows, title, and the list's filter."""


def overview(params: QueryDict) -> dict[str, Any]:
    """The page's context. A fixed number of queries, whatever the number of projects.

    BadParameters for a day that has not come or a programme that is not there.
    """
    as_of = day_asked(params, besides=("programme",))
    programme = _programme(params.get("programme", ""))
    rules = RuleSet.objects.in_force(as_of)
    rows: DailyStatusQuerySet = statuses_on(as_of)
    if programme is not None:
        rows = rows.filter(project__programmes=programme)
    link = Links(as_of, programme)
    month = rows.values_list("money_month", flat=True).first()
    totals = rows.totals(basis=rules.basis)
    year = year_of(rows.values("project"), month, as_of) if month else None
    return {
        "as_of": as_of,
        "programme": programme,
        "programmes": Programme.objects.order_by("-year", "code"),
        "rules": rules,
        "linear_drives": rules.basis == ProRataBasis.LINEAR,
        "month": month,
        "totals": totals,
        "list_link": link(),
        "lights": _lights(rows, link),
        "rates": _rates(rows, link),
        "year": year,
        "curve": _curve(year),
        "year_on_year": growth(year.to_date, year.last_year) if year else None,
        "breakdowns": [
            _breakdown(rows, rules.basis, link, *each) for each in BREAKDOWNS if totals.projects
        ],
        "standings": _standings(programme, as_of),
    }


class Links:
    """Addresses of the progress list for this page's day and programme, narrowed further."""

    def __init__(self, as_of: date, programme: Programme | None) -> None:
        self.base: dict[str, Any] = {"as_of": as_of.isoformat()}
        if programme is not None:
            self.base["programme"] = programme.code

    def __call__(self, **narrowed: Any) -> str:
        return f"/?{urlencode(self.base | narrowed, doseq=True)}"


def _programme(code: str) -> Programme | None:
    if not code:
        return None
    try:
        found = Programme.objects.filter(code=code).first()
    except (ValidationError, ValueError):
        found = None
    if found is None:
        raise BadParameters([f"programme：没有编号为“{code[:40]}”的清单。"])
    return found


def _lights(rows: DailyStatusQuerySet, link: Links) -> list[tuple[str, str, int, str]]:
    counts = rows.by_light()
    return [
        (each.value, LIGHT_WORDS[Light(each.value)], counts.get(each.value, 0), link(light=each))
        for each in LightChoice
    ]


def _rates(rows: DailyStatusQuerySet, link: Links) -> list[Rate]:
    """开工率, 入统率, 竣工率. One query."""
    found = rows.order_by().aggregate(
        **{code: Count("pk", filter=in_part(code)) for code, _ in PARTS}
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
CHOICES: dict[str, Any] = {"year_class": YearClass, "project__industry": Industry}


def _names(column: str, keys: Any) -> dict[Any, str]:
    if column in CHOICES:
        return {code: str(label) for code, label in CHOICES[column].choices}
    model = RECORDS[column]
    found = model.objects.filter(pk__in=[key for key in keys if key is not None])
    return dict(found.values_list("pk", "name"))


def _standings(programme: Programme | None, as_of: date) -> list[ProgrammeStanding]:
    """Every programme up to the year, or the one asked for, with all its figures. Four queries."""
    wanted = Q(pk=programme.pk) if programme else Q(year__lte=as_of.year)
    programmes = list(Programme.objects.filter(wanted).order_by("-year", "code"))
    found = standings(programmes, as_of)
    return [ProgrammeStanding(each, found.get(each.pk, [])) for each in programmes]
