"""When something is sent: at once, after the quiet hours, with the day's digest, or once more."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

DIGEST_AT = time(8)
"""When the daily digests go out. Our default."""

BACKOFF = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=4),
    timedelta(hours=12),
)
"""How long to wait after the first, second … failure that may pass; after the last one it has failed."""

WINDOW = timedelta(minutes=1)
PER_WINDOW = 20
"""So many messages a group bot takes in a minute (WeCom and DingTalk, by their manuals)."""


@dataclass(frozen=True)
class QuietSpan:
    """Hours in which a person is not written to, from `since` up to `until`; over midnight too.

    ValueError for a span without length.
    """

    since: time
    until: time

    def __post_init__(self) -> None:
        if self.since == self.until:
            raise ValueError("quiet hours begin and end at the same time")

    def end_after(self, moment: datetime) -> datetime:
        """The end of the quiet hours that the moment lies in; the moment itself outside of them.

        22:00–7:30 over 23:15 is 7:30 of the next day.
        """
        at = moment.timetz().replace(tzinfo=None)
        if self.since < self.until:
            quiet, tomorrow = self.since <= at < self.until, False
        else:
            quiet, tomorrow = at >= self.since or at < self.until, at >= self.since
        if not quiet:
            return moment
        day = moment.date() + timedelta(days=tomorrow)
        return datetime.combine(day, self.until, tzinfo=moment.tzinfo)


def due_at(now: datetime, *, daily: bool, quiet: QuietSpan | None) -> datetime:
    """When a mail goes out that was caused now; `now` is the local time of its reader."""
    moment = next_digest(now) if daily else now
    return quiet.end_after(moment) if quiet else moment


def next_digest(now: datetime) -> datetime:
    """The next time at which digests go out, later than `now`."""
    today = datetime.combine(now.date(), DIGEST_AT, tzinfo=now.tzinfo)
    return today if now < today else today + timedelta(days=1)


def wait_after(attempts: int) -> timedelta | None:
    """How long to wait after so many failed attempts; None when it is to be given up."""
    return BACKOFF[attempts - 1] if attempts <= len(BACKOFF) else None
