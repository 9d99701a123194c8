"""What the top floor knows: the day's monitoring, the clock, and the audit log's chain."""

from datetime import date, datetime, timedelta

from django.conf import settings

from kuancheng import clock
from kuancheng.audit.standing import standing
from kuancheng.readiness.registry import Check, Finding, State
from kuancheng.reports.models import MonitorRun


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


def clock_ahead(now: datetime) -> Finding:
    """Whether something is kept of a day that has not come by this clock. One query."""
    last: date | None = MonitorRun.objects.values_list("date", flat=True).order_by("-date").first()
    today = clock.today()
    if settings.KUANCHENG_TODAY:
        return Finding(State.OK, "pinned", f"日期由 KUANCHENG_TODAY 定在 {today}。")
    if last is not None and last > today:
        words = f"系统时钟是 {today}，已有 {last} 的记录：时钟倒退了，请校准。"
        return Finding(State.DOWN, "behind", words)
    return Finding(State.OK, "ok", f"系统时钟是 {today}。")


def audit(now: datetime) -> Finding:
    """Whether the log's entries are sealed before long, and its chain's end is where it was kept."""
    if concerns := standing().concerns(now):
        return Finding(State.WARNING, "attention", "".join(concerns))
    return Finding(State.OK, "ok", "审计记录已封存。")


CHECKS = (
    Check("clock", "系统时钟", clock_ahead),
    Check("daily_run", "日监测", daily_run),
    Check("audit", "审计记录", audit),
)
