"""Messages of a limited length: cut between characters, many merged into one."""

from collections.abc import Sequence
from dataclasses import dataclass

ELLIPSIS = "…"


@dataclass(frozen=True)
class Item:
    """One thing that is told. `link` is a whole address, or empty."""

    title: str
    text: str
    link: str


def cut(text: str, limit: int) -> str:
    """The text in at most so many bytes of UTF-8, ending in “…” where something is left out.

    No character is cut in two: “宽城区” in 7 bytes is “宽…”.
    """
    raw = text.encode()
    if len(raw) <= limit:
        return text
    room = limit - len(ELLIPSIS.encode())
    return raw[: max(room, 0)].decode(errors="ignore") + ELLIPSIS


def single(item: Item, *, limit: int, keyword: str = "") -> str:
    """A message of one thing in at most `limit` bytes; its text gives way, never its link."""
    head = with_keyword(item.title, keyword)
    tail = f"\n{item.link}" if item.link else ""
    room = limit - len(tail.encode())
    body = f"{head}\n{item.text}" if item.text else head
    return cut(body, room) + tail


def digest(items: Sequence[Item], *, limit: int, link: str = "", keyword: str = "") -> str:
    """A message of many things in at most `limit` bytes: their titles, as many as fit.

    How many there are stands at the top, how many are left out at the end.
    """
    lines = [with_keyword(f"{len(items)} 条通知：", keyword)]
    tail = f"\n{link}" if link else ""
    left = limit - len((lines[0] + tail).encode()) - len(_more(len(items)).encode())
    shown = 0
    for number, item in enumerate(items, 1):
        line = cut(f"{number}. {item.title}", 300)
        left -= len(line.encode()) + 1
        if left < 0:
            break
        lines.append(line)
        shown = number
    text = "\n".join(lines)
    if shown < len(items):
        text += _more(len(items) - shown)
    return text + tail


def _more(number: int) -> str:
    return f"\n另有 {number} 条，请登录系统查看。"


def with_keyword(text: str, keyword: str) -> str:
    """The text with the word without which a bot takes no message."""
    return text if keyword in text else f"【{keyword}】{text}"
