"""What is typed at a meeting: a decision, what became of an item, and who attends."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from kuancheng.access.models import User
from kuancheng.access.rights import holders
from kuancheng.asking.fields import DIGITS, day_field
from kuancheng.records.forms import ActionForm, ServiceForm
from kuancheng.reports.rules.due_picks import DuePick
from projects.choices import AgencyKind, Factor, ItemOutcome, MatterLevel, Presence
from projects.models import Agency, AgendaItem, Attendance
from projects.models.matter import LONGEST
from projects.services.matters.parts import OVERSEE_MATTERS
from projects.services.reviews.deciding import Said

MOST_AGENCIES = 300
"""So many names of agencies are offered while one types."""

UNCHANGED = "unchanged"
"""The outcome that a note alone leaves as it is."""


def offered_agencies() -> list[str]:
    """The names that are offered for a decision: no enterprises. One query."""
    found = Agency.objects.exclude(kind=AgencyKind.ENTERPRISE).order_by("order", "name")
    return list(found.values_list("name", flat=True)[:MOST_AGENCIES])


class AgencyByName(forms.CharField):
    """An agency by its name, as it is offered while one types."""

    def clean(self, value: Any) -> Agency | None:
        name = super().clean(value)
        if not name:
            return None
        found: Agency | None = Agency.objects.filter(name=name).first()
        if found is None:
            raise ValidationError(f"没有叫“{name}”的单位，请从列出的单位里选，或先在后台登记。")
        return found


class DecisionForm(ServiceForm):
    """A decision on an item; what the clerk leaves out under 更多 the service fills in.

    `sender` is the account whose page it was typed on, `token` the page's own name for it.
    """

    item = forms.IntegerField(widget=forms.HiddenInput)
    sender = forms.IntegerField(widget=forms.HiddenInput)
    token = forms.UUIDField(widget=forms.HiddenInput)
    text = forms.CharField(
        label="议定事项",
        max_length=LONGEST,
        error_messages={"required": "请写明议定的事项。"},
        widget=forms.Textarea({"rows": 2}),
    )
    agency = AgencyByName(
        label="责任单位",
        max_length=80,
        error_messages={"required": "请填写责任单位：议定事项须有一个单位负责。"},
        widget=forms.TextInput({"list": "agencies", "autocomplete": "off"}),
    )
    pick = forms.DateField(required=False, input_formats=["%Y-%m-%d"], widget=forms.RadioSelect)
    due = day_field("办结时限", required=False)
    factor = forms.ChoiceField(label="要素", choices=Factor.choices, required=False)
    level = forms.TypedChoiceField(
        label="级别", coerce=int, choices=MatterLevel.choices, required=False, empty_value=None
    )
    verifier = forms.ModelChoiceField(
        User.objects.none(), label="核查人", required=False, empty_label="记录人"
    )
    separate_reason = forms.CharField(
        label="确属另一件事的理由",
        required=False,
        max_length=200,
        help_text="一事一单：同一项目、要素、单位已有在办的事项时填写。",
    )

    def __init__(
        self,
        picks: Sequence[DuePick],
        data: QueryDict | None = None,
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=initial)
        self.picks = picks
        self.fields["verifier"].queryset = holders(OVERSEE_MATTERS)  # type: ignore[attr-defined]
        for name in ("text", "agency"):
            required = self.fields[name].error_messages["required"]
            self.fields[name].widget.attrs["data-needed"] = required
        self.fields["due"].widget.attrs["data-needed"] = NEEDS_A_DAY
        for field in self.fields.values():
            field.widget.is_required = False

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        picked, typed = said.get("pick"), said.get("due")
        if picked and typed and picked != typed:
            self.add_error("due", f"选了 {picked} 又填了 {typed}，请只留一个。")
        elif "due" not in self.errors and not (picked or typed):
            self.add_error("due", NEEDS_A_DAY)
        return said

    def said(self) -> Said:
        """What is decided, as the service takes it."""
        given = self.cleaned_data
        day: date | None = given["due"] or given["pick"]
        return Said(
            text=given["text"],
            agency=given["agency"],
            due=day,
            verifier=given["verifier"],
            level=given["level"] or MatterLevel.IN_CHARGE,
            factor=given["factor"] or Factor.OTHER,
            separate_reason=given["separate_reason"],
        )


NEEDS_A_DAY = "请填写办结时限：议定事项须有一个日子。"


class MarkForm(ActionForm):
    """What became of an item, and the clerk's words; a note alone leaves the outcome."""

    item = forms.IntegerField(widget=forms.HiddenInput)
    sender = forms.IntegerField(widget=forms.HiddenInput)
    outcome = forms.ChoiceField(
        choices=[("", "未议"), *ItemOutcome.choices, (UNCHANGED, "不变")], required=False
    )
    note = forms.CharField(
        label="记录",
        max_length=500,
        required=False,
        widget=forms.Textarea({"rows": 1}),
    )
    verb = "保存"

    def __init__(self, item: AgendaItem, reader: int, data: QueryDict | None = None) -> None:
        super().__init__(item.version, data)
        self.initial.update({"item": item.pk, "sender": reader, "note": item.note})

    def outcome_of(self, item: AgendaItem) -> str:
        """The outcome that is meant."""
        said: str = self.cleaned_data["outcome"]
        return item.outcome if said == UNCHANGED else said


class StepForm(ActionForm):
    """Beginning or ending the meeting."""


class SeatForm(ActionForm):
    """How one of the list attends: a row of the drawer."""

    presence = forms.ChoiceField(label="出席情况", choices=Presence.choices)
    reason = forms.CharField(label="请假原因", max_length=100, required=False)
    substitute = forms.CharField(label="代会人", max_length=40, required=False)
    name = forms.CharField(label="姓名", max_length=40, required=False)
    verb = "保存"

    def __init__(self, seat: Attendance, data: QueryDict | None = None) -> None:
        super().__init__(seat.version, data)
        self.seat, self.prefix = seat, f"seat-{seat.pk}"
        for name in ("presence", "reason", "substitute", "name"):
            self.initial[name] = getattr(seat, name)

    @property
    def differs(self) -> bool:
        """Whether the row says anything new."""
        return any(name != "seen_version" for name in self.changed_data)


def seat_forms(seats: Iterable[Attendance], data: QueryDict | None = None) -> list[SeatForm]:
    """A row for everybody on the list."""
    return [SeatForm(each, data) for each in seats]


def item_in(data: QueryDict) -> int:
    """The item that a form was about, by its key; 0 for none."""
    text = data.get("item", "")
    return min(int(text), 2**63 - 1) if DIGITS.fullmatch(text) else 0
