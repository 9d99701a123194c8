"""The portfolio's stops: one that goes on, one that ended, each step on its day by its author."""

from datetime import date, datetime, time
from typing import Any

from django.utils import timezone

from kuancheng import clock
from kuancheng.access.models import User
from projects.choices import Role
from projects.models import Assignment, Project, Stop
from projects.services.stops.steps import approve_resume, ask_resume, begin_stop, report_stop

HOUR = time(11)


def load(entries: list[dict[str, Any]], office: User) -> None:
    """Registered, reported and asked for by the project's liaison officer, approved by the office."""
    for entry in entries:
        project = Project.objects.filter(code=entry["project"]).first()
        if project is not None:
            _load(entry, project, office)


def _load(entry: dict[str, Any], project: Project, office: User) -> None:
    clerk = clerk_of(project, _day(entry["on"]))
    given = {name: entry[name] for name in ("reason", "note")}
    with _at(entry["on"]):
        stop = begin_stop(
            stop=Stop(project=project, stopped_on=_day(entry["stopped_on"]), **given),
            seen=project.version,
            actor=clerk,
        )
    if told := entry.get("reported"):
        with _at(told["on"]):
            stop = report_stop(
                stop=stop,
                reported_on=_day(told["on"]),
                document=told["document"],
                seen=stop.version,
                actor=clerk,
            )
    if asked := entry.get("asked"):
        with _at(asked["on"]):
            stop = ask_resume(
                stop=stop,
                note=asked["note"],
                recheck_on=None,
                recheck_document="",
                seen=stop.version,
                actor=clerk,
            )
    if approved := entry.get("approved"):
        with _at(approved["on"]):
            approve_resume(
                stop=stop,
                resumed_on=_day(approved["resumed_on"]),
                document=approved["document"],
                seen=stop.version,
                actor=office,
            )


def clerk_of(project: Project, day: date) -> User:
    """The account of the project's liaison officer on a day."""
    held = Assignment.objects.on(day).filter(project=project, role=Role.LIAISON_OFFICER)
    clerk: User | None = held.select_related("official__user").get().official.user
    if clerk is None:
        raise ValueError(f"nobody files for {project}")
    return clerk


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _at(text: str) -> Any:
    return clock.at(timezone.make_aware(datetime.combine(_day(text), HOUR)))
