"""What somebody looks for: several words in any order, and where they stand in a text."""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Q
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from pypinyin import Style, lazy_pinyin

from kuancheng.asking.fields import SearchField
from kuancheng.asking.filters import SettingFilter

MOST_WORDS = 8
STYLES = (Style.NORMAL, Style.FIRST_LETTER)


@dataclass(frozen=True)
class Words:
    """The words as typed, separated by blanks, and the whole text that they came in."""

    text: str
    each: tuple[str, ...]

    def within(self, own: str, around: str = "") -> Q:
        """Rows in which every word occurs: at least one in the `own` key, the others there or `around`.

        Around a milestone is its project: “冷库 施工许可” is found, and “冷库” alone lists no steps.
        """
        found = Q()
        for word in self.each:
            found &= _occurs(own, word) | _occurs(around, word) if around else _occurs(own, word)
        return found & _any(_occurs(own, word) for word in self.each)


class WordsField(SearchField):
    """Words to look for, of two letters or one Chinese character at least."""

    def read(self, text: str) -> Words:  # type: ignore[override]
        text = super().read(text)
        each = tuple(dict.fromkeys(text.split()))
        if len(text) == 1 and text.isascii():
            raise ValueError("太短：请至少填写一个汉字，或两个字母、数字。")
        if len(each) > MOST_WORDS:
            raise ValueError(f"词太多：用空格隔开的词最多 {MOST_WORDS} 个。")
        return Words(text, each)


class WordsFilter(SettingFilter):
    field_class = WordsField


def marked(text: str, words: Words) -> SafeString:
    """The text, escaped, with every place in <mark> that a word names by letter or by sound."""
    pieces, end = [], 0
    for start, stop in _merged(span for word in words.each for span in _spans(text, word)):
        pieces.append(format_html("{}<mark>{}</mark>", text[end:start], text[start:stop]))
        end = stop
    return format_html_join("", "{}", ((each,) for each in [*pieces, text[end:]]))


def names(text: str, words: Words) -> bool:
    """Whether a word occurs in the text, by letter or by sound."""
    return any(True for word in words.each for _ in _spans(text, word))


def _occurs(key: str, word: str) -> Q:
    """As typed, or as its half-width form: “ＫＣ－０００１” is KC-0001."""
    spellings = {word, unicodedata.normalize("NFKC", word)}
    return _any(Q(**{f"{key}__icontains": each}) for each in sorted(spellings))


def _any(conditions: Iterable[Q]) -> Q:
    found = Q()
    for each in conditions:
        found |= each
    return found


def _spans(text: str, word: str) -> Iterator[tuple[int, int]]:
    for spelling in {word, unicodedata.normalize("NFKC", word)}:
        yield from _places(list(text), spelling.lower())
        if spelling.isascii() and not text.isascii():
            for style in STYLES:
                yield from _places(_sounds(text, style), spelling.lower())


def _sounds(text: str, style: Style) -> list[str]:
    """What each character reads; what is not Chinese reads itself, letter by letter."""
    return lazy_pinyin(text, style=style, errors=list)  # type: ignore[arg-type]


def _places(letters: list[str], word: str) -> Iterator[tuple[int, int]]:
    """Where the word stands in a text given as what each of its characters reads."""
    read = [letter.lower() for letter in letters]
    owners = [place for place, letter in enumerate(read) for _ in letter]
    whole = "".join(read)
    start = whole.find(word)
    while start >= 0:
        yield owners[start], owners[start + len(word) - 1] + 1
        start = whole.find(word, start + len(word))


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The spans in order, those that touch as one."""
    found: list[tuple[int, int]] = []
    for start, stop in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], stop))
        else:
            found.append((start, stop))
    return found
