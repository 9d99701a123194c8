"""变更记录: what happened to a project, told month by month."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from django.utils import timezone

from investment.rules.reporting import first_day
from kuancheng.records.changes import Change


@dataclass(frozen=True)
class Act:
    """What one person did within one minute, a sentence a change."""

    when: datetime
    who: str
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class MonthOfActs:
    """A month, its acts, latest first, and how many changes they made."""

    month: date
    acts: tuple[Act, ...]
    changes: int


def acts_by_month(changes: Sequence[Change]) -> tuple[MonthOfActs, ...]:
    """Changes, latest first, as acts of the months in which they happened. No queries."""
    acts = [
        Act(when, who, tuple(str(each) for each in some))
        for (when, who), some in groupby(changes, key=lambda each: (_minute(each.when), each.who))
    ]
    by_month = groupby(acts, key=lambda act: first_day(act.when.date()))
    return tuple(_month(month, some) for month, some in by_month)


def _minute(moment: datetime) -> datetime:
    return timezone.localtime(moment).replace(second=0, microsecond=0)


def _month(month: date, acts: Iterable[Act]) -> MonthOfActs:
    found = tuple(acts)
    return MonthOfActs(month, found, sum(len(act.sentences) for act in found))
