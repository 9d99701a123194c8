"""Drafting a month's bulletin, drafting it anew, and its heads."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.access.rights import require
from kuancheng.asking.parameters import Days
from kuancheng.audit import acts
from kuancheng.records.announcing import announce
from kuancheng.records.versions import require_version
from kuancheng.reports.choices import BulletinState, ErratumState
from kuancheng.reports.judging.bulletin.gathering import gather
from kuancheng.reports.judging.league.months import why_not_yet
from kuancheng.reports.models import Bulletin, BulletinFigures, Erratum
from kuancheng.reports.rules.bulletin.figures import Figure, Kind, Snapshot
from kuancheng.reports.services.bulletin.writing import templates, write_paragraphs

HEADS = ("title", "code", "addressees", "signer", "copied_to")
"""What somebody writes beside the text."""


@transaction.atomic
@acts.decision("起草月通报")
def draft_bulletin(
    *, month: date, today: date, actor: User, known_at: datetime | None = None
) -> Bulletin:
    """Drafts a month's bulletin from what is on record now, or was at a moment.

    Heads are those of the bulletin before. ValidationError where the month's reports are not due
    yet, it has a bulletin already, or nothing is on its list.
    """
    require(actor, "reports.add_bulletin")
    month = month.replace(day=1)
    if (kept := Bulletin.objects.filter(month=month).first()) is not None:
        raise ValidationError(
            f"{month:%Y-%m} 的月通报{_stands(kept)}，一个月只有一期；请打开那一期。"
        )
    if why := why_not_yet(month, Days(today, None)):
        raise ValidationError(why.replace("才有赛马", "才能起草月通报"))
    bulletin = Bulletin(
        month=month,
        title=f"关于{month.year}年{month.month}月重点项目进展情况的通报",
        author=actor,
        drafted_on=today,
        **_heads_before(month),
    )
    bulletin.full_clean()
    announce(bulletin.save_by(actor))
    _write(bulletin, today, actor, known_at)
    return bulletin


@transaction.atomic
@acts.edit("重新取数", "bulletin")
def redraft(
    *,
    bulletin: Bulletin,
    seen: int,
    today: date,
    actor: User,
    known_at: datetime | None = None,
) -> Bulletin:
    """Gathers the figures anew and writes what nobody edited; edited paragraphs keep their words."""
    held = held_draft(bulletin, seen, actor)
    held.author, held.drafted_on = actor, today
    held.version += 1
    announce(held.save_by(actor))
    _write(held, today, actor, known_at)
    return held


@transaction.atomic
@acts.edit("修改通报版头", "bulletin")
def save_heads(*, bulletin: Bulletin, seen: int, actor: User) -> Bulletin:
    """Changes title, 机关代字, addressees, signer and 抄送 to those of `bulletin`, while it is drafted."""
    held = held_draft(bulletin, seen, actor)
    for name in HEADS:
        setattr(held, name, getattr(bulletin, name))
    held.version += 1
    held.full_clean()
    announce(held.save_by(actor))
    return held


@transaction.atomic
@acts.decision("删除月通报草稿", "bulletin")
def discard_draft(*, bulletin: Bulletin, seen: int, actor: User) -> None:
    """Deletes a draft with its text; what was issued is never deleted."""
    held = held_draft(bulletin, seen, actor)
    for paragraph in held.paragraphs.all():
        announce(paragraph.delete_by(actor))
    announce(held.delete_by(actor))


def held_draft(bulletin: Bulletin, seen: int | None, actor: User) -> Bulletin:
    """The bulletin, locked, where its text may be changed; `seen` None where only its text is seen."""
    require(actor, "reports.change_bulletin")
    held: Bulletin = Bulletin.objects.select_for_update().get(pk=bulletin.pk)
    if seen is not None:
        require_version(held, seen)
    if not held.is_draft:
        raise ValidationError(
            f"{held}{_stands(held)}，正文不能改。" + ("" if held.is_issued else "请先退回或撤回。")
        )
    return held


def figures_of(
    month: date, today: date, errata: list[Erratum], known_at: datetime | None
) -> Snapshot:
    """A month's figures, with the errata that are printed beside them."""
    snapshot = gather(month, today, known_at)
    corrected = {
        f"erratum.{each.pk}": Figure(
            f"erratum.{each.pk}", f"更正：{each.label}", Kind.TEXT, words=each.said
        )
        for each in errata
    }
    snapshot.figures.update(corrected)
    return snapshot


def errata_with(bulletin: Bulletin) -> list[Erratum]:
    """The errata that are printed with a bulletin: approved, of earlier ones, not printed yet. One query."""
    found = Erratum.objects.select_related("bulletin").filter(
        state=ErratumState.APPROVED, bulletin__month__lt=bulletin.month, printed_with=None
    )
    return list(found.order_by("bulletin__month", "pk"))


def _write(bulletin: Bulletin, today: date, actor: User, known_at: datetime | None) -> None:
    errata = errata_with(bulletin)
    snapshot = figures_of(bulletin.month, today, errata, known_at)
    if not snapshot.projects:
        raise ValidationError(
            f"{bulletin.month:%Y-%m} 月末没有项目在 {bulletin.month.year} 年的清单上，没有可通报的内容；"
            "请先建好清单。"
        )
    BulletinFigures.objects.update_or_create(
        bulletin=bulletin,
        defaults={"figures": snapshot.to_json(), "gathered_at": known_at or clock.now()},
    )
    write_paragraphs(bulletin, templates(snapshot, errata), actor)


def _heads_before(month: date) -> dict[str, str]:
    before = Bulletin.objects.filter(month__lt=month).order_by("-month").first()
    names = [name for name in HEADS if name != "title"]
    return {name: getattr(before, name) for name in names} if before else {}


def _stands(bulletin: Bulletin) -> str:
    if bulletin.is_issued:
        return f"已于 {bulletin.issued_on:%Y-%m-%d} 发布（{bulletin.document_number}）"
    return "正在审核" if bulletin.state == BulletinState.SUBMITTED else "正在起草"
