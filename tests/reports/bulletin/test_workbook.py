"""Annexes that compute themselves anew: what agrees and what does not, by hand."""

from datetime import datetime
from io import BytesIO
from typing import Any

from openpyxl import load_workbook

from kuancheng.reports.bulletin.workbook import (
    Counted,
    Heads,
    Places,
    matters_workbook,
    tables_workbook,
)
from kuancheng.reports.rules.bulletin.figures import Column, Kind, Table

HEADS = Heads("九月通报", "示例〔2024〕1号", datetime.fromisoformat("2024-10-15"), True)
AREAS = Table(
    "area",
    "分隶属",
    "单位：个、亿元",
    (
        Column("隶属", Kind.NAME),
        Column("年投资计划", Kind.YI),
        Column("完成投资额", Kind.YI),
        Column("完成率", Kind.PERCENT),
    ),
    (("州直", "1567000", "920000", "58.8"), ("吉首", "825000", "651000", None)),
    ("合计", "2400000", "1571000", "65.7"),
    (2, 1, 3),
)
"""州直's rate was really published: 92.0 of 156.7 are 58.7. The plans make 239.2, not 240."""
MATTERS = Table(
    "matters",
    "未销号事项",
    "",
    (
        Column("事项", Kind.NAME),
        Column("要素", Kind.TEXT),
        Column("状态", Kind.TEXT),
        Column("超期", Kind.COUNT),
    ),
    (
        ("征地", "用地", "办理中", "3"),
        ("接电", "水电气热", "已反馈", "4"),
        ("供水", "水电气热", "办理中", "2"),
    ),
    annex=True,
)


def lines(book: bytes, sheet: int, *, values: bool) -> list[list[Any]]:
    found = load_workbook(BytesIO(book), data_only=values).worksheets[sheet]
    return [[cell.value for cell in row] for row in found.iter_rows()]


def test_a_rate_and_a_total_that_do_not_follow_are_marked() -> None:
    found = lines(tables_workbook([AREAS], HEADS), 0, values=True)
    assert found[4][:6] == ["州直", 156.7, 92, 58.8, 58.7, "不符"]
    assert found[5][:6] == ["吉首", 82.5, 65.1, "—", 78.9, "不符"]
    assert found[7][:3] == ["合计重算", 239.2, 157.1]
    assert found[8][:3] == ["与所列", "不符", "相符"]


def test_the_same_tables_give_the_same_bytes() -> None:
    assert tables_workbook([AREAS], HEADS) == tables_workbook([AREAS], HEADS)


def test_matters_are_counted_anew_from_their_list() -> None:
    counted = [Counted("用地", 2, 1), Counted("水电气热", 2, 2), Counted("", 3, 2)]
    book = matters_workbook(MATTERS, counted, Places(1, 2, 3), "已反馈", HEADS)
    assert lines(book, 1, values=True)[1:4] == [
        ["用地", 2, 1, "不符", 1, 1, "相符"],
        ["水电气热", 2, 2, "相符", 2, 1, "不符"],
        ["合计", 3, 3, "相符", 2, 2, "相符"],
    ]
    formulas = lines(book, 1, values=False)
    assert formulas[2][2] == "=COUNTIF('1 未销号事项'!$B$5:$B$7,$A3)"
    assert formulas[3][5] == (
        "=COUNTIFS('1 未销号事项'!$D$5:$D$7,\">0\",'1 未销号事项'!$C$5:$C$7,\"<>已反馈\")"
    )
