"""A project's save by one person: what he may change is saved, what two decide is put forward.

The admin's form, an import and whatever else people come through call these, one or many at a time.
"""

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse

from kuancheng.access.models import User
from kuancheng.access.rights import require
from kuancheng.audit import acts
from kuancheng.proposals.kinds import Moved, ProposalKind, Proposed, Subject, Value
from kuancheng.proposals.models import Proposal, ProposedField
from kuancheng.proposals.services import Draft, propose, propose_all
from kuancheng.proposals.values import changes_between, value_of, write
from kuancheng.records.announcing import together
from kuancheng.records.base import label_of
from kuancheng.records.versions import require_version
from projects.models import Listing, Project
from projects.rules.two_person import GUARDED
from projects.services.many import Edit, EditsRefused, check_fields, save_projects
from projects.services.register import differs, save_project
from projects.services.rights import OVERSEE, require_own
from projects.services.stops.standing import check_standing, stopped_today
from projects.services.two_person import amount_rule, guarded_of, held_among, needing

WHY = "proposal_reason"
"""Where a form asks why, for an error beside it."""

REGISTERED = "新登记项目"
"""Why a new project's total is put forward, where nobody says more."""

KIND = Project._meta.label_lower
SHORTEST = 4
LISTS_NAMED = 3
PLANNED = frozenset({"planned_start", "planned_completion", "planned_commissioning"})
"""The days that must follow each other."""


class ProjectChange(ProposalKind):
    """Guarded fields of a project."""

    code = "project"
    label = "项目重要信息"
    sees = "projects.view_project"
    decides = OVERSEE

    def current(self, proposal: Proposed, *, lock: bool = False) -> Mapping[str, Value]:
        project = _project(proposal, lock=lock)
        return {name: value_of(project, name) for name in GUARDED}

    def apply(self, proposal: Proposed, *, actor: User) -> None:
        project = _project(proposal, lock=True)
        for name, value in proposal.values.items():
            write(project, name, value)
        project._change_reason = words_of_approval(proposal)
        save_project(project=project, actor=actor, approved=True)

    def link(self, proposal: Proposed) -> str:
        return reverse("project", args=[proposal.subject_code])

    def impact(self, proposal: Proposed) -> Sequence[str]:
        lists = Listing.objects.filter(project=proposal.subject_id, until__isnull=True)
        names = list(lists.order_by("-programme__year").values_list("programme__name", flat=True))
        if not names:
            return ("项目现在不在任何清单上。",)
        more = f"等 {len(names)} 份" if len(names) > LISTS_NAMED else ""
        return (f"项目在册于：{'、'.join(names[:LISTS_NAMED])}{more}，合计和比率随之变动。",)


PROJECT_CHANGE = ProjectChange()


def words_of_approval(proposal: Proposed) -> str:
    """What the history keeps beside the approver: which proposal, and whose."""
    return f"变更申请{proposal.pk}号（{proposal.author}提出）"


def _project(proposal: Proposed, *, lock: bool = False) -> Project:
    found = Project.objects.select_for_update() if lock else Project.objects.all()
    project: Project | None = found.filter(pk=proposal.subject_id or 0).first()
    if project is None:
        raise Moved("这个项目已不在登记里。")
    return project


@dataclass(frozen=True)
class Parted:
    """A change of a project in two: `wanted` is the whole, the record keeps what one may change."""

    wanted: Project
    names: tuple[str, ...]

    def draft(self, kept: Project, reason: str, document: str) -> Draft:
        """The part for two people, once the record is saved."""
        subject = Subject(KIND, kept.pk, kept.name, kept.code)
        changes = changes_between(kept, self.wanted, self.names)
        return Draft(PROJECT_CHANGE, subject, changes, reason, document)


def _part(project: Project, before: Project | None, names: tuple[str, ...]) -> Parted:
    """Takes what two decide back out of a project."""
    wanted, as_is = copy(project), guarded_of(before)
    for name in names:
        setattr(project, name, getattr(as_is, name))
    return Parted(wanted, names)


@transaction.atomic
@acts.edit("保存项目", "project")
def put_project(
    *,
    project: Project,
    actor: User,
    seen: int | None = None,
    reason: str = "",
    document: str = "",
) -> Proposal | None:
    """Saves a project by one person; the proposal of what two decide, None where there is none.

    The record then holds what was saved. Refused as `save_project` refuses, and, by field, where
    the whole could not be saved either, where no `reason` is given of one that is registered (at
    `WHY`), and where a field waits already: that names the proposal. Then nothing is saved.
    """
    before = Project.objects.select_for_update().get(pk=project.pk) if project.pk else None
    names = () if actor.is_system else _needing_one(project, before)
    if not names:
        save_project(project=project, actor=actor, seen=seen)
        return None
    if before is not None:
        # Who may not, or has been overtaken, is told so before he is asked for a reason.
        require_own(actor, "projects.change_project", [before.pk])
        require_version(before, before.version if seen is None else seen)
    reason = reason.strip() or ("" if before else REGISTERED)
    if len(reason) < SHORTEST:
        labels = _labels(names)
        raise ValidationError(
            {WHY: f"{labels}的改动须由第二人审核，请写明变更理由和依据（至少 {SHORTEST} 个字）。"}
        )
    check_free(before, names)
    _check_whole(project, before)
    parted = _part(project, before, names)
    with together():
        try:
            save_project(project=project, actor=actor, seen=seen)
        except ValidationError as error:
            raise _told_apart(error, names) from None
        return propose(draft=parted.draft(project, reason, document), author=actor)


