"""The figures of matters, counted in SQL from their spans: together, by group, by month.

The spans are kept because a figure asks of every matter what only its steps and the calendar
tell (days charged, lateness after pauses): folding 100,000 matters takes a minute, counting their
spans a fraction of a second. A step rewrites the spans of its own matter alone.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.db.models import (
    Case,
    Count,
    DateField,
    F,
    FilteredRelation,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)

from kuancheng.reports.judging.known import end_of, last_recorded
from kuancheng.reports.models import MatterSpan
from projects.choices import Factor, MatterKind, Role
from projects.models import Agency, Assignment, Official
from projects.rules.matters.figures import Counts, Period
from projects.rules.matters.spans import Close, Phase, Verdict

BY = {
    "agency": "牵头单位",
    "official": "包保领导",
    "kind": "类别",
    "factor": "要素",
    "month": "月份",
}
"""What figures are broken down by."""
COLUMNS = {
    "agency": "agency",
    "official": "official",
    "kind": "matter__kind",
    "factor": "matter__factor",
}
UNKNOWN = "（未登记）"
NOBODY = "（没有包保领导）"

PARTS = {
    "closed": "办结",
    "on_time": "按期办结",
    "extended": "延期办结",
    "late": "超期办结",
    "reopened": "销号后重开",
    "open": "期末未销号",
    "overdue": "期末超期",
    "slipped": "到期未办结",
    "paused": "期末暂停",
    "answered": "期末待核查",
    "returned": "退回",
}
"""The numbers that open into the matters which make them up."""
GIVEN = ("closed", "on_time", "extended", "late", "reopened", "returned")
"""Those of PARTS that verdicts of the period make up; the others are open at its end."""


@dataclass(frozen=True)
class Scope:
    """What is counted: a period, as known at the end of a day (None: now), and which matters.

    `officials` narrow to the matters of projects that one of these lead officials (包保领导) held on
    the day in question: the day of the close or verdict, for what is open the period's last.
    `nobody` adds those that nobody held.
    """

    period: Period
    known_on: date | None = None
    wanted: Q = field(default_factory=Q)
    officials: tuple[int, ...] = ()
    nobody: bool = False

    @property
    def by_official(self) -> bool:
        """Whether officials are asked for."""
        return self.nobody or bool(self.officials)

    def known(self, column: str) -> Q:
        """That what is written in the column had been written by then."""
        return Q() if self.known_on is None else Q(**{f"{column}__lte": end_of(self.known_on)})

    def after(self, column: str) -> Q:
        """That it was written only afterwards, or never."""
        never = Q(**{column: None})
        if self.known_on is None:
            return never
        return never | Q(**{f"{column}__gt": end_of(self.known_on)})

    def given(self) -> QuerySet[MatterSpan]:
        """The spans that the period's verdicts began."""
        rows = MatterSpan.objects.exclude(verdict="").filter(self.known("known_from"), self.wanted)
        return rows.filter(first__range=(self.period.first, self.period.last)).order_by()

    def left(self) -> QuerySet[MatterSpan]:
        """One span for each matter that was open at the end of the period's last day."""
        last = self.period.last
        lasts = Q(ended_on__gt=last)
        if self.known_on is not None:
            lasts |= self.after("ended_at")
        rows: QuerySet[MatterSpan] = MatterSpan.objects.begun(last)
        return rows.filter(lasts, self.wanted, self.known("known_from")).order_by()

    def part(self, code: str) -> QuerySet[MatterSpan]:
        """The spans that make up one of PARTS."""
        rows = self.given() if code in GIVEN else self.left()
        found = (_given(self) if code in GIVEN else _left(self))[code]
        day = F("first") if code in GIVEN else Value(self.period.last, DateField())
        return _of_official(rows.filter(found), self, day)


def counts(scope: Scope) -> Counts:
    """All together. Two queries."""
    found = _given_rows(scope).aggregate(**_sums(_given(scope)), used=_used(scope))
    return Counts(**found, **_left_rows(scope).aggregate(**_sums(_left(scope))))


def counts_by(scope: Scope, by: str) -> dict[Any, Counts]:
    """By one of BY, by record id, code or first day; None where there is none. Two queries.

    Every month of the period is there, also one without matters.
    """
    if by == "month":
        return _by_month(scope)
    column, with_officials = COLUMNS[by], by == "official"
    given = _given_rows(scope, officials=with_officials).values(column)
    left = _left_rows(scope, officials=with_officials).values(column)
    found: dict[Any, Counts] = {}
    _add(found, column, given.annotate(**_sums(_given(scope)), days=_used(scope)))
    _add(found, column, left.annotate(**_sums(_left(scope))))
    return found


