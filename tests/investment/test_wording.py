"""Last month's text beside this month's, with what was inserted and removed."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from investment.rules.wording import Fate, Piece, wording

MARKS = {Fate.SAME: "{}", Fate.INSERTED: "[+{}]", Fate.REMOVED: "[-{}]"}


def marked(before: str, after: str) -> str:
    return "".join(MARKS[each.fate].format(each.text) for each in wording(before, after).pieces)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("主体完成 4 层。", "主体完成 5 层。", "主体完成 [-4][+5] 层。"),
        ("主体完成 9 层。", "主体完成 19 层。", "主体完成 [-9][+19] 层。"),
        ("完成 85.5%，正常", "完成 91%，正常", "完成 [-85.5%][+91%]，正常"),
        ("主体封顶。", "主体封顶。开始砌筑。", "主体封顶。[+开始砌筑。]"),
        ("主体封顶。资金紧张。", "主体封顶。", "主体封顶。[-资金紧张。]"),
        ("", "主体封顶。", "[+主体封顶。]"),
        ("主体封顶。", "", "[-主体封顶。]"),
        ("主体封顶。", "主体封顶。", "主体封顶。"),
        ("", "", ""),
        # 的 alone is chance: nobody reads a change cut in two by it.
        (
            "一号楼的桩基已完成施工",
            "二期库的围墙已完成施工",
            "[-一号楼的桩基][+二期库的围墙]已完成施工",
        ),
        # Written anew: both as a whole.
        (
            "土方开挖。",
            "设备安装调试，计划下月验收。",
            "[-土方开挖。][+设备安装调试，计划下月验收。]",
        ),
    ],
)
def test_what_was_inserted_and_removed(before: str, after: str, told: str) -> None:
    assert marked(before, after) == told


@pytest.mark.parametrize(
    ("before", "after", "repeated"),
    [("同上", "同上", True), ("同上", "同上。", False), ("", "", False)],
)
def test_text_taken_over_word_for_word_is_told(before: str, after: str, repeated: bool) -> None:
    assert wording(before, after).repeated is repeated


TEXTS = st.text(alphabet="主体完成封顶 0123.%，。\nab", max_size=80)


@given(before=TEXTS, after=TEXTS)
def test_nothing_is_lost(before: str, after: str) -> None:
    found = wording(before, after)
    assert "".join(each.text for each in found.before) == before
    assert "".join(each.text for each in found.after) == after
    assert Piece(Fate.SAME, "") not in found.pieces


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("完成投资、" * 200, "、投资完成" * 200),
        ("完成投资" * 250, "投资成完" * 250),
        ("完，成，投，资，" * 125, "成，完，资，投，" * 125),
    ],
)
def test_longest_texts_are_compared_quickly(before: str, after: str) -> None:
    started = time.process_time()
    wording(before, after)
    assert time.process_time() - started < 0.5
