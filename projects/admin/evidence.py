"""佐证 in the admin: the files of a record with what may be done to them, and a milestone's page."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from kuancheng.access.rights import account
from kuancheng.records.forms import as_refusal
from kuancheng.records.pages import AdminPage
from projects.models import Evidence, Milestone, PendingUpload, Project, Recorded
from projects.services.evidence import (
    MOST_FILES,
    all_admitted,
    attach_evidence,
    caption_evidence,
    files_undone,
    remove_evidence,
)
from projects.services.pending import as_clean, delete_pending, pending_uploads, save_pending

FILES, CAPTION, REMOVED = "evidence", "evidence_caption", "evidence_remove"
"""What a form calls the new files, what they show, and the ticks of those to be taken away."""

PENDING, OFFERED, FORM = "evidence_pending", "evidence_offered", "evidence_form"
"""Which of the files that wait are wanted, which the form showed, and the key of a form for a new
record."""


class EvidenceInput(forms.FileInput):
    """Takes several files at once; on a phone it offers camera and album."""

    allow_multiple_selected = True

    def __init__(self) -> None:
        accepted = "image/*,application/pdf,.docx,.xlsx"
        super().__init__({"multiple": True, "accept": accepted})


class EvidenceField(forms.FileField):
    """New files, as many as were chosen; what they are the service finds out."""

    widget = EvidenceInput

    def __init__(self) -> None:
        super().__init__(required=False, label="佐证")

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        return list(data or [])

    def has_changed(self, initial: object, data: object) -> bool:
        return bool(data)


class EvidenceForm(forms.Form):
    """A page that has nothing but evidence."""

    evidence = EvidenceField()


@dataclass(frozen=True)
class Doors:
    """The services that write one record's evidence."""

    attach: Callable[..., Any]
    remove: Callable[..., Any]
    recaption: Callable[..., Any]
    add_right: str


@dataclass(frozen=True)
class EvidenceRow:
    """A file with what the form says of it, saved or not."""

    evidence: Evidence
    caption: str
    removed: bool


@dataclass(frozen=True)
class PendingRow:
    """A file that waits for the form to be saved, and whether it is still wanted."""

    upload: PendingUpload
    chosen: bool


@dataclass(frozen=True)
class Shown:
    """What a form shows of a record's evidence.

    `pending` are files of a save that was refused, `lost` says of each that could not be kept why;
    `form_key` is that of a form for a new record, empty otherwise.
    """

    rows: tuple[EvidenceRow, ...]
    may_add: bool
    may_change: bool
    pending: tuple[PendingRow, ...]
    lost: tuple[str, ...]
    caption: str
    form_key: str

    @property
    def room(self) -> int:
        """How many more files there may be."""
        return max(MOST_FILES - len(self.rows), 0)


@dataclass(frozen=True)
class FormPlace:
    """Where the files of a form wait: at its record, or at the form for a new one of that kind."""

    kind: type[Recorded]
    key: int | UUID

    def __str__(self) -> str:
        return f"{self.kind._meta.label_lower}:{self.key}"

    @property
    def form_key(self) -> str:
        """What a form for a new record carries along; empty for a record's own."""
        return str(self.key) if isinstance(self.key, UUID) else ""


def place_of(request: HttpRequest, kind: type[Recorded], record: Recorded | None) -> FormPlace:
    """The place of the form that was sent, or is shown for the first time."""
    if record is not None:
        return FormPlace(kind, record.pk)
    try:
        return FormPlace(kind, UUID(request.POST.get(FORM, "")))
    except ValueError:
        return FormPlace(kind, uuid4())


def shown(
    request: HttpRequest,
    held: Iterable[Evidence],
    place: FormPlace,
    *,
    may_add: bool,
    may_change: bool,
    lost: Sequence[str] = (),
) -> Shown:
    """The files as the form shows them: as they are, or as they were typed and came back."""
    posted = request.POST
    ticked = set(posted.getlist(REMOVED))
    unwanted = set(posted.getlist(OFFERED)) - set(posted.getlist(PENDING))
    rows = tuple(
        EvidenceRow(each, posted.get(_caption_name(each), each.caption), str(each.pk) in ticked)
        for each in held
    )
    waiting = pending_uploads(account(request), str(place)) if may_add else ()
    pending = tuple(PendingRow(each, str(each.token) not in unwanted) for each in waiting)
    caption = posted.get(CAPTION, "")
    return Shown(rows, may_add, may_change, pending, tuple(lost), caption, place.form_key)


def set_aside(request: HttpRequest, place: FormPlace, add_right: str) -> list[str]:
    """Keeps what was chosen on a form that was not saved; why not, for each that cannot be kept."""
    files = request.FILES.getlist(FILES)
    if not files:
        return []
    return save_pending(place=str(place), files=files, permission=add_right, actor=account(request))


