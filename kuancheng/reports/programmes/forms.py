"""What is filled in to move projects on and off a list, and to mend what was typed wrongly."""

import re
from collections.abc import Iterator
from typing import Any

from django import forms
from django.db.models import Q
from django.http import QueryDict

from kuancheng import clock
from kuancheng.asking.fields import day_field
from kuancheng.records.forms import ActionForm
from projects.choices import JoinReason, LeaveReason
from projects.models import Listing, Programme, Project
from projects.services.lists.listings import CORRECTABLE

OFFERED = 30
"""So many projects are offered to be ticked; any other one is found by its code or name."""

MOST_TYPED = 4_000


def words(label: str, limit: int, help_text: str = "", *, required: bool = False) -> Any:
    """A line of text."""
    return forms.CharField(
        label=label,
        max_length=limit,
        required=required,
        help_text=help_text,
        error_messages={"required": f"请填写{label}。"},
    )


class StepForm(ActionForm):
    """A step on a list; what was shown is told by its revision."""

    @property
    def seen(self) -> int:
        """The revision that was shown; -1, which none is, where the page does not say."""
        shown = self.cleaned_data.get("seen_version")
        return -1 if shown is None else int(shown)

    def lines(self) -> Iterator[tuple[str, str]]:
        """What was filled in, by label, for a preview."""
        for field in self.visible_fields():
            value: Any = self.cleaned_data.get(field.name)
            if isinstance(field.field, forms.MultipleChoiceField) or value in (None, ""):
                continue
            choices: Any = getattr(field.field, "choices", ())
            yield str(field.label), str(dict(choices).get(value, value))


class JoinForm(StepForm):
    """Which projects join, from which day on, why, and by which document."""

    picked = forms.MultipleChoiceField(
        label="项目", required=False, widget=forms.CheckboxSelectMultiple
    )
    others = forms.CharField(
        label="其他项目",
        required=False,
        max_length=MOST_TYPED,
        widget=forms.Textarea({"rows": 2}),
        help_text="每行一个，填编号或全称；一次可以填多个。",
    )
    since = day_field("列入日期", "从这一天起计入清单；可以是以后的日子，最多一年。")
    reason = forms.ChoiceField(label="列入原因", choices=JoinReason.choices)
    document = words("列入文号", 80, "增补必填：文号或会议纪要，例如 宽重点办〔2024〕9号。")
    note = words("列入说明", 200)

    def __init__(self, programme: Programme, seen: int, data: QueryDict | None = None) -> None:
        super().__init__(seen, data)
        self.initial.update(since=f"{clock.today():%Y-%m-%d}", reason=JoinReason.ADDED)
        self.offered = _offered(programme)
        chosen: Any = self.fields["picked"]
        asked = data.getlist("picked") if data is not None else []
        known = Project.objects.filter(code__in=asked[:200])
        shown = {each.code: str(each) for each in (*self.offered, *known)}
        chosen.choices = [(code, f"{code} {name}") for code, name in shown.items()]
        self.projects: list[Project] = []

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        typed = [each.strip() for each in re.split(r"[\n；;]", cleaned.get("others") or "")]
        wanted = [*cleaned.get("picked", ()), *filter(None, typed)]
        found = Project.objects.filter(Q(code__in=wanted) | Q(name__in=wanted)).order_by("code")
        by_name: dict[str, list[Project]] = {}
        for each in found:
            for key in {each.code, each.name}:
                by_name.setdefault(key, []).append(each)
        for each in wanted:
            self._add(each, by_name.get(each, []))
        return cleaned

    def _add(self, said: str, found: list[Project]) -> None:
        if not found:
            self.add_error("others", f"没有编号或名称为“{said}”的项目，请核对。")
        elif len(found) > 1:
            codes = "、".join(each.code for each in found[:5])
            self.add_error("others", f"有多个项目叫“{said}”，请改填编号：{codes}。")
        else:
            self.projects.append(found[0])


def _offered(programme: Programme) -> list[Project]:
    """Projects that are not on the list today or later, the latest first. One query."""
    still = Q(until__isnull=True) | Q(until__gte=clock.today())
    there = Listing.objects.filter(still, programme=programme).values("project")
    return list(Project.objects.exclude(pk__in=there).order_by("-code")[:OFFERED])


class LeaveForm(StepForm):
    """The last day on the list, why, and by which document."""

    until = day_field("最后一天", "在清单上的最后一天，次日起不再计入。")
    leave_reason = forms.ChoiceField(
        label="调出原因",
        choices=[("", "请选择"), *LeaveReason.choices],
        error_messages={"required": "请选择调出原因。"},
    )
    leave_document = words("调出文号", 80, "文号或会议纪要，例如 宽重点办〔2024〕6号。")
    leave_note = words("调出说明", 200, "并入其他项目的，写明并入哪个项目。")

    def __init__(self, seen: int, data: QueryDict | None = None) -> None:
        super().__init__(seen, data)
        self.initial["until"] = f"{clock.today():%Y-%m-%d}"


class WhyForm(StepForm):
    """Why a step is taken back."""

    why = words("原因", 100, "留在变更记录里。", required=True)


class CorrectForm(StepForm):
    """Everything that was said of a stay, to be put right, and why."""

    number = forms.IntegerField(label="序号", required=False, min_value=1, max_value=32_000)
    since = day_field("列入日期")
    reason = forms.ChoiceField(label="列入原因", choices=JoinReason.choices)
    document = words("列入文号", 80)
    note = words("列入说明", 200)
    until = day_field("最后一天", "仍在清单上的留空。", required=False)
    leave_reason = forms.ChoiceField(
        label="调出原因", choices=[("", "—"), *LeaveReason.choices], required=False
    )
    leave_document = words("调出文号", 80)
    leave_note = words("调出说明", 200)
    why = words("更正原因", 100, "例如：日期抄错。留在变更记录里。", required=True)

    def __init__(self, listing: Listing, seen: int, data: QueryDict | None = None) -> None:
        super().__init__(seen, data)
        said = {name: getattr(listing, name) for name in CORRECTABLE}
        days = {name: f"{said[name]:%Y-%m-%d}" for name in ("since", "until") if said[name]}
        self.initial.update(said | days)

    @property
    def values(self) -> dict[str, object]:
        """What the correction says."""
        return {name: self.cleaned_data[name] for name in CORRECTABLE}
