"""What is filled in of a weekly review: its setting, agenda, attendance and decisions."""

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.db.models import Q
from django.http import QueryDict

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.access.roles import REVIEWER
from kuancheng.asking.fields import day_field
from kuancheng.records.forms import ActionForm, ServiceForm, UndoForm, VersionedForm
from projects.choices import AgencyKind, Factor, MatterLevel, Presence
from projects.models import (
    Agency,
    AgendaItem,
    Attendance,
    Decision,
    Matter,
    Official,
    Project,
    ReviewCadence,
    WeeklyReview,
)
from projects.services.matters.twins import RepeatedMatter
from projects.services.reviews.deciding import Said
from projects.services.reviews.preparing import Setting

HOUR_MESSAGES = {"invalid": "应为时间，形如 09:00。", "required": "请填写开始时间，形如 09:00。"}


class OfficialField(forms.ModelChoiceField):
    """An official in office, with his post and agency: names alone may be two people's."""

    def __init__(self, label: str, *, required: bool = True, help_text: str = "") -> None:
        super().__init__(
            Official.objects.none(),
            label=label,
            required=required,
            help_text=help_text,
            empty_label="请选择" if required else "（不定）",
            error_messages={
                "required": f"请选择{label}。",
                "invalid_choice": "没有这位在任的同志，请重新选择。",
            },
        )

    def offer(self) -> None:
        """Those who are in office today."""
        serving = Official.objects.serving(clock.today()).select_related("agency")
        self.queryset = serving.order_by("order", "name", "pk")

    def label_from_instance(self, obj: Official) -> str:
        """“王某（局长，示例区水务局）”."""
        known = "，".join(each for each in (obj.post, str(obj.agency or "")) if each)
        return f"{obj.name}（{known}）" if known else obj.name


def agency_field(label: str, *, required: bool = True) -> forms.ModelChoiceField:
    """An agency of the district."""
    return forms.ModelChoiceField(
        Agency.objects.exclude(kind=AgencyKind.ENTERPRISE).order_by("order", "name"),
        label=label,
        required=required,
        empty_label="请选择",
        error_messages={"invalid_choice": "没有这个单位，请在列表中重新选择。"},
    )


def hour_field() -> forms.TimeField:
    """When a review begins."""
    return forms.TimeField(
        label="开始时间",
        input_formats=["%H:%M"],
        widget=forms.TimeInput({"placeholder": "09:00", "inputmode": "numeric"}, "%H:%M"),
        error_messages=HOUR_MESSAGES,
    )


class SettingForm(ActionForm):
    """Day, time, place and chair of a review that is new or being prepared."""

    day = day_field("日期")
    start = hour_field()
    place = forms.CharField(
        label="地点", max_length=80, error_messages={"required": "请填写地点。"}
    )
    chair = OfficialField("主持人")

    def __init__(self, version: int, setting: Setting, data: QueryDict | None = None) -> None:
        super().__init__(version, data)
        self.fields["chair"].offer()  # type: ignore[attr-defined]
        self.initial.update(
            day=f"{setting.day:%Y-%m-%d}",
            start=f"{setting.start:%H:%M}",
            place=setting.place,
            chair=setting.chair.pk if setting.chair else None,
        )

    def setting(self) -> Setting:
        """What was filled in."""
        said = self.cleaned_data
        return Setting(said["day"], said["start"], said["place"], said["chair"])


class CancelForm(UndoForm):
    """Why a review is called off."""

    verb = "取消"

    def __init__(self, version: int, data: QueryDict | None = None) -> None:
        super().__init__(version, data)
        self.fields["reason"].label = "取消原因"


class ChairForm(ActionForm):
    """Who takes the chair instead."""

    chair = OfficialField("主持人", help_text="改后按出席计；原主持人可以再标为请假。")

    def __init__(self, review: WeeklyReview, data: QueryDict | None = None) -> None:
        super().__init__(review.version, data)
        self.fields["chair"].offer()  # type: ignore[attr-defined]
        self.initial["chair"] = review.chair_id


class ItemForm(ServiceForm):
    """An item that is added by hand: of a project, or a thing that has none."""

    project = forms.CharField(
        label="项目",
        max_length=120,
        required=False,
        widget=forms.TextInput({"placeholder": "编号或全称", "list": "review-projects"}),
    )
    title = forms.CharField(
        label="或其他议题", max_length=120, required=False, help_text="没有项目的议题写在这里。"
    )
    reason = forms.CharField(label="列入原因", max_length=120, required=False)
    minutes = forms.IntegerField(
        label="时间（分钟）",
        required=False,
        min_value=1,
        max_value=120,
        help_text="不填按安排的每项时间。",
        error_messages={
            "invalid": "应为整数分钟。",
            "min_value": "至少 1 分钟。",
            "max_value": "一项最多 120 分钟。",
        },
    )

    def clean_project(self) -> Project | None:
        """The project by its code or whole name."""
        typed = (self.cleaned_data["project"] or "").strip()
        if not typed:
            return None
        found = list(Project.objects.filter(Q(code=typed) | Q(name=typed)).order_by("code")[:2])
        if not found:
            raise forms.ValidationError(f"没有编号或名称为“{typed}”的项目，请核对。")
        if len(found) > 1:
            raise forms.ValidationError(f"有多个项目叫“{typed}”，请改填编号。")
        return found[0]


