"""The portfolio's matters: each raised and taken through its steps on believable days."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any

from django.utils import timezone

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.demo.photo import demo_photo
from projects.choices import MatterOrigin
from projects.models import (
    Agency,
    Deputy,
    Matter,
    MatterRules,
    Milestone,
    Official,
    Order,
    Project,
)
from projects.rules.matters.orders import OrderKind
from projects.rules.matters.steps import WAYS, Part, Step
from projects.services.matters.deputies import appoint_deputy
from projects.services.matters.drafts import save_matter
from projects.services.matters.escalation import escalate
from projects.services.matters.orders import acknowledge_order
from projects.services.matters.rules import save_matter_rules
from projects.services.matters.taking import take_step
from projects.services.matters.turn import Given

HOUR, BEFORE_WORK, NEXT_MORNING = time(10), time(7), time(8, 30)
"""When steps are taken, when the daily run comes, and when its orders are acknowledged."""

ONE_DAY = timedelta(days=1)
RULES_DAY = date(2024, 1, 2)
"""When the office named the district's leader."""


@dataclass(frozen=True)
class Staff:
    """Who acts for the office, and who verifies."""

    office: User
    verifier: User


Events = Mapping[date, Sequence[Callable[[], None]]]
"""What else happens on a day, after its steps."""


def load(entries: list[dict[str, Any]], staff: Staff, last: date, events: Events) -> None:
    """Writes them day by day up to the last, as they happened; each day begins with the daily run.

    `events` are what the weekly reviews bring to matters, so that numbers are given in their order.
    """
    office = staff.office
    _name_the_leader(office)
    by_day: dict[date, list[tuple[dict[str, Any], dict[str, Any] | None]]] = defaultdict(list)
    for entry in entries:
        first = entry["steps"][0]["on"] if entry["steps"] else last.isoformat()
        by_day[date.fromisoformat(first)].append((entry, None))
        for step in entry["steps"]:
            by_day[date.fromisoformat(step["on"])].append((entry, step))
    made: dict[str, Matter] = {}
    day = min([*by_day, *events], default=last)
    while day <= last:
        _run(day, staff)
        for entry, step in by_day[day]:
            with clock.at(_moment(day, HOUR)):
                if step is None:
                    made[entry["title"]] = _raise(entry, staff)
                else:
                    take_entry(made[entry["title"]], step, made, staff)
        for happen in events.get(day, ()):
            happen()
        day += ONE_DAY


def _name_the_leader(office: User) -> None:
    """A second version of the rules: whom the district's rung means."""
    with clock.at(_moment(RULES_DAY, HOUR)):
        rules = MatterRules.objects.in_force(RULES_DAY)
        rules.pk, rules.effective_from, rules.note = None, RULES_DAY, "演示：指定区主要领导"
        rules._state.adding = True
        leaders = Official.objects.filter(agency=None, is_demo=True).order_by("order")[:1]
        save_matter_rules(rules=rules, in_charge=(), leaders=leaders, today=RULES_DAY, actor=office)


def _run(day: date, staff: Staff) -> None:
    """The daily run, and the receipts of what the days before brought."""
    with clock.at(_moment(day, BEFORE_WORK)):
        escalate(day=day)
    with clock.at(_moment(day, NEXT_MORNING)):
        waiting = Order.objects.filter(acknowledged_at=None, issued_on__lt=day - ONE_DAY)
        for order in waiting.exclude(kind=OrderKind.ASSIGN).order_by("pk"):
            acknowledge_order(order=order, actor=_clerk_of(order.agency) or staff.office)


def _raise(entry: dict[str, Any], staff: Staff) -> Matter:
    project = Project.objects.get(code=entry["project"])
    milestone = entry.get("milestone")
    matter = Matter(
        project=project,
        title=entry["title"],
        kind=entry["kind"],
        factor=entry["factor"],
        source=entry.get("source", ""),
        text=entry["text"],
        expected=entry.get("expected", ""),
        enterprise=project.owner if entry.get("enterprise") else None,
        milestone=project.milestones.get(name=milestone) if milestone else None,
        lead_agency=Agency.objects.get(name=entry["agency"]),
        verifier=staff.office if entry.get("verifier") == "office" else staff.verifier,
        level=entry.get("level", 1),
        is_demo=True,
    )
    if "origin" in entry and matter.milestone:
        matter.origin_kind = entry["origin"]
        matter.origin_key = _key(MatterOrigin(entry["origin"]), matter.milestone)
    return save_matter(matter=matter, actor=staff.office, separate_reason=entry.get("separate", ""))


def _key(origin: MatterOrigin, milestone: Milestone) -> str:
    """What a matter about a milestone was raised from: the step itself, or that it was late."""
    late = f"milestone_overdue:milestone:{milestone.pk}"
    return late if origin == MatterOrigin.REASON else str(milestone.pk)


def load_deputies(entries: list[dict[str, Any]]) -> None:
    """Lets each person appoint his deputy, on the morning of the first day."""
    for entry in entries:
        person, deputy = (
            User.objects.get(official__name=entry[name]) for name in ("person", "deputy")
        )
        since, until = (date.fromisoformat(entry[name]) for name in ("since", "until"))
        made = Deputy(
            person=person,
            deputy=deputy,
            since=since,
            until=until,
            reason=entry["reason"],
            is_demo=True,
        )
        with clock.at(_moment(since, HOUR)):
            appoint_deputy(deputy=made, actor=person)


def take_entry(
    matter: Matter, step: dict[str, Any], made: Mapping[str, Matter], staff: Staff
) -> None:
    """Takes a step of a file at the clock's time, by who may take it."""
    name = Step(step["step"])
    matter.refresh_from_db()
    take_step(
        matter=matter,
        step=name,
        actor=_actor(matter, name, staff),
        seen=matter.version,
        given=Given(
            text=step.get("text", ""),
            outcome=step.get("outcome", ""),
            due=_day(step.get("due")),
            level=matter.level if name == Step.ISSUE else None,
            agency=Agency.objects.get(name=step["agency"]) if "agency" in step else None,
            survivor=made.get(step.get("into", "")),
            files=[_photo(step["photo"])] if "photo" in step else (),
            caption=step.get("photo", ""),
            called_on=_day(step["on"]) if "called" in step else None,
            called=step.get("called", ""),
            satisfied="called" in step,
        ),
    )


def _actor(matter: Matter, step: Step, staff: Staff) -> User:
    """Who does it: the agency's own clerk where it is the agency's to do."""
    if Part.VERIFIER in WAYS[step].by and step != Step.REOPEN:
        return matter.verifier or staff.office
    if Part.LEAD in WAYS[step].by and matter.lead_agency is not None:
        return _clerk_of(matter.lead_agency) or staff.office
    return staff.office


def _clerk_of(agency: Agency) -> User | None:
    return User.objects.filter(official__agency=agency).order_by("pk").first()


def _photo(caption: str) -> BytesIO:
    photo = BytesIO(demo_photo(caption))
    photo.name = "现场照片.jpg"
    return photo


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _moment(day: date, hour: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, hour))