def save_posted(
    request: HttpRequest, held: Iterable[Evidence], place: FormPlace, doors: Doors
) -> None:
    """Takes away what is ticked, changes captions, keeps the new files: all of it or nothing.

    New are those that were chosen now, and those that wait since the form was refused.
    """
    actor, posted = account(request), request.POST
    ticked = set(posted.getlist(REMOVED))
    offered = [
        each
        for each in pending_uploads(actor, str(place))
        if str(each.token) in posted.getlist(OFFERED)
    ]
    wanted = [each for each in offered if str(each.token) in posted.getlist(PENDING)]
    chosen = all_admitted(request.FILES.getlist(FILES), actor)
    with files_undone(), transaction.atomic():
        for each in list(held):
            if str(each.pk) in ticked:
                doors.remove(evidence=each, actor=actor)
            elif (caption := posted.get(_caption_name(each))) is not None:
                doors.recaption(evidence=each, caption=caption.strip(), actor=actor)
        if files := [*chosen, *map(as_clean, wanted)]:
            caption = posted.get(CAPTION, "").strip()
            doors.attach(files=files, caption=caption, actor=actor)
        delete_pending(offered)


def _caption_name(evidence: Evidence) -> str:
    return f"{CAPTION}_{evidence.pk}"


@dataclass(frozen=True)
class Place:
    """Whose evidence a page shows, and where it leads back to."""

    title: str
    back: str
    back_text: str


@dataclass(frozen=True)
class Files:
    """A record's evidence, how it is written, and what the user may do with it."""

    place: Place
    held: Any
    doors: Doors
    may_add: bool
    may_change: bool


class EvidencePage(AdminPage):
    """A page of its own for the evidence of a record."""

    template_name = "admin/evidence_page.html"

    def get(self, request: HttpRequest, **named: object) -> HttpResponse:
        """Shows the files."""
        return self._shown(self.files_of(**named), EvidenceForm())

    def post(self, request: HttpRequest, **named: object) -> HttpResponse:
        """Saves what was posted and shows them again."""
        files = self.files_of(**named)
        form = EvidenceForm(request.POST, request.FILES)
        if not files.may_add:
            raise PermissionDenied
        try:
            save_posted(request, files.held.all(), self._place(files), files.doors)
        except self.owner.refusals as error:
            _refuse(form, error)
            lost = set_aside(request, self._place(files), files.doors.add_right)
            return self._shown(files, form, lost)
        messages.success(request, "佐证已保存。")
        return redirect(request.path)

    def files_of(self, *args: Any, **named: Any) -> Files:
        """The evidence of the record that the address names. Http404 when it is gone."""
        raise NotImplementedError

    def _place(self, files: Files) -> FormPlace:
        record = files.held.instance
        return place_of(self.request, type(record), record)

    def _shown(self, files: Files, form: EvidenceForm, lost: Sequence[str] = ()) -> HttpResponse:
        rows = shown(
            self.request,
            files.held.all(),
            self._place(files),
            may_add=files.may_add,
            may_change=files.may_change,
            lost=lost,
        )
        return self.page(files.place.title, place=files.place, form=form, shown=rows)


def _refuse(form: forms.Form, error: Exception) -> None:
    refusal = as_refusal(error) or ValidationError("这条记录已不在，可能已被删除。")
    form.is_valid()
    form.add_error(FILES, refusal.messages)


class MilestoneEvidencePage(EvidencePage):
    """The evidence of one milestone of a project."""

    name = "milestone_evidence"
    gone = "没有这个项目。"

    def files_of(self, object_id: str, milestone_id: int) -> Files:
        project: Project = self.record(object_id)
        if not self.owner.has_view_permission(self.request, project):
            raise Http404(self.gone)
        found = Milestone.objects.filter(project=project, pk=min(milestone_id, 2**63 - 1))
        milestone = found.first()
        if milestone is None:
            raise Http404("没有这个节点，可能已被删除。")
        allowed = self.owner.has_change_permission(self.request, project)
        may = allowed and self.request.user.has_perm("projects.add_milestoneevidence")

        def attach(**posted: Any) -> None:
            attach_evidence(milestone=milestone, **posted)

        place = Place(
            f"佐证：{project} · {milestone.name}",
            f"{reverse('admin:projects_project_change', args=[project.pk])}#milestones-group",
            "返回项目",
        )
        doors = Doors(attach, remove_evidence, caption_evidence, "projects.add_milestoneevidence")
        return Files(place, milestone.evidence, doors, may, may)
