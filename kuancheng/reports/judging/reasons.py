"""Reasons as they are kept: written down, and told apart from one day to another."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from investment.rules.rates import round_half_up
from kuancheng.reports.rules.lights import Light, Reason

KeptReason = dict[str, Any]
"""A reason as `reason_json` writes it."""


def reason_json(reason: Reason) -> KeptReason:
    """A reason as it is kept; points with two places."""
    points = None if reason.points is None else str(round_half_up(reason.points))
    return {
        "rule": reason.rule,
        "light": reason.light.value,
        "text": reason.text,
        "days": reason.days,
        "points": points,
        "agency": reason.agency,
        "subject": asdict(reason.subject) if reason.subject else None,
    }


def fired_rules(reasons: Iterable[Reason]) -> str:
    """The rules that fired, each between commas, for `querysets.fired`: “,gap,start_late,”."""
    codes = sorted({each.rule for each in reasons})
    return f",{','.join(codes)}," if codes else ""


def added(now: Sequence[KeptReason], before: Sequence[KeptReason]) -> list[KeptReason]:
    """Those of `now` that did not stand before, or under another light; a growing delay is old."""
    return [each for each in now if not any(_same(each, other) for other in before)]


def _same(one: KeptReason, other: KeptReason) -> bool:
    """Whether both say the same of one thing.

    Reasons that were kept before subjects had keys are known by their subject's name.
    """
    if (one["rule"], one["light"]) != (other["rule"], other["light"]):
        return False
    mine, theirs = one.get("subject"), other.get("subject")
    if mine is None or theirs is None:
        return mine is theirs
    by = "key" if mine["key"] and theirs["key"] else "name"
    return bool(mine["kind"] == theirs["kind"] and mine[by] == theirs[by])


UNRAISABLE = {"matter_overdue", "not_judged", "override"}
"""Rules whose reasons are matters already, or that nobody mends by one."""


def is_raisable(reason: KeptReason) -> bool:
    """Whether a matter can be raised from it: red or yellow, and not about a matter."""
    return reason["light"] in (Light.RED, Light.YELLOW) and reason["rule"] not in UNRAISABLE


def reason_key(reason: KeptReason) -> str:
    """What a reason is known by from day to day: its rule, and what it is about.

    “gap”, “milestone_overdue:milestone:12”.
    """
    subject = reason.get("subject")
    if not subject:
        return str(reason["rule"])
    return f"{reason['rule']}:{subject['kind']}:{subject['key']}"
