"""Deciding: never by who proposed, and only on what still is as it was proposed."""

from django.core.exceptions import ValidationError
from django.db import transaction

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.access.rights import NotAllowed, require
from kuancheng.audit import acts
from kuancheng.audit.choices import Act
from kuancheng.audit.recording import record
from kuancheng.proposals.choices import ProposalState
from kuancheng.proposals.kinds import Moved, ProposalKind
from kuancheng.proposals.models import Proposal
from kuancheng.proposals.telling import tell_decided
from kuancheng.records.announcing import announce
from kuancheng.records.versions import require_version

ACTS = {
    ProposalState.APPROVED: Act.APPROVED,
    ProposalState.RETURNED: Act.REJECTED,
    ProposalState.WITHDRAWN: Act.WITHDRAWN,
    ProposalState.LAPSED: Act.DECIDED,
}
"""What the audit calls each end."""

GONE_KIND = "程序里已没有这一类变更，不能通过；请退回。"


@acts.edit("通过变更申请", "proposal")
def approve(*, proposal: Proposal, seen: int, actor: User, words: str = "") -> Proposal:
    """Writes the change, in one transaction with the decision.

    NotAllowed for the author, whoever he is, the system, and who has no right to decide the kind.
    ValidationError when it is decided already, naming by whom, and for whatever the subject's own
    service says no by. Moved when the subject is not what it was: the proposal then has lapsed.
    """
    try:
        return _approve(proposal, seen, actor, words)
    except Moved as moved:
        _lapse(proposal, str(moved))
        raise


@transaction.atomic
def _approve(proposal: Proposal, seen: int, actor: User, words: str) -> Proposal:
    held = _to_decide(proposal, seen, actor)
    kind = held.of_kind
    if kind is None:
        raise ValidationError(GONE_KIND)
    _require_unmoved(held, kind)
    kind.apply(held, actor=actor)
    return _decided(held, ProposalState.APPROVED, actor, words)


@transaction.atomic
@acts.edit("退回变更申请", "proposal")
def send_back(*, proposal: Proposal, words: str, seen: int, actor: User) -> Proposal:
    """Refuses it, with the reason; the subject stays. Refused like an approval."""
    held = _to_decide(proposal, seen, actor)
    if len(words.strip()) < 2:
        raise ValidationError({"words": "请写明退回的原因，例如“与批复文件不一致”。"})
    _drop(held)
    return _decided(held, ProposalState.RETURNED, actor, words)


@transaction.atomic
@acts.edit("撤回变更申请", "proposal")
def withdraw(*, proposal: Proposal, seen: int, actor: User) -> Proposal:
    """Takes it back: its author alone, as long as nobody has decided."""
    held = _held(proposal, seen)
    if held.author_id != actor.pk:
        raise NotAllowed("只有提出人可以撤回变更申请。")
    _drop(held)
    return _decided(held, ProposalState.WITHDRAWN, actor, "")


def what_moved(proposal: Proposal) -> str:
    """What the subject says otherwise now, in words; empty while it is as it was proposed."""
    kind = proposal.of_kind
    if kind is None:
        return GONE_KIND
    try:
        _require_unmoved(proposal, kind, lock=False)
    except Moved as moved:
        return str(moved)
    return ""


def may_decide(proposal: Proposal, user: User) -> bool:
    """Whether his buttons stand on its page."""
    if not proposal.is_pending or _not_his(proposal, user):
        return False
    return _has_right(proposal, user)


def _to_decide(proposal: Proposal, seen: int, actor: User) -> Proposal:
    held = _held(proposal, seen)
    if said := _not_his(held, actor):
        raise NotAllowed(said)
    kind = held.of_kind
    if kind and not _has_right(held, actor):
        require(actor, kind.decides)
    return held


def _held(proposal: Proposal, seen: int) -> Proposal:
    held: Proposal = Proposal.objects.select_for_update(of=("self",)).get(pk=proposal.pk)
    if not held.is_pending:
        raise ValidationError(f"{held}{held.settled()}，不用再办。")
    require_version(held, seen)
    return held


def _not_his(proposal: Proposal, user: User) -> str:
    """Why he may not decide it, whatever his rights; empty where he may."""
    if proposal.author_id == user.pk:
        return "变更申请是您提出的，请由另一位有权限的同事审核。"
    if user.is_system:
        return "系统账号不能审核变更申请。"
    kind = proposal.of_kind
    return kind.barred(proposal, user) if kind else ""


def _has_right(proposal: Proposal, user: User) -> bool:
    if proposal.addressee_id == user.pk:
        return True
    kind = proposal.of_kind
    return kind is None or user.has_perm(kind.decides)


def _require_unmoved(proposal: Proposal, kind: ProposalKind, *, lock: bool = True) -> None:
    now = kind.current(proposal, lock=lock)
    moved = [each for each in proposal.fields.all() if now.get(each.name) != each.old]
    if moved:
        names = "、".join(f"“{each.label}”（提出时为 {each.before or '未填'}）" for each in moved)
        raise Moved(f"{proposal.subject_label}的{names}在提出以后已经变动，不能按这份申请通过。")


@transaction.atomic
def _lapse(proposal: Proposal, said: str) -> None:
    held = Proposal.objects.select_for_update(of=("self",)).get(pk=proposal.pk)
    if held.is_pending:
        _drop(held)
        _decided(held, ProposalState.LAPSED, None, said)


def _drop(proposal: Proposal) -> None:
    kind = proposal.of_kind
    if kind is not None:
        kind.dropped(proposal)


def _decided(proposal: Proposal, state: ProposalState, actor: User | None, words: str) -> Proposal:
    proposal.state, proposal.words = state, words.strip()
    proposal.decided_by, proposal.decided_at = actor, clock.now()
    proposal.version += 1
    proposal.full_clean()
    proposal.fields.update(is_open=False)
    announce(proposal.save_by(actor or User.objects.system()))
    tell_decided(proposal)
    said = f"{proposal.kind_label}{proposal.get_state_display()}：{proposal.subject_label}。{proposal.words}"
    record(ACTS[state], actor=actor, subject=proposal, words=said)
    return proposal
