"""The one way in which a step of a matter is taken, and which steps are open to whom."""

from django.core.exceptions import ValidationError
from django.db import transaction

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.access.rights import NotAllowed, require
from kuancheng.records.announcing import Action, Announcement, announce
from kuancheng.records.versions import require_version
from projects.limits import limits_on
from projects.models import Matter, MatterEvidence, MatterStep
from projects.planning import site_calendars
from projects.rules.calendars import WORKING
from projects.rules.matters import dues
from projects.rules.matters.clock import due_day
from projects.rules.matters.steps import STEP_NAMES, Part, Step, lacks, refusal
from projects.rules.matters.story import after
from projects.services.evidence import files_undone, keep
from projects.services.matters.checks import CHECKS
from projects.services.matters.parts import parts_of
from projects.services.matters.turn import NOTHING, Given, MatterRefused, Turn


@transaction.atomic
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
    held = Matter.objects.select_for_update(of=("self",)).get(pk=matter.pk)
    held._change_reason = reason
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
    today = clock.today()
    turn = Turn(held, held.story(), actor, parts, given, today, site_calendars(), limits_on(today))
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


def steps_open_to(matter: Matter, actor: User) -> list[tuple[Step, str]]:
    """The steps that there is reason to take, and that are the actor's. Five queries at most."""
    if not actor.has_perm("projects.change_matter"):
        return []
    parts, story = parts_of(matter, actor), matter.story()
    limits = limits_on(clock.today())
    mine = frozenset({dues.granter(story)} & parts)
    found = []
    for step, name in STEP_NAMES.items():
        who = mine if step in {Step.EXTEND, Step.REFUSE_EXTENSION} else parts
        if not dues.is_moot(step, story, limits) and not refusal(step, matter.standing, who):
            found.append((step, name))
    return found
