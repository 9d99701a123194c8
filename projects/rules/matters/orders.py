"""Orders (交办单, 催办单, 督办单) and the ladder's steps: which are due on a day, and why.

Each order is written once a round, and a colour at a time: blue while there is little time left,
yellow once it is late or was sent back, red some days after that. The law forbids a second matter
on the same thing (一事一单, 政府督查工作条例 §15), not its next order.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from projects.rules.matters.clock import Limits, Reading
from projects.rules.matters.steps import State, Step
from projects.rules.matters.story import Story

AT_WORK = (State.ISSUED, State.WORKING)
"""States in which the agency has the matter."""


class OrderKind(StrEnum):
    """What an order asks for."""

    ASSIGN = "assign"
    REMIND = "remind"
    SUPERVISE = "supervise"


class Colour(StrEnum):
    """How urgent a 督办单 is."""

    BLUE = "blue"
    YELLOW = "yellow"
    RED = "red"


KIND_NAMES = {
    OrderKind.ASSIGN: "交办单",
    OrderKind.REMIND: "催办单",
    OrderKind.SUPERVISE: "督办单",
}
CUT = "……（全文见事项页）"
COLOUR_NAMES = {Colour.BLUE: "蓝色", Colour.YELLOW: "黄色", Colour.RED: "红色"}


@dataclass(frozen=True)
class DueOrder:
    """An order that is due; `colour` is empty but for a 督办单, `reasons` say why, in Chinese."""

    kind: OrderKind
    colour: str = ""
    reasons: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What people call it: “督办单（黄色）”."""
        return order_name(self.kind, self.colour)


def order_name(kind: str, colour: str) -> str:
    """An order's kind in words, with its colour where it has one."""
    name = KIND_NAMES[OrderKind(kind)]
    return f"{name}（{COLOUR_NAMES[Colour(colour)]}）" if colour else name


SHEETS = {
    Step.ISSUE: OrderKind.ASSIGN,
    Step.REASSIGN: OrderKind.ASSIGN,
    Step.REOPEN: OrderKind.ASSIGN,
    Step.REMIND: OrderKind.REMIND,
}
"""The orders that some steps write wherever they are taken."""


def sheet_of(step: Step, before: Story) -> OrderKind | None:
    """The order that a step writes, of a matter as it stood before; None where it writes none.

    An appeal that is granted hands the matter over anew only where its closing falls.
    """
    if step == Step.GRANT_APPEAL:
        closing = before.appealed is not None and before.appealed.closing
        return OrderKind.ASSIGN if closing else None
    return SHEETS.get(step)


def is_running(story: Story, reading: Reading) -> bool:
    """Whether the agency has it and its clock runs: only then is anybody pressed."""
    return story.state in AT_WORK and not reading.paused


def orders_due(story: Story, reading: Reading, limits: Limits) -> tuple[DueOrder, ...]:
    """The 催办单 and the 督办单 that the day of the reading brings; none of a past day."""
    return tuple(_due(story, reading, limits)) if is_running(story, reading) else ()


def _due(story: Story, reading: Reading, limits: Limits) -> Iterator[DueOrder]:
    if slow := tuple(_slow(reading, limits)):
        yield DueOrder(OrderKind.REMIND, "", slow)
    if reading.colour:
        reasons = tuple(_pressing(reading, limits))
        yield DueOrder(OrderKind.SUPERVISE, Colour(reading.colour), reasons)


def _slow(reading: Reading, limits: Limits) -> Iterator[str]:
    if reading.unsigned:
        yield f"交办后 {limits.sign} 个工作日内应签收，已逾期 {reading.unsigned} 个工作日"
    if reading.silent >= limits.silence:
        yield f"已 {reading.silent} 个工作日没有进展"


def _pressing(reading: Reading, limits: Limits) -> Iterator[str]:
    if reading.colour == Colour.BLUE and reading.due:
        left = f"还有 {reading.left} 个工作日" if reading.left else "时限已到"
        yield f"应于 {reading.due:%Y-%m-%d} 办结，{left}"
    yield from reading.reasons
    if reading.colour == Colour.RED:
        yield f"达到黄色督办条件后又过 {limits.red_after_yellow} 个工作日"


def climbed_to(story: Story, reading: Reading, recorded: int) -> int:
    """The rung that the ladder has newly reached; 0 when it has not risen.

    `recorded` is the highest rung that is on record for this round, 0 for none. A rung that was
    skipped between two runs is not called after the one above it.
    """
    if not is_running(story, reading):
        return 0
    return reading.level if reading.level > max(story.level, recorded) else 0


def digest_of(content: Mapping[str, Any]) -> str:
    """The SHA-256 of what an order prints, the same in whatever order a database keeps its keys."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def cut(text: str, longest: int) -> str:
    """Words as one paragraph of so many characters at most: an order is one sheet."""
    whole = " ".join(text.split())
    if len(whole) <= longest:
        return whole
    return f"{whole[: longest - len(CUT)]}{CUT}"
