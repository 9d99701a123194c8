"""Optimistic locking in forms: the second of two authors is told, and keeps what he typed."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from kuancheng.records.admin import RefusableForm
from projects.services import Change

TOLD_CHANGES = 12
"""So many changes are listed to whoever saves over them; the rest is counted."""


class VersionedForm(RefusableForm):
    """Knows the version that its author saw, and objects when the record has moved on since.

    The objection says who changed what, and moves the hidden version to the newest: whoever
    saves a second time does so knowingly.
    """

    seen_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["seen_version"] = self.instance.version

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.instance.pk and "seen_version" not in self.errors:
            seen = self.cleaned_data.get("seen_version")
            if seen is None:
                self.add_error(None, "页面不完整，没有保存。请重新打开这条记录再改。")
            elif seen != self.instance.version:
                posted: Any = self.data
                newest = posted.copy()
                newest[self.add_prefix("seen_version")] = str(self.instance.version)
                self.data = newest
                self.add_error(None, stale_message(self.changes_since(seen)))
        return cleaned

    def changes_since(self, version: int) -> Sequence[Change]:
        """What others did after that version, newest first."""
        raise NotImplementedError


def stale_message(changes: Sequence[Change]) -> ValidationError:
    """Tells the second of two authors what the first did, a line a change."""
    lines = [
        "没有保存：您打开之后，其他人已经保存过这条记录。您填写的内容都还在下面，"
        "请核对；再次点保存，就以您的内容覆盖。其他人的修改："
    ]
    lines += [_line(change) for change in changes[:TOLD_CHANGES]]
    if len(changes) > TOLD_CHANGES:
        lines.append(f"另有 {len(changes) - TOLD_CHANGES} 处，见“历史”。")
    return ValidationError([ValidationError(line, code="stale") for line in lines])


def _line(change: Change) -> str:
    return f"{timezone.localtime(change.when):%m-%d %H:%M} {change.who}：{change}"
