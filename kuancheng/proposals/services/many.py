"""Many proposals decided at once: each by itself, so that one that has moved stops no other."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied, ValidationError

from kuancheng.access.models import User
from kuancheng.jobs.tasks import JobContext, job
from kuancheng.proposals.kinds import Moved
from kuancheng.proposals.models import Proposal
from kuancheng.proposals.querysets import ProposalQuerySet
from kuancheng.proposals.services.deciding import approve, send_back
from kuancheng.records.versions import StaleRecord

AT_ONCE = 100
"""So many are decided while the reader waits; more in the background."""

Shown = tuple[Proposal, int]
"""A proposal, and its version that was shown."""


@dataclass(frozen=True)
class Outcome:
    """What became of one; `refused` says why nothing did."""

    proposal: Proposal
    refused: str = ""


def approve_each(*, shown: Sequence[Shown], actor: User, words: str = "") -> list[Outcome]:
    """Approves each, in a transaction of its own; in the order in which they were made."""
    return _each(
        shown, lambda one, seen: approve(proposal=one, seen=seen, actor=actor, words=words)
    )


def send_back_each(*, shown: Sequence[Shown], actor: User, words: str) -> list[Outcome]:
    """Sends each back with the same words; as `approve_each`."""
    return _each(
        shown, lambda one, seen: send_back(proposal=one, words=words, seen=seen, actor=actor)
    )


def _each(shown: Sequence[Shown], step: Callable[[Proposal, int], object]) -> list[Outcome]:
    found = []
    for one, seen in sorted(shown, key=lambda pair: pair[0].pk):
        try:
            step(one, seen)
        except ValidationError as error:
            found.append(Outcome(one, "；".join(error.messages)))
        except (Moved, StaleRecord, PermissionDenied) as error:
            found.append(Outcome(one, str(error)))
        else:
            found.append(Outcome(one))
    return found


def waiting_in(batch: str, actor: User, last: int | None = None) -> ProposalQuerySet:
    """What of a batch this person may decide, in its order; up to `last`, where given."""
    found = Proposal.objects.waiting_for(actor).filter(batch=batch).order_by("pk")
    return found if last is None else found.filter(pk__lte=last)


def approve_batch(*, batch: str, last: int, actor: User) -> None:
    """Approves what waits of a batch up to a number, in the background."""
    decide_batch.enqueue(batch, last, actor.pk)


@job("审核一批变更申请", attempts=3, repeatable=True)
def decide_batch(context: JobContext, batch: str, last: int, decider: int) -> str:
    """Begun anew it goes on with what still waits. Says how many passed."""
    actor = get_user_model().objects.filter(pk=decider, is_active=True).first()
    if not isinstance(actor, User):
        return "审核人的账号已停用，没有办理。"
    ids = list(waiting_in(batch, actor, last).values_list("pk", flat=True))
    done = 0
    for number, pk in enumerate(ids):
        context.report("正在审核", number, len(ids))
        one = Proposal.objects.get(pk=pk)
        done += not approve_each(shown=[(one, one.version)], actor=actor)[0].refused
    return f"通过 {done} 件，{len(ids) - done} 件没有通过，请在“变更申请”里看原因。"
