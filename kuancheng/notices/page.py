"""What the pages of the inbox and of its settings show."""

from typing import Any

from django import forms

from kuancheng.access.models import User
from kuancheng.asking.filters import NumberFilter, OneOfFilter
from kuancheng.asking.paging import page_of
from kuancheng.asking.parameters import Parameters
from kuancheng.notices import kinds
from kuancheng.notices.choices import Mode
from kuancheng.notices.kinds import NoticeKind
from kuancheng.notices.models import Notice
from kuancheng.notices.rules.timing import DIGEST_AT, QuietSpan
from kuancheng.notices.services.preferences import modes_of, quiet_of

PER_PAGE = 30

STATES = [("unread", "未读"), ("all", "全部")]


class InboxParameters(Parameters):
    """Which of the reader's notices, and which page of them."""

    no_past = "通知只有现在的，不能问过去某一天。"

    state = OneOfFilter(choices=STATES, label="未读或全部，默认全部")
    kind = OneOfFilter(choices=kinds.labels, label="通知类别")
    page = NumberFilter(minimum=1, label="页码，从 1 起")


def inbox(reader: User, asked: InboxParameters) -> dict[str, Any]:
    """The template's context. Three queries."""
    said = asked.form.cleaned_data
    own = Notice.objects.visible_to(reader)
    found = own.unread() if said["state"] == "unread" else own
    if said["kind"]:
        found = found.filter(kind=said["kind"])
    page = page_of(found, said["page"], PER_PAGE)
    newest = own.order_by("-pk").values_list("pk", flat=True).first()
    return {
        "page": page,
        "unit": "页",
        "state": said["state"] or "all",
        "states": STATES,
        "kind": said["kind"],
        "kinds": kinds.by_group(kinds.kinds_for(reader)),
        "newest": newest or 0,
    }


class SettingsForm(forms.Form):
    """How one person wants to be told: a choice a kind, and the quiet hours."""

    quiet_since = forms.TimeField(
        label="起",
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": "请填写时间，例如 22:00。"},
    )
    quiet_until = forms.TimeField(
        label="止",
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": "请填写时间，例如 07:30。"},
    )

    def __init__(self, person: User, data: Any = None) -> None:
        modes, quiet = modes_of(person), quiet_of(person)
        self.kinds = kinds.kinds_for(person)
        start = {"quiet_since": quiet and quiet.since, "quiet_until": quiet and quiet.until}
        super().__init__(data, initial=start)
        for kind in self.kinds:
            self.fields[kind.code] = _choice(kind, modes[kind.code])

    @property
    def choices(self) -> list[forms.BoundField]:
        """The fields of the kinds, in their order."""
        return [self[kind.code] for kind in self.kinds]

    @property
    def groups(self) -> dict[str, list[forms.BoundField]]:
        """The same, under their headings."""
        groups = kinds.by_group(self.kinds)
        return {name: [self[kind.code] for kind in found] for name, found in groups.items()}

    @property
    def quiet_fields(self) -> list[forms.BoundField]:
        """Beginning and end of the quiet hours."""
        return [self["quiet_since"], self["quiet_until"]]

    @property
    def modes(self) -> dict[str, Mode]:
        """What was chosen, by the kind's code."""
        return {kind.code: Mode(self.cleaned_data[kind.code]) for kind in self.kinds}

    @property
    def quiet(self) -> QuietSpan | None:
        """The quiet hours; None without."""
        since, until = self.cleaned_data["quiet_since"], self.cleaned_data["quiet_until"]
        return QuietSpan(since, until) if since is not None else None

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if {"quiet_since", "quiet_until"} & self.errors.keys():
            return cleaned
        since, until = self.cleaned_data["quiet_since"], self.cleaned_data["quiet_until"]
        if (since is None) != (until is None):
            missing = "quiet_since" if since is None else "quiet_until"
            self.add_error(missing, "免打扰的起止时间要么都填，要么都不填。")
        elif since is not None and since == until:
            self.add_error("quiet_until", "免打扰的起止时间不能相同。")
        return cleaned


def _choice(kind: NoticeKind, mode: Mode) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=kind.label,
        choices=[(each.value, each.label) for each in kind.modes],
        initial=mode,
        error_messages={
            "required": "请选择一种方式。",
            "invalid_choice": "没有这种方式，请重新选择。",
        },
    )


def settings_page(person: User, form: SettingsForm) -> dict[str, Any]:
    """The template's context."""
    return {"form": form, "address": person.email, "digest_at": DIGEST_AT}
