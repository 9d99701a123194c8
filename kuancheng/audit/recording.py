"""How the house says what was done: one line where it happens, in the change's own transaction."""

import json
import logging
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import DatabaseError, InterfaceError, models

from kuancheng.audit import waiting
from kuancheng.audit.choices import Act, Outcome
from kuancheng.audit.models import AuditEntry
from kuancheng.audit.origin import current

log = logging.getLogger("kuancheng.audit")

LONGEST_WORDS = 1000
LONGEST_DETAIL = 8000
"""Characters of a detail's JSON; of a longer one the beginning is kept."""

_together: ContextVar[list[AuditEntry] | None] = ContextVar("audit_together", default=None)


def record(
    act: Act,
    actor: Any = None,
    name: str = "",
    subject: models.Model | str | None = None,
    words: str = "",
    detail: Mapping[str, Any] | None = None,
    outcome: Outcome = Outcome.DONE,
) -> None:
    """Writes one entry with the change, so that neither is kept without the other. One query.

    `actor`, the address, the door and the key are those of the current origin unless given;
    `name` is the one that was tried; `detail` holds what the words leave out, in few values.
    """
    entry = _entry(act, actor, name, subject, words, detail, outcome)
    collected = _together.get()
    if collected is None:
        entry.save()
    else:
        collected.append(entry)


def record_failure(
    act: Act,
    actor: Any = None,
    name: str = "",
    subject: models.Model | str | None = None,
    words: str = "",
    detail: Mapping[str, Any] | None = None,
    outcome: Outcome = Outcome.FAILED,
) -> None:
    """Writes one entry apart from the change: it stays where the transaction is rolled back.

    It is written once the request, job or command is over, and at once outside of them.
    """
    try:
        entry = _entry(act, actor, name, subject, words, detail, outcome)
    except (DatabaseError, InterfaceError):  # the account could not be read
        log.exception("审计记录没有写成：%s %s %s", Act(act).label, name, words)
        return
    waiting.later(entry)


@contextmanager
def together() -> Iterator[None]:
    """Many entries, written by few queries at the end: for imports and approvals by the dozen.

    Inside a transaction; when the block fails nothing is written, as nothing was done.
    """
    if _together.get() is not None:
        yield
        return
    collected: list[AuditEntry] = []
    token = _together.set(collected)
    try:
        yield
    finally:
        _together.reset(token)
    AuditEntry.objects.bulk_create(collected, batch_size=500)


def _entry(
    act: Act,
    actor: Any,
    name: str,
    subject: models.Model | str | None,
    words: str,
    detail: Mapping[str, Any] | None,
    outcome: Outcome,
) -> AuditEntry:
    origin = current()
    actor = origin.account if actor is None else actor
    known = getattr(actor, "pk", None) is not None
    return AuditEntry(
        act=Act(act).value,
        outcome=Outcome(outcome).value,
        actor_id=actor.pk if known else None,
        actor_name=clean(str(actor) if known else origin.name, 80),
        name_tried=clean(name, 150),
        address=clean(origin.address, 64),
        door=origin.door,
        key=clean(origin.key, 16),
        words=clean(words, LONGEST_WORDS),
        detail=_small(detail or {}),
        **_named(subject),
    )


def _named(subject: models.Model | str | None) -> dict[str, str]:
    if isinstance(subject, models.Model):
        number = "" if subject.pk is None else str(subject.pk)
        kind, label = subject._meta.label_lower, _label(subject)
    else:
        kind, number, label = "", "", subject or ""
    return {
        "subject_type": kind,
        "subject_id": clean(number, 64),
        "subject_label": clean(label, 200),
    }


def _label(subject: models.Model) -> str:
    """What a record is called; one that is not saved yet may not know, and goes by its kind."""
    return str(subject._meta.verbose_name if subject.pk is None else subject)


def clean(text: str, longest: int) -> str:
    """A text on one line, cut, without control characters and what no database takes."""
    kept = ("" if _unseen(each) else each for each in text[: longest * 2])
    return "".join(kept)[:longest]


def _unseen(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"}


def _small(detail: Mapping[str, Any]) -> dict[str, Any]:
    """A detail as the database gives it back: texts cleaned, dates and amounts as texts."""
    plain = _plain(json.loads(json.dumps(dict(detail), cls=_InWords)))
    text = json.dumps(plain, ensure_ascii=False)
    if len(text) > LONGEST_DETAIL:
        return {"cut": True, "beginning": text[:LONGEST_DETAIL]}
    return dict(plain)


class _InWords(DjangoJSONEncoder):
    """Whatever JSON has no form for, in words."""

    def default(self, o: Any) -> Any:
        try:
            return super().default(o)
        except TypeError:
            return str(o)


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value, LONGEST_DETAIL)
    if isinstance(value, float):
        return str(value)  # PostgreSQL gives some back as whole numbers, which digest otherwise
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {clean(key, 100): _plain(each) for key, each in value.items()}
    return value
