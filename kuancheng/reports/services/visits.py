"""What a person saw and when: written once the page is out, and never in its way."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from kuancheng.access.models import User
from kuancheng.reports.choices import ListPage
from kuancheng.reports.models import FrontPage, SeenProject
from projects.models import Project

RECENT = 10
"""So many projects that somebody saw last are kept."""


def note_project(*, project: Project, at: datetime, actor: User) -> None:
    """Puts a project at the head of what the person saw last.

    Reads once and writes nothing where it stands there already, since the same day.
    """
    seen = SeenProject.objects.filter(user=actor)
    latest = seen.first()
    if latest and latest.project_id == project.pk and _same_day(latest.at, at):
        return
    with transaction.atomic():
        SeenProject.objects.update_or_create(user=actor, project=project, defaults={"at": at})
        kept = list(seen.values_list("pk", flat=True)[:RECENT])
        seen.exclude(pk__in=kept).delete()


def _same_day(one: datetime, other: datetime) -> bool:
    return timezone.localdate(one) == timezone.localdate(other)


def note_visit(*, today: date, actor: User) -> None:
    """Remembers that the person came today, and when he came before that.

    The first visit of a day writes, later ones and a clock that was set back change nothing.
    """
    own = FrontPage.objects.filter(user=actor, page=ListPage.PROGRESS)
    if own.filter(visited_on__gte=today).exists():
        return
    FrontPage.objects.get_or_create(user=actor, page=ListPage.PROGRESS)
    own.filter(Q(visited_on=None) | Q(visited_on__lt=today)).update(
        visited_before=F("visited_on"), visited_on=today
    )
