"""Who is told of a stop: its office and liaison of what happened, whoever acts of what waits."""

from collections.abc import Iterator, Sequence
from datetime import date

from django.db.models import Q
from django.urls import reverse

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.access.rights import holders
from kuancheng.notices.kinds import NoticeKind
from kuancheng.notices.services import Note, notify_all, settle
from kuancheng.records.announcing import Action, Announcement
from projects.choices import Role
from projects.models import Stop
from projects.notices.people import NEWS, accounts_of, only_with
from projects.notices.plans import GROUP
from projects.planning import site_calendars
from projects.rules.calendars import WORKING, Line
from projects.services.rights import OVERSEE
from projects.services.stops.steps import CHANGE

VIEW = "projects.view_stop"
STOPPED = NoticeKind("stopped", "项目停工", permission=VIEW, group=GROUP)
RESUME_WAITING = NoticeKind(
    "resume_waiting", "复工待同意", duty=True, permission=CHANGE, group=GROUP
)
RESUME_ANSWERED = NoticeKind("resume_answered", "复工申请有了结果", permission=VIEW, group=GROUP)
STOP_DUE = NoticeKind("stop_due", "停工报告和核验提醒", duty=True, permission=CHANGE, group=GROUP)

KINDS = (STOPPED, RESUME_WAITING, RESUME_ANSWERED, STOP_DUE)
BEFORE = 5
"""So many working days before the month is over whoever has to report is reminded."""


def heed(changes: Sequence[Announcement]) -> None:
    """Tells of stops that began, requests to resume, and what became of them."""
    ours = [each for each in changes if each.kind == Stop._meta.label_lower]
    if not ours:
        return
    struck = [each.id for each in ours if each.action == Action.DELETED]
    taken_back = dict.fromkeys(struck, "这次停工的登记已撤销。")
    settle(about=Stop._meta.label_lower, outcomes=taken_back, kinds=KINDS)
    people = ("project", "author", "resume_asked_by", "approved_by")
    found = Stop.objects.select_related(*people).in_bulk([each.id for each in ours])
    notes: list[Note] = []
    for each in ours:
        stop = found.get(each.id)
        if stop and clock.now() - stop.updated_at <= NEWS:
            notes += _notes(stop, each)
            _settle(stop, each)
    notify_all(only_with(VIEW, notes, clock.today()))


def _notes(stop: Stop, change: Announcement) -> Iterator[Note]:
    if "stopped_on" in change.fields and change.version == 1:
        note = f"。{stop.note}" if stop.note else "。"
        text = f"{stop.stopped_on} 起停工，原因：{stop.get_reason_display()}{note}"
        to = [*_office(), *_liaison(stop)]
        yield _note(STOPPED, stop, to, f"停工：{stop.project.name}", text, change)
    if "resume_asked_on" in change.fields and stop.is_asked:
        title = f"复工待同意：{stop.project.name}"
        to = [each for each in _office() if each.pk != stop.resume_asked_by_id]
        text = f"{stop.resume_asked_by} 申请复工：{stop.resume_note}"
        yield _note(RESUME_WAITING, stop, to, title, text, change)
    if "resumed_on" in change.fields and stop.resumed_on and stop.approved_by_id == change.actor:
        text = f"{stop.approved_by} 同意 {stop.resumed_on} 起复工。"
        title = f"同意复工：{stop.project.name}"
        yield _note(RESUME_ANSWERED, stop, _asking(stop), title, text, change)
    if "return_note" in change.fields and stop.return_note:
        text = f"退回原因：{stop.return_note}。项目仍在停工，请补正后再申请。"
        title = f"复工申请被退回：{stop.project.name}"
        yield _note(RESUME_ANSWERED, stop, _asking(stop), title, text, change)


def _note(
    kind: NoticeKind, stop: Stop, to: Sequence[User], title: str, text: str, change: Announcement
) -> Note:
    return Note(
        to=to,
        kind=kind,
        title=title,
        text=text,
        link=reverse("project", args=[stop.project.code]),
        about=(change.kind, stop.pk),
        key=f"{stop.pk}:{stop.version}",
        by=change.actor,
    )


def _settle(stop: Stop, change: Announcement) -> None:
    """Whoever was asked to answer need not, once somebody has."""
    if stop.is_asked or (
        "resume_asked_on" not in change.fields and "resumed_on" not in change.fields
    ):
        return
    done = f"{stop.approved_by} 已同意复工。" if stop.resumed_on else "已退回。"
    settle(about=change.kind, outcomes={stop.pk: done}, kinds=[RESUME_WAITING])


def _office() -> list[User]:
    return list(holders(OVERSEE).filter(is_staff=True))


def _liaison(stop: Stop) -> list[User]:
    """The project's liaison officers today. One query."""
    found = accounts_of([stop.project_id], clock.today(), Role.LIAISON_OFFICER)
    return found.get(stop.project_id, [])


def _asking(stop: Stop) -> list[User]:
    asked = [stop.resume_asked_by] if stop.resume_asked_by else []
    return [*asked, *([stop.author] if stop.author else []), *_liaison(stop)]


def remind(day: date) -> int:
    """Reminds of reports that are due within five working days or late, and of permits that must be
    checked again; each once a stop. How many were told. Four queries, whatever the number of stops.
    """
    line = site_calendars().line(WORKING)
    lasting = Q(resumed_on=None) | Q(resumed_on__gt=day)
    stops = list(Stop.objects.filter(lasting, stopped_on__lte=day).select_related("project"))
    officers = accounts_of([each.project_id for each in stops], day, Role.LIAISON_OFFICER)
    notes = [
        Note(
            to=[*officers.get(stop.project_id, ()), *(_office() if late else ())],
            kind=STOP_DUE,
            title=f"{title}：{stop.project.name}",
            text=text,
            link=reverse("project", args=[stop.project.code]),
            about=(Stop._meta.label_lower, stop.pk),
            key=f"{code}:{stop.pk}",
        )
        for stop in stops
        for code, title, text, late in _due(stop, day, line)
    ]
    return notify_all(only_with(CHANGE, notes, day))


def _due(stop: Stop, day: date, line: Line) -> Iterator[tuple[str, str, str, bool]]:
    """What is due of a stop: a code, a title, a text, and whether the office is told too."""
    fact = stop.as_fact
    due = fact.report_due
    if fact.is_unreported(day):
        if day > due:
            text = f"{fact.stopped_on} 起停工，应于 {due} 前报告发证机关，还没有登记报告。"
            yield "late", "停工报告逾期", text, True
        elif line.between(day, due) <= BEFORE:
            text = f"{fact.stopped_on} 起停工，请于 {due} 前报告施工许可证发证机关，并登记文号。"
            yield "report", f"停工报告 {due:%m-%d} 到期", text, False
    if fact.lacks_recheck(day):
        text = f"{fact.stopped_on} 起停工已满一年，复工前须报发证机关核验施工许可证。"
        yield "recheck", "停工满一年，须核验施工许可证", text, True
