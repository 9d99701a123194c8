"""Forms of a bulletin: its heads, a paragraph, a step, a lack let pass, a correction."""

from typing import Any

from django import forms

from kuancheng.asking.fields import MonthField
from kuancheng.records.forms import ActionForm, FormData, ServiceForm
from kuancheng.reports.models import Bulletin, Erratum
from kuancheng.reports.rules.bulletin.figures import Snapshot
from kuancheng.reports.services.bulletin.drafting import HEADS

LONGEST_TEXT = 4000


def _text(label: str, longest: int, rows: int = 2) -> forms.CharField:
    """Words that the service asks for: it says itself where they are missing."""
    return forms.CharField(
        label=label,
        max_length=longest,
        required=False,
        widget=forms.Textarea({"rows": rows, "maxlength": longest}),
    )


class DraftForm(ServiceForm):
    """The month that is drafted."""

    month = MonthField(label="月份", error_messages={"required": "请填写月份，例如 2024-09。"})


class HeadsForm(ActionForm):
    """What stands over and under the text."""

    verb = "保存"

    def __init__(self, bulletin: Bulletin, data: FormData = None) -> None:
        super().__init__(bulletin.version, data)
        made = forms.models.fields_for_model(Bulletin, HEADS)
        self.fields.update(made)
        self.initial.update({name: getattr(bulletin, name) for name in HEADS})

    def filled(self, bulletin: Bulletin) -> Bulletin:
        """The bulletin with the heads that were filled in, not saved."""
        for name in HEADS:
            setattr(bulletin, name, self.cleaned_data[name])
        return bulletin


class StepForm(ActionForm):
    """A press of a button, on what was shown."""


class NoteForm(ActionForm):
    """What is to be changed."""

    verb = "退回"
    note = _text("退回意见", 400)


class IssueForm(ActionForm):
    """The number, where it is not the next one."""

    verb = "发布"
    number = forms.IntegerField(
        label="发文序号",
        required=False,
        min_value=1,
        help_text="不填为本年的下一号；本年第一期可以另定起始号。",
        error_messages={"invalid": "请填整数，例如 12。", "min_value": "发文序号从 1 起。"},
    )


class TextForm(ActionForm):
    """A paragraph's text, its figures as tokens."""

    verb = "保存"
    text = _text("文字", LONGEST_TEXT, 5)


class NumbersForm(ActionForm):
    """The numbers typed by hand that were ticked."""

    verb = "确认"

    @property
    def numbers(self) -> list[str]:
        """Those ticked, as they stand in the text."""
        posted: Any = self.data
        found: list[str] = posted.getlist("typed")
        return found


class OwnForm(ServiceForm):
    """A paragraph of one's own."""

    text = _text("内容", LONGEST_TEXT, 3)


class LackForm(ActionForm):
    """Why a soft lack may pass."""

    verb = "确认"
    reason = _text("理由", 200)


class ErratumForm(ServiceForm):
    """Which issued figure was wrong, and what it is."""

    figure = forms.ChoiceField(
        label="哪个数",
        error_messages={
            "required": "请选择哪个数有误。",
            "invalid_choice": "这一期没有这个数据，请从清单里选。",
        },
    )
    new = forms.CharField(
        label="更正为",
        max_length=200,
        help_text="连同单位，例如 12.34亿元。",
        error_messages={"required": "请填写更正为多少，连同单位。"},
    )
    reason = _text("原因", 400)

    def __init__(self, snapshot: Snapshot, data: FormData = None) -> None:
        super().__init__(data)
        figures: Any = self.fields["figure"]
        figures.choices = [
            ("", "请选择"),
            *(
                (each.key, f"{each.label}：{each.printed}{each.unit}")
                for each in snapshot.figures.values()
                if each.is_known
            ),
        ]

    def erratum(self, bulletin: Bulletin) -> Erratum:
        """What was filled in, not saved."""
        said = self.cleaned_data
        return Erratum(
            bulletin=bulletin,
            figure=said["figure"],
            new=said["new"].strip(),
            reason=said["reason"].strip(),
        )


class DecideForm(ActionForm):
    """Why a correction is not made; nothing for approving it."""

    reason = _text("不同意的理由", 400)
