"""Forms of what is recorded beside the facts: additions, exemptions, objections and their answers."""

from typing import Any

from django import forms
from django.http import QueryDict

from kuancheng.asking.fields import MonthField
from kuancheng.records.forms import ActionForm, FormData, ServiceForm
from kuancheng.reports.judging.league.table import Line
from kuancheng.reports.models import LeagueEntry, LeagueGroup, LeagueObjection

LONGEST = 400
EXEMPTION = ("", "免列黑榜")


def _text(label: str, help_text: str, longest: int = LONGEST) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=longest,
        help_text=help_text,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": f"请填写{label}。"},
    )


class EntryForm(ServiceForm):
    """One time of an item, or an exemption."""

    month = MonthField(label="月份", error_messages={"required": "请填写月份，例如 2024-09。"})
    entrant = forms.ChoiceField(label="对象", error_messages={"required": "请选择对象。"})
    item = forms.ChoiceField(label="加减分项", required=False)
    reason = _text("事由", "发生了什么，为什么加、扣或免列。")
    document = forms.CharField(
        label="依据",
        max_length=200,
        help_text="文号、通报、现场检查记录等，能查得到的。",
        error_messages={"required": "请填写依据：没有依据的不加不减。"},
    )

    def __init__(
        self,
        entrants: dict[str, str],
        items: list[str],
        data: FormData = None,
        *,
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=initial)
        fields: Any = self.fields
        fields["entrant"].choices = [("", "请选择"), *entrants.items()]
        fields["item"].choices = [*((name, name) for name in items), EXEMPTION]

    def entry(self, group: LeagueGroup) -> LeagueEntry:
        """What was filled in, not saved."""
        said = self.cleaned_data
        return LeagueEntry(
            group=group,
            month=said["month"],
            entrant=said["entrant"],
            item=said["item"],
            reason=said["reason"].strip(),
            document=said["document"].strip(),
        )


class VoidForm(ActionForm):
    """Why an entry is taken back; nothing for confirming it."""

    void_reason = forms.CharField(label="撤销原因", max_length=200, required=False)


class SeenForm(ActionForm):
    """A press of a button, on what was shown."""


class ObjectionForm(ServiceForm):
    """What is wrong with which figure."""

    measure = forms.ChoiceField(label="对哪项", required=False)
    text = _text("异议内容", "哪个数不对，应该是多少，依据什么。")

    def __init__(self, line: Line, data: QueryDict | None = None) -> None:
        super().__init__(data)
        measures: Any = self.fields["measure"]
        measures.choices = [
            ("", "总分、加减分或名次"),
            *((each.measure, each.label) for each in line.cells),
        ]

    def objection(self, publication: Any, entrant: str) -> LeagueObjection:
        """What was filled in, not saved."""
        said = self.cleaned_data
        return LeagueObjection(
            publication=publication,
            entrant=entrant,
            measure=said["measure"],
            text=said["text"].strip(),
        )


class AnswerForm(ActionForm):
    """What is answered to an objection."""

    answer = _text("答复", "成立的写明怎样更正，不成立的写明依据。")
