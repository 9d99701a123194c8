"""佐证 as other systems see it: a list of links beside what it shows."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from rest_framework import serializers
from rest_framework.request import Request

from kuancheng.drf.rows import Code, Label, Moment, Record
from projects.choices import EvidenceKind
from projects.models import Evidence

COLUMNS = ("token", "name", "caption", "kind", "content_type", "size", "uploaded_at")


class EvidenceSerializer(serializers.Serializer[Any]):
    """A photo or a file, with the address where it can be fetched with the same key."""

    about = "一个佐证（照片或文件）"

    id = serializers.UUIDField(help_text="标识")
    name = serializers.CharField(help_text="文件名")
    caption = serializers.CharField(help_text="说明，没有时为空字符串")
    kind = Code(EvidenceKind.choices, help_text="类型")
    kind_label = Label(choices=EvidenceKind.choices, source="kind", help_text="类型（中文）")
    content_type = serializers.CharField(help_text="格式，例如 image/jpeg")
    size = serializers.IntegerField(help_text="大小，字节")
    url = serializers.CharField(help_text="取文件的地址，用同一个密钥")
    uploaded_at = Moment(help_text="上传时间")


def add_evidence(
    records: Sequence[Record], kind: type[Evidence], owner: str, request: Request
) -> None:
    """Puts `evidence` on the rows that it belongs to by `owner`, oldest first. One query."""
    found: dict[int, list[Record]] = defaultdict(list)
    ids = [record["pk"] for record in records]
    rows: Any = kind._default_manager.filter(**{f"{owner}__in": ids})
    moment, label = _field("uploaded_at"), _field("kind_label")
    for row in rows.values(owner, *COLUMNS):
        address = reverse("api-evidence-detail", args=[row["token"]])
        found[row.pop(owner)].append(
            {
                "id": str(row["token"]),
                "name": row["name"],
                "caption": row["caption"],
                "kind": row["kind"],
                "kind_label": label.read(row),
                "content_type": row["content_type"],
                "size": row["size"],
                "url": request.build_absolute_uri(address),
                "uploaded_at": moment.read(row),
            }
        )
    for record in records:
        record["evidence"] = found[record["pk"]]


def _field(name: str) -> Any:
    return EvidenceSerializer().fields[name]