def _labels(names: Iterable[str]) -> str:
    return "、".join(f"“{label_of(Project, name)}”" for name in names)


def _needing_one(project: Project, before: Project | None) -> tuple[str, ...]:
    if guarded_of(project) == guarded_of(before):
        return ()
    held = before is not None and before.pk in held_among([before.pk])
    return needing(project, before, held=held, of_amount=amount_rule())


def _check_whole(project: Project, before: Project | None) -> None:
    """What a second person could not let through is not put to him."""
    check_fields(project, without=() if project.code else ("code",))
    stopped = before is not None and before.pk in stopped_today([before.pk])
    check_standing(project, before.standing if before else None, stopped=stopped)


def _told_apart(error: ValidationError, names: Sequence[str]) -> ValidationError:
    """What the rest fails by where it leans on a day that is not approved yet; else the error itself."""
    by_day = set(getattr(error, "error_dict", {"": ()})) <= PLANNED
    if "planned_completion" not in names or not by_day:
        return error
    labels = _labels(names)
    said = f"{labels}审核通过以前仍按原值；{'；'.join(error.messages)}请先只改{labels}，通过后再改其余的。"
    return ValidationError(said)


def open_fields(projects: Iterable[int | None]) -> dict[int, list[ProposedField]]:
    """What waits for a second person, by project, with the proposals and authors. One query."""
    ids = [each for each in projects if each is not None]
    found: dict[int, list[ProposedField]] = {}
    for field in ProposedField.objects.open_on(KIND, ids).order_by("proposal", "place"):
        found.setdefault(field.proposal.subject_id, []).append(field)
    return found


def waits(field: ProposedField) -> str:
    """“变更申请12号，张三 10-15 提出：总投资：5000 → 6000”: what stands in the way."""
    made = field.proposal
    return f"{made}，{made.author} {made.proposed_at:%m-%d} 提出，{field}"


def in_the_way(fields: Iterable[ProposedField], names: Iterable[str]) -> ValidationError | None:
    """What is said, by field, to whoever changes what waits already."""
    wanted = set(names)
    wrong = {
        each.name: f"已有待审核的申请（{waits(each)}），请等它审核或撤回后再改；现在请填回原值。"
        for each in fields
        if each.name in wanted
    }
    return ValidationError(wrong) if wrong else None


def check_free(project: Project | None, names: Iterable[str]) -> None:
    """ValidationError by field for what waits already. One query, or none."""
    if project is None:
        return
    wrong = in_the_way(open_fields([project.pk]).get(project.pk, ()), names)
    if wrong is not None:
        raise wrong


@dataclass(frozen=True)
class Needs:
    """For each of a batch of edits the fields that two decide, and what is said against them."""

    names: Sequence[tuple[str, ...]]
    errors: Sequence[ValidationError | None]


def needs_of(edits: Sequence[Edit], actor: User) -> Needs:
    """What of each edit waits for a second person. Three queries at most, however many."""
    if actor.is_system:
        return Needs([()] * len(edits), [None] * len(edits))
    known = [each.old.pk for each in edits if each.old is not None]
    held, of_amount = held_among(known), amount_rule()
    names = [
        needing(each.record, each.old, held=each.record.pk in held, of_amount=of_amount)
        for each in edits
    ]
    touched = [each.record.pk for each, some in zip(edits, names, strict=True) if some]
    waiting = open_fields(touched)
    return Needs(
        names,
        [
            in_the_way(waiting.get(each.record.pk, ()), some)
            for each, some in zip(edits, names, strict=True)
        ],
    )


@transaction.atomic
@acts.edit("批量保存项目")
def put_projects(*, edits: Sequence[Edit], actor: User, reason: str, batch: str) -> list[Proposal]:
    """The same for many, put forward as one batch. As `part_projects` says."""
    with together():
        drafts = part_projects(edits=edits, actor=actor, reason=reason)
        return propose_all(drafts=drafts, author=actor, batch=batch) if drafts else []


@transaction.atomic
@acts.edit("批量保存项目")
def part_projects(*, edits: Sequence[Edit], actor: User, reason: str) -> list[Draft]:
    """Saves of many what one person may change; what two decide, to be put forward with it.

    Whoever calls it proposes the drafts in the same transaction, all of a file at once. `reason` is
    kept in the histories, and is why. Refused as `save_projects` refuses, with nothing written, and
    with the places of those whose fields wait already. The number of queries to check them does
    not depend on how many there are.
    """
    if any(each.old is None for each in edits):
        require(actor, "projects.add_project")
    require_own(actor, "projects.change_project", (each.old.pk for each in edits if each.old))
    needs = needs_of(edits, actor)
    wrong = {place: error for place, error in enumerate(needs.errors) if error is not None}
    if wrong:
        raise EditsRefused(wrong)
    parted = [
        _part(edit.record, edit.old, names) if names else None
        for edit, names in zip(edits, needs.names, strict=True)
    ]
    # What only waits is not written, so that its history says nothing of a save.
    places = [
        place
        for place, edit in enumerate(edits)
        if parted[place] is None or edit.old is None or differs(edit.record, edit.old)
    ]
    try:
        save_projects(edits=[edits[place] for place in places], actor=actor, reason=reason)
    except EditsRefused as error:
        raise EditsRefused({places[at]: each for at, each in error.errors.items()}) from None
    return [
        each.draft(edit.record, reason, "")
        for each, edit in zip(parted, edits, strict=True)
        if each is not None
    ]
