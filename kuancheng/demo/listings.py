"""The portfolio's list: who was on it from the beginning, who joined, left and came back."""

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from django.utils import timezone

from kuancheng import clock
from kuancheng.access.models import User
from projects.choices import JoinReason
from projects.models import Listing, Programme, Project
from projects.services.lists.listings import join, leave

HOUR = time(16)
JOIN = "join"


def first(programme: Programme, project: Project, number: int) -> Listing:
    """A place on the list since its first day."""
    return Listing(
        programme=programme,
        project=project,
        number=number,
        since=programme.begins,
        reason=JoinReason.INITIAL,
    )


def joined_later(moves: Iterable[dict[str, Any]]) -> set[str]:
    """The codes of projects that were not on the list at first: they join before they leave."""
    firsts: dict[str, str] = {}
    for each in moves:
        firsts.setdefault(each["project"], each["step"])
    return {code for code, step in firsts.items() if step == JOIN}


def load(moves: Iterable[dict[str, Any]], programme: Programme, office: User) -> None:
    """Each on the day on which it was done; of projects that were loaded."""
    projects = Project.objects.in_bulk([each["project"] for each in moves], field_name="code")
    for each in moves:
        project = projects.get(each["project"])
        if project is None:
            continue
        done = datetime.combine(date.fromisoformat(each["on"]), HOUR)
        with clock.at(timezone.make_aware(done)):
            _move(each, programme, project, office)


def _move(move: dict[str, Any], programme: Programme, project: Project, office: User) -> None:
    day = date.fromisoformat(move["day"])
    said = {name: move[name] for name in ("reason", "note", "document")}
    if move["step"] == JOIN:
        number = move["number"]
        join(
            programme=programme,
            project=project,
            since=day,
            number=number,
            actor=office,
            approved=True,
            **said,
        )
        return
    held = Listing.objects.get(programme=programme, project=project, until=None)
    leave(listing=held, until=day, actor=office, approved=True, **said)
