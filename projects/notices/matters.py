"""Who of a matter is told of each step that is taken, and what that makes an end of."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db.models import Q
from django.urls import reverse

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.access.rights import holders
from kuancheng.notices.services import Note, notify_all, settle
from kuancheng.records.announcing import Action, Announcement
from projects.choices import Role
from projects.limits import limits_on
from projects.models import Matter, MatterStep
from projects.notices.people import NEWS, accounts_of, only_with, staff_of, with_deputies
from projects.notices.turns import (
    ENDS,
    ENDS_RAISED,
    MATTER_DECIDE,
    MATTER_TODO,
    RAISED,
    TURNS,
    VIEW,
    Told,
    Whom,
)
from projects.rules.matters import dues
from projects.rules.matters.clock import Limits
from projects.rules.matters.steps import DECIDES, Part, State, Step
from projects.rules.matters.story import Story, fold
from projects.services.matters.parts import OVERSEE_MATTERS

MATTER, STEP = Matter._meta.label_lower, MatterStep._meta.label_lower

MOST_QUOTED = 300
"""Characters of what somebody wrote that a notice repeats; the rest is on the matter's page."""


@dataclass(frozen=True)
class Moment:
    """A step that was taken, its matter as it is now, and how that stood before the step."""

    matter: Matter
    step: MatterStep
    earlier: tuple[MatterStep, ...]

    @property
    def name(self) -> Step:
        """Which step it was."""
        return Step(self.step.step)

    @cached_property
    def before(self) -> Story:
        """What had become of the matter until then."""
        return fold(each.taken for each in self.earlier)


def heed(changes: Sequence[Announcement]) -> None:
    """Tells of matters that were raised and of steps that were taken.

    A number of queries that does not depend on how many there are.
    """
    raised = [each.id for each in changes if each.kind == MATTER and each.action == Action.CREATED]
    taken = [each.id for each in changes if each.kind == STEP]
    if not raised and not taken:
        return
    matters = _matters(raised, taken)
    moments = _moments(matters.values(), taken)
    cast = Cast(matters.values(), moments, clock.today())
    fresh = [matters[each] for each in raised if each in matters]
    limits, news = limits_on(clock.today()), clock.now() - NEWS
    notes = [
        _raised(each, cast)
        for each in fresh
        if each.standing == State.DRAFT and each.created_at >= news
    ]
    for moment in moments:
        if moment.step.at >= news:
            notes += _notes(moment, cast, limits)
    notify_all(only_with(VIEW, with_deputies(notes, cast.day), cast.day))
    _settle(moments)


def _matters(raised: Iterable[int], taken: Iterable[int]) -> dict[int, Matter]:
    """By id, with all that a notice names. Five queries."""
    stepped = MatterStep.objects.filter(pk__in=list(taken)).values("matter")
    found = Matter.objects.filter(Q(pk__in=list(raised)) | Q(pk__in=stepped))
    related = ("project", "enterprise", "lead_agency", "verifier", "author", "merged_into")
    full = found.select_related(*related).prefetch_related("supporters", "steps__actor")
    return {each.pk: each for each in full}


def _moments(matters: Iterable[Matter], taken: Iterable[int]) -> list[Moment]:
    """The steps in the order in which they were announced."""
    found = {}
    for matter in matters:
        steps = sorted(matter.steps.all(), key=lambda each: each.number)
        for place, step in enumerate(steps):
            found[step.pk] = Moment(matter, step, tuple(steps[:place]))
    return [found[pk] for pk in taken if pk in found]


class Cast:
    """Whoever has to do with some matters on a day; asked of the database only where it matters."""

    def __init__(self, matters: Iterable[Matter], moments: Sequence[Moment], day: date) -> None:
        self.matters, self.moments, self.day = list(matters), moments, day

    def of(self, whom: Whom, moment: Moment) -> list[User]:
        """Who that is at a step. Of a matter that was never issued only its author knows."""
        matter = moment.matter
        if whom == Whom.OFFICE:
            return self.office
        if whom == Whom.AUTHOR:
            return [matter.author]
        if matter.issued_on is None:
            return []
        if whom == Whom.GRANTER:
            return self._granters(moment)
        if whom in {Whom.LIAISON, Whom.LEAD_OFFICIAL}:
            return self._assigned(whom, matter)
        if whom == Whom.VERIFIER:
            return [matter.verifier] if matter.verifier else []
        if whom == Whom.ASKER:
            return _asker(moment)
        if whom == Whom.REVIEWER:
            return self._reviewers(moment)
        return [each for pk in _agencies(whom, moment) for each in self.staff.get(pk, ())]

    @cached_property
    def office(self) -> list[User]:
        """督查办公室. One query."""
        return list(holders(OVERSEE_MATTERS))

    @cached_property
    def staff(self) -> dict[int, list[User]]:
        """The accounts of every agency that leads, led or supports. One query."""
        whoms = (Whom.AGENCY, Whom.FORMER, Whom.SUPPORTERS)
        agencies = {pk for each in self.moments for w in whoms for pk in _agencies(w, each)}
        return staff_of(agencies, self.day)

    @cached_property
    def _assignments(self) -> dict[Whom, dict[int, list[User]]]:
        projects = [each.project_id for each in self.matters if each.project_id]
        return {
            Whom.LIAISON: accounts_of(projects, self.day, Role.LIAISON_OFFICER),
            Whom.LEAD_OFFICIAL: accounts_of(projects, self.day, Role.LEAD_OFFICIAL),
        }

    def _assigned(self, whom: Whom, matter: Matter) -> list[User]:
        return self._assignments[whom].get(matter.project_id or 0, [])

    def _granters(self, moment: Moment) -> list[User]:
        """Whoever decides on an extension; the office where the lead official has no account."""
        if dues.granter(moment.before) == Part.LEAD_OFFICIAL:
            return self._assigned(Whom.LEAD_OFFICIAL, moment.matter) or self.office
        return self.office

    def _reviewers(self, moment: Moment) -> list[User]:
        """Those of the office who had no part in the matter and are not of its agency."""
        matter = moment.matter
        took = {pk for each in moment.earlier for pk in (each.actor_id, each.on_behalf_of_id)}
        took |= {matter.author_id, matter.verifier_id}
        took |= {each.pk for each in self.staff.get(matter.lead_agency_id or 0, ())}
        return [each for each in self.office if each.pk not in took]


