"""Blocks and the document: what they refuse, and how they count."""

from datetime import date

import pytest

from kuancheng.documents.blocks import Column, Heading, Placed, Run, Table, placed, words
from kuancheng.documents.document import (
    annex_label,
    chinese_day,
    chinese_number,
    heading_number,
    serial_number,
)
from tests.documents.example import cell


def test_words_are_runs() -> None:
    bold = Run("滞后", bold=True)
    assert words("通报") == (Run("通报"),)
    assert words(bold) == (bold,)
    assert words((bold, bold)) == (bold, bold)


@pytest.mark.parametrize("level", [0, 5])
def test_heading_has_one_of_four_levels(level: int) -> None:
    with pytest.raises(ValueError, match="level 1 to 4"):
        Heading("一、", level)


def test_cells_over_rows_and_columns_find_their_places() -> None:
    name, money, plan, done = cell("隶属", down=2), cell("投资", span=2), cell("计划"), cell("完成")
    first, second = placed(((name, money), (plan, done)), 3)
    assert first == (Placed(0, 1, name), Placed(1, 2, money))
    assert second == (Placed(0, 1, None), Placed(1, 1, plan), Placed(2, 1, done))


@pytest.mark.parametrize(
    "row",
    [(cell("少"),), (cell("多"), cell("多"), cell("多")), (cell("宽", span=3),)],
    ids=["too short", "too long", "too wide"],
)
def test_row_that_does_not_fill_the_columns_is_refused(row: tuple) -> None:
    with pytest.raises(ValueError, match="does not fill"):
        Table((Column(1), Column(1)), (row,))


def test_cell_may_not_go_down_past_the_last_row() -> None:
    with pytest.raises(ValueError, match="past the last row"):
        Table((Column(1),), ((cell("长", down=2),),))


def test_number_has_hexagonal_brackets_and_no_zero_before_it() -> None:
    assert serial_number("示重项通", 2024, 1) == "示重项通〔2024〕1号"
    with pytest.raises(ValueError, match="from 1"):
        serial_number("示重项通", 2024, 0)


def test_day_is_not_padded() -> None:
    assert chinese_day(date(2024, 9, 5)) == "2024年9月5日"


@pytest.mark.parametrize(
    ("number", "said"),
    [(1, "一"), (9, "九"), (10, "十"), (11, "十一"), (20, "二十"), (21, "二十一"), (99, "九十九")],
)
def test_headings_count_in_chinese(number: int, said: str) -> None:
    assert chinese_number(number) == said


def test_headings_count_no_further_than_99() -> None:
    with pytest.raises(ValueError, match="1 to 99"):
        chinese_number(100)


def test_each_level_has_its_numbers() -> None:
    said = [heading_number(level, 2) for level in (1, 2, 3, 4)]
    assert said == ["二、", "（二）", "2.", "（2）"]


def test_one_annex_has_no_number() -> None:
    assert annex_label(1, 1) == "附件"
    assert annex_label(2, 3) == "附件2"
