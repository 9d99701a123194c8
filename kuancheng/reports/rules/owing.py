"""Who owes a report, and for which months: asked here by all who show or count what is missing.

`querysets.owing` is the same in SQL.
"""

from datetime import date

REPORTING_STAGES = ("preparation", "started", "construction", "completed")
"""前期 to 竣工: in these stages a month without a report is a lapse."""


def owes_report(stage: str, standing: str, *, done: bool) -> bool:
    """Whether a report is owed for every month: 前期 to 竣工, 正常, and not completed."""
    return stage in REPORTING_STAGES and standing == "normal" and not done


def last_month_owed(stage: str, standing: str, completed_on: date | None, month: date) -> int:
    """The last month of `month`'s year up to it (1 … 12) that a report is owed for; 0 for none.

    A completed project still owes the months up to its completion: completed on 20 June it owes
    January to June. For how long a project is 停工 or 暂缓 nobody recorded: it owes none.
    """
    if completed_on is None:
        return month.month if owes_report(stage, standing, done=False) else 0
    last = min(month, completed_on)
    return last.month if standing == "normal" and last.year == month.year else 0