def _agencies(whom: Whom, moment: Moment) -> list[int]:
    if whom == Whom.SUPPORTERS:
        return [each.pk for each in moment.matter.supporters.all()]
    leading = moment.before.agency if whom == Whom.FORMER else moment.matter.lead_agency_id
    return [leading] if leading else []


def _asker(moment: Moment) -> list[User]:
    """Who had asked for what the step decides."""
    wanted = DECIDES.get(moment.name)
    return [each.actor for each in moment.earlier[::-1] if each.step == wanted][:1]


def _raised(matter: Matter, cast: Cast) -> Note:
    of_it = (
        f"{matter.author} 提出：{_quoted(matter.text)}"
        if matter.text
        else f"{matter.author} 提出。"
    )
    return Note(
        to=cast.office,
        kind=RAISED.kind,
        title=f"{RAISED.title}：{matter.title}",
        text="\n".join([_whose(matter), of_it, RAISED.do]),
        link=reverse("matter-step", args=[matter.pk, RAISED.screen]),
        about=(MATTER, matter.pk),
        key=f"raised.{matter.pk}",
        by=matter.author_id,
    )


def _notes(moment: Moment, cast: Cast, limits: Limits) -> Iterator[Note]:
    """One for each line of the table; of several that concern somebody he gets the first."""
    known: set[int] = set()
    facts = _facts(moment, limits)
    for told in TURNS.get(moment.name, ()):
        people = {each.pk: each for whom in told.to for each in cast.of(whom, moment)}
        fresh = [each for pk, each in people.items() if pk not in known]
        known |= people.keys()
        yield _note(moment, told, fresh, facts)


def _note(moment: Moment, told: Told, people: Sequence[User], facts: dict[str, str]) -> Note:
    matter, step = moment.matter, moment.step
    screen = reverse("matter", args=[matter.pk])
    if told.screen:
        screen = reverse("matter-step", args=[matter.pk, told.screen])
    return Note(
        to=people,
        kind=told.kind,
        title=f"{told.title.format(**facts)}：{matter.title}",
        text="\n".join([_whose(matter), _done(step), told.do.format(**facts)]),
        link=screen,
        about=(STEP, step.pk),
        key=str(step.pk),
        by=step.actor_id,
    )


def _whose(matter: Matter) -> str:
    """交办〔2024〕1号 · 示例冷链物流园."""
    place = matter.project.name if matter.project else str(matter.enterprise)
    return " · ".join(filter(None, [matter.number, place]))


def _done(step: MatterStep) -> str:
    did = f"{step.actor} {step.get_step_display()}{'（代签）' if step.on_behalf else ''}"
    return f"{did}：{_quoted(step.text)}" if step.text else f"{did}。"


def _quoted(text: str) -> str:
    return text if len(text) <= MOST_QUOTED else f"{text[:MOST_QUOTED]}……"


def _facts(moment: Moment, limits: Limits) -> dict[str, str]:
    """What the words of the table may name."""
    matter, step, rest = moment.matter, moment.step, moment.before.asked_rest
    return {
        "due": _day(matter.due_on),
        "agency": str(matter.lead_agency or ""),
        "asked": _day(step.due),
        "first": _day(rest.first if rest else step.first),
        "level": matter.get_level_display(),
        "outcome": step.get_outcome_display(),
        "round": str(matter.round),
        "survivor": str(matter.merged_into or ""),
        "sign": str(limits.sign),
        "verify": str(limits.verify),
        "review": str(limits.review_days),
    }


def _day(day: date | None) -> str:
    return f"{day:%Y-%m-%d}" if day else ""


def _settle(moments: Iterable[Moment]) -> None:
    """Says on what earlier steps had asked of people that it is done with."""
    steps: dict[int, str] = {}
    matters: dict[int, str] = {}
    for moment in moments:
        said = f"{moment.step.actor} {moment.step.day:%m-%d} {moment.step.get_step_display()}。"
        ended = ENDS.get(moment.name, ())
        steps |= {each.pk: said for each in moment.earlier if each.step in ended}
        if moment.name in ENDS_RAISED:
            matters[moment.matter.pk] = said
    kinds = [MATTER_TODO, MATTER_DECIDE]
    settle(about=STEP, outcomes=steps, kinds=kinds)
    settle(about=MATTER, outcomes=matters, kinds=kinds)
