"""Many matters at once: what would be said against each, and each done by the service of one.

What is asked of the database to judge a batch does not grow with the batch.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError
from django.db.models import Q

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.access.rights import NotAllowed, require
from kuancheng.records.forms import as_refusal
from kuancheng.records.versions import StaleRecord
from projects.limits import limits_on
from projects.models import Matter, Official
from projects.rules.matters.clock import Limits
from projects.rules.matters.dues import granter, moot_reason
from projects.rules.matters.steps import OPEN, Part, State, Step, lacks, refusal
from projects.rules.matters.story import Story
from projects.services.many import check_fields
from projects.services.matters.orders import reminded
from projects.services.matters.parts import OVERSEE_MATTERS
from projects.services.matters.taking import take_step
from projects.services.matters.turn import Given, MatterRefused
from projects.services.matters.twins import UNDONE
from projects.services.rights import own_projects

Errors = list[ValidationError | None]


def draft_errors(drafts: Sequence[Matter], actor: User) -> Errors:
    """What `save_matter` would say against new matters and changed drafts, or None. One query."""
    own = own_projects(actor, {each.project_id for each in drafts if each.project_id})
    return [_error_of(each, own, actor) for each in drafts]


def _error_of(matter: Matter, own: set[int], actor: User) -> ValidationError | None:
    verb = "add" if matter.pk is None else "change"
    try:
        require(actor, f"projects.{verb}_matter")
        if matter.project_id and matter.project_id not in own:
            raise ValidationError({"project": "这个项目不由您或您的单位负责，请核对。"})
        if matter.pk and matter.author_id != actor.pk and not actor.has_perm(OVERSEE_MATTERS):
            raise NotAllowed("草拟的事项由提出人或督查办公室修改。")
        check_fields(matter)
    except ValidationError as error:
        return error
    except NotAllowed as error:
        return ValidationError({NON_FIELD_ERRORS: [str(error)]})
    return None


def note_errors(notes: Sequence[tuple[Matter, str]], actor: User) -> Errors:
    """What `take_step` would say against a note on each matter, or None. One query.

    The same words a second time are no progress: whoever sends a file twice is told so.
    """
    led = led_by(actor, (matter.pk for matter, _ in notes))
    found: Errors = []
    for matter, text in notes:
        parts = _office(actor) | ({Part.LEAD} if matter.pk in led else set())
        said = refusal(Step.NOTE, matter.standing, frozenset(parts))
        said = said or "".join(lacks(Step.NOTE, text, 0).values())
        last = matter.last_word()
        if not said and last is not None and last.text == text.strip():
            said = f"与 {last.day:%Y-%m-%d} 的进展相同，没有新的内容，请清空或改写。"
        found.append(ValidationError(said) if said else None)
    return found


def led_by(actor: User, matters: Iterable[int]) -> set[int]:
    """Of the matters, those whose leading agency the account acts for. One query."""
    led = Matter.objects.filter(pk__in=set(matters)).of_agency_of(actor)
    return set(led.values_list("pk", flat=True))


def _office(actor: User) -> set[Part]:
    return {Part.OFFICE} if actor.has_perm(OVERSEE_MATTERS) else set()


def twins_of(matters: Sequence[Matter], states: Collection[State] = UNDONE) -> list[Matter | None]:
    """For each, another matter that it seems to repeat (一事一单). One query.

    That is one that nobody has finished with on the same project, or for the same enterprise, of
    the same factor and agency, as `like_it` finds it; or a draft of the same title there.
    """
    projects = {each.project_id for each in matters if each.project_id}
    enterprises = {each.enterprise_id for each in matters if not each.project_id}
    about = Q(project__in=projects) | Q(project=None, enterprise__in=enterprises - {None})
    known = Matter.objects.filter(about, state__in=states).order_by("pk")
    by_key: dict[tuple[object, ...], list[Matter]] = {}
    for each in known:
        keys = [_about(each, each.factor, each.lead_agency_id)]
        if each.standing == State.DRAFT:
            keys.append(_about(each, each.title))
        for key in keys:
            by_key.setdefault(key, []).append(each)

    def twin(matter: Matter) -> Matter | None:
        same = by_key.get(_about(matter, matter.factor, matter.lead_agency_id), [])
        named = by_key.get(_about(matter, matter.title), [])
        return next((each for each in (*same, *named) if each.pk != matter.pk), None)

    return [twin(each) for each in matters]


def _about(matter: Matter, *more: object) -> tuple[object, ...]:
    whose = ("project", matter.project_id) if matter.project_id else ("of", matter.enterprise_id)
    return (*whose, *more)


@dataclass(frozen=True)
class Done:
    """What became of one of the chosen matters: `said` is why not, or what came of it."""

    matter: Matter
    done: bool
    said: str


def objections(step: Step, matters: Sequence[Matter], actor: User) -> dict[int, str]:
    """Why the office cannot take the step on each of the matters that it cannot, by id.

    `matters` come with their steps, orders and agency at hand. Three queries at most; what is
    decided here is decided again, under the lock, when the step is taken.
    """
    parts = frozenset(_office(actor))
    limits = limits_on(clock.today())
    own = _own_verifiers(matters) if step == Step.ISSUE else set()
    found = _repeats(matters) if step == Step.ISSUE else {}
    for matter in matters:
        said = refusal(step, matter.standing, parts) or _lack(step, matter, own, actor, limits)
        if said:
            found[matter.pk] = said
    return found


def _repeats(matters: Sequence[Matter]) -> dict[int, str]:
    """What is said of those that repeat an open matter without a reason why they are another."""
    unexplained = [each for each in matters if not each.separate_reason]
    twins = zip(unexplained, twins_of(unexplained, OPEN), strict=True)
    return {
        each.pk: f"已有“{twin}”在办（一事一单），请去办理那一件；确属另一件事的，请单独交办并写明理由。"
        for each, twin in twins
        if twin is not None
    }


def _own_verifiers(matters: Iterable[Matter]) -> set[tuple[int, int]]:
    """Agencies with those of the verifiers who work for them. One query."""
    verifiers = {each.verifier_id for each in matters}
    people = Official.objects.filter(user__in=verifiers - {None}, agency__isnull=False)
    return set(people.values_list("agency_id", "user_id"))


def _lack(
    step: Step, matter: Matter, own: set[tuple[int, int]], actor: User, limits: Limits
) -> str:
    if step == Step.ISSUE:
        return _incomplete(matter, own)
    story = matter.story()
    if step == Step.EXTEND:
        return _not_to_extend(matter, story, actor)
    return moot_reason(step, story, limits) or reminded(step, matter, story)


def _incomplete(matter: Matter, own: set[tuple[int, int]]) -> str:
    if matter.lead_agency_id is None:
        return "还没有牵头单位，请先修改补上。"
    if matter.verifier_id is None:
        return "还没有核查人，请先修改补上。"
    if (matter.lead_agency_id, matter.verifier_id) in own:
        return "核查人是牵头单位的人，请先修改换一人。"
    return ""


def _not_to_extend(matter: Matter, story: Story, actor: User) -> str:
    if story.asked_due is None:
        return "没有等待审批的延期申请。"
    if granter(story) != Part.OFFICE:
        return "第二次延期由包保领导审批。"
    asked = [each for each in matter.steps.all() if each.step == Step.ASK_EXTENSION]
    last = max(asked, key=lambda each: each.number)
    return "延期是您自己提出的，由另一人审批。" if last.actor_id == actor.pk else ""


def take_each(
    *, step: Step, chosen: Sequence[tuple[Matter, int]], actor: User, given: Given
) -> list[Done]:
    """Takes one step on many matters, each by itself: what is refused of one holds up no other.

    `chosen` are matters with the versions that were seen. Whoever sends the same twice is told
    what has been done, and nothing is done again.
    """
    return [_take(step, matter, seen, actor, given) for matter, seen in chosen]


def _take(step: Step, matter: Matter, seen: int, actor: User, given: Given) -> Done:
    try:
        row = take_step(matter=matter, step=step, actor=actor, seen=seen, given=given)
    except StaleRecord as error:
        if _taken_before(step, matter, seen, actor):
            return Done(matter, True, "刚才已经办过，没有再办一次。")
        return Done(matter, False, str(error))
    except (ValidationError, IntegrityError, MatterRefused, NotAllowed) as error:
        said = as_refusal(error) or ValidationError("没有办理。")
        return Done(matter, False, "".join(said.messages))
    return Done(row.matter, True, "")


def _taken_before(step: Step, matter: Matter, seen: int, actor: User) -> bool:
    """Whether this very step was the one that followed what the actor saw."""
    now = Matter.objects.get(pk=matter.pk)
    last = now.steps.order_by("-number").first()
    return (
        now.version == seen + 1
        and last is not None
        and (last.step, last.actor_id) == (step.value, actor.pk)
    )
