"""事项: raised by one, issued by the office, done by an agency, closed by somebody else."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.access.rights import NotAllowed, require
from kuancheng.records.announcing import Action, Announcement, announce
from kuancheng.records.versions import require_version
from projects.choices import Role
from projects.models import Agency, Assignment, Matter, MatterEvidence, MatterStep, Serial
from projects.planning import site_calendars
from projects.rules.calendars import WORKING, Calendars
from projects.rules.matters import dues
from projects.rules.matters.clock import due_day
from projects.rules.matters.steps import STEP_NAMES, Part, State, Step, lacks, refusal
from projects.rules.matters.story import Story, after
from projects.services.evidence import Upload, files_undone, keep
from projects.services.rights import require_own

OVERSEE_MATTERS = "projects.oversee_matter"


class MatterRefused(Exception):  # noqa: N818 - what the matter is in, said in Chinese
    """A step that cannot be taken now; `str()` says why, and who may or when."""


@dataclass(frozen=True)
class Given:
    """What comes with a step: words, days, people, files; only what the step asks for is read."""

    text: str = ""
    outcome: str = ""
    due: date | None = None
    first: date | None = None
    last: date | None = None
    level: int | None = None
    agency: Agency | None = None
    survivor: Matter | None = None
    files: Sequence[Upload] = ()
    caption: str = ""


NOTHING = Given()


@transaction.atomic
def save_matter(*, matter: Matter, actor: User, seen: int | None = None) -> Matter:
    """Raises a matter, or changes a draft; what is issued is changed by steps alone.

    NotAllowed for a project that is not the actor's, and for somebody else's draft unless he
    oversees matters. StaleRecord, MatterRefused, ValidationError.
    """
    projects = [matter.project_id] if matter.project_id else []
    if matter.pk is None:
        require_own(actor, "projects.add_matter", projects)
        matter.author = actor
    else:
        held = Matter.objects.select_for_update().get(pk=matter.pk)
        require_own(actor, "projects.change_matter", projects)
        if held.author_id != actor.pk and not actor.has_perm(OVERSEE_MATTERS):
            raise NotAllowed("草拟的事项由提出人或督查办公室修改。")
        if seen is not None:
            require_version(held, seen)
        if held.standing != State.DRAFT:
            raise MatterRefused(f"“{held}”已经交办，内容不能再改；请用办理动作。")
        matter.version = held.version + 1
    matter.full_clean()
    announce(matter.save_by(actor))
    return matter


def like_it(matter: Matter) -> list[Matter]:
    """Open matters on the same project, of the same factor and agency: offered before a second.

    一事一单, 政府督查工作条例 §15. One query.
    """
    if matter.project_id is None:
        return []
    same = Matter.objects.open().filter(
        project=matter.project_id, factor=matter.factor, lead_agency=matter.lead_agency_id
    )
    return list(same.exclude(pk=matter.pk)[:5])


@transaction.atomic
def take_step(
    *, matter: Matter, step: Step, actor: User, seen: int, given: Given = NOTHING
) -> MatterStep:
    """Takes one step: checked under the lock against what was shown, then written for good.

    StaleRecord when the matter has moved on; NotAllowed for who is not a part of it that may;
    MatterRefused when it is not the time; ValidationError, by field, for what is missing or
    cannot be.
    """
    held = Matter.objects.select_for_update(of=("self",)).get(pk=matter.pk)
    require(actor, "projects.change_matter")
    require_version(held, seen)
    parts = parts_of(held, actor)
    said = refusal(step, held.standing, parts)
    if said:
        error = NotAllowed if not refusal(step, held.standing, frozenset(Part)) else MatterRefused
        raise error(said)
    missing = lacks(step, given.text, len(given.files))
    if missing:
        raise ValidationError(missing)
    turn = Turn(held, held.story(), actor, parts, given, clock.today(), site_calendars())
    row = MatterStep(
        matter=held,
        number=held.steps.count() + 1,
        step=step.value,
        day=turn.today,
        at=clock.now(),
        actor=actor,
        on_behalf=step in {Step.SIGN, Step.NOTE} and Part.LEAD not in parts,
        text=given.text.strip(),
    )
    if step in CHECKS:
        CHECKS[step](turn, row)
    row.full_clean()
    return _write(turn, row)


@dataclass(frozen=True)
class Turn:
    """One step being taken: the locked matter, its story, who acts as what, and what he gives."""

    matter: Matter
    story: Story
    actor: User
    parts: frozenset[Part]
    given: Given
    today: date
    calendars: Calendars

    def refuse(self, said: str) -> None:
        """MatterRefused when there is something to say."""
        if said:
            raise MatterRefused(said)

    def new_due(self) -> date:
        """The due day that is given. ValidationError for one that cannot be."""
        said = dues.wrong_due(self.given.due, self.today)
        if said or self.given.due is None:
            raise ValidationError({"due": said})
        return self.given.due

    def asked_himself(self, step: Step) -> bool:
        """Whether the actor took the matter's last step of that kind."""
        last = self.matter.steps.filter(step=step.value).order_by("-number").first()
        return last is not None and last.actor_id == self.actor.pk


