"""A month's reporting round that differs from the usual days."""

from collections.abc import Mapping
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction

from investment.models import ReportingWindow
from investment.models.window import REMINDERS
from investment.rules.reporting import wrong_due
from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.access.rights import require
from kuancheng.audit import acts
from kuancheng.records.announcing import announce
from kuancheng.records.base import label_of
from kuancheng.records.versions import StaleRecord, require_revision
from projects.models import Project
from projects.planning import site_calendars
from projects.rules.calendars import WORKING, OutOfCalendar


@transaction.atomic
@acts.setting("设定填报窗口", "window")
def save_window(
    *, window: ReportingWindow, actor: User, seen: int | None = None
) -> ReportingWindow:
    """Sets when a month's round opens, reminds and closes; ends on holidays move (`moved`).

    `seen` is the revision that was shown, None where the door has compared it: StaleRecord when
    it has moved on. ValidationError for bad fields, and for a last day that has passed. Which
    month is judged may move with it, so every project is judged anew; days that were kept stay as
    they were known.
    """
    require(actor, f"investment.{'add' if window.pk is None else 'change'}_reportingwindow")
    held = _held(window, seen)
    window.full_clean()
    before = held.due_on if held else None
    said = wrong_due(window.due_on, before, clock.today())
    if said:
        raise ValidationError({"due_on": said})
    for name in ("due_on", *REMINDERS):
        wanted = getattr(window, name)
        if held is None or wanted != getattr(held, name):
            setattr(window, name, _workday(wanted))
    window.full_clean()
    announce(window.save_by(actor).touching(Project.objects.values_list("pk", flat=True)))
    return window


@transaction.atomic
@acts.setting("取消填报窗口", "window")
def delete_window(*, window: ReportingWindow, actor: User, seen: int | None = None) -> None:
    """Gives a month its usual days back. ValidationError when its round has closed."""
    require(actor, "investment.delete_reportingwindow")
    held = _held(window, seen)
    if held and closed(held):
        raise ValidationError(
            f"这个月的填报已于 {held.due_on:%Y-%m-%d} 截止，不能再改回平常的日期；"
            "要重新开放，请设置今天或以后的截止日期。"
        )
    announce(window.delete_by(actor).touching(Project.objects.values_list("pk", flat=True)))


def closed(window: ReportingWindow) -> bool:
    """Whether the round's last day has passed."""
    return window.due_on < clock.today()


def moved(asked: Mapping[str, object], window: ReportingWindow) -> list[str]:
    """Which of the days that were asked for lay on holidays, and where they went, in Chinese."""
    found = []
    for name in (*REMINDERS, "due_on"):
        wanted, kept = asked.get(name), getattr(window, name)
        if isinstance(wanted, date) and kept and wanted != kept:
            label = label_of(window, name)
            found.append(f"{label} {wanted:%Y-%m-%d} 不是工作日，顺延到 {kept:%Y-%m-%d}。")
    return found


def _held(window: ReportingWindow, seen: int | None) -> ReportingWindow | None:
    """The window as it is kept, locked; None for a new one."""
    if window.pk is None:
        return None
    held: ReportingWindow | None = (
        ReportingWindow.objects.select_for_update().filter(pk=window.pk).first()
    )
    if held is None:
        raise StaleRecord(f"{window}（已改回平常的日期）")
    if seen is not None:
        require_revision(held, seen)
    return held


def _workday(day: date | None) -> date | None:
    """The day itself, or the next on which offices work; a day beyond all calendars stays."""
    try:
        return site_calendars().line(WORKING).on_or_after(day) if day else None
    except OutOfCalendar:
        return day
