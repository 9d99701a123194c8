"""公文模板: the office's own Word files with fields, each version as it came."""

from typing import Any

from django.conf import settings
from django.db import models

from kuancheng.documents.kinds import label_of
from kuancheng.records.base import Recorded

LONGEST_NOTE = 100


class OfficeTemplateQuerySet(models.QuerySet[Any]):
    """Templates by whether they are in force."""

    def in_force(self) -> "OfficeTemplateQuerySet":
        """Those that documents are written in: of each kind the newest that was not withdrawn."""
        standing = self.model.objects.filter(kind=models.OuterRef("kind"), withdrawn_at=None)
        newest = standing.order_by("-number").values("pk")[:1]
        return self.filter(pk=models.Subquery(newest))


class OfficeTemplate(Recorded):
    """A version of a kind's template. Its file never changes; it may be withdrawn.

    `number` counts the kind's versions, `fields` are those that it uses, `digest` is the SHA-256
    of its file.
    """

    kind = models.CharField("文种", max_length=20, editable=False)
    number = models.PositiveIntegerField("版次", editable=False)
    name = models.CharField("文件名", max_length=160, editable=False)
    note = models.CharField("说明", max_length=LONGEST_NOTE, blank=True)
    fields = models.JSONField("字段", default=list, editable=False)
    size = models.PositiveIntegerField("大小（字节）", editable=False)
    digest = models.CharField("摘要", max_length=64, editable=False)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        editable=False,
        related_name="+",
        verbose_name="上传人",
    )
    uploaded_at = models.DateTimeField("上传时间", editable=False)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name="停用人",
    )
    withdrawn_at = models.DateTimeField("停用时间", null=True, blank=True, editable=False)
    withdrawal_reason = models.CharField("停用原因", max_length=LONGEST_NOTE, blank=True)
    version = models.PositiveIntegerField("版本", default=1, editable=False)

    silent_changes = ("size", "digest", "uploaded_by", "withdrawn_by")

    objects = OfficeTemplateQuerySet.as_manager()

    class Meta:
        verbose_name = "公文模板"
        verbose_name_plural = "公文模板"
        ordering = ["kind", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "number"], name="template_number_of_kind"),
            models.CheckConstraint(
                condition=models.Q(withdrawn_at=None, withdrawn_by=None)
                | models.Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="template_withdrawn_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{label_of(self.kind)}模板第 {self.number} 版"

    @property
    def kind_label(self) -> str:
        """What people call the kind."""
        return label_of(self.kind)


class TemplateFile(models.Model):
    """The bytes of a version, apart from what lists read; kept in the database with everything."""

    template = models.OneToOneField(
        OfficeTemplate,
        models.CASCADE,
        primary_key=True,
        related_name="file",
        verbose_name="公文模板",
    )
    content = models.BinaryField("文件内容")

    class Meta:
        verbose_name = "公文模板文件"
        verbose_name_plural = "公文模板文件"

    def __str__(self) -> str:
        return str(self.template)
