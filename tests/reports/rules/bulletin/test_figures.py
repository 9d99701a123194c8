"""How figures are printed, and what differs between two months' worth of them."""

from dataclasses import replace
from decimal import Decimal

import pytest

from kuancheng.reports.rules.bulletin.figures import (
    Column,
    Difference,
    Figure,
    Kind,
    Ratio,
    Snapshot,
    Sum,
    Table,
    by_key,
    differences,
    printed,
)


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        ("6290000", Kind.YI, "629.00"),
        ("3136400", Kind.YI, "313.64"),
        ("50", Kind.YI, "0.01"),  # 0.005 亿元, away from zero
        ("49.99", Kind.YI, "0.00"),
        ("1234567.5", Kind.WAN, "1,234,567.50"),
        ("45", Kind.COUNT, "45"),
        ("97.158", Kind.PERCENT, "97.2"),
        ("30.9005", Kind.PERCENT, "30.9"),
        ("-1.55", Kind.POINTS, "1.6"),  # the word beside it says 低于
        ("13.825", Kind.POINTS, "13.8"),
        ("-4.25", Kind.CHANGE, "4.3"),
        ("105.675", Kind.SCORE, "105.68"),
        (None, Kind.YI, "—"),
    ],
)
def test_a_figure_is_printed_with_its_places(value: str | None, kind: Kind, text: str) -> None:
    assert printed(None if value is None else Decimal(value), kind) == text


def test_nothing_reported_is_not_a_reported_zero() -> None:
    assert not Figure("a", "甲", Kind.YI).is_known
    assert Figure("a", "甲", Kind.YI, Decimal(0)).is_known
    assert not Figure("a", "甲", Kind.WORD).is_known


def snapshot(*figures: Figure, tables: tuple[Table, ...] = ()) -> Snapshot:
    """A September with those figures."""
    return Snapshot("2024-09", by_key(figures), tables)


DONE = Figure("done", "完成投资", Kind.YI, Decimal(784800), source="合计", path="/overview/")
TABLE = Table(
    "list",
    "月清单",
    "单位：万元",
    (Column("项目", Kind.NAME), Column("计划", Kind.WAN), Column("差", Kind.POINTS)),
    (("甲", "1000.00", "-5.70"), ("乙", None, None)),
    ("合计", "1000.00", None),
)


def test_a_kept_snapshot_is_the_same() -> None:
    whole = replace(
        snapshot(DONE, tables=(replace(TABLE, ratio=(1, 1, 2), annex=True),)),
        sums=(Sum("按类别", "done", ("done",)),),
        ratios=(Ratio("done", "done", "done"),),
        rules={"亮灯规则": "第1版"},
        projects=("KC-1",),
        publications=(3,),
    )
    assert Snapshot.from_json(whole.to_json()) == whole


def test_a_table_prints_amounts_and_keeps_the_sign_of_a_gap() -> None:
    assert TABLE.printed == (
        ("甲", "1,000.00", "-5.7"),
        ("乙", "—", "—"),
        ("合计", "1,000.00", "—"),
    )


def test_two_figures_may_not_have_one_key() -> None:
    with pytest.raises(ValueError, match="done"):
        by_key([DONE, DONE])


def test_a_changed_a_new_and_a_gone_figure_differ() -> None:
    gone = Figure("gone", "旧数", Kind.COUNT, Decimal(3))
    new = Figure("new", "新数", Kind.COUNT, Decimal(4))
    old, now = (
        snapshot(DONE, gone),
        snapshot(replace(DONE, value=Decimal(783600)), new),
    )
    assert differences(old, now) == [
        Difference("done", "完成投资", "78.48亿元", "78.36亿元"),
        Difference("gone", "旧数", "3个", "（没有）"),
        Difference("new", "新数", "（没有）", "4个"),
    ]


def test_a_difference_too_small_to_be_printed_is_one() -> None:
    assert differences(snapshot(DONE), snapshot(replace(DONE, value=Decimal("784800.01"))))


def test_a_new_name_is_no_difference() -> None:
    one, other = (Figure("n", "名称", Kind.NAME, words=name) for name in ("示例一局", "示例二局"))
    renamed = replace(TABLE, rows=(("丙", "1000.00", "-5.70"), ("乙", None, None)))
    assert not differences(snapshot(one, tables=(TABLE,)), snapshot(other, tables=(renamed,)))


def test_a_table_differs_at_its_first_line_that_does() -> None:
    moved = replace(TABLE, rows=(TABLE.rows[0], ("乙", "5.00", None)))
    found = differences(snapshot(tables=(TABLE,)), snapshot(tables=(moved,)))
    assert found == [Difference("table:list", "月清单第2行", "—、—", "5.00、—")]
