"""Many matters at once: what would be said against each, and each done by the service of one.

What is asked of the database to judge a batch does not grow with the batch.
"""

from collections.abc import Iterable, Sequence

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import Q

from kuancheng.access.models import User
from kuancheng.access.rights import NotAllowed, require
from projects.models import Matter
from projects.rules.matters.steps import OPEN, Part, State, Step, lacks, refusal
from projects.services.many import check_fields
from projects.services.matters.parts import OVERSEE_MATTERS
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


def twins_of(matters: Sequence[Matter]) -> list[Matter | None]:
    """For each, another matter that it seems to repeat (一事一单). One query.

    That is an open one on the same project, or for the same enterprise, of the same factor and
    agency; or a draft of the same title there.
    """
    projects = {each.project_id for each in matters if each.project_id}
    enterprises = {each.enterprise_id for each in matters if not each.project_id}
    about = Q(project__in=projects) | Q(project=None, enterprise__in=enterprises - {None})
    known = Matter.objects.filter(about, state__in=(State.DRAFT, *OPEN)).order_by("pk")
    by_key: dict[tuple[object, ...], list[Matter]] = {}
    for each in known:
        draft = each.standing == State.DRAFT
        key = _about(each, each.title) if draft else _about(each, each.factor, each.lead_agency_id)
        by_key.setdefault(key, []).append(each)

    def twin(matter: Matter) -> Matter | None:
        same = by_key.get(_about(matter, matter.factor, matter.lead_agency_id), [])
        named = by_key.get(_about(matter, matter.title), [])
        return next((each for each in (*same, *named) if each.pk != matter.pk), None)

    return [twin(each) for each in matters]


def _about(matter: Matter, *more: object) -> tuple[object, ...]:
    whose = ("project", matter.project_id) if matter.project_id else ("of", matter.enterprise_id)
    return (*whose, *more)
