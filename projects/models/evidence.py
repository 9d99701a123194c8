"""佐证: photos and files that show what was recorded."""

import uuid
from typing import Any

from django.conf import settings
from django.core.files.storage import storages
from django.db import models

from kuancheng.records.base import Recorded
from projects.choices import EvidenceKind
from projects.models.milestone import Milestone


def evidence_storage() -> Any:
    """Where the files lie: outside everything that the web server serves by itself."""
    return storages["evidence"]


def stored_name(record: "Evidence", filename: str) -> str:
    """A random name in a folder by its first two letters; the name given is kept in `name`."""
    token = record.token.hex
    return f"{token[:2]}/{token}"


class Evidence(Recorded):
    """A file as it is kept: pictures re-encoded, named at random, described by its content.

    `name` is what the file was called by whoever uploaded it. `digest` is the SHA-256 of what is
    stored.
    """

    token = models.UUIDField("标识", default=uuid.uuid4, unique=True, editable=False)
    file = models.FileField(
        "文件", storage=evidence_storage, upload_to=stored_name, max_length=80, editable=False
    )
    name = models.CharField("文件名", max_length=160, editable=False)
    kind = models.CharField("类型", max_length=10, choices=EvidenceKind, editable=False)
    content_type = models.CharField("格式", max_length=80, editable=False)
    size = models.PositiveIntegerField("大小（字节）", editable=False)
    digest = models.CharField("摘要", max_length=64, editable=False)
    caption = models.CharField("说明", max_length=100, blank=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name="上传人",
    )
    uploaded_at = models.DateTimeField("上传时间", editable=False)

    silent_changes = ("token", "file", "content_type", "size", "digest", "uploaded_by")

    class Meta:
        abstract = True
        ordering = ["uploaded_at", "pk"]

    def __str__(self) -> str:
        return self.caption or self.name

    @property
    def ending(self) -> str:
        """What kind of file it is, in a word: JPG, PDF, DOCX."""
        return self.name.rpartition(".")[2].upper()


class MilestoneEvidence(Evidence):
    """佐证 of a milestone: a permit, a photo of the finished step."""

    project = models.ForeignKey(
        "projects.Project", models.CASCADE, related_name="milestone_evidence", verbose_name="项目"
    )
    milestone = models.ForeignKey(
        Milestone, models.CASCADE, related_name="evidence", verbose_name="节点"
    )

    class Meta(Evidence.Meta):
        verbose_name = "节点佐证"
        verbose_name_plural = "节点佐证"
