"""The second person: lets through, or sends back, what somebody put forward."""

from collections.abc import Sequence

from kuancheng.access.models import User
from kuancheng.access.roles import REVIEWER
from kuancheng.proposals.models import Proposal
from kuancheng.proposals.services import approve
from tests import factories


def waiting() -> list[Proposal]:
    """What waits, in the order in which it was made."""
    return list(Proposal.objects.pending().order_by("pk"))


def let_through(*some: Proposal, actor: User | None = None) -> Sequence[Proposal]:
    """Approves these, or all that waits, by a reviewer who made none of them."""
    second = actor or factories.user(REVIEWER, full_name="第二人")
    return [approve(proposal=each, seen=each.version, actor=second) for each in some or waiting()]
