"""An official document as a value: the same one is written as Word, shown as a page, and printed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from kuancheng.documents.blocks import Block, Paragraph, Runs

TENS, DIGITS = "十", "零一二三四五六七八九"


@dataclass(frozen=True)
class Signature:
    """Who signs, without a seal, and the day."""

    signer: str
    day: date


@dataclass(frozen=True)
class Imprint:
    """版记: who gets a copy, who printed it and when; stands at the foot of the last page."""

    copies: tuple[str, ...] = ()
    office: str = ""
    day: date | None = None


@dataclass(frozen=True)
class Annex:
    """附件: on a page of its own, with its title on the third line."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Attendance:
    """出席, 请假 or 列席, and who."""

    label: str
    people: str


@dataclass(frozen=True)
class Document:
    """公文. Whatever is empty is not printed.

    `mark` is 发文机关标志 (of minutes “××纪要”) in red, with a red line below the number. `note` is a
    line below the title, `addressees` come without their colon. `dated` is what the file says of its own time, so that the same document
    gives the same bytes. `leads_to` is the address of the record: a QR code on each page.
    """

    title: str
    dated: date
    blocks: tuple[Block, ...] = ()
    mark: str = ""
    number: str = ""
    note: str = ""
    addressees: str = ""
    annexes: tuple[Annex, ...] = ()
    signature: Signature | None = None
    imprint: Imprint | None = None
    attendance: tuple[Attendance, ...] = ()
    leads_to: str = ""
    author: str = ""


def minutes(
    *,
    mark: str,
    number: str,
    title: str,
    held_on: date,
    opening: Runs,
    attendance: Iterable[Attendance],
    blocks: Iterable[Block],
    copies: Iterable[str] = (),
    office: str = "",
    leads_to: str = "",
) -> Document:
    """纪要 of a meeting: what was agreed first, who was there after it. No signature: none has one.

    `mark` is “××会议纪要”, `opening` the paragraph that says when and where.
    """
    from_meeting = Paragraph(opening)
    return Document(
        title=title,
        dated=held_on,
        blocks=(from_meeting, *blocks),
        mark=mark,
        number=number,
        attendance=tuple(attendance),
        imprint=Imprint(tuple(copies), office, held_on),
        leads_to=leads_to,
        author=office,
    )


def serial_number(code: str, year: int, number: int) -> str:
    """发文字号: 机关代字〔2024〕1号. ValueError for a number below 1."""
    if number < 1:
        raise ValueError(f"documents are numbered from 1, not {number}")
    return f"{code}〔{year}〕{number}号"


def chinese_day(day: date) -> str:
    """A day in Arabic digits without padding: 2024年9月5日."""
    return f"{day.year}年{day.month}月{day.day}日"


def chinese_number(number: int) -> str:
    """1 to 99 as headings count: 一, 十, 十二, 二十. ValueError beyond."""
    if not 1 <= number <= 99:
        raise ValueError(f"headings count from 1 to 99, not {number}")
    tens, ones = divmod(number, 10)
    before = ("" if tens == 1 else DIGITS[tens]) + TENS if tens else ""
    return before + (DIGITS[ones] if ones else "")


def heading_number(level: int, number: int) -> str:
    """What stands before a heading of a level: 一、 （一） 1. （1）. KeyError for other levels."""
    return {
        1: f"{chinese_number(number)}、",
        2: f"（{chinese_number(number)}）",
        3: f"{number}.",
        4: f"（{number}）",
    }[level]


def annex_label(number: int, of: int) -> str:
    """附件 where there is one, 附件1 where there are several."""
    return "附件" if of == 1 else f"附件{number}"
