"""What tests do instead of waiting."""

import os
import time
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from kuancheng.jobs.models import Job


def fall_silent(job: Job) -> None:
    """The job's worker has shown no sign of life for longer than a lease."""
    long_ago = time.time() - settings.KUANCHENG_JOB_LEASE - 1
    os.utime(job.lease_file, (long_ago, long_ago))


def become_due(job: Job) -> None:
    """The next attempt's time has come."""
    Job.objects.filter(pk=job.pk).update(run_after=timezone.now() - timedelta(seconds=1))


def enqueued(result: Any) -> Job:
    """The row of what was just enqueued."""
    return Job.objects.get(pk=result.id)


def again(job: Job) -> Job:
    """The row as it is now."""
    return Job.objects.get(pk=job.pk)
