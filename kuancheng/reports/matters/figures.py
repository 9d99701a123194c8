"""事项统计: the figures of a year or a month, broken down, and the matters behind each number."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page
from django.db.models import Exists, OuterRef, Q

from kuancheng.asking.filters import CodesFilter, NumberFilter, OneOfFilter, RecordFilter
from kuancheng.asking.paging import page_of
from kuancheng.asking.parameters import KnownParameters
from kuancheng.reports.judging.matters.figures import BY, PARTS, Scope, counts, counts_by, names_of
from kuancheng.reports.judging.matters.figures_line import FiguresLine, on_programmes
from kuancheng.reports.models import MatterSpan
from kuancheng.reports.questions import in_role
from projects.choices import Factor, MatterKind, Role
from projects.models import Agency, MatterStep, Official, Programme
from projects.rules.matters.figures import Counts, Period
from projects.rules.matters.spans import Close

LINES, ROWS = 30, 50
SPANS = [("year", "年度"), ("month", "月度")]
USUAL = "agency"
CLOSE_NAMES = {Close.ON_TIME: "按期", Close.EXTENDED: "延期办结", Close.LATE: "超期"}
NARROWING = ("kind", "factor", "lead_agency", "lead_official", "programme")
"""Parameters that narrow what is counted."""

LEADING = Agency.objects.filter(Exists(MatterStep.objects.filter(agency=OuterRef("pk"))))
"""Agencies that lead a matter or led one."""


class FiguresParameters(KnownParameters):
    """A year or a month up to a day, and which matters."""

    span = OneOfFilter(choices=SPANS, label="统计期，到截至日期为止；不填为年度")
    kind = CodesFilter(choices=MatterKind.choices, method="aside", label="类别")
    factor = CodesFilter(choices=Factor.choices, method="aside", label="要素")
    lead_agency = RecordFilter(
        queryset=LEADING, method="aside", label="牵头单位", empty_label="全部牵头单位"
    )
    lead_official = RecordFilter(
        queryset=in_role(Role.LEAD_OFFICIAL),
        method="aside",
        label="包保领导",
        empty_label="全部包保领导",
        null_label="（没有包保领导）",
        null_value="none",
    )
    programme = RecordFilter(
        queryset=Programme.objects.all(),
        to_field_name="code",
        method="aside",
        label="清单/专项",
        empty_label="全部项目",
    )

    def aside(self, queryset: Any, name: str, value: object) -> Any:
        """`scope` reads it: what is counted are no rows of one table."""
        return queryset

    def scope(self) -> Scope:
        """What is to be counted."""
        said, days = self.form.cleaned_data, self.days
        named = Period.month_of if said["span"] == "month" else Period.year_of
        wanted = Q()
        for name in ("kind", "factor"):
            if said[name]:
                wanted &= Q(**{f"matter__{name}__in": said[name]})
        if said["lead_agency"]:
            wanted &= Q(agency__in=_ids(said["lead_agency"]))
        if said["programme"]:
            wanted &= on_programmes(_ids(said["programme"]), days)
        officials = said["lead_official"]
        nobody = officials == "none"
        ids = () if nobody or not officials else _ids(officials)
        return Scope(named(days.latest), days.known_at, wanted, ids, nobody)

    def query(self) -> dict[str, Any]:
        """The same question as the parameters of a link."""
        said = self.form.cleaned_data
        found = {name: self.data.getlist(name) for name in NARROWING if said[name]}
        return self.days.query | {"span": said["span"] or "year"} | found


class BreakdownParameters(FiguresParameters):
    """The same, by group."""

    by = OneOfFilter(choices=list(BY.items()), label="分组，不填按牵头单位")
    page = NumberFilter(minimum=1, label="分组的页码，从 1 起")


class PartParameters(FiguresParameters):
    """The matters behind one number."""

    part = OneOfFilter(choices=list(PARTS.items()), label="哪个数，不填为期末未销号")
    page = NumberFilter(minimum=1, label="页码，从 1 起")


@dataclass(frozen=True)
class Line(FiguresLine):
    """The figures of a group, by its name."""

    name: str = ""


def figures_page(asked: BreakdownParameters) -> dict[str, Any]:
    """The template's context. Five queries at most, whatever the number of matters.

    NoSuchPage past the last page of the groups.
    """
    said, days, scope = asked.form.cleaned_data, asked.days, asked.scope()
    by = said["by"] or USUAL
    grouped = replace(scope, period=Period.year_of(scope.period.last)) if by == "month" else scope
    found = counts_by(grouped, by)
    shown = page_of(in_order(found, by), said["page"], LINES)
    names = names_of(by, [key for key, _ in shown.object_list])
    total = Line(scope.period, total_of(scope, found, by), asked.query(), "合计")
    return {
        "as_of": days.as_of,
        "known_at": days.known_at,
        "form": asked.form,
        "span": said["span"] or "year",
        "by": by,
        "by_name": BY[by],
        "ways": BY.items(),
        "period": scope.period,
        "total": total,
        "narrowed": any(said[name] for name in NARROWING),
        "page": _lines(shown, names, by, asked, grouped),
    }


def total_of(scope: Scope, found: dict[Any, Counts], by: str) -> Counts:
    """All groups together, of which each matter is in one. Two queries for months, else none.

    What is open at a month's end may be open at the next.
    """
    return counts(scope) if by == "month" else sum(found.values(), Counts())


def in_order(found: dict[Any, Counts], by: str) -> list[tuple[Any, Counts]]:
    """Groups as they are shown: months in their order, of others that with the most to do first."""
    if by == "month":
        return sorted(found.items())
    return sorted(found.items(), key=lambda pair: (-pair[1].handled, str(pair[0])))


def _lines(
    shown: Page[Any],
    names: dict[Any, str],
    by: str,
    asked: BreakdownParameters,
    scope: Scope,
) -> Page[Any]:
    base = asked.query()
    shown.object_list = [
        Line(scope.period, found, base | _group(by, key, scope.period), names.get(key, ""))
        for key, found in shown.object_list
    ]
    return shown


def _group(by: str, key: Any, period: Period) -> dict[str, Any]:
    """The parameters that narrow to one group."""
    if by == "month":
        end = (key + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        return {"span": "month", "as_of": min(end, period.last).isoformat()}
    name = {"agency": "lead_agency", "official": "lead_official"}.get(by, by)
    return {name: "none" if key is None else key}


@dataclass(frozen=True)
class Row:
    """A matter behind a number: the span that counted it, on which day, and what is to be said."""

    span: MatterSpan
    day: date
    said: str


def part_page(asked: PartParameters) -> dict[str, Any]:
    """The template's context: a page of the matters behind a number. Two queries.

    NoSuchPage past the end.
    """
    said, days, scope = asked.form.cleaned_data, asked.days, asked.scope()
    part = said["part"] or "open"
    spans = scope.part(part).select_related("matter__project", "matter__enterprise", "agency")
    shown = page_of(spans.order_by("first", "pk"), said["page"], ROWS)
    return {
        "as_of": days.as_of,
        "known_at": days.known_at,
        "form": asked.form,
        "period": scope.period,
        "part": part,
        "part_name": PARTS[part],
        "page": shown,
        "rows": list(_rows(shown, part, scope)),
        "back": urlencode(asked.query(), doseq=True),
    }


def _rows(found: Iterable[MatterSpan], part: str, scope: Scope) -> Iterator[Row]:
    for span in found:
        said = ""
        if part == "reopened":
            said = f"{span.undone_on:%Y-%m-%d} 重开"
        elif span.close:
            said = CLOSE_NAMES[Close(span.close)]
        elif part != "returned" and span.late_on and span.late_on <= scope.period.last:
            said = f"{span.late_on:%Y-%m-%d} 起超期"
        yield Row(span, span.first, said)


def _ids(found: Any) -> tuple[int, ...]:
    """The ids of one record, or of several."""
    if isinstance(found, Agency | Official | Programme):
        return (found.pk,)
    return tuple(found)
