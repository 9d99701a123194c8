"""Numbers against what is printed beside them: the really published errors, and right values."""

from dataclasses import replace
from decimal import Decimal

import pytest

from kuancheng.reports.rules.bulletin.checking import (
    changes,
    check_numbers,
    check_snapshot,
    check_sum,
    check_table,
    check_text,
    numbers,
    printed_figures,
    printed_text,
    ratio_fault,
    typed_numbers,
)
from kuancheng.reports.rules.bulletin.figures import (
    Column,
    Figure,
    Kind,
    Ratio,
    Snapshot,
    Sum,
    Table,
    by_key,
)

# Plan, done, printed rate, and what it should be (domain.md §8).
PUBLISHED_WRONG = [
    ("156.7", "92.0", "58.8", "58.7"),
    ("26", "16", "58", "61.5"),
    ("17.68", "4.28", "24.25", "24.21"),
    ("16878", "14962", "90.51", "88.65"),
]
PUBLISHED_RIGHT = [
    ("82.5", "65.1", "78.9"),
    ("42.6", "31.2", "73.2"),
    ("78.5", "62.9", "80.1"),
    ("23.4", "19.0", "81.2"),
    ("46.0", "37.1", "80.7"),
    ("41.9", "30.9", "73.7"),
    ("51.0", "42.3", "82.9"),
    ("51.7", "40.9", "79.1"),
    ("66.4", "53.1", "80.0"),
    ("640.7", "474.5", "74.1"),
    ("98.5", "21.01", "21.3"),
    ("500.4", "367.1", "73.4"),
    ("63.27", "77.57", "122.60"),
    ("15", "7", "46.7"),
    ("298", "288", "96.6"),
    ("65", "26", "40"),
]


@pytest.mark.parametrize(("plan", "done", "rate", "right"), PUBLISHED_WRONG)
def test_a_published_rate_that_does_not_follow_is_flagged(
    plan: str, done: str, rate: str, right: str
) -> None:
    assert ratio_fault(Decimal(done), Decimal(plan), rate) == right
    text = f"计划投资{plan}亿元，完成投资{done}亿元，完成率{rate}%。"
    (finding,) = check_numbers(text, {})
    assert (finding.code, finding.hard) == ("ratio", False)
    assert f"应为 {right}%" in finding.text


@pytest.mark.parametrize(("plan", "done", "rate"), PUBLISHED_RIGHT)
def test_a_published_rate_that_follows_passes(plan: str, done: str, rate: str) -> None:
    assert ratio_fault(Decimal(done), Decimal(plan), rate) == ""
    assert not check_numbers(f"计划投资{plan}亿元，完成投资{done}亿元，完成率{rate}%。", {})
    assert not check_numbers(f"完成投资{done}亿元，占年度计划{plan}亿元的{rate}%。", {})


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("完成投资4.28亿元，占年度计划17.68亿元的24.25%。", "24.21"),
        ("计划开工26个，已开工16个，开工率58%。", "61.5"),
        ("计划开工２６个，已开工１６个，开工率５８%。", "61.5"),
        ("计划投资16,878万元，完成14,962万元，完成率达90.51%。", "88.65"),
    ],
)
def test_a_rate_is_found_in_several_shapes(text: str, right: str) -> None:
    (finding,) = check_numbers(text, {})
    assert f"应为 {right}%" in finding.text


