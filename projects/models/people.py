"""单位、干部, and who is what to a project since when."""

from datetime import date

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from stdnum.cn import uscc

from kuancheng.records.base import Recorded, in_day_order, require_order
from projects.choices import SINGLE_ROLES, AgencyKind, Role
from projects.fields import SearchKeyField
from projects.querysets import AgencyQuerySet, AssignmentQuerySet, OfficialQuerySet


def check_uscc(value: str) -> None:
    """统一社会信用代码, GB 32100: 18 characters with a check digit."""
    if not uscc.is_valid(value) or uscc.compact(value) != value:
        raise ValidationError("统一社会信用代码不正确：应为 18 位，请核对每一位（含末位校验码）。")


class Agency(Recorded):
    """单位: a department, a subdistrict or an enterprise."""

    name = models.CharField("名称", max_length=80, unique=True)
    kind = models.CharField("类别", max_length=16, choices=AgencyKind)
    uscc = models.CharField(
        "统一社会信用代码",
        max_length=18,
        null=True,
        blank=True,
        unique=True,
        validators=[check_uscc],
        help_text="18 位；没有可留空。",
    )
    order = models.PositiveIntegerField("排序", default=0, help_text="小的在前。")
    is_demo = models.BooleanField("演示数据", default=False, editable=False)
    search_key = SearchKeyField(sources=("name",))

    objects = AgencyQuerySet.as_manager()

    class Meta:
        verbose_name = "单位"
        verbose_name_plural = "单位"
        ordering = ["order", "name"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        self.uscc = self.uscc or None


class Official(Recorded):
    """干部: a lead official, a head of a task force, a liaison officer."""

    name = models.CharField("姓名", max_length=40)
    post = models.CharField("职务", max_length=80, blank=True)
    order = models.PositiveIntegerField("排序", default=0, help_text="小的在前。")
    agency = models.ForeignKey(
        Agency, models.PROTECT, null=True, blank=True, related_name="officials", verbose_name="单位"
    )
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="official",
        verbose_name="登录账号",
        help_text="填报人员须关联账号，系统据此判断可以修改哪些项目。",
    )
    left_on = models.DateField(
        "离任日期",
        null=True,
        blank=True,
        help_text="从这一天起不再任职，也不能再担任责任人；仍在任请留空。离任前请先办理交接。",
    )
    is_demo = models.BooleanField("演示数据", default=False, editable=False)
    search_key = SearchKeyField(sources=("name",))

    objects = OfficialQuerySet.as_manager()

    class Meta:
        verbose_name = "干部"
        verbose_name_plural = "干部"
        ordering = ["order", "name"]

    def __str__(self) -> str:
        return self.name

    def has_left(self, day: date) -> bool:
        """Whether he is no longer in office on that day."""
        return self.left_on is not None and self.left_on <= day


class Assignment(Recorded):
    """包保/专班/秘书: what an official is to a project, from a day on and until a day.

    A change ends one row and begins another, each with its reason.
    """

    project = models.ForeignKey(
        "projects.Project", models.CASCADE, related_name="assignments", verbose_name="项目"
    )
    official = models.ForeignKey(
        Official, models.PROTECT, related_name="assignments", verbose_name="干部"
    )
    role = models.CharField("角色", max_length=20, choices=Role)
    duty = models.CharField("职责", max_length=120, blank=True)
    since = models.DateField("起", help_text="从这一天起负责。")
    until = models.DateField("止", null=True, blank=True, help_text="最后一天；仍在任请留空。")
    reason = models.CharField("起任原因", max_length=200, blank=True)
    end_reason = models.CharField("止任原因", max_length=200, blank=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = "责任人"
        verbose_name_plural = "责任人"
        ordering = ["project", "role", "since"]
        constraints = [
            models.CheckConstraint(
                condition=in_day_order("since", "until"),
                name="assignment_until_after_since",
                violation_error_message="止日不能早于起日。",
            ),
            models.UniqueConstraint(
                fields=["project", "role"],
                condition=models.Q(until__isnull=True, role__in=SINGLE_ROLES),
                name="assignment_one_current",
                violation_error_message="一个项目同时只能有一位包保领导、一位项目秘书，请先填写前任的止日。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} {self.official}"

    def holds_on(self, day: date) -> bool:
        """Whether it is in force on that day."""
        return self.since <= day and (self.until is None or self.until >= day)

    def clean(self) -> None:
        require_order(self, "since", "until")
        if self.end_reason and not self.until:
            raise ValidationError({"until": "写了止任原因，请同时填写止日；仍在任请清空止任原因。"})


def names_of_officials() -> set[str]:
    """What every official is or was called. One query."""
    now = Official.objects.order_by().values_list("name", flat=True)
    return set(now.union(Official.history.order_by().values_list("name", flat=True)))
