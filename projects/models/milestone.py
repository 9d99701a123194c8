"""节点: the steps of a project, permits included."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from projects.choices import Phase
from projects.models.base import Recorded, in_order, require_order
from projects.querysets import MilestoneQuerySet


class Milestone(Recorded):
    """节点: planned and actual days of one step, and the agency that answers for it."""

    project = models.ForeignKey(
        "projects.Project", models.CASCADE, related_name="milestones", verbose_name="项目"
    )
    order = models.PositiveSmallIntegerField("序", default=0)
    phase = models.CharField("阶段", max_length=16, choices=Phase)
    name = models.CharField("节点", max_length=80)
    agency = models.ForeignKey(
        "projects.Agency",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="milestones",
        verbose_name="责任单位",
    )
    weight = models.DecimalField(
        "权重",
        max_digits=5,
        decimal_places=2,
        default=1,
        validators=[
            MinValueValidator(0, "权重不能为负数。"),
            MaxValueValidator(100, "权重不能超过 100。"),
        ],
    )
    planned_start = models.DateField("计划开始", null=True, blank=True)
    planned_finish = models.DateField("计划完成", null=True, blank=True)
    actual_start = models.DateField("实际开始", null=True, blank=True)
    actual_finish = models.DateField("实际完成", null=True, blank=True)
    document_number = models.CharField("文号", max_length=80, blank=True)
    note = models.CharField("说明", max_length=200, blank=True)

    objects = MilestoneQuerySet.as_manager()

    class Meta:
        verbose_name = "节点"
        verbose_name_plural = "节点"
        ordering = ["project", "order", "id"]
        constraints = [
            models.CheckConstraint(
                condition=in_order("planned_start", "planned_finish"),
                name="milestone_plan_in_order",
                violation_error_message="计划完成不能早于计划开始。",
            ),
            models.CheckConstraint(
                condition=in_order("actual_start", "actual_finish"),
                name="milestone_actual_in_order",
                violation_error_message="实际完成不能早于实际开始。",
            ),
        ]
        indexes = [
            models.Index(
                fields=["project", "planned_finish"],
                condition=models.Q(actual_finish__isnull=True),
                name="milestone_unfinished",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        require_order(self, "planned_start", "planned_finish")
        require_order(self, "actual_start", "actual_finish")