@pytest.mark.parametrize(
    "text",
    [
        "45个项目累计完成投资78.50亿元，占年度计划的74.8%，低于序时进度5.7个百分点。",
        "累计完成78.50亿元，有年度计划的完成78.48亿元，占年度计划的74.8%。",
        "完成节点12个，逾期3个，其余正常，同比增长80%。",
        "计划开工26个。已开工16个，开工率58%。",
        "完成率62%。",
    ],
    ids=["units differ", "whole unprinted", "no rate", "another sentence", "alone"],
)
def test_what_cannot_be_recomputed_is_let_pass(text: str) -> None:
    assert not check_numbers(text, {})


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("共45个项目，其中新建15个，续建18个。", "33个，与 45个"),
        ("共45个项目，其中新建15个，续建18个等。", ""),
        ("共45个项目，其中新建15个，续建30个。", ""),
        ("投资559.6亿元，其中工业300.1亿元，服务业259.2亿元。", "559.3亿元，与 559.6亿元"),
        ("投资10.0亿元，其中一3.33亿元，二3.33亿元，三3.33亿元。", ""),  # rounding of its parts
        ("45个项目10亿元，其中新建20个4亿元，续建25个5亿元。", "9亿元，与 10亿元"),
        ("其中新建15个。", ""),
    ],
)
def test_among_needs_all_parts_or_says_that_there_are_others(text: str, wrong: str) -> None:
    found = check_numbers(text, {})
    assert [each.code for each in found] == (["among"] if wrong else [])
    assert all(wrong in each.text for each in found)


FIGURES = by_key(
    [
        Figure("n", "项目个数", Kind.COUNT, Decimal(45)),
        Figure("done", "完成投资", Kind.YI, Decimal("784950")),
        Figure("plan", "年度计划", Kind.YI, Decimal("1049400")),
        Figure("rate", "完成率", Kind.PERCENT, Decimal("74.8")),
        Figure("gap", "差距", Kind.POINTS, Decimal("-5.7")),
        Figure("word", "超或低于", Kind.WORD, words="低于"),
        Figure("name", "名称", Kind.NAME, words="示例街道01"),
        Figure("none", "当月完成投资", Kind.YI),
    ]
)


def codes(text: str, typed: tuple[str, ...] = ()) -> list[str]:
    """The codes of what is wrong with a text."""
    return [each.code for each in check_text(text, FIGURES, typed)]


def test_a_text_of_figures_alone_is_right() -> None:
    text = "⟦name⟧⟦n⟧个，完成⟦done⟧亿元，占年度计划的⟦rate⟧%，⟦word⟧序时进度⟦gap⟧个百分点。"
    assert codes(text) == []
    assert printed_text(text, FIGURES) == (
        "示例街道0145个，完成78.50亿元，占年度计划的74.8%，低于序时进度5.7个百分点。"
    )


@pytest.mark.parametrize(
    ("text", "typed", "found"),
    [
        ("完成⟦done⟧亿元，力争全年120亿元。", (), ["typed"]),
        ("完成⟦done⟧亿元，力争全年120亿元。", ("120",), []),
        ("完成⟦done⟧亿元，力争全年125亿元。", ("120",), ["typed"]),
        ("召开会议2次，走访企业2家。", ("2",), ["typed"]),  # each is confirmed for itself
        ("召开会议2次，走访企业2家。", ("2", "2"), []),
        ("完成⟦done⟧万元。", (), ["unit"]),
        ("完成⟦done⟧。", (), ["unit"]),
        ("完成⟦nothing⟧亿元。", (), ["token_unknown"]),
        ("当月完成⟦none⟧亿元。", (), ["token_empty"]),
        ("完成⟦done亿元。", (), ["token_broken"]),
        ("完成done⟧亿元。", (), ["token_broken"]),
        ("完成⟦⟧亿元。", (), ["token_unknown"]),
        ("二〇二四年，一、总体情况", (), []),
    ],
)
def test_every_number_is_a_figure_or_confirmed(
    text: str, typed: tuple[str, ...], found: list[str]
) -> None:
    assert codes(text, typed) == found


def test_figures_are_recomputed_unrounded() -> None:
    # 784,950 of 1,049,400 is 74.8; of the printed 78.50 and 104.94 it would be 74.8 too.
    assert codes("年度计划⟦plan⟧亿元，完成⟦done⟧亿元，完成率⟦rate⟧%。") == []
    wrong = FIGURES | {"rate": replace(FIGURES["rate"], value=Decimal("75.2"))}
    text = "年度计划⟦plan⟧亿元，完成⟦done⟧亿元，完成率⟦rate⟧%。"
    assert [each.code for each in check_text(text, wrong, ())] == ["ratio"]


