"""Which change of an amount waits for a second person."""

from datetime import date
from decimal import Decimal

import pytest

from kuancheng.proposals.models import AmountRules
from kuancheng.proposals.rules.amounts import Limits, needs_second

ALWAYS = Limits()
FROM_500_OR_4_PERCENT = Limits(Decimal(500), Decimal(4))
BY_PERCENT = Limits(None, Decimal(10))


@pytest.mark.parametrize(
    ("before", "after", "limits", "expected"),
    [
        (100, 100, ALWAYS, False),
        (100, "100.01", ALWAYS, True),
        (None, None, ALWAYS, False),
        (None, 100, FROM_500_OR_4_PERCENT, True),
        (100, None, FROM_500_OR_4_PERCENT, True),
        (20_000, "20499.99", FROM_500_OR_4_PERCENT, False),
        (20_000, 20_500, FROM_500_OR_4_PERCENT, True),
        (20_000, 19_500, FROM_500_OR_4_PERCENT, True),
        (10_000, 10_400, FROM_500_OR_4_PERCENT, True),
        (10_000, "10399.99", FROM_500_OR_4_PERCENT, False),
        (1_000_000, 1_099_999, BY_PERCENT, False),
        (1_000_000, 1_100_000, BY_PERCENT, True),
        (0, 1, BY_PERCENT, True),
    ],
)
def test_a_change_waits_from_either_limit_on(
    before: object, after: object, limits: Limits, expected: bool
) -> None:
    old, new = (None if each is None else Decimal(str(each)) for each in (before, after))
    assert needs_second(old, new, limits) is expected


@pytest.mark.django_db
def test_every_change_waits_until_the_office_says_otherwise() -> None:
    assert AmountRules.objects.limits_on(date(2024, 10, 15)) == Limits(Decimal(0), None)
