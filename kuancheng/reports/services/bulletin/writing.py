"""Writing the text of a draft from its figures: what somebody edited stays."""

from collections.abc import Iterable, Sequence

from kuancheng.access.models import User
from kuancheng.records.announcing import announce
from kuancheng.reports.models import Bulletin, BulletinParagraph, Erratum
from kuancheng.reports.rules.bulletin.figures import Snapshot
from kuancheng.reports.rules.bulletin.sections import Section
from kuancheng.reports.rules.bulletin.sentences import Written, written

SECTIONS = list(Section)


def templates(snapshot: Snapshot, errata: Iterable[Erratum] = ()) -> list[Written]:
    """The paragraphs as the templates write them, with the errata that are printed with the month."""
    corrected = [
        Written(Section.ERRATA, f"erratum:{each.pk}", f"⟦erratum.{each.pk}⟧") for each in errata
    ]
    found = [*written(snapshot), *corrected]
    return sorted(found, key=lambda each: SECTIONS.index(each.section))


def write_paragraphs(
    bulletin: Bulletin, wanted: Sequence[Written], actor: User
) -> list[BulletinParagraph]:
    """Brings a draft's paragraphs to what the templates write: edited and own ones keep their text.

    What was edited and has no template any more stays at the end of its part, as own ones do. Two
    queries, and one for each paragraph that changes.
    """
    kept = {each.key or f"own:{each.pk}": each for each in bulletin.paragraphs.all()}
    placed = [(each, kept.pop(each.key, None)) for each in wanted]
    stays = [each for each in kept.values() if each.is_edited or each.is_own]
    for each in kept.values():
        if each not in stays:
            announce(each.delete_by(actor))
    paragraphs = [_brought(bulletin, template, held) for template, held in placed]
    paragraphs += stays
    paragraphs.sort(key=lambda each: SECTIONS.index(Section(each.section)))
    for order, paragraph in enumerate(paragraphs, 1):
        _save(paragraph, order, actor)
    return paragraphs


def _brought(
    bulletin: Bulletin, template: Written, held: BulletinParagraph | None
) -> BulletinParagraph:
    paragraph = held or BulletinParagraph(bulletin=bulletin, key=template.key)
    paragraph.section, paragraph.kind = template.section, template.kind
    if not paragraph.is_edited:
        paragraph.text = template.text
    return paragraph


def _save(paragraph: BulletinParagraph, order: int, actor: User) -> None:
    paragraph.order = order
    if paragraph._state.adding:
        announce(paragraph.save_by(actor))
        return
    changed = paragraph.changed_fields()
    if not changed:
        return
    if changed != ("order",):
        paragraph.version += 1
    announce(paragraph.save_by(actor))
