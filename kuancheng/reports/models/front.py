"""What a person keeps of the lists: views, followed projects, what he saw and when."""

from datetime import date

from django.conf import settings
from django.db import models
from django.urls import reverse

from kuancheng.records.base import Recorded
from kuancheng.records.fields import ClockField
from kuancheng.reports.choices import Audience, ListPage
from kuancheng.reports.querysets import SavedViewQuerySet
from projects.models import Agency, Project


class SavedView(Recorded):
    """视图: a question put to one of the lists, under a name.

    `query` is the address's own: filters, columns, order, density, and never a day, so that a view
    answers for today. `agency` is the one that it is shared with.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="创建人"
    )
    page = models.CharField(
        "清单", max_length=12, choices=ListPage, default=ListPage.PROGRESS, editable=False
    )
    name = models.CharField("名称", max_length=40)
    query = models.TextField("条件", blank=True, editable=False)
    audience = models.CharField("给谁用", max_length=8, choices=Audience, default=Audience.MINE)
    agency = models.ForeignKey(
        Agency,
        models.CASCADE,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name="单位",
    )
    version = models.PositiveIntegerField("版本", default=1, editable=False)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = "视图"
        verbose_name_plural = "视图"
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "page", "name"],
                name="saved_view_name_once",
                violation_error_message="已有同名的视图，请换一个名称。",
            ),
            models.CheckConstraint(
                condition=~models.Q(audience=Audience.AGENCY) | models.Q(agency__isnull=False),
                name="saved_view_agency_named",
                violation_error_message="给本单位用的视图须有单位。",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("view", args=[self.pk])


class Follow(models.Model):
    """关注: a project that somebody wants to hear of."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="账号"
    )
    project = models.ForeignKey(Project, models.CASCADE, related_name="+", verbose_name="项目")
    since = ClockField("关注时间", auto_now_add=True)

    class Meta:
        verbose_name = "关注"
        verbose_name_plural = "关注"
        ordering = ["user", "project"]
        constraints = [models.UniqueConstraint(fields=["user", "project"], name="follow_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.project_id}"


class SeenProject(models.Model):
    """最近看过: when somebody last opened a project's page."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="账号"
    )
    project = models.ForeignKey(Project, models.CASCADE, related_name="+", verbose_name="项目")
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "最近看过的项目"
        verbose_name_plural = "最近看过的项目"
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "project"], name="seen_project_once")
        ]
        indexes = [models.Index(fields=["user", "-at"], name="seen_project_latest")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.project_id} {self.at:%Y-%m-%d}"


class FrontPage(models.Model):
    """What a list knows of a person: his default view, and the days of his visits."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="账号"
    )
    page = models.CharField("清单", max_length=12, choices=ListPage, default=ListPage.PROGRESS)
    default_view = models.ForeignKey(
        SavedView,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name="默认视图",
    )
    visited_on = models.DateField("最近来访", null=True)
    visited_before = models.DateField("上次来访", null=True)

    class Meta:
        verbose_name = "个人首页"
        verbose_name_plural = "个人首页"
        ordering = ["user", "page"]
        constraints = [models.UniqueConstraint(fields=["user", "page"], name="front_page_once")]

    def __str__(self) -> str:
        return f"{self.user_id} 的{self.get_page_display()}"

    def last_visit(self, today: date) -> date | None:
        """The latest day before today on which he came."""
        if self.visited_on is not None and self.visited_on < today:
            return self.visited_on
        return self.visited_before
