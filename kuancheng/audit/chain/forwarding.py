"""Sends the sealed log to a collector of syslog, in the order of the chain, at least once."""

import json
import logging
import socket
import time

from django.conf import settings

from kuancheng.audit.chain import keeping, syslog
from kuancheng.audit.chain.links import digest_at
from kuancheng.audit.chain.syslog import Collector, Message, Severity
from kuancheng.audit.choices import Outcome
from kuancheng.audit.models import AuditEntry, AuditSeal
from kuancheng.records.chain import Head

log = logging.getLogger("kuancheng.audit")

BATCH = 200

LONGEST = 10.0
"""Seconds that one turn sends at most, so that a worker has time for its jobs."""

FIRST_PAUSE, LONGEST_PAUSE = 10.0, 300.0
"""Seconds before a collector that is away is tried again: doubled each time."""


class Forwarder:
    """Keeps sending through the outages of the collector; of each outage the log tells once."""

    def __init__(self) -> None:
        self._pause = 0.0
        self._not_before = float("-inf")

    def turn(self) -> int:
        """Sends what is new, unless the collector was away just now; how many."""
        collector: Collector | None = settings.KUANCHENG_SYSLOG
        if collector is None or time.monotonic() < self._not_before:
            return 0
        try:
            sent = forward(collector)
        except (OSError, ValueError) as error:
            self._wait(error)
            return 0
        if self._pause:
            log.warning("审计日志重新开始转发。")
        self._pause = 0.0
        return sent

    def _wait(self, error: Exception) -> None:
        if not self._pause:
            log.error("审计日志没有转发成，稍后自动再试，不会丢：%s", error)
        self._pause = min(max(self._pause * 2, FIRST_PAUSE), LONGEST_PAUSE)
        self._not_before = time.monotonic() + self._pause


def forward(collector: Collector) -> int:
    """Sends what is sealed and not sent; how many. OSError when the collector is away.

    The cursor moves once the collector has read a batch: what was sent twice is told by its place.
    Where another process is at it, nothing is done.
    """
    until, sent = time.monotonic() + LONGEST, 0
    with keeping.locked("forwarding", wait=False) as ours:
        cursor = _cursor() if ours else None
        while cursor is not None and time.monotonic() < until:
            behind = AuditSeal.objects.filter(place__gt=cursor.length).order_by("place")
            seals = list(behind.select_related("entry")[:BATCH])
            if not seals:
                break
            host = socket.gethostname()
            syslog.deliver(collector, (message(each).encoded(host) for each in seals))
            cursor = Head(seals[-1].place, seals[-1].digest)
            keeping.write(keeping.FORWARDED, {"place": cursor.length, "digest": cursor.digest})
            sent += len(seals)
    return sent


def waiting() -> int:
    """How many sealed entries the collector has not got. Two queries."""
    if settings.KUANCHENG_SYSLOG is None:
        return 0
    sent = keeping.read_head(keeping.FORWARDED).length
    return AuditSeal.objects.filter(place__gt=sent).count()


def message(seal: AuditSeal) -> Message:
    """An entry as a line of syslog; its place and digest are a head kept far away."""
    entry = seal.entry
    done = entry.outcome == Outcome.DONE
    return Message(
        at=entry.at,
        severity=Severity.INFORMATIONAL if done else Severity.WARNING,
        kind=entry.act,
        values=_values(seal, entry),
        words=_sentence(entry),
    )


def _values(seal: AuditSeal, entry: AuditEntry) -> dict[str, str]:
    detail = json.dumps(entry.detail, ensure_ascii=False) if entry.detail else ""
    found = {
        "place": str(seal.place),
        "digest": seal.digest,
        "previous": seal.previous,
        "id": str(entry.pk),
        "act": entry.act,
        "outcome": entry.outcome,
        "actorId": str(entry.actor_id or ""),
        "actor": entry.actor_name,
        "tried": entry.name_tried,
        "address": entry.address,
        "door": entry.door,
        "key": entry.key,
        "subjectType": entry.subject_type,
        "subjectId": entry.subject_id,
        "subject": entry.subject_label,
        "detail": detail,
    }
    return {name: value for name, value in found.items() if value}


def _sentence(entry: AuditEntry) -> str:
    who = entry.actor_name or entry.name_tried or "—"
    ended = Outcome(entry.outcome).label
    told = f"：{entry.words}" if entry.words else ""
    return f"{who} {entry} {ended}{told}"


def _cursor() -> Head:
    """The last that was sent. From the beginning where the chain has another one in its place."""
    cursor = keeping.read_head(keeping.FORWARDED)
    if digest_at(cursor.length) == cursor.digest:
        return cursor
    log.warning("转发到的第 %d 环已不在审计链上，从头重新转发。", cursor.length)
    return keeping.NOTHING