def names_of(by: str, keys: Iterable[Any]) -> dict[Any, str]:
    """What groups are called. One query for records, none for codes and months."""
    wanted = set(keys)
    if by == "month":
        return {key: f"{key:%Y-%m}" for key in wanted}
    choices = {"kind": MatterKind, "factor": Factor}.get(by)
    if choices:
        return {code: str(label) for code, label in choices.choices}
    model: Any = Agency if by == "agency" else Official
    found = dict(model.objects.filter(pk__in=wanted - {None}).values_list("pk", "name"))
    return found | {None: UNKNOWN if by == "agency" else NOBODY}


def _given(scope: Scope) -> dict[str, Q]:
    closed = Q(verdict=Verdict.CLOSED.value)
    stands = closed & scope.after("undone_at")
    gone = closed & Q(undone_on__isnull=False) & scope.known("undone_at")
    return {
        "closed": stands,
        "on_time": stands & Q(close=Close.ON_TIME.value),
        "extended": stands & Q(close=Close.EXTENDED.value),
        "late": stands & Q(close=Close.LATE.value),
        "reopened": gone,
        "undone": gone & Q(undone_on__gt=scope.period.last),
        "verdicts": ~Q(verdict=""),
        "returned": Q(verdict=Verdict.RETURNED.value),
    }


def _left(scope: Scope) -> dict[str, Q]:
    slipped = Q(late_on__lte=scope.period.last)
    held = Q(phase=Phase.HELD.value)
    return {
        "open": ~Q(phase=Phase.CLOSED.value),
        "overdue": slipped & held & Q(paused=False),
        "slipped": slipped,
        "paused": Q(paused=True),
        "answered": Q(phase=Phase.ANSWERED.value),
    }


def _sums(parts: dict[str, Q]) -> dict[str, Count]:
    return {name: Count("pk", filter=part) for name, part in parts.items()}


def _used(scope: Scope) -> Sum:
    return Sum("used", filter=_given(scope)["closed"], default=0)


def _given_rows(scope: Scope, *, officials: bool = False) -> QuerySet[Any]:
    return _of_official(scope.given(), scope, F("first"), officials=officials)


def _left_rows(scope: Scope, *, officials: bool = False) -> QuerySet[Any]:
    day = Value(scope.period.last, DateField())
    return _of_official(scope.left(), scope, day, officials=officials)


def _of_official(
    rows: QuerySet[Any], scope: Scope, day: Any, *, officials: bool = False
) -> QuerySet[Any]:
    """The rows with the lead official of their day, where officials are asked for."""
    if not (officials or scope.by_official):
        return rows
    found = _with_official(rows, scope.known_on, day)
    if not scope.by_official:
        return found
    wanted = Q(official__in=scope.officials)
    return found.filter(wanted | Q(official=None) if scope.nobody else wanted)


def _with_official(rows: QuerySet[Any], known_on: date | None, day: Any) -> QuerySet[Any]:
    if known_on is not None:
        tenures = last_recorded(Assignment, known_on).filter(
            Q(until=None) | Q(until__gte=OuterRef("held_on")),
            project_id=OuterRef("matter__project_id"),
            role=Role.LEAD_OFFICIAL,
            since__lte=OuterRef("held_on"),
        )
        first = tenures.order_by("-since").values("official_id")[:1]
        return rows.annotate(held_on=day).annotate(official=Subquery(first))
    path = "matter__project__assignments"
    lasts = Q(**{f"{path}__until": None}) | Q(**{f"{path}__until__gte": day})
    leads = Q(**{f"{path}__role": Role.LEAD_OFFICIAL, f"{path}__since__lte": day})
    tenure = FilteredRelation(path, condition=leads & lasts)
    return rows.annotate(tenure=tenure).annotate(official=F("tenure__official_id"))


def _add(found: dict[Any, Counts], column: str, rows: Iterable[dict[str, Any]]) -> None:
    for row in rows:
        key = row.pop(column)
        if "days" in row:
            row["used"] = row.pop("days")
        found[key] = found.get(key, Counts()) + Counts(**row)


def _by_month(scope: Scope) -> dict[Any, Counts]:
    months = scope.period.months
    found = {each.first: Counts() for each in months}
    given = _given(scope)
    given["undone"] = given["reopened"] & Q(undone_on__gt=F("month_end"))
    rows = _given_rows(scope).annotate(
        month=_by_day((each.last, each.first) for each in months),
        month_end=_by_day((each.last, each.last) for each in months),
    )
    _add(found, "month", rows.values("month").annotate(**_sums(given), days=_used(scope)))
    first, *more = (_left_at(replace(scope, period=each)) for each in months)
    _add(found, "month", first.union(*more, all=True) if more else first)
    return found


def _by_day(ends: Iterable[tuple[date, date]]) -> Case:
    """For a span's first day, the value that goes with the first of these ends not before it."""
    whens = (When(first__lte=last, then=Value(value, DateField())) for last, value in ends)
    return Case(*whens, output_field=DateField())


def _left_at(scope: Scope) -> QuerySet[Any]:
    month = Value(scope.period.first, DateField())
    rows = _left_rows(scope).annotate(month=month).values("month")
    return rows.annotate(**_sums(_left(scope)))
