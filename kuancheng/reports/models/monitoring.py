"""What each day's monitoring did."""

from django.db import models


class MonitorRun(models.Model):
    """日监测运行: one day's monitoring, what it wrote, and what it found.

    `summary` is the JSON form of `monitor.Summary`, as it was when the run finished.
    """

    date = models.DateField("日期", unique=True)
    started_at = models.DateTimeField("开始时间")
    finished_at = models.DateTimeField("完成时间", null=True)
    projects = models.PositiveIntegerField("项目数", default=0)
    written = models.PositiveIntegerField("新写行数", default=0)
    seconds = models.DecimalField("用时（秒）", max_digits=9, decimal_places=1, default=0)
    summary = models.JSONField("摘要", default=dict)

    class Meta:
        verbose_name = "日监测运行"
        verbose_name_plural = "日监测运行"
        ordering = ["-date"]

    def __str__(self) -> str:
        return f"{self.date:%Y-%m-%d} 日监测"
