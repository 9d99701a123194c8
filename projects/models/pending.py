"""暂存的佐证: files that were chosen on a form which was not saved, until it is."""

import base64
import uuid

from django.conf import settings
from django.db import models

from projects.choices import EvidenceKind
from projects.models.evidence import evidence_storage


def pending_name(record: "PendingUpload", filename: str) -> str:
    """A random name, apart from what is on record."""
    return f"pending/{record.token.hex}"


class PendingUpload(models.Model):
    """A file as it would be stored, waiting for the next save of the form that it was chosen on.

    `place` names the record, or a form for a new one; only its `owner` ever sees it. `thumb` is a
    small JPEG of a picture. Not on record: no history, no rights of its own.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="上传人"
    )
    place = models.CharField("所在表单", max_length=120)
    token = models.UUIDField("标识", default=uuid.uuid4, unique=True)
    file = models.FileField("文件", storage=evidence_storage, upload_to=pending_name, max_length=80)
    name = models.CharField("文件名", max_length=160)
    kind = models.CharField("类型", max_length=10, choices=EvidenceKind)
    content_type = models.CharField("格式", max_length=80)
    size = models.PositiveIntegerField("大小（字节）")
    digest = models.CharField("摘要", max_length=64)
    thumb = models.BinaryField("缩略图", blank=True)
    uploaded_at = models.DateTimeField("上传时间", db_index=True)

    class Meta:
        verbose_name = "暂存的佐证"
        verbose_name_plural = "暂存的佐证"
        ordering = ["pk"]
        default_permissions = ()
        indexes = [models.Index(fields=["owner", "place"], name="pending_upload_place")]

    def __str__(self) -> str:
        return self.name

    @property
    def picture(self) -> str:
        """The small picture as an address of its own; empty for a document."""
        if not self.thumb:
            return ""
        return f"data:image/jpeg;base64,{base64.b64encode(bytes(self.thumb)).decode()}"
