"""What the page of a day's monitoring shows."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from kuancheng import clock
from kuancheng.access.models import User, Visitor
from kuancheng.asking.filters import AsOfFilter
from kuancheng.asking.parameters import BadParameters, Days, KnownParameters
from kuancheng.reports.judging import daily
from kuancheng.reports.judging.known import end_of
from kuancheng.reports.judging.matters.news import MatterNews, matter_news
from kuancheng.reports.models import MonitorRun
from kuancheng.reports.monitoring.monitor import WEEK, Summary, summarize
from kuancheng.reports.raising.raised import raising
from projects.models import Project

KINDS = (
    ("red", "转为红灯", "没有项目转为红灯。"),
    ("yellow", "转为黄灯", "没有项目转为黄灯。"),
    ("recovered", "恢复（由红、黄转蓝、绿）", "没有项目恢复。"),
    ("other", "其他变化", "没有其他变化。"),
)


class DailyParameters(KnownParameters):
    """The day, by either of its names, and what was known."""

    date = AsOfFilter(label="日期，同 as_of")

    @property
    def day(self) -> datetime.date:
        """The day asked for: unless it is said, the latest that was known.

        BadParameters for two different days, and for one that had not come by `known_at`.
        """
        said, known_at = self.form.cleaned_data, self.days.known_at
        if said["date"] and said["as_of"] and said["date"] != said["as_of"]:
            raise BadParameters.of("date", "与 as_of 是同一个意思，两个日期却不同，请只给一个。")
        day: datetime.date = said["date"] or said["as_of"] or known_at or clock.today()
        if known_at is not None and known_at < day:
            why = f"日监测按天留存，{day} 的到 {known_at} 还没有，请看 {known_at} 或更早的一天。"
            raise BadParameters.of("known_at", why)
        return day


@dataclass(frozen=True)
class Tile:
    """A figure of the day, the term that explains it, and where its rows are; empty for nowhere."""

    label: str
    number: int
    term: str
    link: str


def daily_page(asked: DailyParameters, user: User) -> dict[str, Any]:
    """The template's context.

    Today is summarized as it is now; an earlier day shows the summary that its run kept, which is
    what was known of it then, and is not there for an evening before the run.
    """
    today, day, known_at = clock.today(), asked.day, asked.days.known_at
    run = MonitorRun.objects.filter(date=day).first()
    made_up = bool(run and known_at and (run.finished_at or run.started_at) > end_of(known_at))
    if made_up:
        run = None
    summary: Summary | None
    if day == today:
        daily.ensure(today, today=today)
        summary = summarize(today)
    else:
        summary = Summary.from_json(run.summary) if run and run.summary else None
    before = summary.compared_with if summary else ""
    compared_with = datetime.date.fromisoformat(before) if before else None
    named = _named(summary)
    return {
        "as_of": day,
        "known_at": known_at,
        "made_up": made_up,
        "run": run,
        "summary": summary,
        "tiles": list(_tiles(summary, day, user)) if summary else [],
        "compared_with": compared_with,
        "matters": _matters(summary, day, compared_with) if summary else None,
        "projects": named,
        "raising": raising([each.pk for each in named.values()], Days(day, known_at), user),
        "until": day + WEEK,
        "kinds": [(word, none, summary.of_kind(kind)) for kind, word, none in KINDS]
        if summary
        else [],
        "due": [(each, datetime.date.fromisoformat(each.day)) for each in summary.due]
        if summary
        else [],
        "earlier": day - datetime.timedelta(days=1),
        "later": day + datetime.timedelta(days=1) if day < (known_at or today) else None,
    }


def _named(summary: Summary | None) -> dict[str, Project]:
    """The projects whose changes are shown, by code. One query."""
    codes = [each.code for each in summary.changes] if summary else []
    return {each.code: each for each in Project.objects.filter(code__in=codes).only("pk", "code")}


def _matters(
    summary: Summary, day: datetime.date, earlier: datetime.date | None
) -> MatterNews | None:
    """The day's news of matters; of a day that was kept before they were told, from the steps."""
    if summary.matters is not None or earlier is None:
        return summary.matters
    return matter_news(day, earlier)


def _tiles(summary: Summary, day: datetime.date, user: Visitor) -> Iterator[Tile]:
    """The day's figures. An earlier day's rows are asked for as they were known on it."""
    today = day == clock.today()
    then = {} if today else {"as_of": day.isoformat(), "known_at": day.isoformat()}

    def rows(page: str, **asked: str) -> str:
        found = urlencode(asked | then)
        return f"{reverse(page)}?{found}" if found else reverse(page)

    waiting, corrections = rows("progress", pending="true"), ""
    if today and getattr(user, "is_staff", False):
        if user.has_perm("investment.approve_statusreport"):
            waiting = reverse("admin:investment_statusreport_review")
        if user.has_perm("investment.view_correction"):
            listed = reverse("admin:investment_correction_changelist")
            corrections = f"{listed}?state__exact=proposed"
    overdue = rows("progress", rule="milestone_overdue")
    by_hand = rows("progress", overridden="true")
    orders = reverse("orders") if today and user.has_perm("projects.view_order") else ""
    found = (
        ("亮灯有变化", summary.changed, "light", "#changes"),
        ("有超期节点的项目", summary.overdue, "overdue", overdue),
        ("七天内到期节点", summary.due_count, "milestone", "#due"),
        ("统计月未报送", summary.missing, "missing", rows("reporting")),
        ("填报待复核", summary.waiting, "waiting", waiting),
        ("更正待批准", summary.corrections, "correction", corrections),
        ("七天内到期的人工调灯", summary.overrides_ending, "override", by_hand),
        ("催办单和督办单", summary.orders, "order", orders),
        ("升级的事项", summary.escalated, "escalation", ""),
        ("红灯未说明、未兑现", summary.unanswered_count, "red_answer", "#unanswered"),
    )
    for label, number, term, link in found:
        yield Tile(label, number, term, link if number else "")
