"""Whether an actual figure reaches a target, by how the target was worded."""

from decimal import Decimal

import pytest

from projects.choices import Comparator
from projects.rules.targets import REACHED, reached


@pytest.mark.parametrize(
    ("comparator", "below", "at", "above"),
    [
        ("=", False, True, True),
        (">=", False, True, True),
        (">", False, False, True),
        ("≈>", False, False, True),
        ("<=", True, True, False),
        ("<", True, False, False),
    ],
)
def test_target_is_reached_as_it_was_worded(
    comparator: str, below: bool, at: bool, above: bool
) -> None:
    target = Decimal(45)
    answers = [reached(comparator, Decimal(actual), target) for actual in (44, 45, 46)]
    assert answers == [below, at, above]


@pytest.mark.parametrize(
    ("actual", "value"), [(None, Decimal(45)), (Decimal(45), None), (None, None)]
)
def test_unknown_figures_are_neither_reached_nor_missed(
    actual: Decimal | None, value: Decimal | None
) -> None:
    assert reached("=", actual, value) is None


def test_every_comparator_has_its_rule() -> None:
    assert set(REACHED) == set(Comparator.values)
