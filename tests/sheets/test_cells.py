"""What a cell says, by table."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from kuancheng.sheets.rules.cells import (
    BadCell,
    Cell,
    Choice,
    Code,
    Day,
    Flag,
    Month,
    Names,
    Number,
    Text,
    words,
)
from kuancheng.sheets.rules.days import CellError

MONEY = Number(2, "万元")
PERCENT = Number(2, "%")
STAGE = Choice({"前期": "preparation", "在建": "construction"}, empty="")
OCTOBER_15 = date(2024, 10, 15)


@pytest.mark.parametrize(
    ("cell", "raw", "value"),
    [
        (MONEY, 1234.5, Decimal("1234.50")),
        (MONEY, 0, Decimal("0.00")),
        (MONEY, "1,234.50", Decimal("1234.50")),
        (MONEY, "１，２３４．５", Decimal("1234.50")),
        (MONEY, " 1 234 ", Decimal("1234.00")),
        (MONEY, "1234万元", Decimal("1234.00")),
        (MONEY, "¥1234.50", Decimal("1234.50")),
        (MONEY, 0.1 + 0.2, Decimal("0.30")),
        (MONEY, "-5", Decimal("-5.00")),
        (MONEY, 999_999_999_999.99, Decimal("999999999999.99")),
        (PERCENT, "85.5%", Decimal("85.50")),
        (PERCENT, 85, Decimal("85.00")),
        (Number(0), 30, 30),
        (Number(0), 30.0, 30),
        (Number(0), "３０", 30),
        (Day(), "2024-10-15", OCTOBER_15),
        (Day(), "2024/10/15", OCTOBER_15),
        (Day(), "2024.10.15", OCTOBER_15),
        (Day(), "2024年10月15日", OCTOBER_15),
        (Day(), "２０２４年１０月１５日", OCTOBER_15),
        (Day(), "2024-10-15 00:00:00", OCTOBER_15),
        (Day(), datetime(2024, 10, 15), OCTOBER_15),  # noqa: DTZ001 - Excel has no zones
        (Day(), OCTOBER_15, OCTOBER_15),
        (Day(), "2024年2月29日", date(2024, 2, 29)),
        (Month(), "2024-09", date(2024, 9, 1)),
        (Month(), "2024/9", date(2024, 9, 1)),
        (Month(), "2024年9月", date(2024, 9, 1)),
        (Month(), datetime(2024, 9, 1), date(2024, 9, 1)),  # noqa: DTZ001
        (STAGE, "在建", "construction"),
        (STAGE, " 在建 ", "construction"),
        (STAGE, "construction", "construction"),
        (STAGE, None, ""),
        (Flag(), "是", True),
        (Flag(), "否", False),
        (Flag(), True, True),
        (Flag(), None, False),
        (Text(), " 示例\r\n项目 ", "示例\n项目"),
        (Text(), 12, "12"),
        (Text(), 12.0, "12"),
        (Text(), None, ""),
        (Text(nullable=True), None, None),
        (Code(32), "ＫＣ-０００１ ", "KC-0001"),
        (Names(), "甲；乙;丙\n丁", ["甲", "乙", "丙", "丁"]),
        (Names(), None, []),
    ],
)
def test_cell_is_read(cell: Cell, raw: Any, value: Any) -> None:
    assert cell.read(raw) == value


@pytest.mark.parametrize("cell", [MONEY, Day(), Month()])
@pytest.mark.parametrize("raw", [None, "", "  ", "—", "-"])
def test_empty_cell_and_dash_are_not_reported(cell: Cell, raw: Any) -> None:
    assert cell.read(raw) is None


@pytest.mark.parametrize(
    ("cell", "raw", "said"),
    [
        (MONEY, "很多", "不是数字"),
        (MONEY, "1.2亿元", "单位是“亿元”，本列的单位是万元"),
        (MONEY, "1200元", "单位是“元”"),
        (MONEY, "85%", "单位是“%”"),
        (MONEY, "1.234", "最多 2 位小数"),
        (MONEY, 1.234, "最多 2 位小数"),
        (MONEY, "12,34", "不是数字"),
        (MONEY, True, "不是数字"),
        (MONEY, datetime(2024, 1, 1), "不是数字"),  # noqa: DTZ001
        (MONEY, float("inf"), "超出范围"),
        (MONEY, BadCell("这里是公式。"), "这里是公式"),
        (Number(0), 1.5, "应为整数"),
        (Day(), "2024年2月30日", "2024 年 2 月只有 29 天"),
        (Day(), "2023-02-29", "只有 28 天"),
        (Day(), "2024-13-01", "没有这个月份"),
        (Day(), "2024-10/15", "不是日期"),
        (Day(), "明年", "不是日期"),
        (Day(), 45580, "不是日期"),
        (Day(), "0024-10-15", "年份应在"),
        (Month(), "2024-13", "没有这个月份"),
        (Month(), "九月", "不是月份"),
        (Month(), 202409, "不是月份"),
        (STAGE, "在修", "请从下拉列表中选择：前期、在建"),
        (Flag(), "也许", "应为“是”或“否”"),
        (Text(3), "四个字呢", "最多 3 字，现在 4 字"),
        (Code(32), 2312220103040112, "可能已丢失末位"),
    ],
)
def test_cell_says_why_it_is_not_taken(cell: Cell, raw: Any, said: str) -> None:
    with pytest.raises(CellError, match=said):
        cell.read(raw)


@pytest.mark.parametrize(
    ("cell", "value", "shown"),
    [
        (MONEY, Decimal("1234567.50"), "1,234,567.5"),
        (MONEY, Decimal("1200.00"), "1,200"),
        (MONEY, None, "空"),
        (MONEY, Decimal(0), "0"),
        (Day(), OCTOBER_15, "2024-10-15"),
        (Month(), date(2024, 9, 1), "2024-09"),
        (STAGE, "construction", "在建"),
        (STAGE, "", "空"),
        (Flag(), False, "否"),
        (Names(), ["甲", "乙"], "甲；乙"),
    ],
)
def test_value_is_shown(cell: Cell, value: Any, shown: str) -> None:
    assert cell.show(value) == shown


@pytest.mark.parametrize("text", ["a\r\nb", " x ", "\x00y", "_x000D_z", "=1+1", "“引号”"])
def test_text_comes_back_as_it_went_out(text: str) -> None:
    assert Text().read(words(text)) == words(text)
