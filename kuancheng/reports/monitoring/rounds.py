"""What people are told of a month's reporting round: it opens, reminds, closes, or is moved."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse

from investment.choices import OPEN_STATES
from investment.models import ReportingWindow, StatusReport, month_text
from investment.notices import FILE, GROUP
from investment.rules.reporting import ReportingCalendar, Window
from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.access.rights import holders
from kuancheng.notices.kinds import NoticeKind
from kuancheng.notices.services import Note, notify_all
from kuancheng.records.announcing import Announcement
from kuancheng.reports.judging.owing import owing
from kuancheng.reports.judging.terms import reporting_calendar, rules_on
from projects.choices import Role
from projects.models import Project
from projects.notices.people import NEWS, accounts_of

SET = "investment.change_reportingwindow"

ROUND_OPENED = NoticeKind("round_opened", "填报开放、改期", permission=FILE, group=GROUP)
REPORT_DUE = NoticeKind("report_due", "填报即将截止", duty=True, permission=FILE, group=GROUP)
REPORT_MISSING = NoticeKind(
    "report_missing", "填报逾期未报", duty=True, permission=FILE, group=GROUP
)
ROUND_CLOSED = NoticeKind("round_closed", "填报截止，谁还没报", permission=SET, group=GROUP)

KINDS = (ROUND_OPENED, REPORT_DUE, REPORT_MISSING, ROUND_CLOSED)

MOST_NAMED = 20
"""Projects that a notice names; the rest is counted."""


@dataclass(frozen=True)
class Round:
    """A month's round on a day, why it is not as usual, and who has not filed yet, by project."""

    month: date
    window: Window
    day: date
    note: str
    owed: int
    missing: dict[int, Project]

    @property
    def name(self) -> str:
        """2024年9月填报."""
        return f"{month_text(self.month)}填报"

    def key(self, day: date | str) -> str:
        """Names one of its events: moved to another day it is another event."""
        return f"{self.month:%Y-%m}:{day}"


def tell(day: date) -> int:
    """What a day brings of the rounds that are under way or just over; how many were told now."""
    calendar = reporting_calendar(rules_on(day))
    return notify_all(
        [note for month in calendar.reportable(day) for note in _notes(month, calendar, day)]
    )


def heed(changes: Sequence[Announcement]) -> None:
    """Tells whoever has not filed that a round which is open closes on another day."""
    moved = [each for each in changes if each.kind == ReportingWindow._meta.label_lower]
    if not moved:
        return
    day = clock.today()
    calendar = reporting_calendar(rules_on(day))
    notes: list[Note] = []
    for each in moved:
        row = ReportingWindow.history.filter(id=each.id).order_by("-history_id")[0]
        window = calendar.window(row.month)
        # Deleted: back to the usual days. Anything but another last day is no news.
        if window.opens <= day <= window.due and (not each.fields or "due_on" in each.fields):
            round_ = _round(row.month, calendar, day)
            title = f"{round_.name}截止日期定为 {window.due:%m-%d}"
            lead = f"{round_.note}{window.due} 当天仍算按时，请填报："
            notes += _to_liaison(round_, ROUND_OPENED, title, lead, f"moved.{row.history_id}")
    notify_all(notes)


def _notes(month: date, calendar: ReportingCalendar, day: date) -> Iterator[Note]:
    round_ = _round(month, calendar, day)
    window = round_.window
    if window.due < day:
        title, lead = f"{round_.name}已逾期，还没有提交", f"截止日 {window.due} 已过，请尽快填报："
        yield from _to_liaison(round_, REPORT_MISSING, title, lead, window.due)
        if day - window.due <= NEWS:
            yield _to_office(round_)
        return
    if window.opens <= day <= window.opens + NEWS:
        title = f"{round_.name}已开放，{window.due:%m-%d} 截止"
        lead = f"{round_.note}{window.due} 当天仍算按时，请填报："
        yield from _to_liaison(round_, ROUND_OPENED, title, lead, window.opens)
    if reminder := window.reminded(day):
        title = f"{round_.name} {window.due:%m-%d} 截止，还没有提交"
        lead = f"{window.due} 当天仍算按时，请填报："
        yield from _to_liaison(round_, REPORT_DUE, title, lead, reminder)


def _round(month: date, calendar: ReportingCalendar, day: date) -> Round:
    """Four queries."""
    reports = StatusReport.objects.filter(project=OuterRef("pk"), month=month)
    filed = reports.exclude(state__in=OPEN_STATES)
    owed: QuerySet[Any] = owing(Project.objects.all(), day, month)
    missing = owed.filter(~Exists(filed)).select_related("lead_agency").order_by("code")
    notes = ReportingWindow.objects.filter(month=month).values_list("note", flat=True)
    note = "".join(f"{each}。".replace("。。", "。") for each in notes)
    named = missing.only("pk", "name", "lead_agency__name")
    return Round(
        month, calendar.window(month), day, note, owed.count(), {each.pk: each for each in named}
    )


def _to_liaison(
    round_: Round, kind: NoticeKind, title: str, lead: str, event: date | str
) -> Iterator[Note]:
    """One for each liaison officer at a desk, with his projects that are missing."""
    own: dict[User, list[str]] = {}
    officers = accounts_of(round_.missing, round_.day, Role.LIAISON_OFFICER)
    for project, people in officers.items():
        for person in people:
            if person.is_staff:
                own.setdefault(person, []).append(round_.missing[project].name)
    for person, names in own.items():
        yield Note(
            to=[person],
            kind=kind,
            title=title,
            text=_list(lead, sorted(names)),
            link=reverse("admin:index"),
            key=round_.key(event),
        )


def _to_office(round_: Round) -> Note:
    """Who is missing, to those who set the rounds."""
    names = [_whose(each) for each in round_.missing.values()]
    lead = f"应报 {round_.owed} 个项目，截止日 {round_.window.due} 已过。"
    return Note(
        to=list(holders(SET)),
        kind=ROUND_CLOSED,
        title=f"{round_.name}已截止，{f'还缺 {len(names)} 个' if names else '全部已报'}",
        text=_list(f"{lead}还没有报的：" if names else lead, names),
        link=f"{reverse('reporting')}?month={round_.month:%Y-%m}",
        key=round_.key(round_.window.due),
    )


def _whose(project: Project) -> str:
    return f"{project.name}（{project.lead_agency or '责任单位未登记'}）"


def _list(lead: str, names: Sequence[str]) -> str:
    lines: Iterable[str] = [lead, *names[:MOST_NAMED]]
    more = len(names) - MOST_NAMED
    return "\n".join([*lines, f"另有 {more} 个。"] if more > 0 else lines)
