"""A list that is capped: its first rows, and how many are not shown."""

import pytest

from kuancheng.asking.paging import Capped, capped


@pytest.mark.parametrize(
    ("rows", "shown", "more"),
    [([], (), 0), ([1], (1,), 0), ([1, 2], (1, 2), 0), ([1, 2, 3], (1, 2), 1)],
)
def test_first_rows_are_shown_and_the_rest_counted(
    rows: list[int], shown: tuple[int, ...], more: int
) -> None:
    found = capped(rows, 2)
    assert found == Capped(shown, len(rows))
    assert (tuple(found), found.more) == (shown, more)
