"""What the day's monitoring tells people of itself: what is due, missing, red, or ends soon."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from django.db.models import Exists, OuterRef
from django.urls import reverse

from investment.choices import OPEN_STATES
from investment.models import ReportingWindow, StatusReport, month_text
from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.notices.kinds import NoticeKind
from kuancheng.notices.services import notify
from kuancheng.records.announcing import Announcement
from kuancheng.reports.choices import Basis
from kuancheng.reports.judging.owing import owing
from kuancheng.reports.models import DailyStatus, LightOverride, MonitorRun, RuleSet
from kuancheng.reports.monitoring import letter
from kuancheng.reports.monitoring.monitor import WEEK, earlier_day
from kuancheng.reports.querysets import DailyStatusQuerySet
from kuancheng.reports.rules.lights import Light
from projects.choices import Role
from projects.models import Project
from projects.notices.people import accounts_of

FILE = "investment.change_statusreport"

REPORT_DUE = NoticeKind("report_due", "填报即将截止", duty=True, permission=FILE)
REPORT_MISSING = NoticeKind("report_missing", "填报逾期未报", duty=True, permission=FILE)
LIGHT_RED = NoticeKind("light_red", "项目转为红灯")
OVERRIDE_ENDING = NoticeKind("override_ending", "人工调灯即将到期")

KINDS = (REPORT_DUE, REPORT_MISSING, LIGHT_RED, OVERRIDE_ENDING, letter.DAILY_LETTER)

DUE_SOON = timedelta(days=3)
"""So long before its last day people are told that a month's report is due. Our default."""

MOST_NAMED = 20
"""Projects that a notice names; the rest is counted."""


def tell_day(run: MonitorRun) -> int:
    """Everything that the day of a finished run brings; how many notices were written now.

    Each is told once, so a second run adds what the first did not get to.
    """
    day = run.date
    return _tell_red(_rows(day), day) + _tell_reports(day) + _tell_overrides(day) + letter.tell(run)


def heed(changes: Sequence[Announcement]) -> None:
    """Tells at once of a project that what was just written turned red."""
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
    """Tells whoever leads or serves a project that was not red on the last kept day, and is."""
    red = rows.filter(light=Light.RED)
    if not red.exists() or (earlier := earlier_day(day)) is None:
        return 0
    turned = list(red.turned_since(earlier).select_related("project", "lead_agency"))
    roles = (Role.LEAD_OFFICIAL, Role.LIAISON_OFFICER)
    people = accounts_of([row.project_id for row in turned], day, *roles)
    return sum(
        notify(
            to=people.get(row.project_id, ()),
            kind=LIGHT_RED,
            title=f"项目转为红灯：{row.project.name}",
            text=_why(row),
            link=reverse("project", args=[row.project.code]),
            about=(Project._meta.label_lower, row.project_id),
            key=f"{row.project_id}:{day:%Y-%m-%d}",
            by=by,
        )
        for row in turned
    )


def _why(row: DailyStatus) -> str:
    reasons = "；".join(each["text"] for each in row.reasons if each["light"] == Light.RED)
    agency = f"（责任单位：{row.lead_agency}）" if row.lead_agency else ""
    return f"{reasons}{agency}"


def _tell_reports(day: date) -> int:
    """Tells liaison officers of months that are due soon, and of the one that is overdue."""
    rules = RuleSet.objects.in_force(day)
    calendar = ReportingWindow.objects.calendar(rules.report_due_workday)
    told = 0
    for month in calendar.reportable(day):
        due, what = calendar.due(month), month_text(month)
        if due < day:
            title = f"{what}填报已逾期，还没有提交"
            told += _tell_unfiled(
                month, day, REPORT_MISSING, title, f"截止日 {due} 已过，请尽快填报："
            )
        elif due - day <= DUE_SOON:
            title = f"{what}填报 {due:%m-%d} 截止，还没有提交"
            told += _tell_unfiled(month, day, REPORT_DUE, title, f"{due} 当天仍算按时，请填报：")
    return told


def _tell_unfiled(month: date, day: date, kind: NoticeKind, title: str, lead: str) -> int:
    reports = StatusReport.objects.filter(project=OuterRef("pk"), month=month)
    filed = reports.exclude(state__in=OPEN_STATES)
    missing = owing(Project.objects.all(), day).filter(~Exists(filed)).order_by("code")
    names = dict(missing.values_list("pk", "name"))
    own: dict[User, list[str]] = {}
    for project, people in accounts_of(names, day, Role.LIAISON_OFFICER).items():
        for person in people:
            if person.is_staff:
                own.setdefault(person, []).append(names[project])
    return sum(
        notify(
            to=[person],
            kind=kind,
            title=title,
            text=_list(lead, sorted(projects)),
            link=reverse("admin:index"),
            key=f"{month:%Y-%m}",
        )
        for person, projects in own.items()
    )


def _tell_overrides(day: date) -> int:
    """Tells who set a light by hand, and the liaison officer, that it ends within a week."""
    ending = LightOverride.objects.in_force(day).filter(until__lte=day + WEEK)
    overrides = list(ending.select_related("project", "author"))
    liaison = accounts_of([each.project_id for each in overrides], day, Role.LIAISON_OFFICER)
    return sum(
        notify(
            to=[each.author, *liaison.get(each.project_id, ())],
            kind=OVERRIDE_ENDING,
            title=f"人工调灯 {each.until:%m-%d} 到期：{each.project.name}",
            text=f"现按人工调整亮{each.get_light_display()}（{each.reason}），次日起按规则亮灯。",
            link=reverse("project", args=[each.project.code]),
            about=(each._meta.label_lower, each.pk),
            key=f"{each.pk}:{each.until:%Y-%m-%d}",
        )
        for each in overrides
    )


def _list(lead: str, names: Sequence[str]) -> str:
    lines: Iterable[str] = [lead, *names[:MOST_NAMED]]
    more = len(names) - MOST_NAMED
    return "\n".join([*lines, f"另有 {more} 个。"] if more > 0 else lines)
