"""Code lists of background jobs."""

from django.db.models import TextChoices


class JobState(TextChoices):
    """Where a job stands, as people are told."""

    WAITING = "waiting", "等待"
    RETRYING = "retrying", "等待重试"
    RUNNING = "running", "运行中"
    DONE = "done", "已完成"
    FAILED = "failed", "失败"
