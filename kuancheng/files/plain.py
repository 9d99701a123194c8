"""Values on a line of JSON: whatever a child says of a file comes back as plain values, never as code."""

import base64
import json
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

TAG = "$"

_WRITTEN: tuple[tuple[type, str, Callable[[Any], Any]], ...] = (
    (datetime, "datetime", datetime.isoformat),
    (date, "date", date.isoformat),
    (time, "time", time.isoformat),
    (timedelta, "seconds", timedelta.total_seconds),
    (Decimal, "decimal", str),
    (bytes, "bytes", lambda value: base64.b64encode(value).decode()),
)
"""A datetime is a date too, so it stands before it."""

_READ: dict[str, Callable[[Any], Any]] = {
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
    "seconds": lambda value: timedelta(seconds=value),
    "decimal": Decimal,
    "bytes": base64.b64decode,
}


def to_line(value: Any) -> bytes:
    """The value as one line. TypeError for what is neither plain nor one of a few known kinds."""
    return json.dumps(value, default=_tagged, ensure_ascii=True).encode() + b"\n"


def from_line(line: bytes) -> Any:
    """The value of a line. ValueError for what no `to_line` has written."""
    return json.loads(line, object_hook=_untagged)


def _tagged(value: object) -> dict[str, list[Any]]:
    for kind, name, written in _WRITTEN:
        if isinstance(value, kind):
            return {TAG: [name, written(value)]}
    raise TypeError(f"not a plain value: {type(value).__name__}")


def _untagged(found: dict[str, Any]) -> Any:
    if TAG not in found:
        return found
    name, text = found[TAG]
    if len(found) != 1 or name not in _READ:
        raise ValueError("unknown tag")
    return _READ[name](text)
