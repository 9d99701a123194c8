"""审计: entries, the chain that seals them, and the archives that they go into."""

from typing import Any, NoReturn

from django.db import models
from django.utils import timezone

from kuancheng.audit.choices import Act, Door, Outcome
from kuancheng.audit.querysets import AppendOnlyQuerySet, AuditEntryQuerySet, WrittenOnce
from kuancheng.records.fields import account_field


class WrittenOnceModel(models.Model):
    """A row that is added and never changed."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Adds the row. WrittenOnce for one that is there."""
        if not self._state.adding:
            raise WrittenOnce
        super().save(force_insert=True, using=kwargs.get("using"))

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise WrittenOnce


class AuditEntry(WrittenOnceModel):
    """One act. Its time is the computer's own: a pinned day would hide when somebody came in.

    What is named beside a key (account, subject) is written in words as it was then.
    """

    at = models.DateTimeField("时间", default=timezone.now, db_index=True)
    act = models.CharField("操作", max_length=40)
    outcome = models.CharField("结果", max_length=10, choices=Outcome)
    actor = account_field("账号", null=True, blank=True, db_index=False)
    actor_name = models.CharField("操作人", max_length=80, blank=True)
    name_tried = models.CharField("所用账号名", max_length=150, blank=True)
    address = models.CharField("来源地址", max_length=64, blank=True)
    door = models.CharField("入口", max_length=10, choices=Door, blank=True)
    key = models.CharField("密钥", max_length=16, blank=True)
    subject_type = models.CharField("对象类型", max_length=80, blank=True)
    subject_id = models.CharField("对象编号", max_length=64, blank=True)
    subject_label = models.CharField("对象", max_length=200, blank=True)
    words = models.TextField("说明", blank=True)
    detail = models.JSONField("详情", default=dict, blank=True)

    objects = AuditEntryQuerySet.as_manager()

    class Meta:
        verbose_name = "审计记录"
        verbose_name_plural = "审计记录"
        indexes = [
            models.Index(fields=["actor", "-id"], name="auditentry_by_actor"),
            models.Index(fields=["act", "-id"], name="auditentry_by_act"),
            models.Index(
                fields=["subject_type", "subject_id", "-id"], name="auditentry_by_subject"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.act_label} {self.subject_label}".strip()

    @property
    def act_label(self) -> str:
        """The act in words; an act that the program no longer knows, by its code."""
        return Act(self.act).label if self.act in Act.values else self.act


class AuditSeal(WrittenOnceModel):
    """An entry's link in the chain: its place from 1 on, its digest, and that of the one before.

    No constraint of the database holds it to its entry: who takes an entry away is found out, and
    an archive takes both.
    """

    place = models.BigIntegerField("位置", primary_key=True)
    entry = models.OneToOneField(
        AuditEntry,
        models.DO_NOTHING,
        related_name="seal",
        db_constraint=False,
        verbose_name="审计记录",
    )
    digest = models.CharField("摘要", max_length=64)
    previous = models.CharField("前一条摘要", max_length=64, blank=True)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = "审计链"
        verbose_name_plural = "审计链"

    def __str__(self) -> str:
        return f"第 {self.place} 环"


class AuditArchive(WrittenOnceModel):
    """A sealed file that holds a stretch of the chain, which the tables no longer hold."""

    first_place = models.BigIntegerField("起", unique=True)
    last_place = models.BigIntegerField("止", unique=True)
    last_digest = models.CharField("末条摘要", max_length=64)
    file_name = models.CharField("文件", max_length=100, unique=True)
    file_digest = models.CharField("文件摘要", max_length=64)
    at = models.DateTimeField("归档时间", default=timezone.now)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = "审计归档"
        verbose_name_plural = "审计归档"
        ordering = ["first_place"]

    def __str__(self) -> str:
        return self.file_name
