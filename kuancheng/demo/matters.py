"""The portfolio's matters: each raised and taken through its steps on believable days."""

from datetime import date, datetime, time
from io import BytesIO
from typing import Any

from django.utils import timezone

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.demo.photo import demo_photo
from projects.choices import MatterOrigin
from projects.models import Agency, Deputy, Matter, Milestone, Project
from projects.rules.matters.steps import WAYS, Part, Step
from projects.services.matters.deputies import appoint_deputy
from projects.services.matters.drafts import save_matter
from projects.services.matters.taking import take_step
from projects.services.matters.turn import Given

HOUR = time(10)


def load(entries: list[dict[str, Any]], office: User, verifier: User) -> None:
    """Writes them in the order of the file: one that is merged names one before it."""
    made: dict[str, Matter] = {}
    for entry in entries:
        made[entry["title"]] = _matter(entry, made, office, verifier)


def _matter(entry: dict[str, Any], made: dict[str, Matter], office: User, verifier: User) -> Matter:
    project = Project.objects.get(code=entry["project"])
    milestone = entry.get("milestone")
    first = entry["steps"][0]["on"] if entry["steps"] else "2024-10-15"
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
        verifier=office if entry.get("verifier") == "office" else verifier,
        level=entry.get("level", 1),
        is_demo=True,
    )
    if "origin" in entry and matter.milestone:
        matter.origin_kind = entry["origin"]
        matter.origin_key = _key(MatterOrigin(entry["origin"]), matter.milestone)
    with clock.at(_morning(first)):
        save_matter(matter=matter, actor=office, separate_reason=entry.get("separate", ""))
    for step in entry["steps"]:
        with clock.at(_morning(step["on"])):
            _take(matter, step, made, office)
    return matter


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
        with clock.at(_morning(entry["since"])):
            appoint_deputy(deputy=made, actor=person)


def _take(matter: Matter, step: dict[str, Any], made: dict[str, Matter], office: User) -> None:
    name = Step(step["step"])
    matter.refresh_from_db()
    take_step(
        matter=matter,
        step=name,
        actor=_actor(matter, name, office),
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


def _actor(matter: Matter, step: Step, office: User) -> User:
    """Who does it: the agency's own clerk where it is the agency's to do."""
    if Part.VERIFIER in WAYS[step].by and step != Step.REOPEN:
        return matter.verifier or office
    if Part.LEAD in WAYS[step].by and matter.lead_agency is not None:
        clerk = User.objects.filter(official__agency=matter.lead_agency).order_by("pk").first()
        return clerk or office
    return office


def _photo(caption: str) -> BytesIO:
    photo = BytesIO(demo_photo(caption))
    photo.name = "现场照片.jpg"
    return photo


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _morning(day: str) -> datetime:
    return timezone.make_aware(datetime.combine(date.fromisoformat(day), HOUR))
