"""The one place that reads the clock."""

import re
from datetime import date

from django.conf import settings
from django.utils import timezone

ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def today() -> date:
    """The day everything is judged on: KUANCHENG_TODAY where set, else the day in Changchun."""
    if settings.KUANCHENG_TODAY:
        return parse_day(settings.KUANCHENG_TODAY)
    return timezone.localdate()


def parse_day(text: str) -> date:
    """An ISO day, written in full. ValueError for anything else, impossible days included."""
    if not ISO_DAY.fullmatch(text):
        raise ValueError(f"not a day in the form YYYY-MM-DD: {text!r}")
    return date.fromisoformat(text)
