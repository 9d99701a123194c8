"""Editing a draft's text, paragraph by paragraph, each at the version that was seen."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.audit import acts
from kuancheng.records.announcing import announce
from kuancheng.records.versions import require_version
from kuancheng.reports.choices import ParagraphKind
from kuancheng.reports.models import Bulletin, BulletinParagraph
from kuancheng.reports.rules.bulletin.checking import printed_figures, tokens, typed_numbers
from kuancheng.reports.rules.bulletin.figures import Snapshot
from kuancheng.reports.services.bulletin.drafting import errata_with, held_draft
from kuancheng.reports.services.bulletin.writing import templates


@transaction.atomic
@acts.edit("修改通报段落", "paragraph")
def edit_paragraph(
    *, paragraph: BulletinParagraph, text: str, seen: int, actor: User
) -> BulletinParagraph:
    """Writes a paragraph otherwise. Figures stand in it as tokens, “⟦overall.rate⟧”.

    ValidationError for an empty text, a figure that there is not, and for tables and charts.
    """
    held = _held(paragraph, seen, actor)
    if held.kind != ParagraphKind.TEXT:
        raise ValidationError("表和图由数据生成，不能改写。")
    snapshot = _snapshot(held.bulletin)
    said = _clean(text, snapshot)
    if said == held.text:
        return held
    held.text = said
    held.typed = [each for each in held.typed if each in typed_numbers(said)]
    return _edited(held, snapshot, actor)


@transaction.atomic
@acts.decision("确认手填数字", "paragraph")
def confirm_typed(
    *, paragraph: BulletinParagraph, numbers: Sequence[str], seen: int, actor: User
) -> BulletinParagraph:
    """Confirms numbers typed by hand: exactly these, as they stand in the text."""
    held = _held(paragraph, seen, actor)
    there = typed_numbers(held.text)
    strange = [each for each in numbers if each not in there]
    if strange:
        raise ValidationError({"numbers": f"正文里没有手工填写的“{strange[0]}”，请刷新后再确认。"})
    held.typed = [each for each in there if each in numbers]
    held.typed_by = actor
    return _saved(held, actor)


@transaction.atomic
@acts.decision("保留改过的段落", "paragraph")
def accept_figures(*, paragraph: BulletinParagraph, seen: int, actor: User) -> BulletinParagraph:
    """保留: keeps the edited words though figures in them have changed since."""
    held = _held(paragraph, seen, actor)
    if not held.is_edited:
        raise ValidationError("这一段没有改写过，数字自动更新。")
    return _edited(held, _snapshot(held.bulletin), actor)


@transaction.atomic
@acts.edit("更新通报段落", "paragraph")
def redraft_paragraph(*, paragraph: BulletinParagraph, seen: int, actor: User) -> BulletinParagraph:
    """更新: gives up the edited words and writes the paragraph as its template does.

    ValidationError where the template has nothing to say this month, and for one of one's own.
    """
    held = _held(paragraph, seen, actor)
    found = templates(_snapshot(held.bulletin), errata_with(held.bulletin))
    template = next((each for each in found if each.key == held.key), None)
    if held.is_own or template is None:
        raise ValidationError("这一段没有模板，不能重新起草；不需要时可以删除。")
    held.text, held.figures, held.typed = template.text, {}, []
    held.edited_by = held.edited_at = held.typed_by = None
    return _saved(held, actor)


@transaction.atomic
@acts.edit("增加通报段落", "bulletin")
def add_paragraph(*, bulletin: Bulletin, section: str, text: str, actor: User) -> BulletinParagraph:
    """Adds a paragraph of one's own at the end of a part."""
    held = held_draft(bulletin, None, actor)
    snapshot = _snapshot(held)
    paragraph = BulletinParagraph(bulletin=held, section=section, text=_clean(text, snapshot))
    before = held.paragraphs.filter(section=section).order_by("order").last()
    paragraph.order = before.order + 1 if before else held.paragraphs.count() + 1
    for later in held.paragraphs.filter(order__gte=paragraph.order):
        later.order += 1
        announce(later.save_by(actor))
    paragraph.edited_by, paragraph.edited_at = actor, clock.now()
    paragraph.figures = printed_figures(paragraph.text, snapshot.figures)
    paragraph.full_clean()
    announce(paragraph.save_by(actor))
    return paragraph


@transaction.atomic
@acts.edit("删除通报段落", "paragraph")
def remove_paragraph(*, paragraph: BulletinParagraph, seen: int, actor: User) -> None:
    """Removes a paragraph that somebody added, or whose template has nothing to say any more."""
    held = _held(paragraph, seen, actor)
    found = templates(_snapshot(held.bulletin), errata_with(held.bulletin))
    if any(each.key == held.key for each in found if held.key):
        raise ValidationError("这一段由模板生成，不能删除；可以改写。")
    announce(held.delete_by(actor))


def _held(paragraph: BulletinParagraph, seen: int, actor: User) -> BulletinParagraph:
    bulletin = held_draft(paragraph.bulletin, None, actor)
    held: BulletinParagraph = BulletinParagraph.objects.select_for_update(of=("self",)).get(
        pk=paragraph.pk
    )
    require_version(held, seen)
    held.bulletin = bulletin
    return held


def _snapshot(bulletin: Bulletin) -> Snapshot:
    snapshot: Snapshot = bulletin.gathered.snapshot
    return snapshot


def _clean(text: str, snapshot: Snapshot) -> str:
    said = "".join(text.split("\r")).strip()
    if not said:
        raise ValidationError({"text": "正文不能为空。"})
    unknown = [key for key in tokens(said) if key not in snapshot.figures]
    if unknown:
        raise ValidationError(
            {"text": f"没有数据“{unknown[0] or '（空）'}”，请从数据清单里选，没有保存。"}
        )
    return said


def _edited(held: BulletinParagraph, snapshot: Snapshot, actor: User) -> BulletinParagraph:
    held.edited_by, held.edited_at = actor, clock.now()
    held.figures = printed_figures(held.text, snapshot.figures)
    return _saved(held, actor)


def _saved(held: BulletinParagraph, actor: User) -> BulletinParagraph:
    held.version += 1
    held.full_clean()
    announce(held.save_by(actor))
    return held
