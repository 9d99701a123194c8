"""What each day's monitoring did, and whom it wrote to."""

from django.conf import settings
from django.db import models


class MonitorRun(models.Model):
    """日监测运行: one day's monitoring, what it wrote, and the summary that was sent.

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


class MonitorMail(models.Model):
    """One person's mail of one day's monitoring; `error` says why it was not sent."""

    run = models.ForeignKey(
        MonitorRun, models.CASCADE, related_name="mails", verbose_name="日监测运行"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="收件人"
    )
    address = models.EmailField("邮箱")
    sent_at = models.DateTimeField("发送时间", null=True)
    error = models.CharField("未发送原因", max_length=200, blank=True)

    class Meta:
        verbose_name = "日监测邮件"
        verbose_name_plural = "日监测邮件"
        ordering = ["run", "user"]
        constraints = [models.UniqueConstraint(fields=["run", "user"], name="monitor_mail_once")]

    def __str__(self) -> str:
        return f"{self.run} {self.address}"