def parts_of(matter: Matter, actor: User) -> frozenset[Part]:
    """What somebody is to the matter today. Two queries.

    The verifier is nobody of the leading agency, and nobody who did any of the work.
    """
    found = set()
    if actor.has_perm(OVERSEE_MATTERS):
        found.add(Part.OFFICE)
    leads = matter.lead_agency is not None and _works_for(matter.lead_agency, actor)
    if leads:
        found.add(Part.LEAD)
    if matter.verifier_id == actor.pk and not leads and not _worked(matter, actor):
        found.add(Part.VERIFIER)
    if matter.project_id and _is_lead_official(matter.project_id, actor):
        found.add(Part.LEAD_OFFICIAL)
    return frozenset(found)


def _works_for(agency: Agency, person: User) -> bool:
    return agency.officials.filter(user=person).exists()


def _worked(matter: Matter, actor: User) -> bool:
    return matter.steps.filter(step=Step.ANSWER.value, actor=actor).exists()


def _is_lead_official(project: int, actor: User) -> bool:
    today = Assignment.objects.on(clock.today())
    return today.filter(project=project, role=Role.LEAD_OFFICIAL, official__user=actor).exists()


def _check_issue(turn: Turn, row: MatterStep) -> None:
    matter, given = turn.matter, turn.given
    row.due, row.level = turn.new_due(), given.level or matter.level
    row.agency = given.agency or matter.lead_agency
    if row.agency is None:
        raise ValidationError({"agency": "请选择牵头单位：一件事只有一个牵头单位。"})
    _check_verifier(matter, row.agency)
    matter.lead_agency = row.agency
    matter.number = _next_number("交办", turn.today.year)


def _check_verifier(matter: Matter, agency: Agency) -> None:
    verifier = matter.verifier
    if verifier is None:
        raise ValidationError({"verifier": "请指定核查人，办结要由另一人核查。"})
    if _works_for(agency, verifier):
        raise ValidationError(
            {"verifier": f"核查人{verifier}是牵头单位“{agency}”的人，不能核查本单位，请换一人。"}
        )


def _check_reassign(turn: Turn, row: MatterStep) -> None:
    row.due, row.agency = turn.new_due(), turn.given.agency
    if row.agency is None or row.agency.pk == turn.matter.lead_agency_id:
        raise ValidationError({"agency": "请选择另一个牵头单位。"})
    _check_verifier(turn.matter, row.agency)
    turn.matter.lead_agency = row.agency


def _check_objection(turn: Turn, row: MatterStep) -> None:
    turn.refuse(dues.wrong_objection(turn.story, turn.today, turn.calendars))
    row.agency = turn.given.agency


def _check_uphold(turn: Turn, row: MatterStep) -> None:
    if not turn.story.objected:
        raise MatterRefused("没有等待处理的异议。")


def _check_answer(turn: Turn, row: MatterStep) -> None:
    row.outcome = turn.given.outcome
    if not row.outcome:
        raise ValidationError({"outcome": "请选择办理结果。"})


def _check_return(turn: Turn, row: MatterStep) -> None:
    row.due = turn.new_due() if turn.given.due else None


def _check_reopen(turn: Turn, row: MatterStep) -> None:
    row.due = turn.new_due()


def _check_asked_extension(turn: Turn, row: MatterStep) -> None:
    row.due = turn.given.due
    said = dues.wrong_extension(turn.story, row.due, turn.today, turn.calendars)
    if said:
        raise ValidationError({"due": said})


def _check_extension(turn: Turn, row: MatterStep) -> None:
    if not turn.story.asked_due:
        raise MatterRefused("没有等待审批的延期申请。")
    who = dues.granter(turn.story)
    if who not in turn.parts:
        raise NotAllowed(
            "第二次延期由包保领导审批，您不是这个项目现任的包保领导。"
            if who == Part.LEAD_OFFICIAL
            else "第一次延期由督查办公室审批，您不是。"
        )
    if turn.asked_himself(Step.ASK_EXTENSION):
        raise NotAllowed("不能审批自己提出的延期。")
    if row.step == Step.EXTEND:
        row.due = turn.story.asked_due


