"""The form of a version of the matters' rules."""

from typing import Any

from django import forms

from kuancheng.records.forms import VersionedForm
from projects.models import MatterRules, Official
from projects.models.matter_rules import LIMITS


class OfficialsField(forms.ModelMultipleChoiceField):
    """Several officials, each with his post and agency: names alone may be two people's."""

    def label_from_instance(self, obj: Official) -> str:
        """“王某（局长，示例区水务局）”."""
        known = "，".join(each for each in (obj.post, str(obj.agency or "")) if each)
        return f"{obj.name}（{known}）" if known else obj.name


def _officials(label: str, help_text: str) -> OfficialsField:
    return OfficialsField(
        Official.objects.select_related("agency").order_by("order", "name"),
        label=label,
        required=False,
        help_text=f"{help_text}按住 Control 或 Command 可选多人。",
        widget=forms.SelectMultiple({"size": 6}),
    )


class MatterRulesForm(VersionedForm):
    """All limits and rungs of one version."""

    effective_from = forms.DateField(
        label="生效日期",
        input_formats=["%Y-%m-%d"],
        help_text="从这一天起按本版计算，不能早于今天。",
        widget=forms.DateInput({"placeholder": "2024-11-01", "inputmode": "numeric"}, "%Y-%m-%d"),
        error_messages={
            "invalid": "应为存在的日期，形如 2024-11-01。",
            "required": "请填写生效日期。",
        },
    )
    in_charge = _officials("指定的分管领导（1 级）", "不指定时按职务认。")
    leaders = _officials("区主要领导（4 级）", "升到 4 级时通知谁；不指定则没有人。")

    class Meta:
        model = MatterRules
        fields = (
            "effective_from",
            "note",
            *LIMITS,
            "in_charge_posts",
            "in_charge",
            "head_posts",
            "leaders",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
