"""The year's forecast, worked out by hand."""

from decimal import Decimal

import pytest

from investment.rules.forecast import forecast
from investment.rules.rates import DEFAULT_CURVE, Share, growth


def amounts(*texts: str | None) -> list[Decimal | None]:
    return [None if text is None else Decimal(text) for text in texts]


@pytest.mark.parametrize(
    ("months", "season", "pace"),
    [
        # 300 for 6 of 100 points: 5000 by the season; the pace is the same three months.
        (("50", "50", "200"), "5000", "5000"),
        # To June 1+1+4+8+13+14 = 41 points, 410: 1000. April to June 35 points, 350: pace 10 a point.
        (("10", "10", "40", "80", "130", "140"), "1000", "1000"),
        # 41 points, 300: 731.7…; April to June 240 for 35 points, 59 points ahead: 300 + 404.57…
        (("10", "10", "40", "70", "80", "90"), "731.71", "704.57"),
    ],
)
def test_forecast_by_season_and_by_pace(months: tuple[str, ...], season: str, pace: str) -> None:
    found = forecast(amounts(*months), DEFAULT_CURVE)
    assert found is not None
    assert found.by_season.quantize(Decimal("0.01")) == Decimal(season)
    assert found.by_pace.quantize(Decimal("0.01")) == Decimal(pace)
    assert (found.low, found.high) == tuple(sorted((found.by_season, found.by_pace)))
    assert found.middle == (found.low + found.high) / 2


def test_month_without_a_report_is_left_out_of_amount_and_share() -> None:
    found = forecast(amounts("10", "10", "40", "80", None, "140"), DEFAULT_CURVE)
    assert found is not None
    assert found.by_season == 1000  # 280 for 1 + 1 + 4 + 8 + 14 points
    assert found.by_pace == 870  # 280, and 59 points at 260 for 26 points


@pytest.mark.parametrize(
    "months", [(), ("10",), ("10", "20"), ("10", None, "20"), (None, None, None, None)]
)
def test_nothing_is_forecast_from_fewer_than_three_months(months: tuple[str | None, ...]) -> None:
    assert forecast(amounts(*months), DEFAULT_CURVE) is None


def test_nothing_is_forecast_where_the_plan_gives_the_months_nothing() -> None:
    curve = [Decimal(0)] * 6 + [Decimal(10)] * 6
    assert forecast(amounts("10", "10", "10"), curve) is None


@pytest.mark.parametrize(("left", "high"), [("5000", "5000"), ("4000", "4000"), ("100", "300")])
def test_forecast_stays_within_what_the_total_leaves(left: str, high: str) -> None:
    found = forecast(amounts("50", "50", "200"), DEFAULT_CURVE, Decimal(left))
    assert found is not None
    assert (found.high, found.limited) == (Decimal(high), left != "5000")


@pytest.mark.parametrize(
    ("part", "whole", "percent"), [(12, 15, "80"), (0, 15, "0"), (0, 0, None), (15, 15, "100")]
)
def test_share_of_counted_things(part: int, whole: int, percent: str | None) -> None:
    assert Share(part, whole).percent == (None if percent is None else Decimal(percent))


@pytest.mark.parametrize(
    ("this", "last", "percent"),
    [("120", "100", "20"), ("80", "100", "-20"), ("1", "0", None), (None, "1", None), ("1", None, None)],
)  # fmt: skip
def test_growth_needs_both_amounts(this: str | None, last: str | None, percent: str | None) -> None:
    found = growth(*amounts(this, last))
    assert found == (None if percent is None else Decimal(percent))
