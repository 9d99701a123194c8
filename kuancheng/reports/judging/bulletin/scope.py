"""Whose month a bulletin tells of: the projects on the year's lists on its last day, as known when."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from investment.rules.reporting import last_day
from kuancheng.asking.parameters import Days
from kuancheng.reports.choices import Basis
from kuancheng.reports.judging.daily import BATCH, daily_status
from kuancheng.reports.judging.lists import listed_projects
from kuancheng.reports.judging.parts import with_industry
from kuancheng.reports.judging.progress import progress_rows
from kuancheng.reports.judging.terms import reporting_calendar, rows_on, rules_on
from kuancheng.reports.models import DailyStatus, RuleSet
from kuancheng.reports.querysets import DailyStatusQuerySet
from projects.models import Programme, Project


@dataclass(frozen=True)
class Scope:
    """A month, the day on which its bulletin is written, and the moment whose records it answers from.

    `known_at` is None for now.
    """

    month: date
    day: date
    known_at: datetime | None

    @property
    def last(self) -> date:
        """The month's last day: what had come by then counts."""
        return last_day(self.month)

    @property
    def days(self) -> Days:
        """The same, for those who ask by days."""
        return Days(self.last, self.known_at)

    @cached_property
    def rules(self) -> RuleSet:
        """The thresholds that judge the month. One query, or two."""
        return rules_on(self.last, self.known_at)

    @cached_property
    def projects(self) -> dict[int, str]:
        """The projects on the year's lists on the last day: code by id, in the order of the codes.

        One query.
        """
        lists = Programme.objects.filter(year=self.month.year).values("pk")
        found = rows_on(Project, self.known_at).filter(id__in=listed_projects(lists, self.days))
        return dict(found.order_by("code").values_list("id", "code"))

    def rows(self, model: Any) -> QuerySet[Any]:
        """The table, or its history as it was known."""
        return rows_on(model, self.known_at)

    def link(self, path: str, *, on: date | None = None, **asked: object) -> str:
        """An address that asks for the month's last day, or another, as known when this is written."""
        known = timezone.localdate(self.known_at) if self.known_at else self.day
        days = {"as_of": on or self.last, "known_at": known}
        return f"{path}?{urlencode(days | asked, doseq=True)}"

    @cached_property
    def due(self) -> date:
        """The day on which the month's reports were due: from then on its money is shown. One query."""
        return reporting_calendar(self.rules, self.known_at).due(self.month)


@contextmanager
def closing_rows(scope: Scope) -> Iterator[DailyStatusQuerySet]:
    """The month's rows as of its last day, with its own money, for SQL to sum; gone afterwards.

    A daily row of that day has the money of the month before: the month's reports are due later.
    Twenty queries for each 500 projects.
    """
    ids = list(scope.projects)
    with transaction.atomic():
        for start in range(0, len(ids), BATCH):
            found = progress_rows(
                ids[start : start + BATCH],
                scope.last,
                known_on=scope.known_at,
                rules=scope.rules,
                month=scope.month,
            )
            made = [daily_status(row, Basis.CLOSING, scope.last) for row in found]
            DailyStatus.objects.bulk_create(made)
        closing = DailyStatus.objects.filter(basis=Basis.CLOSING, date=scope.last)
        yield with_industry(closing, scope.known_at)
        closing.delete()
