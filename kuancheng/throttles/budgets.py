"""How much one asker may ask in a minute, counted in the memory of this process.

Several processes each give as much: the limits keep one asker from wearing the site out, and no
secret hangs on them. Nothing is written, and the clock that counts is never set back.
"""

import time
from collections import OrderedDict
from threading import Lock

MINUTE = 60.0

MOST_ASKERS = 10_000
"""Askers that are remembered; of more, those who asked least lately are forgotten."""


class Budget:
    """So many a minute for each asker; who was quiet for a minute may ask them all at once."""

    def __init__(self) -> None:
        self._used: OrderedDict[object, float] = OrderedDict()
        self._lock = Lock()

    def take(self, asker: object, rate: int, at: float | None = None) -> float:
        """Seconds to wait, or 0 where one more was taken. A rate of 0 knows no limit.

        What is kept of an asker is the moment at which all of his minute will be free again.
        """
        if not rate:
            return 0.0
        now = time.monotonic() if at is None else at
        with self._lock:
            free = max(self._used.get(asker, now), now)
            wait = free + MINUTE / rate - now - MINUTE
            if wait > 1e-9:
                return wait
            self._used[asker] = free + MINUTE / rate
            self._used.move_to_end(asker)
            if len(self._used) > MOST_ASKERS:
                self._used.popitem(last=False)
        return 0.0

    def clear(self) -> None:
        """Forgets everybody."""
        with self._lock:
            self._used.clear()


requests = Budget()
"""What keys and accounts ask of the API."""

costly = Budget()
"""Exports and searches of one account or key."""

strangers = Budget()
"""What is refused to one address for want of a key that opens."""

noted = Budget()
"""Refusals that go into the audit log: one a minute of each kind."""