def _check_asked_pause(turn: Turn, row: MatterStep) -> None:
    row.first, row.last = turn.given.first or turn.today, turn.given.last
    said = dues.wrong_pause(turn.story, row.first, row.last, turn.today, turn.calendars)
    if said:
        raise ValidationError({"first": said})


def _check_pause(turn: Turn, row: MatterStep) -> None:
    if turn.story.asked_rest is None:
        raise MatterRefused("没有等待审批的暂停申请。")
    if turn.asked_himself(Step.ASK_PAUSE):
        raise NotAllowed("不能审批自己提出的暂停。")


def _check_resume(turn: Turn, row: MatterStep) -> None:
    if turn.story.resting is None:
        raise MatterRefused("事项没有暂停，不用恢复。")


def _check_level(turn: Turn, row: MatterStep) -> None:
    row.level = turn.given.level
    if row.level is None or row.level == turn.story.level:
        raise ValidationError({"level": "请选择与现在不同的级别。"})


def _check_merge(turn: Turn, row: MatterStep) -> None:
    survivor = turn.given.survivor
    if survivor is None or survivor.pk == turn.matter.pk:
        raise ValidationError({"survivor": "请选择并入哪一件事项。"})
    kept = Matter.objects.select_for_update(of=("self",)).get(pk=survivor.pk)
    if not kept.story().is_open:
        raise ValidationError({"survivor": f"“{kept}”不在办理中，不能并入。"})
    turn.matter.merged_into = kept


CHECKS: dict[Step, Callable[[Turn, MatterStep], None]] = {
    Step.ISSUE: _check_issue,
    Step.REASSIGN: _check_reassign,
    Step.OBJECT: _check_objection,
    Step.UPHOLD: _check_uphold,
    Step.ANSWER: _check_answer,
    Step.RETURN: _check_return,
    Step.REOPEN: _check_reopen,
    Step.ASK_EXTENSION: _check_asked_extension,
    Step.EXTEND: _check_extension,
    Step.REFUSE_EXTENSION: _check_extension,
    Step.ASK_PAUSE: _check_asked_pause,
    Step.PAUSE: _check_pause,
    Step.REFUSE_PAUSE: _check_pause,
    Step.RESUME: _check_resume,
    Step.SET_LEVEL: _check_level,
    Step.MERGE: _check_merge,
}


def _write(turn: Turn, row: MatterStep) -> MatterStep:
    matter, given = turn.matter, turn.given
    story = after(turn.story, row.taken)
    with files_undone():
        row.save()
        evidence = [
            MatterEvidence(matter=matter, step=row, caption=given.caption) for _ in given.files
        ]
        kept = keep(evidence, given.files, (), turn.actor)
        matter.take_over(story, due_day(story, turn.calendars.line(WORKING)))
        matter.version += 1
        matter.full_clean(validate_unique=False)
        announce(matter.save_by(turn.actor), _taken(row, turn.actor), *kept)
    return row


def _taken(row: MatterStep, actor: User) -> Announcement:
    project = row.matter.project_id
    return Announcement(
        kind=row._meta.label_lower,
        id=row.pk,
        action=Action.CREATED,
        version=row.matter.version,
        fields=(row.step,),
        actor=actor.pk,
        projects=frozenset([project] if project else []),
    )


def _next_number(kind: str, year: int) -> str:
    """The next number of that kind and year, without a gap: given with the change, or not at all."""
    Serial.objects.get_or_create(kind=kind, year=year)
    serial = Serial.objects.select_for_update().get(kind=kind, year=year)
    serial.last += 1
    serial.save(update_fields=["last"])
    return f"{kind}〔{year}〕{serial.last}号"


def steps_open_to(matter: Matter, actor: User) -> list[tuple[Step, str]]:
    """The steps that there is reason to take, and that are the actor's. Five queries at most."""
    if not actor.has_perm("projects.change_matter"):
        return []
    parts, story = parts_of(matter, actor), matter.story()
    mine = frozenset({dues.granter(story)} & parts)
    found = []
    for step, name in STEP_NAMES.items():
        who = mine if step in {Step.EXTEND, Step.REFUSE_EXTENSION} else parts
        if not dues.is_moot(step, story) and not refusal(step, matter.standing, who):
            found.append((step, name))
    return found
