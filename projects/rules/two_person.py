"""双人审核: which changes of a project one person puts forward and another decides."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

Amount = Decimal | None


@dataclass(frozen=True)
class Guarded:
    """What of a project two people decide; as it is before it is registered where left out."""

    total_investment: Amount = None
    standing: str = "normal"
    planned_completion: date | None = None


GUARDED = tuple(Guarded.__dataclass_fields__)
"""The names of those fields, in the order in which they are told."""


def need_second(
    before: Guarded,
    after: Guarded,
    *,
    held: bool,
    of_amount: Callable[[Amount, Amount], bool],
) -> tuple[str, ...]:
    """The guarded fields that this change may not touch without a second person.

    A total investment by `of_amount`, the site's own rule: a first one too, since it enters sums
    at once, even of a project that is only being registered. Every standing. A planned completion
    that was known: a first one moves no promise, and one that a baseline holds (`held`) moves by
    an approved plan only.
    """
    moved = {
        "total_investment": before.total_investment != after.total_investment
        and of_amount(before.total_investment, after.total_investment),
        "standing": before.standing != after.standing,
        "planned_completion": not held
        and before.planned_completion is not None
        and before.planned_completion != after.planned_completion,
    }
    return tuple(name for name in GUARDED if moved[name])
