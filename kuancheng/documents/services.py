"""The office's templates: kept, withdrawn; and documents written in whichever is in force."""

import hashlib
from io import BytesIO
from pathlib import PurePath

from django.core.exceptions import ValidationError
from django.db import transaction

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.access.rights import require
from kuancheng.audit import acts
from kuancheng.documents.document import Document
from kuancheng.documents.kinds import kinds
from kuancheng.documents.models import OfficeTemplate, TemplateFile
from kuancheng.documents.office.filling import filled
from kuancheng.documents.office.sample import sample
from kuancheng.documents.word.writing import word_file
from kuancheng.files.gate import at_gate
from kuancheng.files.isolated import Limits, read_apart, values
from kuancheng.files.refusal import Refused
from kuancheng.records.announcing import announce
from kuancheng.records.versions import require_version

ADD, CHANGE = "documents.add_officetemplate", "documents.change_officetemplate"
LONGEST_NAME = 160
TRIAL = "kuancheng.documents.office.trial:read"
LIMITS = Limits(memory=512 * 2**20, cpu=20, wall=90.0, output=2**20)
"""What the largest template that we take needs, twice over."""


def written(kind: str, document: Document) -> bytes:
    """A document's Word file: in the office's template of its kind, or on our own page. One query."""
    kept = TemplateFile.objects.filter(template__in=OfficeTemplate.objects.in_force())
    own = kept.filter(template__kind=kind).values_list("content", flat=True).first()
    return word_file(document) if own is None else filled(bytes(own), document)


def sample_in(template: OfficeTemplate) -> bytes:
    """The sample of today, in a version of a template. One query."""
    return filled(bytes(template.file.content), sample(clock.today()))


@acts.edit("启用公文模板")
def add_template(
    *, kind: str, name: str, content: bytes, note: str = "", actor: User
) -> OfficeTemplate:
    """Keeps a file as the next version of a kind's template, in force from now on.

    NotAllowed. ValidationError for an unknown kind, for each fault of the file, and for the file
    that is in force already.
    """
    require(actor, ADD)
    if kind not in {each.code for each in kinds()}:
        raise ValidationError({"kind": "没有这个文种，请在列出的文种中选一个。"})
    fields = _fields_of(content, name, actor)
    return _add(kind, name, content, note, fields, actor)


@transaction.atomic
@acts.setting("启用公文模板")
def _add(
    kind: str, name: str, content: bytes, note: str, fields: list[str], actor: User
) -> OfficeTemplate:
    digest = hashlib.sha256(content).hexdigest()
    number = _next_number(kind, digest)
    template = OfficeTemplate(
        kind=kind,
        number=number,
        name=_file_name(name),
        note=note.strip(),
        fields=fields,
        size=len(content),
        digest=digest,
        uploaded_by=actor,
        uploaded_at=clock.now(),
    )
    template.full_clean()
    announcement = template.save_by(actor)
    TemplateFile.objects.create(template=template, content=content)
    announce(announcement)
    return template


@transaction.atomic
@acts.setting("停用公文模板", "template")
def withdraw_template(
    *, template: OfficeTemplate, reason: str, seen: int, actor: User
) -> OfficeTemplate:
    """Takes a version out of use: the one before it is in force again, or our own page.

    NotAllowed, StaleRecord. ValidationError without a reason, and when it is withdrawn already.
    """
    held: OfficeTemplate = OfficeTemplate.objects.select_for_update(of=("self",)).get(
        pk=template.pk
    )
    require(actor, CHANGE)
    require_version(held, seen)
    if held.withdrawn_at is not None:
        raise ValidationError(f"{held}已经停用，不用再停。")
    if not reason.strip():
        raise ValidationError({"reason": "请写明为什么停用。"})
    held.withdrawn_by, held.withdrawn_at = actor, clock.now()
    held.withdrawal_reason = reason.strip()
    held.version += 1
    held.full_clean()
    announce(held.save_by(actor))
    return held


def _next_number(kind: str, digest: str) -> int:
    """The number of a kind's next version. ValidationError for the file that is in force already."""
    kept = list(
        OfficeTemplate.objects.select_for_update(of=("self",)).filter(kind=kind).order_by("-number")
    )
    standing = next((each for each in kept if each.withdrawn_at is None), None)
    if standing is not None and standing.digest == digest:
        raise ValidationError({"file": f"这个文件就是现在用的{standing}，没有再存一份。"})
    return kept[0].number + 1 if kept else 1


def _fields_of(content: bytes, name: str, actor: User) -> list[str]:
    """The fields of a template that could be filled on trial. ValidationError for each fault."""
    stream, today = BytesIO(content), clock.today().isoformat()
    try:
        with (
            at_gate(stream, what="公文模板", name=_file_name(name), actor=actor),
            read_apart(TRIAL, stream, LIMITS, today=today) as lines,
        ):
            found: list[str] = next(values(lines))
    except Refused as refusal:
        raise ValidationError({"file": list(refusal.sentences)}) from refusal
    return found


def _file_name(name: str) -> str:
    """What the file was called, without its folder."""
    return PurePath(name.replace("\\", "/")).name[-LONGEST_NAME:] or "模板.docx"
