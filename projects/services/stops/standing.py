"""The standing 停工, which only stops set: asked by every service that saves a project."""

from collections.abc import Iterable
from datetime import date

from django.core.exceptions import ValidationError

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.records.announcing import Announcement
from projects.models import Project, Stop
from projects.rules.standing import standing_on, standing_refusal


def stopped_today(projects: Iterable[int | None]) -> set[int]:
    """Those of the projects that stand still today. One query."""
    ids = {each for each in projects if each is not None}
    if not ids:
        return set()
    found = Stop.objects.on(clock.today()).filter(project__in=ids).order_by()
    return set(found.values_list("project_id", flat=True))


def check_standing(project: Project, before: str | None, *, stopped: bool) -> None:
    """ValidationError when the standing becomes, or ceases to be, 停工 by any way but a stop."""
    said = standing_refusal(before, project.standing, stopped=stopped)
    if said:
        raise ValidationError({"standing": said})


def follow_stops(
    project: Project, day: date, actor: User, *, on_record: bool = False
) -> list[Announcement]:
    """Writes the standing that the stops make of a locked project; nothing where it is so already.

    `on_record`: also where no stop is left, because the only one was struck. One query, and the
    saving.
    """
    stops = [each.as_fact for each in Stop.objects.filter(project=project)]
    covered = any(each.covers(day) for each in stops)
    standing = standing_on(project.standing, stopped=covered, on_record=on_record or bool(stops))
    if standing == project.standing:
        return []
    project.standing = standing
    project.version += 1
    project._change_reason = "停工" if covered else "复工"
    return [project.save_by(actor)]
