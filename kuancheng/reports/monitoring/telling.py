"""What the day's monitoring tells people of itself: what is due, missing, red, or ends soon."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.urls import reverse

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.access.rights import holders
from kuancheng.notices.kinds import NoticeKind
from kuancheng.notices.services import Note, notify_all
from kuancheng.records.announcing import Announcement
from kuancheng.reports.choices import Basis
from kuancheng.reports.models import DailyStatus, Follow, LightOverride, MonitorRun
from kuancheng.reports.monitoring import letter, rounds
from kuancheng.reports.monitoring.monitor import WEEK, earlier_day
from kuancheng.reports.querysets import DailyStatusQuerySet
from kuancheng.reports.rules.lights import Light
from projects.choices import Role
from projects.models import Project
from projects.notices import reminders, reviews, stops
from projects.notices.people import accounts_of

VIEW = "projects.view_project"

LIGHT_RED = NoticeKind("light_red", "负责或关注的项目转为红灯", group=letter.GROUP)
OVERRIDE_ENDING = NoticeKind("override_ending", "人工调灯即将到期", group=letter.GROUP)

KINDS = (*rounds.KINDS, LIGHT_RED, OVERRIDE_ENDING, letter.DAILY_LETTER)


def tell_day(run: MonitorRun) -> int:
    """Everything that the day of a finished run brings; how many notices were written now.

    Each is told once, so a second run adds what the first did not get to.
    """
    day = run.date
    told = _tell_red(_rows(day), day) + rounds.tell(day) + _tell_overrides(day)
    told += reminders.remind(day) + stops.remind(day) + reviews.remind(day)
    return told + letter.tell(run)


def heed(changes: Sequence[Announcement]) -> None:
    """Tells at once of a project that what was just written turned red, and of a moved round."""
    rounds.heed(changes)
    touched = frozenset[int]().union(*(each.projects for each in changes))
    if not touched:
        return
    day = clock.today()
    actors = {each.actor for each in changes}
    _tell_red(
        _rows(day).filter(project__in=touched), day, actors.pop() if len(actors) == 1 else None
    )


def _rows(day: date) -> DailyStatusQuerySet:
    return DailyStatus.objects.filter(basis=Basis.DAILY, date=day)


def _tell_red(rows: DailyStatusQuerySet, day: date, by: int | None = None) -> int:
    """Tells whoever leads, serves or follows a project that was not red on the last kept day, and is."""
    red = rows.filter(light=Light.RED)
    if not red.exists() or (earlier := earlier_day(day)) is None:
        return 0
    turned = list(red.turned_since(earlier).select_related("project", "lead_agency"))
    roles = (Role.LEAD_OFFICIAL, Role.LIAISON_OFFICER)
    projects = [row.project_id for row in turned]
    people, followers = accounts_of(projects, day, *roles), _followers(projects)
    return notify_all(
        [
            Note(
                to=[*people.get(row.project_id, ()), *followers.get(row.project_id, ())],
                kind=LIGHT_RED,
                title=f"项目转为红灯：{row.project.name}",
                text=_why(row),
                link=reverse("project", args=[row.project.code]),
                about=(Project._meta.label_lower, row.project_id),
                key=f"{row.project_id}:{day:%Y-%m-%d}",
                by=by,
            )
            for row in turned
        ]
    )


def _followers(projects: Iterable[int]) -> dict[int, list[User]]:
    """Who follows each project and may still see it. One query."""
    follows = Follow.objects.filter(project__in=list(projects), user__in=holders(VIEW))
    found: dict[int, list[User]] = {}
    for each in follows.select_related("user").order_by("pk"):
        found.setdefault(each.project_id, []).append(each.user)
    return found


def _why(row: DailyStatus) -> str:
    reasons = "；".join(each["text"] for each in row.reasons if each["light"] == Light.RED)
    agency = f"（责任单位：{row.lead_agency}）" if row.lead_agency else ""
    return f"{reasons}{agency}"


def _tell_overrides(day: date) -> int:
    """Tells who set a light by hand, and the liaison officer, that it ends within a week."""
    ending = LightOverride.objects.in_force(day).filter(until__lte=day + WEEK)
    overrides = list(ending.select_related("project", "author"))
    liaison = accounts_of([each.project_id for each in overrides], day, Role.LIAISON_OFFICER)
    return notify_all(
        [
            Note(
                to=[each.author, *liaison.get(each.project_id, ())],
                kind=OVERRIDE_ENDING,
                title=f"人工调灯 {each.until:%m-%d} 到期：{each.project.name}",
                text=f"现按人工调整亮{each.get_light_display()}（{each.reason}），次日起按规则亮灯。",
                link=reverse("project", args=[each.project.code]),
                about=(each._meta.label_lower, each.pk),
                key=f"{each.pk}:{each.until:%Y-%m-%d}",
            )
            for each in overrides
        ]
    )
