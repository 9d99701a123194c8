"""Times a month's bulletin: drafted from the whole portfolio, submitted, and issued."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from kuancheng.access.roles import REVIEWER
from kuancheng.reports.judging.bulletin.lacks import lacks_of
from kuancheng.reports.models import Bulletin
from kuancheng.reports.services.bulletin.drafting import draft_bulletin, save_heads
from kuancheng.reports.services.bulletin.issuing import confirm_lack, issue, submit
from tests import factories
from tests.bench.imports import peak_of, timed
from tests.bench.portfolio import TODAY

MONTH = date(2024, 9, 1)
HEADS = {"code": "示例办通报", "addressees": "各有关单位", "signer": "示例办公室"}


@dataclass(frozen=True)
class Ran:
    """Seconds and queries of one step; `peak` is MiB of Python, from a run of its own."""

    name: str
    seconds: float
    queries: int
    peak: float


def measure_bulletins() -> list[Ran]:
    """Draft, submit and issue of one month, each once without looking, for memory, and for time."""
    first, second = factories.user(REVIEWER), factories.user(REVIEWER)

    def draft() -> Bulletin:
        return draft_bulletin(month=MONTH, today=TODAY, actor=first)

    def submitted() -> Bulletin:
        held = _filled(Bulletin.objects.get(), first)
        return submit(bulletin=held, seen=held.version, today=TODAY, actor=first)

    def issued() -> Bulletin:
        held = Bulletin.objects.get()
        return issue(bulletin=held, seen=held.version, today=TODAY, actor=second)

    steps = {"draft": draft, "submit": submitted, "issue": issued}
    return [_measured(f"bulletin, {name}", work) for name, work in steps.items()]


def _filled(bulletin: Bulletin, actor: Any) -> Bulletin:
    """With its heads, and every soft lack explained."""
    for name, value in HEADS.items():
        setattr(bulletin, name, value)
    held = save_heads(bulletin=bulletin, seen=bulletin.version, actor=actor)
    for lack in lacks_of(held, TODAY):
        held = confirm_lack(
            bulletin=held,
            code=lack.code,
            reason="量测用",
            seen=held.version,
            today=TODAY,
            actor=actor,
        )
    return held


def _measured(name: str, work: Callable[[], Bulletin]) -> Ran:
    _undone(work)
    peak, _ = peak_of(lambda: _undone(work))
    seconds, queries, _ = timed(work)
    return Ran(name, seconds, queries, peak)


def _undone(work: Callable[[], Bulletin]) -> None:
    with transaction.atomic():
        work()
        transaction.set_rollback(True)
