"""What a column's cells may hold: how each is read, and how its value is shown.

A cell holds text, a number, a day, or nothing. Nothing (an empty cell, or “—”) is not reported:
it is read as `blank`, which is None but where a model keeps empty text.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Generic, TypeVar
from unicodedata import normalize

from kuancheng.sheets.rules.days import CellError, brief, check_year, read_day, read_month
from kuancheng.sheets.rules.numbers import read_number

Value = TypeVar("Value")

NOT_REPORTED = {"", "—", "-", "–", "——"}
LONGEST = 32_767
"""Excel's own limit for the text of a cell."""

TOO_LONG = "（内容过长，未导出；不改动请保留本句）"


@dataclass(frozen=True)
class BadCell:
    """A cell whose content cannot be trusted, such as a formula; `sentence` says what to do."""

    sentence: str
    shown: str = ""

    def __str__(self) -> str:
        return self.shown


@dataclass(frozen=True)
class Cell(ABC, Generic[Value]):
    """What the cells of a column hold."""

    @property
    def blank(self) -> Value | None:
        """What an empty cell is read as."""
        return None

    @property
    def wanted(self) -> str:
        """The format in words, for the help sheet."""
        return "文字"

    def read(self, raw: object) -> Value | None:
        """The value that a cell says. CellError, in Chinese, when it says nothing usable."""
        if isinstance(raw, BadCell):
            raise CellError(raw.sentence)
        if is_blank(raw):
            return self.blank
        return self.value(raw)

    @abstractmethod
    def value(self, raw: object) -> Value:
        """The value of a cell that is not empty."""

    def show(self, value: Value | None) -> str:
        """The value for people; nothing is “空”."""
        return str(value) if value not in (None, "", []) else "空"


def is_blank(raw: object) -> bool:
    """Whether a cell says nothing: empty, blanks, or a dash."""
    return raw is None or (isinstance(raw, str) and raw.strip() in NOT_REPORTED)


def tidy(text: str) -> str:
    """Text as it survives a cell: one kind of line end, no blanks around, no control characters."""
    lines = text.replace("_x000D_", "").replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(each for each in lines if each >= " " or each in "\n\t")
    return kept.strip()


def words(text: str | None) -> str | None:
    """A record's text as a cell can hold it, and bring it back; None where there is none."""
    kept = tidy(text or "")
    if len(kept) > LONGEST:
        return TOO_LONG
    return kept or None


@dataclass(frozen=True)
class Text(Cell[str]):
    """Words; a number that Excel made of a code is taken back as its digits."""

    limit: int = LONGEST
    nullable: bool = False

    @property
    def blank(self) -> str | None:
        return None if self.nullable else ""

    def value(self, raw: object) -> str:
        text = _as_text(raw)
        if len(text) > self.limit:
            raise CellError(f"最多 {self.limit} 字，现在 {len(text)} 字，请精简。")
        return text


def _as_text(raw: object) -> str:
    if isinstance(raw, datetime | date):
        return f"{raw:%Y-%m-%d}"
    if isinstance(raw, float) and raw.is_integer() and abs(raw) < 1e15:
        return str(int(raw))
    if isinstance(raw, float) or (isinstance(raw, int) and abs(raw) >= 10**15):
        raise CellError(f"“{brief(raw)}”是数字，可能已丢失末位；请把单元格设为文本格式后重新填写。")
    return tidy(str(raw))


@dataclass(frozen=True)
class Code(Text):
    """A code: half-width, without blanks."""

    def value(self, raw: object) -> str:
        text = super().value(raw)
        return "".join(normalize("NFKC", text).split())


