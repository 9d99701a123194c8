"""Which changes of a project one person may make, and which two decide."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from projects.rules.two_person import Guarded, need_second

KNOWN = Guarded(Decimal(5000), "normal", date(2025, 6, 30))


def from_a_thousand(before: Decimal | None, after: Decimal | None) -> bool:
    return abs((after or Decimal(0)) - (before or Decimal(0))) >= 1000


@pytest.mark.parametrize(
    ("before", "change", "held", "names"),
    [
        (KNOWN, {}, False, ()),
        (KNOWN, {"total_investment": Decimal(6000)}, False, ("total_investment",)),
        (KNOWN, {"total_investment": Decimal(5999)}, False, ()),
        (KNOWN, {"total_investment": None}, False, ("total_investment",)),
        (Guarded(), {"total_investment": Decimal(5000)}, False, ("total_investment",)),
        (Guarded(), {"total_investment": Decimal(900)}, False, ()),
        (KNOWN, {"standing": "withdrawn"}, False, ("standing",)),
        (Guarded(), {"standing": "deferred"}, False, ("standing",)),
        (KNOWN, {"planned_completion": date(2025, 7, 1)}, False, ("planned_completion",)),
        (KNOWN, {"planned_completion": None}, False, ("planned_completion",)),
        # A first date moves no promise; a baseline's moves by an approved plan.
        (Guarded(), {"planned_completion": date(2025, 7, 1)}, False, ()),
        (KNOWN, {"planned_completion": date(2025, 7, 1)}, True, ()),
        (
            KNOWN,
            {"planned_completion": None, "standing": "deferred", "total_investment": Decimal(1)},
            False,
            ("total_investment", "standing", "planned_completion"),
        ),
    ],
)
def test_guarded_fields_wait_for_a_second_person(
    before: Guarded, change: dict[str, Any], held: bool, names: tuple[str, ...]
) -> None:
    after = replace(before, **change)
    assert need_second(before, after, held=held, of_amount=from_a_thousand) == names
