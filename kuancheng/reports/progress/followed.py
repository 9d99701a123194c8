"""What changed on the projects that somebody follows, since he last came."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Max

from investment.choices import ReportState
from kuancheng.access.models import User
from kuancheng.reports.choices import Basis, LightChoice
from kuancheng.reports.models import DailyStatus, Follow
from kuancheng.reports.questions import statuses_on

MOST_TOLD = 10
"""So many changed projects are told, the gravest first."""


@dataclass(frozen=True)
class News:
    """A followed project whose row is another than on the earlier day; `changes` are sentences."""

    row: DailyStatus
    changes: tuple[str, ...]


@dataclass(frozen=True)
class Followed:
    """How many projects are followed, how many of them changed, and the first of these.

    `since` is the kept day that today is compared with, None where none was kept.
    """

    number: int
    since: date | None
    changed: int
    news: tuple[News, ...]


def followed(reader: User, last_visit: date | None, today: date) -> Followed:
    """At most four queries.

    Today is compared with the last day kept before the day of the last visit, so that nothing is
    missed that came later on that day; who comes for the first time is told what the day brought.
    """
    ids = list(Follow.objects.filter(user=reader).values_list("project", flat=True))
    kept = DailyStatus.objects.filter(basis=Basis.DAILY, date__lt=last_visit or today)
    since = kept.aggregate(last=Max("date"))["last"] if ids else None
    if since is None:
        return Followed(len(ids), None, 0, ())
    then = {row.project_id: row for row in kept.filter(date=since, project__in=ids)}
    rows = statuses_on(today).filter(project__in=ids).for_list()
    news = [
        News(row, tuple(changes(then[row.project_id], row)))
        for row in rows.order_by("-severity", "project__code")
        if row.project_id in then
    ]
    told = [each for each in news if each.changes]
    return Followed(len(ids), since, len(told), tuple(told[:MOST_TOLD]))


def changes(then: DailyStatus, now: DailyStatus) -> Iterator[str]:
    """What differs between two days of one project, in words."""
    if then.light != now.light:
        yield f"由{then.get_light_display()}转{LightChoice(now.light).label}"
    if _approved(now) and _report(then) != _report(now):
        yield f"{now.money_month.month}月进展已复核"
    finished = now.milestones_done - then.milestones_done
    if finished > 0:
        yield f"完成节点 {finished} 个"
    yield from _moved(then, now)


def _report(row: DailyStatus) -> tuple[Any, str]:
    return row.money_month, row.report_state


def _approved(row: DailyStatus) -> bool:
    return row.report_state == ReportState.APPROVED


def _moved(then: DailyStatus, now: DailyStatus) -> Iterator[str]:
    """A forecast that merely slips with the days that passed is not news."""
    before, after = then.forecast_completion, now.forecast_completion
    if before is None or after is None:
        return
    days = (after - before).days
    if days < 0:
        yield f"预计竣工提前 {-days} 天，到 {after}"
    elif days > (now.date - then.date).days:
        yield f"预计竣工推后 {days} 天，到 {after}"
