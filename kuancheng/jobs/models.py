"""后台任务: the queue's rows as people read them."""

import re
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from django.core.exceptions import SuspiciousOperation
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult, get_date_max

from kuancheng.jobs import errors, heartbeat
from kuancheng.jobs.backend import JobTask
from kuancheng.jobs.choices import JobState

READY, RUNNING = TaskResultStatus.READY, TaskResultStatus.RUNNING
FAILED, SUCCESSFUL = TaskResultStatus.FAILED, TaskResultStatus.SUCCESSFUL

STATES = {
    JobState.WAITING: Q(status=READY, started_at=None),
    JobState.RETRYING: Q(status=READY, started_at__isnull=False),
    JobState.RUNNING: Q(status=RUNNING),
    JobState.DONE: Q(status=SUCCESSFUL),
    JobState.FAILED: Q(status=FAILED),
}


class JobQuerySet(models.QuerySet["Job"]):
    """Jobs by where they stand."""

    def in_state(self, state: str) -> Self:
        """Those in that state. ValueError for a state that there is not."""
        return self.filter(STATES[JobState(state)])

    def waiting(self) -> Self:
        """Those that no worker has taken, due or not."""
        return self.filter(status=READY)

    def due(self, now: datetime) -> Self:
        """Those that a worker may take now, in the order in which workers take them."""
        return self.waiting().filter(Q(run_after=get_date_max()) | Q(run_after__lte=now))

    def running(self) -> Self:
        """Those that a worker has taken, dead or alive."""
        return self.filter(status=RUNNING)

    def alive(self) -> Self:
        """Those that have not come to an end."""
        return self.filter(status__in=(READY, RUNNING))

    def ended_before(self, moment: datetime) -> Self:
        """Those that came to an end by then."""
        return self.filter(status__in=(SUCCESSFUL, FAILED), finished_at__lt=moment)


class Job(DBTaskResult[..., Any]):
    """One job of the queue. `worker_ids` names the worker of each attempt, the last one last."""

    objects = JobQuerySet.as_manager()  # type: ignore[misc, assignment]

    class Meta:
        proxy = True
        verbose_name = "后台任务"
        verbose_name_plural = "后台任务"
        permissions = [("operate_job", "可再次运行后台任务、查看出错详情")]

    def __str__(self) -> str:
        return self.label

    @property
    def policy(self) -> JobTask[..., Any]:
        """What the job's function declares. UnknownJob when the program no longer has it."""
        try:
            found = self.task
        except (ImportError, SuspiciousOperation) as error:
            raise errors.UnknownJob(f"程序里已没有这项任务：{self.task_path}") from error
        if not isinstance(found, JobTask):
            raise errors.UnknownJob(f"这项任务没有按本系统的办法声明：{self.task_path}")
        return found

    @property
    def label(self) -> str:
        """What people call the job."""
        try:
            return self.policy.label
        except errors.UnknownJob:
            return self.task_path

    @property
    def state(self) -> JobState:
        """Where it stands, as people are told."""
        if self.status == READY:
            return JobState.RETRYING if self.started_at else JobState.WAITING
        return {
            RUNNING: JobState.RUNNING,
            SUCCESSFUL: JobState.DONE,
            FAILED: JobState.FAILED,
        }[TaskResultStatus(self.status)]

    @property
    def attempts(self) -> int:
        """How often it was begun."""
        return len(self.worker_ids)

    @property
    def worker(self) -> str:
        """Who runs it, or ran it last."""
        return self.worker_ids[-1] if self.worker_ids else ""

    @property
    def lease_file(self) -> Path:
        """The signs of life of the current attempt."""
        return heartbeat.lease_file(self.pk, self.worker)

    @property
    def is_lost(self) -> bool:
        """Whether its worker has shown no sign of life for longer than a lease."""
        return self.status == RUNNING and not heartbeat.is_alive(self.lease_file)

    @property
    def due_at(self) -> datetime | None:
        """Before when no worker takes it; None where it may be taken now."""
        return self.run_after if timezone.now() < self.run_after < get_date_max() else None

    @property
    def error_in_words(self) -> str:
        """One sentence on how the last attempt ended; empty where it ended well."""
        if not self.exception_class_path:
            return ""
        name = self.exception_class_path.rpartition(".")[2]
        lines = re.findall(rf"^(?:[\w.]+\.)?{re.escape(name)}: (.*)$", self.traceback, re.MULTILINE)
        said = lines[-1] if lines else ""
        if self.exception_class_path.startswith(f"{errors.__name__}."):
            return said
        if self.exception_class_path.startswith("django.db.utils."):
            return f"数据库出错（{name}）：{said}"
        return f"程序出错（{name}）：{said}"
