"""What a bulletin lacks before it is issued: hard lacks refuse it, soft ones want a reason."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Lack:
    """One line of the check list; `path` leads to where it can be mended."""

    code: str
    text: str
    hard: bool = False
    path: str = ""


def refusal(lacks: Iterable[Lack], confirmed: Iterable[Mapping[str, object]]) -> list[str]:
    """What stands against it: each hard lack, and each soft one that nobody has confirmed as it is.

    A soft lack that has moved (three reports missing, then two) has to be confirmed anew.
    """
    passed = {(each["code"], each["text"]) for each in confirmed}
    return [
        each.text if each.hard else f"{each.text}（可以写明理由后确认）"
        for each in lacks
        if each.hard or (each.code, each.text) not in passed
    ]