class MarkForm(ActionForm):
    """How somebody attends."""

    verb = "保存"
    presence = forms.ChoiceField(label="出席情况", choices=Presence.choices)
    reason = forms.CharField(label="请假原因", max_length=100, required=False)
    substitute = forms.CharField(label="代会人", max_length=40, required=False)

    def __init__(self, seat: Attendance, data: QueryDict | None = None) -> None:
        super().__init__(seat.version, data)
        names = ("presence", "reason", "substitute")
        self.initial.update({name: getattr(seat, name) for name in names})
        if seat.official_id is None:
            self.fields["name"] = forms.CharField(
                label="列席人姓名", max_length=40, required=False, initial=seat.name
            )


class SeatForm(ServiceForm):
    """Somebody who is added to the list."""

    official = OfficialField("干部", required=False)
    agency = agency_field("或单位", required=False)
    name = forms.CharField(label="姓名", max_length=40, required=False)
    presence = forms.ChoiceField(
        label="出席情况",
        choices=[each for each in Presence.choices if each[0] != Presence.EXCUSED],
        initial=Presence.SITTING_IN,
    )

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data)
        self.fields["official"].offer()  # type: ignore[attr-defined]


class DecisionForm(ActionForm):
    """A decision: what, whose, by when; who verifies it, and why it is another thing.

    `token` names it once for all: sent again it is the same decision.
    """

    verb = "保存"
    token = forms.UUIDField(widget=forms.HiddenInput, required=False)
    text = forms.CharField(
        label="议定事项", required=False, widget=forms.Textarea({"rows": 3, "maxlength": 4000})
    )
    agency = agency_field("责任单位", required=False)
    due = day_field("办结时限", "定稿交办时逢非工作日顺延。", required=False)
    person = OfficialField("责任人", required=False, help_text="可不定；须是责任单位的人。")
    level = forms.TypedChoiceField(
        label="级别", coerce=int, choices=MatterLevel.choices, initial=MatterLevel.IN_CHARGE
    )
    factor = forms.ChoiceField(label="要素", choices=Factor.choices, initial=Factor.OTHER)
    verifier = forms.ModelChoiceField(
        User.objects.none(),
        label="核查人",
        required=False,
        empty_label="（由系统按记录人定）",
        error_messages={"invalid_choice": "没有这位可以核查的人，请重新选择。"},
    )
    separate_reason = forms.CharField(
        label="确属另一件事的理由",
        required=False,
        max_length=200,
        help_text="一事一单：与在办的是同一件事的，请去办理那一件；确属另一件事才填。",
    )

    def __init__(
        self,
        item: AgendaItem,
        decision: Decision | None = None,
        data: QueryDict | None = None,
    ) -> None:
        super().__init__(decision.version if decision else 0, data)
        self.twins: list[Matter] = []
        self.fields["person"].offer()  # type: ignore[attr-defined]
        verifiers = User.objects.filter(is_active=True, groups__name=REVIEWER)
        self.fields["verifier"].queryset = verifiers.order_by("full_name")  # type: ignore[attr-defined]
        project = item.project
        self.initial["token"] = uuid4()
        self.initial["agency"] = project.lead_agency_id if project else None
        if decision is not None:
            names = ("text", "agency", "person", "level", "factor", "verifier")
            said = {name: decision.serializable_value(name) for name in names}
            self.initial.update(said)
            self.initial["due"] = f"{decision.due:%Y-%m-%d}"
            self.initial["separate_reason"] = decision.matter.separate_reason

    @property
    def named(self) -> UUID:
        """The client's name for it; a page that was cut short gets one of its own."""
        found: UUID | None = self.cleaned_data.get("token")
        return found or uuid4()

    def said(self) -> Said:
        """What was filled in."""
        said = self.cleaned_data
        return Said(
            text=said["text"],
            agency=said["agency"],
            due=said["due"],
            person=said["person"],
            verifier=said["verifier"],
            level=said["level"],
            factor=said["factor"],
            separate_reason=said["separate_reason"],
        )

    def object_to(self, error: Exception) -> None:
        """Shows what the service said; of a repeated matter, which are like it."""
        if isinstance(error, RepeatedMatter):
            self.twins = error.twins
        super().object_to(error)


class WithdrawForm(UndoForm):
    """Why a decision is taken back."""

    verb = "撤回"

    def __init__(self, version: int, data: QueryDict | None = None) -> None:
        super().__init__(version, data)
        self.fields["reason"].label = "撤回原因"


class CadenceForm(VersionedForm):
    """When and where reviews are held from a day on."""

    effective_from = day_field("生效日期", "从这一天起按本版安排，不能早于今天。")
    start = hour_field()
    chair: Any = OfficialField("默认主持人", required=False)

    class Meta:
        model = ReviewCadence
        fields = (
            "effective_from", "weekday", "start", "place", "chair", "item_minutes", "note",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.fields["chair"].offer()  # type: ignore[attr-defined]
