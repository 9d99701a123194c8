"""The one way in which a step of a matter is taken, and which steps are open to whom."""

from django.core.exceptions import ValidationError
from django.db import transaction

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.access.rights import NotAllowed, require
from kuancheng.audit import acts
from kuancheng.records.announcing import Action, Announcement, announce
from kuancheng.records.versions import require_version
from projects.limits import limits_on
from projects.models import Matter, MatterEvidence, MatterStep
from projects.planning import site_calendars
from projects.rules.calendars import WORKING
from projects.rules.matters import appeals, dues
from projects.rules.matters.clock import Limits, due_day
from projects.rules.matters.steps import PART_NAMES, STEP_NAMES, WAYS, Part, Step, lacks, refusal
from projects.rules.matters.story import Story, after
from projects.services.evidence import files_undone, keep
from projects.services.matters.checks import CHECKS
from projects.services.matters.orders import order_of_step, reminded
from projects.services.matters.parts import capacity_of, parts_of
from projects.services.matters.turn import NOTHING, Given, MatterRefused, Turn

EXTENDING = frozenset({Step.EXTEND, Step.REFUSE_EXTENSION})
ASKING = frozenset({Step.ASK_EXTENSION, Step.ASK_PAUSE})
"""Steps that are refused beside the field which they are about."""


@transaction.atomic
@acts.decision("办理事项", "matter", names=STEP_NAMES)
def take_step(
    *,
    matter: Matter,
    step: Step,
    actor: User,
    seen: int,
    given: Given = NOTHING,
    reason: str | None = None,
) -> MatterStep:
    """Takes one step: checked under the lock against what was shown, then written for good.

    `reason` is kept in the matter's history: which file the step came with.

    StaleRecord when the matter has moved on; NotAllowed for who is not a part of it that may;
    MatterRefused when it is not the time; ValidationError, by field, for what is missing or
    cannot be.
    """
    held = _locked(matter, given)
    held._change_reason = reason
    require(actor, "projects.change_matter")
    require_version(held, seen)
    capacity = capacity_of(held, actor)
    parts = capacity.parts
    said = refusal(step, held.standing, parts)
    if said:
        error = NotAllowed if not refusal(step, held.standing, frozenset(Part)) else MatterRefused
        raise error(said)
    missing = lacks(step, given.text, len(given.files))
    if missing:
        raise ValidationError(missing)
    today, story = clock.today(), held.story()
    acts_for = capacity.acts_for(_by(step, story))
    limits = limits_on(today)
    turn = Turn(held, story, actor, parts, given, today, site_calendars(), limits, acts_for)
    row = MatterStep(
        matter=held,
        number=held.steps.count() + 1,
        step=step.value,
        day=turn.today,
        at=clock.now(),
        actor=actor,
        on_behalf=step in {Step.SIGN, Step.NOTE} and Part.LEAD not in parts,
        on_behalf_of=acts_for,
        text=given.text.strip(),
    )
    if step not in ASKING:
        turn.refuse(dues.moot_reason(step, story, limits))
    if step in CHECKS:
        CHECKS[step](turn, row)
    row.full_clean()
    return _write(turn, row)


def _locked(matter: Matter, given: Given) -> Matter:
    """The matter, locked; first the one it is merged into, if that is older: no two wait in a ring."""
    rows = Matter.objects.select_for_update(of=("self",))
    if given.survivor:
        list(rows.filter(pk__in=[matter.pk, given.survivor.pk]).order_by("pk"))
    found: Matter = rows.get(pk=matter.pk)
    return found


def _by(step: Step, story: Story) -> tuple[Part, ...]:
    """Who may take the step; of an extension, who decides on this one."""
    return (dues.granter(story),) if step in EXTENDING else WAYS[step].by


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
        saved = matter.save_by(turn.actor)
        announce(saved, _taken(row, turn.actor), *kept, *order_of_step(turn, story, row))
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


def steps_open_to(matter: Matter, actor: User) -> list[tuple[Step, str]]:
    """The steps that there is reason to take, and that are the actor's. Ten queries at most."""
    if not actor.has_perm("projects.change_matter"):
        return []
    parts, story, limits = parts_of(matter, actor), matter.story(), limits_on(clock.today())
    return [
        (step, name)
        for step, name in STEP_NAMES.items()
        if not refusal(step, matter.standing, parts & set(_by(step, story)))
        and not _pointless(step, matter, story, limits)
    ]


def why_not(matter: Matter, step: Step, actor: User) -> str:
    """Why the actor is not offered a step, in Chinese: its state, who may act, what came before."""
    parts, story = parts_of(matter, actor), matter.story()
    said = refusal(step, matter.standing, parts)
    if said or not actor.has_perm("projects.change_matter"):
        return said or "您的账号没有办理事项的权限，请联系系统管理员。"
    if not parts & set(_by(step, story)):
        return f"这次{STEP_NAMES[step]}由{PART_NAMES[dues.granter(story)]}办理，您不是。"
    return _pointless(step, matter, story, limits_on(clock.today()))


def _pointless(step: Step, matter: Matter, story: Story, limits: Limits) -> str:
    """Why there is nothing for a step to do today; two queries where an appeal is asked for.

    One more for a 催办, where the matter's orders are not at hand.
    """
    if step == Step.APPEAL:
        return appeals.wrong_appeal(story, clock.today(), site_calendars(), limits)
    return dues.moot_reason(step, story, limits) or reminded(step, matter, story)
