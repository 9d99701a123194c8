"""What a worker does for the audit between its jobs: seals, keeps the head, forwards."""

import logging
import time

from kuancheng.audit.chain.forwarding import Forwarder
from kuancheng.audit.chain.sealing import HeadDiffers, seal

log = logging.getLogger("kuancheng.audit")

EVERY = 10.0
"""Seconds between two looks."""

EVERYTHING_EVERY = 24 * 3600.0
"""Seconds between two looks at entries of any age."""


class Rounds:
    """One worker's; those of several take turns at the database."""

    def __init__(self) -> None:
        self._looked = self._looked_at_all = float("-inf")
        self._differs = False
        self._forwarder = Forwarder()

    def turn(self) -> None:
        """Does what is due. Raises what the database raises; the rest is told to the log, once."""
        now = time.monotonic()
        if now - self._looked < EVERY:
            return
        self._looked = now
        everything = now - self._looked_at_all > EVERYTHING_EVERY
        try:
            seal(everything=everything)
            self._differs = False
        except (HeadDiffers, OSError) as error:
            self._tell(error)
        if everything:
            self._looked_at_all = now
        self._forwarder.turn()

    def _tell(self, error: Exception) -> None:
        if not self._differs:
            log.error("审计链的链尾没有留存：%s", error)
        self._differs = True
