"""Which class a project is of in a year."""

import pytest

from projects.rules.year_classes import YearlyClass, class_in

BOTH = {2024: "new_start", 2026: "continuing"}


@pytest.mark.parametrize(
    ("year", "classes", "registered", "found"),
    [
        (2024, {2024: "new_start"}, "continuing", YearlyClass("new_start", 2024)),
        (2025, BOTH, "continuing", YearlyClass("new_start", 2024)),
        (2026, BOTH, "continuing", YearlyClass("continuing", 2026)),
        (2030, BOTH, "continuing", YearlyClass("continuing", 2026)),
        (2023, BOTH, "continuing", YearlyClass("new_start", 2024)),
        (2024, {2024: "", 2025: "new_start"}, "new_start", YearlyClass("", 2024)),
        (2024, {}, "completing", YearlyClass("completing")),
        (2024, {}, "", YearlyClass("")),
    ],
)
def test_class_of_the_year_or_the_latest_before_or_the_first_after(
    year: int, classes: dict[int, str], registered: str, found: YearlyClass
) -> None:
    assert class_in(year, classes, registered) == found


@pytest.mark.parametrize(
    ("found", "carried"),
    [
        (YearlyClass("new_start", 2024), True),
        (YearlyClass("new_start", 2025), False),
        (YearlyClass("", 2024), False),
        (YearlyClass("new_start"), False),
    ],
)
def test_class_of_an_earlier_year_is_carried_over(found: YearlyClass, carried: bool) -> None:
    assert found.carried_into(2025) is carried
