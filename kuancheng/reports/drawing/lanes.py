"""What is drawn of records: plans, facts and pauses as spans, milestones as flags."""

from collections.abc import Iterable
from datetime import date, timedelta

from kuancheng.reports.drawing.gantt import Point, Span
from projects.models import Milestone, Pause, Stop
from projects.planning import happened
from projects.rules.calendars import Calendars

REACHED, LATE, OVERDUE, DUE, FORECAST = "reached", "late", "overdue", "due", "forecast"
"""Kinds of marks: red flag, reached too late, black flag, still to come, forecast completion."""


def started(milestone: Milestone, as_of: date) -> date | None:
    """When work on it began, as far as it is known."""
    begun = happened(milestone.actual_start, as_of)
    return begun or happened(milestone.actual_finish, as_of)


def flag(milestone: Milestone, as_of: date, *, judged: bool) -> Point | None:
    """A milestone's mark: red where it was reached in time, black where it is overdue.

    Nothing is overdue of a project that is not `judged`.
    """
    name, planned = milestone.name, milestone.planned_finish
    finish = happened(milestone.actual_finish, as_of)
    if finish is not None:
        days = (finish - planned).days if planned else 0
        if days > 0:
            return Point(LATE, finish, f"“{name}”{finish} 完成，比计划晚 {days} 天")
        return Point(REACHED, finish, f"红旗：“{name}”{finish} 按期完成")
    if planned is None:
        return None
    if planned < as_of and not judged:
        return Point(DUE, planned, f"“{name}”原计划 {planned} 完成，项目不参与研判，不计超期")
    if planned < as_of:
        days = (as_of - planned).days
        return Point(
            OVERDUE, planned, f"黑旗：“{name}”应于 {planned} 完成，超期 {days} 天", milestone.pk
        )
    return Point(DUE, planned, f"“{name}”计划 {planned} 完成", milestone.pk)


def pause_spans(pauses: Iterable[Pause], as_of: date) -> list[Span]:
    """Pauses up to the day; one without an end runs on."""
    found = []
    for pause in pauses:
        last = pause.last or as_of
        if pause.first <= as_of and pause.first <= last:
            until = str(pause.last) if pause.last else "今，尚未恢复"
            title = f"暂停（{pause.get_reason_display()}）{pause.first} 至 {until}"
            found.append(Span("pause", pause.first, last, title))
    return found


def stop_spans(stops: Iterable[Stop], as_of: date) -> list[Span]:
    """Stops up to the day; one that goes on runs to it."""
    found = []
    for stop in stops:
        fact = stop.as_fact
        if days := fact.days(as_of):
            until = "今，尚未复工" if fact.covers(as_of) else f"{fact.resumed_on} 复工"
            title = f"停工（{stop.get_reason_display()}）{fact.stopped_on} 至 {until}，{days} 天"
            last = fact.stopped_on + timedelta(days=days - 1)
            found.append(Span("stop", fact.stopped_on, last, title))
    return found


def winters(calendars: Calendars, first: date, end: date) -> list[Span]:
    """The winter windows that touch these days."""
    return [
        Span("winter", begins, ends, f"冬季停工 {begins} 至 {ends}")
        for begins, ends in calendars.windows(first.year - 1, end.year)
        if begins < end and ends >= first
    ]
