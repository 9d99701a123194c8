"""The limits that matters are held to, by the day."""

from datetime import date

from projects.rules.matters.clock import DEFAULTS, Limits


def limits_on(day: date) -> Limits:
    """The limits that are in force on a day."""
    return DEFAULTS
