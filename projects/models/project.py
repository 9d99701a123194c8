"""重点项目: the record that everything else hangs on."""

import re

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.urls import reverse

from kuancheng.records.base import Recorded, amount_field, in_day_order, require_order
from projects.choices import (
    Industry,
    ManagementType,
    Nature,
    Stage,
    Standing,
    YearClass,
)
from projects.fields import SearchKeyField
from projects.querysets import ProjectQuerySet

NATIONAL_CODE = re.compile(r"[0-9]{4}-[0-9]{6}-[0-9]{2}-[0-9]{2}-[0-9]{5,6}")


def check_national_code(value: str) -> None:
    """国家项目代码, GB/T 40058-2021, in its new or its old form."""
    if not NATIONAL_CODE.fullmatch(value):
        raise ValidationError(
            "国家项目代码应形如 2312-220103-04-01-123456（年月-区划-部门-类型-序号），末段 5 或 6 位数字。"
        )


def check_aliases(value: object) -> None:
    """A list of names of at most 120 characters."""
    if not isinstance(value, list) or not all(
        isinstance(name, str) and 0 < len(name) <= 120 for name in value
    ):
        raise ValidationError("别名应为若干个名称，每个不超过 120 字。")


class Project(Recorded):
    """重点项目.

    `version` grows by one with every change of the project, its milestones, people or plans: a
    form that was opened at an older version must not overwrite what came since.
    """

    code = models.CharField(
        "编号",
        max_length=32,
        unique=True,
        validators=[
            RegexValidator(r"^[A-Za-z0-9][A-Za-z0-9-]*$", "编号只能用字母、数字和连字符。")
        ],
        help_text="本系统的编号，用于网址，登记后不再变。新登记时可留空，由系统编号。",
    )
    national_code = models.CharField(
        "国家项目代码",
        max_length=30,
        null=True,
        blank=True,
        unique=True,
        validators=[check_national_code],
        help_text="例如 2312-220103-04-01-123456；还没有可留空。",
    )
    name = models.CharField("名称", max_length=120)
    aliases = models.JSONField(
        "别名", default=list, blank=True, validators=[check_aliases], help_text="每行一个。"
    )
    management_type = models.CharField(
        "管理类型", max_length=16, choices=ManagementType, blank=True
    )
    nature = models.CharField("建设性质", max_length=20, choices=Nature, blank=True)
    industry = models.CharField("行业门类", max_length=1, choices=Industry, blank=True)
    year_class = models.CharField("年度类别", max_length=16, choices=YearClass, blank=True)
    stage = models.CharField("阶段", max_length=16, choices=Stage)
    standing = models.CharField("状态", max_length=16, choices=Standing, default=Standing.NORMAL)
    scope = models.TextField("建设内容及规模", blank=True)
    address = models.CharField("建设地点", max_length=200, blank=True)
    subdistrict = models.ForeignKey(
        "projects.Agency",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="projects_in_subdistrict",
        verbose_name="属地",
        limit_choices_to={"kind": "subdistrict"},
    )
    longitude = models.DecimalField(
        "经度",
        max_digits=9,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(73), MaxValueValidator(136)],
    )
    latitude = models.DecimalField(
        "纬度",
        max_digits=9,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(3), MaxValueValidator(54)],
    )
    owner = models.ForeignKey(
        "projects.Agency",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="projects_owned",
        verbose_name="建设单位",
        limit_choices_to={"kind": "enterprise"},
    )
    lead_agency = models.ForeignKey(
        "projects.Agency",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="projects_led",
        verbose_name="责任单位",
    )
    total_investment = amount_field("计划总投资")
    planned_start = models.DateField("计划开工", null=True, blank=True)
    planned_completion = models.DateField("计划竣工", null=True, blank=True)
    planned_commissioning = models.DateField("计划投产", null=True, blank=True)
    actual_start = models.DateField("实际开工", null=True, blank=True)
    actual_completion = models.DateField("实际竣工", null=True, blank=True)
    actual_commissioning = models.DateField("实际投产", null=True, blank=True)
    enrolled_on = models.DateField(
        "入统日期", null=True, blank=True, help_text="纳入固定资产投资统计库的日期。"
    )
    enrolment_code = models.CharField("入统代码", max_length=40, blank=True)
    source_quote = models.TextField("来源原文", blank=True, help_text="项目出自文件的哪句话。")
    is_demo = models.BooleanField("演示数据", default=False, editable=False)
    version = models.PositiveIntegerField("版本", default=1, editable=False)
    search_key = SearchKeyField(sources=("code", "name", "aliases", "national_code"))

    objects = ProjectQuerySet.as_manager()

    class Meta:
        verbose_name = "重点项目"
        verbose_name_plural = "重点项目"
        ordering = ["code"]
        permissions = [("oversee_portfolio", "可修改全部项目（复核）")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(total_investment__isnull=True)
                | models.Q(total_investment__gte=0),
                name="project_total_not_negative",
                violation_error_message="计划总投资不能为负数。",
            ),
            models.CheckConstraint(
                condition=in_day_order("planned_start", "planned_completion"),
                name="project_plan_in_order",
                violation_error_message="计划竣工不能早于计划开工。",
            ),
            models.CheckConstraint(
                condition=in_day_order("actual_start", "actual_completion"),
                name="project_actual_in_order",
                violation_error_message="实际竣工不能早于实际开工。",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("project", args=[self.code])

    def touched_projects(self) -> frozenset[int]:
        return frozenset({self.pk})

    def clean(self) -> None:
        self.national_code = self.national_code or None
        require_order(self, "planned_start", "planned_completion")
        require_order(self, "planned_completion", "planned_commissioning")
        require_order(self, "actual_start", "actual_completion")