@dataclass(frozen=True)
class Number(Cell[Decimal | int]):
    """A number with at most so many places, in a unit."""

    places: int = 2
    unit: str = ""

    @property
    def wanted(self) -> str:
        unit = f"，单位：{self.unit}" if self.unit else ""
        return f"数字，最多 {self.places} 位小数{unit}" if self.places else f"整数{unit}"

    def value(self, raw: object) -> Decimal | int:
        number = read_number(raw, places=self.places, unit=self.unit)
        return number if self.places else int(number)

    def show(self, value: Decimal | int | None) -> str:
        if value is None:
            return "空"
        if isinstance(value, Decimal):
            shown = f"{value:,f}"
            return shown.rstrip("0").rstrip(".") if "." in shown else shown
        return str(value)


@dataclass(frozen=True)
class Day(Cell[date]):
    """A day: a date of Excel's, or text in one of four spellings."""

    @property
    def wanted(self) -> str:
        return "日期，如 2024-10-15"

    def value(self, raw: object) -> date:
        if isinstance(raw, datetime | date):
            check_year(raw.year, f"{raw:%Y-%m-%d}")
            return raw.date() if isinstance(raw, datetime) else raw
        if not isinstance(raw, str):
            raise CellError(f"“{brief(raw)}”不是日期，请写成 2024-10-15。")
        return read_day(raw)

    def show(self, value: date | None) -> str:
        return f"{value:%Y-%m-%d}" if value else "空"


@dataclass(frozen=True)
class Month(Day):
    """A month, kept as its first day."""

    @property
    def wanted(self) -> str:
        return "月份，如 2024-09"

    def value(self, raw: object) -> date:
        if isinstance(raw, str):
            return read_month(raw)
        if not isinstance(raw, datetime | date):
            raise CellError(f"“{brief(raw)}”不是月份，请写成 2024-09。")
        return super().value(raw).replace(day=1)

    def show(self, value: date | None) -> str:
        return f"{value:%Y-%m}" if value else "空"


@dataclass(frozen=True)
class Choice(Cell[Any]):
    """One of a list: by its label, or by its code."""

    options: Mapping[str, Any] = field(default_factory=dict)
    """Label -> value, in the order in which they stand to choose from."""
    empty: Any = ""
    where: str = "请从下拉列表中选择"

    @property
    def blank(self) -> Any:
        return self.empty

    @property
    def wanted(self) -> str:
        return "从下拉列表中选择"

    def value(self, raw: object) -> Any:
        if isinstance(raw, str) and raw in self.options:
            return self.options[raw]
        word = _folded(_as_text(raw))
        for label, value in self.options.items():
            if word == _folded(label) or (isinstance(value, str) and word == _folded(value)):
                return value
        few = list(self.options)[:9]
        listed = f"：{'、'.join(few)}" if 0 < len(self.options) <= len(few) else ""
        raise CellError(f"没有“{brief(raw)}”，{self.where}{listed}。")

    def show(self, value: object) -> str:
        if value == self.empty:
            return "空"
        return next((label for label, each in self.options.items() if each == value), str(value))


def _folded(text: str) -> str:
    return "".join(normalize("NFKC", text).split()).casefold()


@dataclass(frozen=True)
class Flag(Cell[bool]):
    """是 or 否; nothing is 否."""

    @property
    def blank(self) -> bool:
        return False

    @property
    def wanted(self) -> str:
        return "是 或 否"

    def value(self, raw: object) -> bool:
        word = "是" if raw is True else "否" if raw is False else _folded(str(raw))
        if word in {"是", "true", "1", "√", "y"}:
            return True
        if word in {"否", "false", "0", "×", "n"}:
            return False
        raise CellError(f"“{brief(raw)}”应为“是”或“否”。")

    def show(self, value: bool | None) -> str:
        return "是" if value else "否"


@dataclass(frozen=True)
class Names(Cell[list[str]]):
    """A few names, separated by semicolons."""

    @property
    def blank(self) -> list[str]:
        return []

    @property
    def wanted(self) -> str:
        return "多个用分号“；”分开"

    def value(self, raw: object) -> list[str]:
        parts = _as_text(raw).replace("\n", ";").replace("；", ";").split(";")
        return [part.strip() for part in parts if part.strip()]

    def show(self, value: list[str] | None) -> str:
        return "；".join(value or ()) or "空"
