"""The portfolio's close-outs: written by the project's liaison officer, confirmed by the office."""

from datetime import date, datetime, time
from typing import Any

from django.utils import timezone

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.demo.stops import clerk_of
from kuancheng.reports.services import confirm_close_out
from projects.models import CloseOut, Project
from projects.services.close_outs import write_close_out

HOUR = time(14)
ANSWERS = ("practices", "troubles", "advice")


def load(entries: list[dict[str, Any]], office: User) -> None:
    """Each written and confirmed on its days."""
    for entry in entries:
        project = Project.objects.filter(code=entry["project"]).first()
        if project is None:
            continue
        written, confirmed = (date.fromisoformat(entry[each]) for each in ("written", "confirmed"))
        answers = {name: entry[name] for name in ANSWERS}
        with _at(written):
            kept = write_close_out(
                close_out=CloseOut(project=project, **answers),
                seen=0,
                actor=clerk_of(project, written),
            )
        with _at(confirmed):
            confirm_close_out(close_out=kept, seen=kept.version, actor=office)


def _at(day: date) -> Any:
    return clock.at(timezone.make_aware(datetime.combine(day, HOUR)))
