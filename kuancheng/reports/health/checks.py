"""What the top floor knows: the day's monitoring, the clock, who waits to save, the audit log's chain."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import connection

from kuancheng import clock
from kuancheng.audit.chain.standing import standing
from kuancheng.database.turns import Waits, line_of
from kuancheng.readiness.registry import Check, Finding, State
from kuancheng.records import forward
from kuancheng.reports.models import MonitorRun

MOVE = "请改用 PostgreSQL（见 docs/deployment.md“数据库”）。"
"""What helps where many save at a time."""


def daily_run(now: datetime) -> Finding:
    """Whether the day's monitoring ran, yesterday or today. One query."""
    last: date | None = (
        MonitorRun.objects.filter(finished_at__isnull=False)
        .values_list("date", flat=True)
        .order_by("-date")
        .first()
    )
    if last is None:
        words = "日监测还没有运行过，请设置定时任务（见 docs/deployment.md）。"
        return Finding(State.WARNING, "never", words)
    if clock.today() - last > timedelta(days=1):
        words = f"上次日监测是 {last}，请检查定时任务。"
        return Finding(State.WARNING, "late", words)
    return Finding(State.OK, "ok", f"上次日监测是 {last}。")


def clock_behind(now: datetime) -> Finding:
    """Whether something is kept of a day that has not come by this clock. A query a source, once a minute."""
    today, newest = clock.today(), forward.behind()
    if settings.KUANCHENG_TODAY:
        words = f"日期由 KUANCHENG_TODAY 定在 {today}。"
        return Finding(
            State.OK, "pinned", words + (f"库中已有 {newest} 的记录。" if newest else "")
        )
    if newest is not None:
        words = f"系统时钟是 {today}，已有 {newest} 的记录：时钟倒退了，请校准；校准以前不能保存。"
        return Finding(State.DOWN, "behind", words)
    return Finding(State.OK, "ok", f"系统时钟是 {today}。")


def writers(now: datetime) -> Finding:
    """Whether those who save wait long for each other, which they do not on PostgreSQL."""
    if connection.vendor != "sqlite":
        return Finding(State.OK, "ok", "可以同时保存。")
    if crowded := crowding():
        return Finding(State.WARNING, "long", crowded)
    waits = line_of(str(connection.settings_dict["NAME"])).waits()
    return Finding(State.OK, "ok", f"{waits_in_words(waits)}SQLite 同时只能有一个人保存。")


def crowding() -> str:
    """Says that those who save wait long for each other, and what helps; else nothing. No query."""
    if connection.vendor != "sqlite":
        return ""
    waits = line_of(str(connection.settings_dict["NAME"])).waits()
    return f"{waits_in_words(waits)}{MOVE}" if waits.are_long else ""


def waits_in_words(waits: Waits) -> str:
    """How long it took of late, for whoever looks after the machine."""
    if not waits.writers and not waits.refused:
        return "最近一小时没有人保存。"
    refused = f"，{waits.refused} 次没有等到" if waits.refused else ""
    return (
        f"最近一小时保存 {waits.writers + waits.refused} 次，"
        f"95% 排队不超过 {waits.p95:.1f} 秒，最长 {waits.longest:.1f} 秒{refused}。"
    )


def audit(now: datetime) -> Finding:
    """Whether the log's entries are sealed before long, and its chain's end is where it was kept."""
    if concerns := standing().concerns(now):
        return Finding(State.WARNING, "attention", "".join(concerns))
    return Finding(State.OK, "ok", "审计记录已封存。")


CHECKS = (
    Check("clock", "系统时钟", clock_behind),
    Check("writers", "保存排队", writers),
    Check("daily_run", "日监测", daily_run),
    Check("audit", "审计记录", audit),
)
