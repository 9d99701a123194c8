"""What a service is called in the audit: its entry is written with its change, its refusal apart.

Each service that changes something says so in one line above its name:

    @transaction.atomic
    @acts.decision("复核通过进展填报", "report")
    def approve_report(*, report: StatusReport, seen: int, actor: User) -> StatusReport:

One act makes one entry: a service that is called by another leaves the entry to that.
"""

from collections.abc import Callable, Iterator, Mapping, Sized
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date
from functools import wraps
from inspect import Signature, signature
from typing import Any, ParamSpec, TypeVar

from django.core.exceptions import PermissionDenied
from django.db import models

from kuancheng.audit.choices import Act, Outcome
from kuancheng.audit.parts import project_of
from kuancheng.audit.recording import record, record_failure

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")

SAID = (
    *("step", "reason", "why", "note", "document", "words", "answer", "upheld", "text"),
    *("year", "month", "until", "resumed_on", "reported_on", "number", "by", "caption"),
    *("projects", "edits", "rolls", "saved", "deleted", "numbers", "files"),
)
"""What an entry keeps of what a service was given, by its name; of many things only how many."""

NO_NAMES: Mapping[Any, str] = {}

LONGEST = 200
"""So much of a text is kept: the record itself has all of it."""

_told: ContextVar[list[str] | None] = ContextVar("audit_refusals", default=None)
_inside: ContextVar[bool] = ContextVar("audited_already", default=False)


@dataclass(frozen=True)
class Audited:
    """A service and how it stands in the audit.

    `of` names the parameter that the act is about, empty for what the service answers. One that is
    not `kept` leaves an entry only when it is refused: what it changes has a history of its own.
    """

    service: str
    act: Act
    words: str
    of: str
    kept: bool
    asks: Signature = field(repr=False, compare=False)
    names: Mapping[Any, str] = field(default_factory=dict, repr=False, compare=False)

    def given(self, args: tuple[Any, ...], more: Mapping[str, Any]) -> dict[str, Any]:
        """What the service was called with, by name."""
        return dict(self.asks.bind(*args, **more).arguments)

    def number_of(self, given: Mapping[str, Any]) -> Any:
        """The key of what the act is about, before it may be gone."""
        return getattr(given.get(self.of), "pk", None)

    def write(self, given: Mapping[str, Any], answer: object, number: Any) -> None:
        """The entry of what was done, in the transaction of its change."""
        found = given.get(self.of) if self.of else answer
        # What was handed in may be older than what was locked and saved.
        subject = answer if answer is not None and answer == found else found
        about = self._about(given, subject)
        if number is not None and getattr(subject, "pk", None) is None:
            about["detail"] |= {"deleted": number}
        record(self.act, **about)

    def write_refused(self, given: Mapping[str, Any], refusal: Exception) -> None:
        """The entry of what was tried, which outlives the transaction that failed; one a refusal."""
        if getattr(refusal, "audited", False):
            return
        refusal.audited = True  # type: ignore[attr-defined]
        told = _told.get()
        if told is not None:
            told.append(self.service)
        about = self._about(given, given.get(self.of))
        detail = about.pop("detail") | {"refusal": str(refusal)[:LONGEST]}
        record_failure(self.act, **about, detail=detail, outcome=Outcome.REFUSED)

    def _words(self, given: Mapping[str, Any]) -> str:
        step = self.names.get(given.get("step"), "")
        return f"{self.words}：{step}" if step else self.words

    def _about(self, given: Mapping[str, Any], subject: object) -> dict[str, Any]:
        one = subject if isinstance(subject, models.Model) else None
        detail = {"service": self.service} | _said(given) | project_of(one)
        return {
            "actor": given.get("actor"),
            "subject": one,
            "words": self._words(given),
            "detail": detail,
        }


SERVICES: dict[str, Audited] = {}
"""Every audited service, by its dotted name."""


def decision(
    words: str, of: str = "", *, names: Mapping[Any, str] | None = None
) -> Callable[[Callable[Asked, Answer]], Callable[Asked, Answer]]:
    """Writes one entry when the service has decided, and one when it was refused.

    `names` are the words for its `step`, where one service takes several.
    """
    return _audited(Act.DECIDED, words, of, kept=True, names=names or {})


def setting(
    words: str, of: str = ""
) -> Callable[[Callable[Asked, Answer]], Callable[Asked, Answer]]:
    """The same of what everybody is judged or told by: thresholds, calendars, windows, rules."""
    return _audited(Act.SETTING_CHANGED, words, of, kept=True)


def edit(words: str, of: str = "") -> Callable[[Callable[Asked, Answer]], Callable[Asked, Answer]]:
    """Writes one entry when the service was refused; the record's own history keeps what it did."""
    return _audited(Act.EDITED, words, of, kept=False)


@contextmanager
def refusals() -> Iterator[list[str]]:
    """The services that refused in the block, and have told the audit so."""
    told: list[str] = []
    token = _told.set(told)
    try:
        yield told
    finally:
        _told.reset(token)


@contextmanager
def as_one(act: Act, words: str, **more: Any) -> Iterator[None]:
    """What is decided inside stands in the audit as one act: a load, an import.

    Its entry is written at the end, in the caller's transaction, and not when the block fails.
    """
    token = _inside.set(True)
    try:
        yield
    finally:
        _inside.reset(token)
    if not _inside.get():
        record(act, words=words, **more)


def _audited(
    act: Act, words: str, of: str, *, kept: bool, names: Mapping[Any, str] = NO_NAMES
) -> Callable[[Callable[Asked, Answer]], Callable[Asked, Answer]]:
    def registered(service: Callable[Asked, Answer]) -> Callable[Asked, Answer]:
        name = f"{service.__module__}.{service.__qualname__}"
        known = SERVICES[name] = Audited(name, act, words, of, kept, signature(service), names)

        @wraps(service)
        def audited(*args: Asked.args, **more: Asked.kwargs) -> Answer:
            if _inside.get():
                return service(*args, **more)
            given = known.given(args, more)
            number = known.number_of(given)
            token = _inside.set(known.kept)
            try:
                answer = service(*args, **more)
            except PermissionDenied as refusal:
                known.write_refused(given, refusal)
                raise
            finally:
                _inside.reset(token)
            if known.kept:
                known.write(given, answer, number)
            return answer

        return audited

    return registered


def _said(given: Mapping[str, Any]) -> dict[str, Any]:
    """What was said of the act, small enough for an entry."""
    return {name: _small(given[name]) for name in SAID if given.get(name) not in (None, "")}


def _small(value: object) -> object:
    if isinstance(value, bool | int):
        return value
    label = getattr(value, "label", None)
    if isinstance(value, str) or label:
        return str(label or value)[:LONGEST]
    if isinstance(value, Sized):
        return len(value)
    if isinstance(value, models.Model) and value.pk is None:
        return str(value._meta.verbose_name)  # it may not know its own name yet
    return value.isoformat() if isinstance(value, date) else str(value)[:LONGEST]
