"""What a secret looks like, and how it is kept out of the logs."""

import logging
import re

KEY_MARK, DISPLAY_MARK = "kc_", "kd_"
"""What API keys and display tokens begin with."""

SHOWN = 8
"""So many characters of a secret may be seen by anybody: enough to tell one from another."""

SECRET = re.compile(rf"((?:{KEY_MARK}|{DISPLAY_MARK})[\w-]{{{SHOWN - len(KEY_MARK)}}})[\w-]+")


def masked(text: str) -> str:
    """The text with all but the beginning of each secret left out."""
    return SECRET.sub(r"\1…", text)


class MaskedFormatter(logging.Formatter):
    """Writes a line of the log, traceback included, without secrets: an address may hold one."""

    def format(self, record: logging.LogRecord) -> str:
        return masked(super().format(record))
