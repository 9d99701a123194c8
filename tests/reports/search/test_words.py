"""Which words can be looked for, and where they are marked."""

import pytest
from django.core.exceptions import ValidationError

from kuancheng.reports.search.words import Words, WordsField, marked


def words(text: str) -> Words:
    read: Words = WordsField().clean(text)
    return read


@pytest.mark.parametrize(
    ("text", "each"),
    [
        ("冷库", ("冷库",)),
        ("库", ("库",)),
        ("  lk 　KC-1  lk ", ("lk", "KC-1")),
        ("4.0", ("4.0",)),
    ],
)
def test_words_are_what_stands_between_blanks_each_once(text: str, each: tuple[str, ...]) -> None:
    assert words(text).each == each


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a", "太短"),
        ("7", "太短"),
        ("   ", "请填写"),
        ("字" * 101, "太长"),
        ("一 二 三 四 五 六 七 八 九", "最多 8 个"),
    ],
)
def test_what_cannot_be_looked_for_is_refused_in_words(text: str, said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        WordsField().clean(text)


@pytest.mark.parametrize(
    ("text", "asked", "expected"),
    [
        ("示例冷库", "冷库", "示例<mark>冷库</mark>"),
        ("示例冷库", "lk", "示例<mark>冷库</mark>"),
        ("示例冷库", "lengku", "示例<mark>冷库</mark>"),
        ("示例冷库", "engk", "示例<mark>冷库</mark>"),
        ("冷库冷库", "库", "冷<mark>库</mark>冷<mark>库</mark>"),
        ("KC-0001", "kc 00", "<mark>KC</mark>-<mark>00</mark>01"),
        ("KC-0001", "ＫＣ", "<mark>KC</mark>-0001"),
        ("冷库项目", "冷库 库项", "<mark>冷库项</mark>目"),
        ("<b>冷库", "冷", "&lt;b&gt;<mark>冷</mark>库"),
        ("a<b", "a<", "<mark>a&lt;</mark>b"),
        ("道路", "冷库", "道路"),
        ("İstanbul 冷库", "冷库", "İstanbul <mark>冷库</mark>"),
    ],
)
def test_matches_are_marked_by_letter_and_by_sound(text: str, asked: str, expected: str) -> None:
    assert str(marked(text, words(asked))) == expected
