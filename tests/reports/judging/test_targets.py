"""Where programmes' figures stood by the records of an earlier day."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from kuancheng.asking.parameters import Days
from kuancheng.reports.judging.targets import standings_on
from projects.choices import Measure
from projects.models import Programme, Target, TargetReading
from tests import factories
from tests.clock import on

pytestmark = pytest.mark.django_db

TODAY = date(2024, 10, 15)


@pytest.fixture
def programme() -> Programme:
    """A list of one, of two from the 10th on, of two with a smaller total from the 12th on."""
    with on(1):
        first = factories.project(total_investment=Decimal(60_000))
        made = factories.programme(first)
        for order, (name, measure, unit) in enumerate(
            (
                ("项目数", Measure.PROJECT_COUNT, "个"),
                ("总投资", Measure.TOTAL_INVESTMENT, "亿元"),
                ("道路", Measure.READING, "条"),
            )
        ):
            Target.objects.create(
                programme=made, order=order, name=name, measure=measure, unit=unit, value=2
            )
    with on(8):
        roads = Target.objects.get(name="道路")
        TargetReading.objects.create(target=roads, date=date(2024, 9, 30), value=Decimal(1))
    with on(10):
        second = factories.project(total_investment=None)
        factories.listing(programme=made, project=second, number=2)
    with on(12):
        first.total_investment = Decimal(50_000)
        first.save()
        reading = TargetReading.objects.get()
        reading.value = Decimal(3)
        reading.save()
    return made


def figures(programme: Programme, as_of: date, known_at: date | None) -> list[Any]:
    found = standings_on([programme], Days(as_of, known_at)).get(programme.pk, [])
    return [(each.actual, each.not_reported) for each in found]


@pytest.mark.parametrize(
    ("day", "found"),
    [
        (7, [(1, 0), (6, 0), (None, 0)]),
        (8, [(1, 0), (6, 0), (1, 0)]),
        (10, [(2, 0), (6, 1), (1, 0)]),
        (12, [(2, 0), (5, 1), (3, 0)]),
        (None, [(2, 0), (5, 1), (3, 0)]),
    ],
)
def test_figures_are_what_was_on_record(
    programme: Programme, day: int | None, found: list[Any]
) -> None:
    assert figures(programme, TODAY, date(2024, 10, day) if day else None) == found


def test_reading_of_a_later_day_does_not_answer_for_an_earlier_one(programme: Programme) -> None:
    assert figures(programme, date(2024, 9, 29), TODAY)[2] == (None, 0)
    assert figures(programme, date(2024, 9, 30), TODAY)[2] == (3, 0)


def test_programme_without_figures_yet_has_none(programme: Programme) -> None:
    assert figures(programme, TODAY, date(2024, 9, 30)) == []


@pytest.mark.parametrize("count", [1, 20])
def test_figures_as_known_cost_four_queries(count: int, django_assert_num_queries: Any) -> None:
    for _ in range(count):
        made = factories.programme(factories.project(), factories.project())
        target = Target.objects.create(programme=made, name="道路", unit="条")
        TargetReading.objects.create(target=target, date=date(2024, 9, 30), value=Decimal(1))
    every = list(Programme.objects.all())
    with django_assert_num_queries(4):
        assert len(standings_on(every, Days(TODAY, TODAY))) == count
