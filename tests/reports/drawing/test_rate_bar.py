"""A rate's bar, one unit a percent."""

from decimal import Decimal

import pytest

from kuancheng.reports.drawing.rate_bar import RateBar, rate_bar


@pytest.mark.parametrize(
    ("rate", "due", "bar", "short"),
    [
        ("74.83", "80.46", RateBar(74.8, 80.5, cut=False), 5.7),
        ("82", "82", RateBar(82.0, 82.0, cut=False), 0),
        ("97.2", "83.4", RateBar(97.2, 83.4, cut=False), 0),
        ("0", "82", RateBar(0.0, 82.0, cut=False), 82),
        ("120", None, RateBar(120.0, None, cut=False), 0),
        ("122.60", "100", RateBar(120.0, 100.0, cut=True), 0),
        (None, "82", RateBar(None, 82.0, cut=False), 0),
        (None, None, RateBar(None, None, cut=False), 0),
    ],
)
def test_bar_is_as_long_as_the_rate_and_shows_what_is_short(
    rate: str | None, due: str | None, bar: RateBar, short: float
) -> None:
    drawn = rate_bar(rate and Decimal(rate), due and Decimal(due))  # type: ignore[arg-type]
    assert drawn == bar
    assert drawn.short == short
