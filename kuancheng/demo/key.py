"""The demo's own key for the API, kept in a file so that every start can print it."""

import os
from datetime import timedelta
from pathlib import Path

from django.utils import timezone

from kuancheng.access.models import ApiKey, User
from kuancheng.access.roles import READER
from kuancheng.demo.portfolio import logins
from kuancheng.records.classes import DataClass

NAME = "演示取数"
LASTS = timedelta(days=365)


def demo_key(file: Path) -> str | None:
    """A key that reads, the one in the file as long as it works; None without a reader's account.

    A new one is written into the file, for its owner only, and revokes those before it.
    """
    reader = _reader()
    if reader is None:
        return None
    kept = file.read_text().strip() if file.exists() else ""
    now = timezone.now()
    if ApiKey.objects.live(now).filter(digest=ApiKey.digest_of(kept), user=reader).exists():
        return kept
    for former in ApiKey.objects.filter(user=reader, name=NAME, revoked_at=None):
        former.revoke()
    # The demo's people are invented: nothing is masked that somebody may want to see.
    _, key = ApiKey.issue(
        user=reader,
        name=NAME,
        scope=ApiKey.Scope.READ,
        reads=DataClass.SENSITIVE,
        expires_at=now + LASTS,
    )
    _write(file, key)
    return key


def _reader() -> User | None:
    for user in logins():
        if user.is_active and READER in {group.name for group in user.groups.all()}:
            return user
    return None


def _write(file: Path, key: str) -> None:
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
        stream.write(f"{key}\n")
