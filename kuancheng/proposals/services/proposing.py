"""Putting changes forward: the subject stays as it is until a second person says yes."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from simple_history.utils import bulk_create_with_history

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.access.rights import require
from kuancheng.audit.choices import Act
from kuancheng.audit.recording import record
from kuancheng.proposals.kinds import Change, ProposalKind, Subject
from kuancheng.proposals.models import Proposal, ProposedField
from kuancheng.proposals.telling import tell_proposed
from kuancheng.records.announcing import Action, Announcement, announce

SHORTEST = 4
BATCH = 500
MAY_PROPOSE = "proposals.view_proposal"


@dataclass(frozen=True)
class Draft:
    """What somebody wants changed, and why. The service that makes it has asked for his right."""

    kind: ProposalKind
    subject: Subject
    changes: Sequence[Change]
    reason: str
    document: str = ""
    addressee: User | None = None


def propose(*, draft: Draft, author: User) -> Proposal:
    """Puts one change forward, and tells whoever may decide it. As `propose_all` says."""
    return propose_all(drafts=[draft], author=author)[0]


@transaction.atomic
def propose_all(*, drafts: Sequence[Draft], author: User, batch: str = "") -> list[Proposal]:
    """Puts changes forward together, as one batch where `batch` names it.

    ValidationError without a reason or a change, and where a field of a record waits already; that
    names the proposal. A number of queries that does not depend on how many there are, but for
    the batches in which they are written.
    """
    require(author, MAY_PROPOSE)
    _require_whole(drafts)
    _require_free(drafts)
    made = [_made(each, author, batch) for each in drafts]
    for each in made:
        each.full_clean(exclude=["author", "addressee"], validate_constraints=False)
    made = bulk_create_with_history(made, Proposal, batch_size=BATCH, default_user=author)
    fields = [
        field for each, draft in zip(made, drafts, strict=True) for field in _fields(each, draft)
    ]
    ProposedField.objects.bulk_create(fields, batch_size=BATCH)
    announce(*(_said(each, author) for each in made))
    tell_proposed(made)
    _audit(made, author)
    return made


def open_words(field: ProposedField) -> str:
    """“变更申请12号，张三 10-15 提出：总投资：5000 → 6000”: what stands in the way."""
    made = field.proposal
    return f"{made}，{made.author} {made.proposed_at:%m-%d} 提出，{field}"


def _require_whole(drafts: Iterable[Draft]) -> None:
    for each in drafts:
        if len(each.reason.strip()) < SHORTEST:
            raise ValidationError({"reason": "请写明变更理由，至少 4 个字。"})
        if not each.changes:
            raise ValidationError("没有要变更的内容。")


def _require_free(drafts: Sequence[Draft]) -> None:
    wanted: dict[tuple[str, str], Draft] = {}
    for draft in drafts:
        for change in draft.changes:
            if wanted.setdefault((draft.subject.key, change.name), draft) is not draft:
                raise ValidationError(
                    f"{draft.subject.label}的“{change.label}”提了两次，请只留一次。"
                )
    keys = list({key for key, _ in wanted})
    for start in range(0, len(keys), BATCH):
        some = keys[start : start + BATCH]
        found = ProposedField.objects.filter(subject_key__in=some, is_open=True)
        for held in found.select_related("proposal__author"):
            if (held.subject_key, held.name) in wanted:
                raise ValidationError(
                    f"{held.proposal.subject_label}的“{held.label}”已有待审核的申请（{open_words(held)}），"
                    "请等它审核或撤回后再提。"
                )


def _made(draft: Draft, author: User, batch: str) -> Proposal:
    subject = draft.subject
    return Proposal(
        kind=draft.kind.code,
        subject_kind=subject.kind,
        subject_id=subject.id,
        subject_key=subject.key,
        subject_label=subject.label[:200],
        subject_code=subject.code,
        reason=draft.reason.strip(),
        document=draft.document.strip(),
        batch=batch,
        author=author,
        proposed_at=clock.now(),
        addressee=draft.addressee,
    )


def _fields(proposal: Proposal, draft: Draft) -> Iterator[ProposedField]:
    for place, change in enumerate(draft.changes, 1):
        yield ProposedField(
            proposal=proposal,
            place=place,
            name=change.name,
            label=change.label[:60],
            before=change.before,
            after=change.after,
            old=change.old,
            new=change.new,
            subject_key=proposal.subject_key,
        )


def _audit(made: Sequence[Proposal], author: User) -> None:
    """One entry, also for a batch: its proposals are read by its name."""
    if not made:
        return
    first = made[0]
    words = f"{first.kind_label}：{first.subject_label}。{first.reason}"
    if len(made) > 1:
        words = f"一次提出 {len(made)} 件，第一件：{words}"
    detail = {"batch": first.batch, "number": len(made)} if first.batch else None
    record(Act.PROPOSED, actor=author, subject=first, words=words, detail=detail)


def _said(proposal: Proposal, author: User) -> Announcement:
    label = Proposal._meta.label_lower
    return Announcement(label, proposal.pk, Action.CREATED, 1, ("state",), author.pk)
