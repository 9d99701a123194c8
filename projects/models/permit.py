"""延期: a permit's extensions, as the authority granted them."""

from django.core.exceptions import ValidationError
from django.db import models

from kuancheng.records.base import Recorded, in_day_order, require_order
from projects.fields import SearchKeyField
from projects.models.milestone import Milestone
from projects.rules.permits import Extension, Held


class PermitExtension(Recorded):
    """手续延期: granted outside, recorded with its document; counts from the day of the grant.

    What the law allows is `rules.permits`; the service asks it of every row of a milestone.
    """

    project = models.ForeignKey(
        "projects.Project", models.CASCADE, related_name="permit_extensions", verbose_name="项目"
    )
    milestone = models.ForeignKey(
        Milestone, models.CASCADE, related_name="extensions", verbose_name="节点"
    )
    document = models.CharField("延期文号", max_length=80, help_text="同意延期的批准文件的文号。")
    asked_on = models.DateField("申请日期", help_text="向原发证机关申请延期的日期。")
    granted_on = models.DateField("批准日期", help_text="批准文件的日期；从这一天起算数。")
    until = models.DateField("延期至", help_text="批准文件载明的最后一天。")
    note = models.CharField("说明", max_length=200, blank=True)
    search_key = SearchKeyField(sources=("document", "note"))

    class Meta:
        verbose_name = "手续延期"
        verbose_name_plural = "手续延期"
        ordering = ["milestone", "until", "id"]
        constraints = [
            models.CheckConstraint(
                condition=in_day_order("asked_on", "granted_on"),
                name="permit_extension_in_order",
                violation_error_message="批准日期不能早于申请日期。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.milestone}延期至 {self.until}"

    def clean(self) -> None:
        require_order(self, "asked_on", "granted_on")
        if self.milestone_id and self.project_id and self.milestone.project_id != self.project_id:
            raise ValidationError({"milestone": "请选择本项目的节点。"})

    def as_fact(self) -> Extension:
        """What the rules are told of it."""
        return Extension(self.asked_on, self.granted_on, self.until, self.document)


def held_permit(milestone: Milestone, extensions: tuple[Extension, ...] = ()) -> Held | None:
    """The permit that a milestone obtained; None where it obtains none that lapses, or not yet."""
    if not milestone.permit or milestone.actual_finish is None:
        return None
    return Held(milestone.permit, milestone.actual_finish, milestone.valid_until, extensions)
