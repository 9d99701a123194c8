"""Whether somebody does the background's work."""

from datetime import datetime, timedelta

from kuancheng.jobs import heartbeat
from kuancheng.jobs.models import Job
from kuancheng.readiness.registry import Check, Finding, State

TOO_LONG = timedelta(minutes=30)
"""A job that could have been taken for so long waits too long."""


def queue(now: datetime) -> Finding:
    """Whether a worker is there, and how long the oldest job has waited. One query."""
    # One that is to be tried again waits on purpose.
    fresh = Job.objects.due(now).filter(started_at=None).order_by("enqueued_at")
    since = fresh.values_list("enqueued_at", flat=True).first()
    waiting = now - since if since else timedelta(0)
    minutes = int(waiting.total_seconds() // 60)
    if not heartbeat.live_workers():
        words = "后台任务没有在运行，请启动 manage.py work。"
        return Finding(State.WARNING, "no_worker", words)
    if waiting > TOO_LONG:
        words = f"最早的任务已等待 {minutes} 分钟，请看“后台任务”。"
        return Finding(State.WARNING, "waiting", words)
    return Finding(State.OK, "ok", "后台任务在运行，没有积压。")


QUEUE = Check("queue", "后台任务", queue)
