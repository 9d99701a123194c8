"""Answers to the portfolio's red lights: some in time, one replaced, one promise that passed."""

from datetime import date, datetime, time
from typing import Any

from django.utils import timezone

from kuancheng import clock
from kuancheng.reports.models import LightAnswer
from kuancheng.reports.services import answer_red, latest_answer
from projects.choices import Role
from projects.models import Assignment, Project

HOUR = time(16)


def load(entries: list[dict[str, Any]]) -> None:
    """Writes them on their days, each by the project's liaison officer, the earliest first."""
    for entry in entries:
        project = Project.objects.filter(code=entry["project"]).first()
        if project is not None:
            day = date.fromisoformat(entry["on"])
            with clock.at(timezone.make_aware(datetime.combine(day, HOUR))):
                _answer(project, entry, day)


def _answer(project: Project, entry: dict[str, Any], day: date) -> None:
    held = Assignment.objects.on(day).filter(project=project, role=Role.LIAISON_OFFICER)
    clerk = held.select_related("official__user").get().official.user
    if clerk is None:
        raise ValueError(f"nobody answers for {project}")
    latest = latest_answer(project)
    answer_red(
        answer=LightAnswer(
            project=project,
            cause=entry["cause"],
            measure=entry["measure"],
            promised=date.fromisoformat(entry["promised"]),
        ),
        seen=latest.pk if latest else 0,
        today=day,
        actor=clerk,
    )