def test_digits_of_a_name_are_no_number() -> None:
    assert [each.printed for each in numbers("⟦name⟧⟦n⟧个，另有3个", FIGURES)] == ["45", "3"]
    assert typed_numbers("⟦name⟧⟦n⟧个，另有 1,203.5 万元和３个") == ["1,203.5", "3"]


def test_a_figure_that_moved_since_an_edit_is_named_with_old_and_new() -> None:
    kept = printed_figures("完成⟦done⟧亿元，⟦word⟧", FIGURES)
    assert kept == {"done": "78.50", "word": "低于"}
    assert not changes(kept, FIGURES)
    moved = FIGURES | {"done": replace(FIGURES["done"], value=Decimal("783600"))}
    (change,) = changes(kept, moved)
    assert (change.label, change.old, change.new) == ("完成投资", "78.50", "78.36")
    gone = {key: each for key, each in FIGURES.items() if key != "word"}
    assert [each.new for each in changes(kept, gone)] == ["—"]


@pytest.mark.parametrize(
    ("parts", "whole", "wrong"),
    [
        (("3", "4"), "7", 0),
        (("3", "4"), "8", 1),
        (("3", None), "3", 0),
        ((None, None), None, 0),
        ((None, None), "1", 1),
        (("3.01", "4"), "7", 1),
    ],
)
def test_parts_make_their_total(
    parts: tuple[str | None, ...], whole: str | None, wrong: int
) -> None:
    values = {f"part{number}": each for number, each in enumerate(parts)} | {"whole": whole}
    figures = by_key(
        Figure(key, key, Kind.WAN, None if each is None else Decimal(each))
        for key, each in values.items()
    )
    total = Sum("按类别分的", "whole", tuple(key for key in values if key != "whole"))
    assert len(check_sum(total, figures)) == wrong


# 湘西, with 州直 156.7/92.0 in the sum; its printed rate was 58.8.
COLUMNS = (
    Column("隶属", Kind.NAME),
    Column("计划", Kind.YI),
    Column("完成", Kind.YI),
    Column("完成率", Kind.PERCENT),
)
ROWS = (
    ("吉首", "825000", "651000", "78.9"),
    ("泸溪", "426000", "312000", "73.2"),
    ("凤凰", "785000", "629000", "80.1"),
    ("古丈", "234000", "190000", "81.2"),
    ("花垣", "460000", "371000", "80.7"),
    ("保靖", "419000", "309000", "73.7"),
    ("永顺", "510000", "423000", "82.9"),
    ("龙山", "517000", "409000", "79.1"),
    ("高新区", "664000", "531000", "80.0"),
    ("州直", "1567000", "920000", "58.7"),
)
PUBLISHED = Table(
    "area",
    "完成情况",
    "单位：亿元",
    COLUMNS,
    ROWS,
    ("合计", "6407000", "4745000", "74.1"),
    (2, 1, 3),
)


def test_a_table_that_adds_up_is_right() -> None:
    assert check_table(PUBLISHED) == []


def test_a_wrong_rate_and_a_wrong_sum_of_a_table_are_named() -> None:
    printed = replace(PUBLISHED, rows=(*ROWS[:-1], ("州直", "1567000", "920000", "58.8")))
    assert "“州直”的比率应为 58.7%，表中是 58.8%" in check_table(printed)[0].text
    short = replace(PUBLISHED, rows=ROWS[:-1])
    assert [each.code for each in check_table(short)] == ["sum", "sum"]


def test_a_snapshot_is_checked_whole() -> None:
    figures = FIGURES | {"rate": replace(FIGURES["rate"], value=Decimal(80))}
    wrong = Snapshot(
        "2024-09",
        figures,
        (replace(PUBLISHED, rows=ROWS[1:]),),
        (Sum("分类", "n", ("n", "n")),),
        (Ratio("done", "plan", "rate"),),
    )
    assert [each.code for each in check_snapshot(wrong)] == ["sum", "ratio", "sum", "sum"]
