"""What SQL gathers from kept copies."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Count, F, FilteredRelation, Q, QuerySet, Sum, Value

from investment.rules import rates
from kuancheng.access.models import User, Visitor
from kuancheng.reports.choices import (
    Audience,
    Basis,
    BulletinState,
    LightChoice,
    ProRataBasis,
    Unreported,
)
from kuancheng.reports.rules.owing import REPORTING_STAGES
from projects.choices import Standing
from projects.models import Agency
from projects.rules.matters.spans import Phase
from projects.rules.standing import JUDGED_STANDINGS


@dataclass(frozen=True)
class Totals:
    """Sums over the projects of a list: 万元, percent and points unrounded.

    A sum is None when nobody reported the figure; `*_missing` counts the projects that did not.
    `pending_ytd` is what was submitted and waits for review, on `pending_projects` projects; it is
    in no other sum. Rate, pro-rata and gap are those of the projects with an annual plan, taken together and
    weighted by plan. `judged` counts the projects whose deadlines count.
    """

    projects: int
    judged: int
    total_investment: Decimal | None
    total_investment_missing: int
    annual_plan: Decimal | None
    annual_plan_missing: int
    completed_month: Decimal | None
    completed_month_missing: int
    completed_ytd: Decimal | None
    completed_ytd_missing: int
    completed_total: Decimal | None
    completed_total_missing: int
    pending_ytd: Decimal | None
    pending_projects: int
    completed_on_plan: Decimal | None
    completion_rate: Decimal | None
    pro_rata_linear: Decimal | None
    pro_rata_seasonal: Decimal | None
    gap: Decimal | None

    @property
    def behind(self) -> bool:
        """Whether the gap is something that anybody is behind with: 暂缓 and 退出 owe nothing."""
        return self.gap is not None and self.gap < 0 and self.judged > 0


AMOUNTS = tuple(
    name.removesuffix("_missing") for name in Totals.__annotations__ if name.endswith("_missing")
)
"""What is summed, each with the number of projects that did not report it."""

SUMS: dict[str, Any] = {
    "projects": Count("pk"),
    "judged": Count("pk", filter=Q(standing__in=JUDGED_STANDINGS)),
    "sum_planned": Sum("completed_ytd", filter=Q(annual_plan__gt=0)),
    "sum_linear": Sum(F("annual_plan") * F("pro_rata_linear")),
    "sum_seasonal": Sum(F("annual_plan") * F("pro_rata_seasonal")),
    "sum_pending_ytd": Sum("pending_ytd"),
    "pending_projects": Count("pk", filter=Q(pending_reports__gt=0)),
    **{f"sum_{name}": Sum(name) for name in AMOUNTS},
    **{f"{name}_missing": Count("pk", filter=Q(**{name: None})) for name in AMOUNTS},
}
"""The aggregates that make `Totals`. No sum is named like its column: it would hide it."""


LIGHTS: dict[str, Any] = {
    f"light_{light}": Count("pk", filter=Q(light=light)) for light in LightChoice
}


@dataclass(frozen=True)
class GroupTotals:
    """What the rows of one group add up to, and how many wear each light."""

    totals: Totals
    lights: dict[str, int]


def _group(row: dict[str, Any], basis: str) -> GroupTotals:
    lights = {light: row[f"light_{light}"] for light in LightChoice.values}
    return GroupTotals(_totals(row, basis), lights)


def _totals(found: dict[str, Any], basis: str) -> Totals:
    total, planned = found["sum_annual_plan"], found["sum_planned"]
    linear, seasonal = (
        found[name] / total if total else None for name in ("sum_linear", "sum_seasonal")
    )
    elapsed = linear if basis == ProRataBasis.LINEAR else seasonal
    return Totals(
        projects=found["projects"],
        judged=found["judged"],
        pending_ytd=found["sum_pending_ytd"],
        pending_projects=found["pending_projects"],
        completed_on_plan=planned,
        completion_rate=rates.completion_rate(planned, total),
        pro_rata_linear=linear,
        pro_rata_seasonal=seasonal,
        gap=None if elapsed is None else rates.gap(planned, total, elapsed),
        **{name: found[f"sum_{name}"] for name in AMOUNTS},
        **{f"{name}_missing": found[f"{name}_missing"] for name in AMOUNTS},
    )


def fired(*rules: str) -> Q:
    """Daily rows with any of these rules among their reasons.

    Each code stands between commas in a column of its own, so it is found whole, in no other
    reason's words, and alike on both databases. Ten rules over 10,000 rows take 20 ms; in the JSON
    of the reasons it is 200 ms on SQLite.
    """
    found = Q()
    for rule in rules:
        found |= Q(fired_rules__contains=f",{rule},")
    return found


def owing(unfinished: Q, path: str = "") -> Q:
    """What owes a report for every month of work: `rules.owing.owes_report` in SQL.

    `unfinished` says what is not completed, `path` stands before stage and standing (`today_`).
    Whether the project stood still in the month is asked beside it.
    """
    stage = Q(**{f"{path}stage__in": REPORTING_STAGES})
    return unfinished & stage & Q(**{f"{path}standing": Standing.NORMAL})


def reported_as(state: str, path: str = "") -> Q:
    """Daily rows by the state of the money month's report, or by why there is none.

    未报送 is who owes one; a project that owes none and filed none is 无须报送.
    """
    none = Q(**{f"{path}report_state": ""})
    owed = owing(Q(**{f"{path}done": False, f"{path}stood_still": False}), path)
    if state == Unreported.MISSING:
        return none & owed
    if state == Unreported.NOT_OWED:
        return none & ~owed
    return Q(**{f"{path}report_state": state})


class LightOverrideQuerySet(models.QuerySet[Any]):
    """Lights set by hand."""

    def in_force(self, day: date) -> "LightOverrideQuerySet":
        """Those that hold on that day."""
        begun = self.filter(since__lte=day, until__gte=day)
        return begun.filter(Q(revoked_on__isnull=True) | Q(revoked_on__gt=day))


class DailyStatusQuerySet(models.QuerySet[Any]):
    """Daily rows of a day."""

    def on(self, day: date, *, today: date, known_on: date | None = None) -> "DailyStatusQuerySet":
        """The rows that answer for a day: today's own, or a past day recalled from present facts.

        With `known_on`, from what was on record at the end of that day. Call `daily.ensure` with
        the same days first, which writes what is missing.
        """
        if known_on is not None:
            return self.filter(basis=Basis.KNOWN, date=day, known_on=known_on)
        basis = Basis.DAILY if day == today else Basis.RECALLED
        return self.filter(basis=basis, date=day)

    def fired(self, *rules: str) -> "DailyStatusQuerySet":
        """Those with any of these rules among their reasons."""
        return self.filter(fired(*rules))

    def turned_since(self, earlier: date) -> "DailyStatusQuerySet":
        """Rows whose light differs from that kept on an earlier day, which is their `before`."""
        # A join, which costs a third of a subquery; with `known_on` by the index that makes the
        # earlier row the only one. No negation: Django would ask for the join again.
        kept = {"basis": Basis.DAILY, "date": earlier, "known_on": earlier}
        path = "project__daily_statuses"
        on = Q(**{f"{path}__{name}": value for name, value in kept.items()})
        found = self.annotate(past=FilteredRelation(path, condition=on), before=F("past__light"))
        return found.filter(Q(before__lt=F("light")) | Q(before__gt=F("light")))

    def by_light(self) -> dict[str, int]:
        """How many rows wear each light. One query."""
        counted = self.order_by().values_list("light").annotate(Count("pk"))
        return dict(counted)

    def totals(self, *, basis: str) -> Totals:
        """What the rows add up to; `basis` is the pro-rata that drives the lights. One query."""
        return _totals(self.order_by().aggregate(**SUMS), basis)

    def totals_by(self, column: str, *, basis: str) -> "dict[Any, GroupTotals]":
        """The same for each value of a column, with the lights by number. One query."""
        found = self.order_by().values(column).annotate(**SUMS, **LIGHTS)
        return {row[column]: _group(row, basis) for row in found}

    def totals_in(self, parts: Mapping[int, Q], *, basis: str) -> "dict[int, GroupTotals]":
        """The same for each part by its key; a row counts in every part it is in. One query.

        Parts without rows are left out.
        """
        asked = [
            self.filter(part)
            .order_by()
            .annotate(part=Value(key, output_field=models.IntegerField()))
            .values("part")
            .annotate(**SUMS, **LIGHTS)
            for key, part in parts.items()
        ]
        if not asked:
            return {}
        found = asked[0].union(*asked[1:], all=True) if len(asked) > 1 else asked[0]
        return {row["part"]: _group(row, basis) for row in found if row["projects"]}

    def for_list(self) -> "DailyStatusQuerySet":
        """With the names that a list shows: one query whatever the number of rows."""
        return self.select_related(
            "project", "lead_official", "liaison_officer", "lead_agency", "subdistrict"
        )


class MatterSpanQuerySet(models.QuerySet[Any]):
    """Spans of matters that somebody still had to do something about, by the day."""

    def begun(self, day: date) -> "MatterSpanQuerySet":
        """Begun by that day, and not cut by a pause up to it; they may have ended."""
        uncut = Q(cut=None) | Q(cut__gt=day)
        return self.exclude(phase=Phase.CLOSED.value).filter(uncut, first__lte=day)

    def lasting(self, day: date) -> "MatterSpanQuerySet":
        """One for each matter that was open at the end of that day."""
        return self.begun(day).filter(ended_on__gt=day)

    def late(self, day: date) -> "MatterSpanQuerySet":
        """Those with the agency after the due day, its clock running."""
        held = self.lasting(day).filter(phase=Phase.HELD.value, paused=False)
        return held.filter(late_on__lte=day)


class BulletinQuerySet(models.QuerySet[Any]):
    """Bulletins by who may see them."""

    def visible_to(self, user: Visitor) -> "BulletinQuerySet":
        """Every one for who drafts or approves; the issued ones for whoever may view bulletins."""
        if user.has_perm("reports.change_bulletin") or user.has_perm("reports.approve_bulletin"):
            return self
        issued = self.filter(state=BulletinState.ISSUED)
        return issued if user.has_perm("reports.view_bulletin") else self.none()

    def waiting_for(self, user: User) -> "BulletinQuerySet":
        """Those put before who approves, in which the account has no hand."""
        waiting = self.filter(state=BulletinState.SUBMITTED).exclude(
            Q(author=user) | Q(submitter=user)
        )
        theirs = waiting.filter(Q(paragraphs__edited_by=user) | Q(paragraphs__typed_by=user))
        return waiting.exclude(pk__in=theirs.order_by().values("pk"))


class SavedViewQuerySet(models.QuerySet[Any]):
    """Saved views by who may use and who may change them."""

    def visible_to(self, user: User) -> "SavedViewQuerySet":
        """His own, those shared with his agency, and those shared with everyone."""
        ours = Q(audience=Audience.AGENCY, agency__in=_agencies_of(user))
        return self.filter(Q(owner=user) | ours | Q(audience=Audience.EVERYONE))

    def editable_by(self, user: User) -> "SavedViewQuerySet":
        """His own; for whoever oversees the portfolio, every one that he sees."""
        if user.has_perm("projects.oversee_portfolio"):
            return self.visible_to(user)
        return self.filter(owner=user)


def _agencies_of(user: User) -> QuerySet[Agency]:
    found: QuerySet[Agency] = Agency.objects.where_serve([user])
    return found
