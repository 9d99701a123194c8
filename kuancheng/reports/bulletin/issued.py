"""What the page of an issued bulletin shows: the copy as it was kept, its files and digests, its errata."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from kuancheng.access.models import User
from kuancheng.documents.html import document_page
from kuancheng.records.forms import ActionForm
from kuancheng.reports.bulletin.document import bulletin_document
from kuancheng.reports.bulletin.forms import DecideForm, ErratumForm
from kuancheng.reports.bulletin.steps import APPROVE, CHANGE
from kuancheng.reports.choices import ErratumState
from kuancheng.reports.judging.bulletin.reading import content_of
from kuancheng.reports.models import Bulletin, Erratum


@dataclass(frozen=True)
class Refused:
    """Forms that were refused, to be shown again; decisions by the erratum's id."""

    proposed: ErratumForm | None = None
    decided: Mapping[int, ActionForm] = field(default_factory=dict)


NONE = Refused()


@dataclass(frozen=True)
class Corrected:
    """An erratum; `form` decides it, None where its reader may not. Who proposed it may only take it back."""

    erratum: Erratum
    form: ActionForm | None
    is_own: bool


def issued_page(bulletin: Bulletin, reader: User, refused: Refused = NONE) -> dict[str, Any]:
    """The template's context. Two queries for the files and the errata."""
    issued = bulletin.issued
    may_propose = reader.has_perm("reports.add_erratum")
    return document_page(bulletin_document(issued.content)) | {
        "bulletin": bulletin,
        "slug": f"{bulletin.month:%Y-%m}",
        "issued": issued,
        "rules": issued.snapshot.rules,
        "people": issued.content["people"],
        "passed": issued.content["confirmed"] if reader.has_perm(CHANGE) else [],
        "files": issued.files.defer("bytes").order_by("pk"),
        "errata": list(_errata(bulletin, reader, refused)),
        "erratum_form": (refused.proposed or ErratumForm(issued.snapshot)) if may_propose else None,
    }


def preview_page(bulletin: Bulletin, today: date) -> dict[str, Any]:
    """The template's context of a draft as it would be printed today, without its number. Five queries."""
    content = content_of(bulletin, ()) | {"issued_on": today.isoformat()}
    return document_page(bulletin_document(content)) | {"bulletin": bulletin}


def _errata(bulletin: Bulletin, reader: User, refused: Refused) -> Iterator[Corrected]:
    """Those that stand; all of them for the office."""
    found = bulletin.errata.select_related("author", "approver", "printed_with")
    if not reader.has_perm(CHANGE):
        found = found.filter(state=ErratumState.APPROVED)
    for each in found.order_by("proposed_on", "pk"):
        each.bulletin = bulletin
        decides = each.is_open and reader.has_perm(APPROVE)
        form = refused.decided.get(each.pk) or DecideForm(each.version)
        yield Corrected(each, form if decides else None, each.author_id == reader.pk)
