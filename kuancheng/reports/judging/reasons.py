"""Reasons as they are kept."""

from typing import Any


def gist(reason: dict[str, Any]) -> tuple[str, str, str]:
    """The rule, its light and, of milestones and matters, which: what outlasts a growing delay."""
    named = reason["text"].partition("”")[0] if "”" in reason["text"] else ""
    return reason["rule"], reason["light"], named
