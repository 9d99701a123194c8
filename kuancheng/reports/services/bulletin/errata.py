"""更正: an issued figure was wrong. Proposed by one, approved by another, printed with the next bulletin."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction

from kuancheng.access.models import User
from kuancheng.access.rights import NotAllowed, require
from kuancheng.audit import acts
from kuancheng.records.announcing import announce
from kuancheng.records.versions import require_version
from kuancheng.reports.choices import ErratumState
from kuancheng.reports.models import Bulletin, Erratum

SHORTEST = 4


@transaction.atomic
@acts.decision("提出通报更正", "erratum")
def propose_erratum(*, erratum: Erratum, today: date, actor: User) -> Erratum:
    """Says which issued figure was wrong, and what it is. The issued copy stays as it is.

    ValidationError for a bulletin that is not issued, a figure that it has not, one that is the same,
    and one whose correction waits already.
    """
    require(actor, "reports.add_erratum")
    bulletin = Bulletin.objects.select_for_update().get(pk=erratum.bulletin_id)
    if not bulletin.is_issued:
        raise ValidationError(f"{bulletin}还没有发布，请直接改正文。")
    figure = bulletin.issued.snapshot.figures.get(erratum.figure)
    if figure is None or not figure.is_known:
        raise ValidationError({"figure": "这一期没有这个数据，请从清单里选。"})
    erratum.label, erratum.old = figure.label, f"{figure.printed}{figure.unit}"
    erratum.new = erratum.new.strip()
    if before := _last(bulletin, erratum.figure):
        erratum.old = before.new
    if erratum.new == erratum.old:
        raise ValidationError({"new": f"与原来的 {erratum.old} 相同，不用更正。"})
    erratum.author, erratum.proposed_on = actor, today
    erratum.state = ErratumState.PROPOSED
    erratum.full_clean()
    announce(erratum.save_by(actor))
    return erratum


@transaction.atomic
@acts.decision("批准通报更正", "erratum")
def approve_erratum(*, erratum: Erratum, seen: int, today: date, actor: User) -> Erratum:
    """Lets it be printed with the next bulletin. Never by who proposed it."""
    held = _held(erratum, seen, actor)
    if held.author_id == actor.pk:
        raise NotAllowed("更正是您提出的，请由另一位同事批准。")
    held.state, held.approver, held.decided_on = ErratumState.APPROVED, actor, today
    return _saved(held, actor)


@transaction.atomic
@acts.decision("不同意通报更正", "erratum")
def refuse_erratum(
    *, erratum: Erratum, reason: str, seen: int, today: date, actor: User
) -> Erratum:
    """Refuses it with a reason; who proposed it may take it back so."""
    held = _held(erratum, seen, actor)
    if len(reason.strip()) < SHORTEST:
        raise ValidationError({"reason": f"请写明为什么不更正，至少 {SHORTEST} 个字。"})
    held.state, held.refusal = ErratumState.REFUSED, reason.strip()
    held.approver, held.decided_on = actor, today
    return _saved(held, actor)


def _held(erratum: Erratum, seen: int, actor: User) -> Erratum:
    require(actor, "reports.approve_bulletin")
    held: Erratum = Erratum.objects.select_for_update(of=("self",)).get(pk=erratum.pk)
    require_version(held, seen)
    if not held.is_open:
        raise ValidationError(f"这条更正{held.get_state_display()}，不用再办。")
    return held


def _last(bulletin: Bulletin, figure: str) -> Erratum | None:
    """The latest correction of a figure that stands: the next one corrects that."""
    found = bulletin.errata.filter(figure=figure, state=ErratumState.APPROVED)
    return found.order_by("decided_on", "pk").last()


def _saved(held: Erratum, actor: User) -> Erratum:
    held.version += 1
    held.full_clean()
    announce(held.save_by(actor))
    return held
