"""导入: one uploaded file, what it would do row by row, and what became of it."""

import secrets
from typing import Any

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models

from kuancheng.access.models import Visitor
from kuancheng.jobs.models import Job
from kuancheng.records.changes import IMPORTED
from kuancheng.sheets import registry
from kuancheng.sheets.choices import RUNNING, ImportState, RowState


def sheet_storage() -> Storage:
    """Where uploads wait: a folder of their own that no address leads to."""
    return storages["sheets"]


UNREAD, READ = ".xlsx", ".rows"
"""What a kept file is: the workbook as it came, or what was read of it."""


def random_name(record: models.Model, name: str) -> str:
    """A name that says nothing and cannot be guessed."""
    return f"{secrets.token_hex(16)}{READ if name.endswith(READ) else UNREAD}"


class SheetImportQuerySet(models.QuerySet[Any]):
    """Imports by who may see them."""

    def visible_to(self, user: Visitor) -> "SheetImportQuerySet":
        """One's own; all of them for whoever oversees imports."""
        if user.has_perm("sheets.oversee_sheetimport"):
            return self
        if not user.has_perm("sheets.view_sheetimport"):
            return self.none()
        return self.filter(uploaded_by=user)


class SheetImport(models.Model):
    """One uploaded file. Its counts are the preview's; `message` is what was wrong as a whole.

    What is kept is the workbook until it is read, and from then on the rows that were read of it,
    so that it is opened once and what is applied is what was checked.
    """

    kind = models.CharField("类别", max_length=20)
    file_name = models.CharField("文件", max_length=200)
    sha256 = models.CharField("摘要", max_length=64)
    upload = models.FileField(
        "文件内容", storage=sheet_storage, upload_to=random_name, max_length=60, blank=True
    )
    options = models.JSONField("选项", default=dict, blank=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name="上传人",
    )
    uploaded_at = models.DateTimeField("上传时间")
    applied_at = models.DateTimeField("导入时间", null=True)
    state = models.CharField(
        "状态", max_length=12, choices=ImportState, default=ImportState.CHECKING
    )
    new = models.PositiveIntegerField("新增", default=0)
    changed = models.PositiveIntegerField("变更", default=0)
    unchanged = models.PositiveIntegerField("未变", default=0)
    wrong = models.PositiveIntegerField("有误", default=0)
    total_rows = models.PositiveIntegerField("行数", default=0)
    columns = models.JSONField("表头", default=list, blank=True)
    missing = models.JSONField("缺少的列", default=list, blank=True)
    message = models.TextField("说明", blank=True)
    job = models.ForeignKey(
        Job, models.SET_NULL, null=True, editable=False, related_name="+", verbose_name="后台任务"
    )

    objects = SheetImportQuerySet.as_manager()

    class Meta:
        verbose_name = "Excel 导入"
        verbose_name_plural = "Excel 导入导出"
        ordering = ["-uploaded_at", "-pk"]
        permissions = [("oversee_sheetimport", "可查看全部导入")]
        indexes = [models.Index(fields=["uploaded_by", "-uploaded_at"], name="sheet_import_own")]
        constraints = [
            models.UniqueConstraint(
                fields=["uploaded_by"],
                condition=models.Q(state__in=RUNNING),
                name="sheet_import_one_running",
            )
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def kind_label(self) -> str:
        """What people call the kind."""
        kind = registry.kind_named(self.kind)
        return kind.label if kind else self.kind

    @property
    def is_read(self) -> bool:
        """Whether what is kept are its rows."""
        return str(self.upload.name or "").endswith(READ)

    @property
    def puts_forward(self) -> bool:
        """Whether its rows are written only once a second person has let them through."""
        kind = registry.kind_named(self.kind)
        return kind is not None and kind.puts_forward

    @property
    def is_running(self) -> bool:
        """Whether somebody is at work on it, as far as the database knows."""
        return self.state in RUNNING

    @property
    def writes(self) -> int:
        """How many rows an import would write."""
        return self.new + self.changed

    @property
    def reason(self) -> str:
        """What the histories of the records keep of it."""
        return f"{IMPORTED}{self.file_name}"


class SheetRow(models.Model):
    """What an import does with one row. `cells` maps a heading to [old, new, fault, hint]."""

    sheet_import = models.ForeignKey(
        SheetImport, models.CASCADE, related_name="rows", verbose_name="导入"
    )
    number = models.PositiveIntegerField("行号")
    state = models.CharField("结果", max_length=10, choices=RowState)
    title = models.CharField("记录", max_length=200, blank=True)
    cells = models.JSONField("内容", default=dict)
    notes = models.JSONField("说明", default=list)

    class Meta:
        verbose_name = "导入的行"
        verbose_name_plural = "导入的行"
        ordering = ["sheet_import", "number"]
        constraints = [
            models.UniqueConstraint(fields=["sheet_import", "number"], name="sheet_row_once")
        ]
        indexes = [models.Index(fields=["sheet_import", "state", "number"], name="sheet_row_state")]

    def __str__(self) -> str:
        return f"{self.sheet_import} 第 {self.number} 行"
