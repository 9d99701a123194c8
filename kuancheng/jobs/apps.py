"""The app of background jobs."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """What a worker does, as people see it."""

    name = "kuancheng.jobs"
    label = "jobs"
    verbose_name = "后台任务"
