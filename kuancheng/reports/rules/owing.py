"""Who owes a report, and for which months: asked here by all who show or count what is missing.

`querysets.owing` is the same in SQL.
"""

from collections.abc import Collection
from datetime import date

from projects.rules.standing import NORMAL, SUSPENDED
from projects.rules.stops import Standstill, stood_still

REPORTING_STAGES = ("preparation", "started", "construction", "completed")
"""前期 to 竣工: in these stages a month without a report is a lapse."""


def owes_report(stage: str, standing: str, *, done: bool, stood_still: bool = False) -> bool:
    """Whether a month's report is owed: 前期 to 竣工, 正常, not completed.

    None is owed for a month on whose every day the project `stood_still`.
    """
    in_time = stage in REPORTING_STAGES and standing == NORMAL
    return in_time and not done and not stood_still


def months_owed(
    stage: str,
    standing: str,
    completed_on: date | None,
    month: date,
    stops: Collection[Standstill] = (),
) -> tuple[int, ...]:
    """The months of `month`'s year up to it (1 … 12) whose reports its figures need.

    A completed project still owes the months up to its completion: completed on 20 June it owes
    January to June. A month of which it stood still every day is owed by nobody; the months before
    a stop are, also while it lasts. Without a stop on record 停工 owes none, as 暂缓 does: for how
    long nobody recorded.
    """
    if standing != NORMAL and not (standing == SUSPENDED and stops):
        return ()
    if completed_on is None:
        last = month.month if stage in REPORTING_STAGES else 0
    else:
        final = min(month, completed_on)
        last = final.month if final.year == month.year else 0
    every = range(1, last + 1)
    return tuple(each for each in every if not stood_still(stops, date(month.year, each, 1)))
