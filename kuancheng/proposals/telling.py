"""Who is told of a proposal: those who may decide it, and then who made it."""

from collections.abc import Sequence

from django.urls import reverse

from kuancheng.access.models import User
from kuancheng.access.rights import holders
from kuancheng.notices.kinds import NoticeKind
from kuancheng.notices.services import Note, notify_all, settle
from kuancheng.proposals.choices import ProposalState
from kuancheng.proposals.models import Proposal, ProposedField

GROUP = "变更申请"

PROPOSED = NoticeKind(
    "proposal_waiting",
    "变更申请待审核",
    duty=True,
    permission="proposals.view_proposal",
    group=GROUP,
)
DECIDED = NoticeKind(
    "proposal_decided", "变更申请的结果", permission="proposals.view_proposal", group=GROUP
)

KINDS = (PROPOSED, DECIDED)
ABOUT = Proposal._meta.label_lower
NAMED = 3
"""So many fields are named in a notice; the page has them all."""


def tell_proposed(proposals: Sequence[Proposal]) -> None:
    """Tells whoever may decide: of each, or once of all that were made together."""
    if not proposals:
        return
    deciders: dict[str, list[User]] = {}
    for each in proposals:
        kind = each.of_kind
        if kind and each.kind not in deciders:
            deciders[each.kind] = list(holders(kind.decides))
    batches: dict[tuple[str, str], list[Proposal]] = {}
    for each in proposals:
        batches.setdefault((each.kind, each.batch or f"#{each.pk}"), []).append(each)
    notify_all(
        [
            _of_one(some[0], deciders[kind]) if len(some) == 1 else _of_many(some, deciders[kind])
            for (kind, _), some in batches.items()
        ]
    )


def _of_one(proposal: Proposal, deciders: Sequence[User]) -> Note:
    also = [proposal.addressee] if proposal.addressee else []
    return Note(
        to=[*deciders, *also],
        kind=PROPOSED,
        title=f"{proposal.kind_label}待审核：{proposal.subject_label}",
        text=f"{proposal.author}提出：{in_short(proposal)}。理由：{proposal.reason}",
        link=reverse("proposal", args=[proposal.pk]),
        about=(ABOUT, proposal.pk),
        key=str(proposal.pk),
        by=proposal.author_id,
    )


def _of_many(proposals: Sequence[Proposal], deciders: Sequence[User]) -> Note:
    first = proposals[0]
    return Note(
        to=deciders,
        kind=PROPOSED,
        title=f"{first.kind_label}待审核：{len(proposals)} 件",
        text=f"{first.author}一次提出 {len(proposals)} 件，第一件是{first.subject_label}。理由：{first.reason}",
        link=f"{reverse('proposals')}?batch={first.batch}&scope=waiting",
        key=f"batch:{first.pk}",
        by=first.author_id,
    )


def in_short(proposal: Proposal) -> str:
    """“总投资：5000 → 6000”: the first fields, and how many more there are."""
    rows = list(ProposedField.objects.filter(proposal=proposal))
    more = f"等 {len(rows)} 项" if len(rows) > NAMED else ""
    return "；".join(map(str, rows[:NAMED])) + more


def tell_decided(proposal: Proposal) -> None:
    """Tells the author how it ended; whom it waited for sees that it waits no more."""
    label = proposal.get_state_display()
    settle(about=ABOUT, outcomes={proposal.pk: proposal.settled()}, kinds=[PROPOSED])
    if proposal.state == ProposalState.WITHDRAWN:
        return
    said = f"：{proposal.words}" if proposal.words else ""
    notify_all(
        [
            Note(
                to=[proposal.author],
                kind=DECIDED,
                title=f"{proposal.kind_label}{label}：{proposal.subject_label}",
                text=f"{proposal.decided_by or '系统'}{label.removeprefix('已')}了{in_short(proposal)}{said}。",
                link=reverse("proposal", args=[proposal.pk]),
                about=(ABOUT, proposal.pk),
                key=f"{proposal.pk}:{proposal.state}",
                by=proposal.decided_by_id,
            )
        ]
    )
