"""What became of a message that was to be sent."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from kuancheng.notices.choices import DeliveryState

Claim = Callable[[], None]
"""Called once connected, before the message is written; raises where somebody else has sent it."""


@dataclass(frozen=True)
class Outcome:
    """`state` with the reason in words.

    WAITING: it was refused or not sent, and may go through later. `shut`: the vendor wants nothing
    for so long.
    """

    state: DeliveryState
    words: str = ""
    shut: timedelta | None = None


SENT = Outcome(DeliveryState.SENT)


def failed(words: str) -> Outcome:
    """Refused, or impossible: another try would end the same."""
    return Outcome(DeliveryState.FAILED, words)


def later(words: str, shut: timedelta | None = None) -> Outcome:
    """Nobody has it; another try may go through."""
    return Outcome(DeliveryState.WAITING, words, shut)


def unknown(words: str) -> Outcome:
    """Somebody may have it: only a person decides on another try."""
    return Outcome(DeliveryState.UNKNOWN, words)
