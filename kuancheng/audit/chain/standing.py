"""Where the audit stands, for the auditor's page and for whoever watches over the site."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from kuancheng.audit.chain import forwarding, keeping
from kuancheng.audit.chain.links import chain_end, digest_at
from kuancheng.audit.chain.sealing import unsealed
from kuancheng.audit.waiting import unwritten
from kuancheng.records.chain import Head

LATE = timedelta(minutes=5)
"""After so long an entry should be sealed: the worker looks every ten seconds."""

VERIFY_EVERY = timedelta(days=2)
"""So often the chain should have been verified: a timer does it daily."""


@dataclass(frozen=True)
class Standing:
    """Where the chain ends, and what waits.

    `head` in the database, `kept` beside it; `verified_at` when it was last found whole; `waiting`
    to be forwarded, None where the log is not forwarded; `unwritten` what this process owes.
    """

    head: Head
    kept: Head
    kept_fits: bool
    unsealed: int
    oldest_unsealed: datetime | None
    verified_at: datetime | None
    verified_place: int
    waiting: int | None
    unwritten: int

    def concerns(self, now: datetime) -> list[str]:
        """What somebody should look at, in Chinese; empty where all is well."""
        found = []
        if not self.kept_fits:
            found.append("审计链与库外留存的链尾对不上，请运行 manage.py verify_audit。")
        if self.oldest_unsealed and now - self.oldest_unsealed > LATE:
            found.append(f"有 {self.unsealed} 条审计记录没有封存：后台任务是否在运行？")
        if self.unwritten:
            found.append(f"有 {self.unwritten} 条审计记录还没有写成，见本机日志。")
        return found


def standing() -> Standing:
    """Where the audit stands now. Seven queries at most."""
    head, kept, waiting = chain_end(), _kept(), unsealed()
    verified = _note(keeping.VERIFIED)
    oldest = waiting.order_by("at").values_list("at", flat=True).first()
    return Standing(
        head=head,
        kept=kept or keeping.NOTHING,
        kept_fits=kept is not None and digest_at(kept.length) == kept.digest,
        unsealed=waiting.count(),
        oldest_unsealed=oldest,
        verified_at=parse_datetime(str(verified.get("at", ""))),
        verified_place=int(verified.get("place", 0)),
        waiting=None if settings.KUANCHENG_SYSLOG is None else forwarding.waiting(),
        unwritten=unwritten(),
    )


def concerns() -> list[str]:
    """What somebody should look at now, in Chinese."""
    return standing().concerns(timezone.now())


def _kept() -> Head | None:
    try:
        return keeping.read_head()
    except ValueError:
        return None


def _note(name: str) -> dict:
    try:
        return keeping.read(name)
    except ValueError:
        return {}
