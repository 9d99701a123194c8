"""How far a plan is fulfilled, told by its steps: what the wall chart fills the plan's bar by."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Fulfilment:
    """The day of the plan that the work has come to, and how many days behind or ahead that is.

    `behind` counts as overdue days do: from the day on which the first open step was due.
    """

    until: date
    behind: int
    ahead: int


def fulfilment(steps: Iterable[tuple[date, bool]], as_of: date) -> Fulfilment | None:
    """The plan is fulfilled until the first step that is not done; None without any step.

    `steps` are planned finishes, each with whether it is done. While nothing is overdue, the plan
    is fulfilled until the day itself, or until the last step before the first open one, where that
    was planned for later. Done on 31 July and 20 August, open 14 September, asked on 15 October:
    until 14 September, 31 days behind. The same asked on 1 September: until that day, neither.
    """
    planned = sorted(steps)
    if not planned:
        return None
    first_open = next((day for day, done in planned if not done), None)
    if first_open is not None and first_open < as_of:
        return Fulfilment(first_open, (as_of - first_open).days, 0)
    reached = max(
        (day for day, done in planned if done and (first_open is None or day < first_open)),
        default=as_of,
    )
    until = reached if first_open is None else max(reached, as_of)
    return Fulfilment(until, 0, max(0, (until - as_of).days))
