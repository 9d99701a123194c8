"""The screens on which a matter is raised, and its steps are taken."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from kuancheng.access.models import User
from kuancheng.access.roles import REVIEWER
from kuancheng.records.forms import FormFiles, VersionedForm, by_field
from projects.admin.evidence import EvidenceField
from projects.choices import AgencyKind, MatterLevel, Outcome
from projects.models import Agency, Matter, Milestone, Project
from projects.rules.matters.steps import STEP_NAMES, WAYS, Step
from projects.services.matters.turn import Given

ASKS: dict[Step, tuple[str, ...]] = {
    Step.ISSUE: ("due", "level"),
    Step.SIGN: (),
    Step.OBJECT: ("text", "agency"),
    Step.UPHOLD: ("text",),
    Step.REASSIGN: ("agency", "due", "text"),
    Step.NOTE: ("text", "evidence", "caption"),
    Step.REMIND: ("text",),
    Step.ANSWER: ("outcome", "text", "evidence", "caption"),
    Step.CLOSE: ("text",),
    Step.RETURN: ("text", "due"),
    Step.ASK_EXTENSION: ("due", "text"),
    Step.EXTEND: (),
    Step.REFUSE_EXTENSION: ("text",),
    Step.ASK_PAUSE: ("first", "last", "text", "evidence", "caption"),
    Step.PAUSE: (),
    Step.REFUSE_PAUSE: ("text",),
    Step.RESUME: ("text",),
    Step.SET_LEVEL: ("level", "text"),
    Step.REOPEN: ("due", "text"),
    Step.VOID: ("text",),
    Step.MERGE: ("survivor", "text"),
}
"""What each step's screen asks for."""

WORDS = {
    Step.NOTE: "进展",
    Step.REMIND: "催办内容",
    Step.ANSWER: "办理情况",
    Step.CLOSE: "核查意见",
    Step.RETURN: "退回理由",
}
HELP = {
    Step.RETURN: "不填时限则原时限不变。",
    Step.ASK_EXTENSION: "须在到期前至少 1 个工作日申请；第一次由督查办公室审批，第二次由包保领导审批，最多两次。",
    Step.ASK_PAUSE: "须附佐证；起日最多在 3 个工作日以前。恢复办理后，时限顺延暂停的工作日。",
    Step.OBJECT: "须在交办后 1 个工作日内提出；维持交办的决定为最终决定。",
    Step.MERGE: "两件事项的办理记录都保留，并入的一件不再单独办理。",
}


class DayInput(forms.DateField):
    """A day in ISO form, as everywhere on the pages."""

    def __init__(self, label: str, *, required: bool = True) -> None:
        super().__init__(
            label=label,
            required=required,
            input_formats=["%Y-%m-%d"],
            widget=forms.DateInput(
                {"placeholder": "2024-10-25", "inputmode": "numeric"}, "%Y-%m-%d"
            ),
            error_messages={
                "invalid": "应为存在的日期，形如 2024-10-25。",
                "required": "请填写日期。",
            },
        )


def _fields(step: Step, matter: Matter) -> dict[str, forms.Field]:
    agencies = Agency.objects.exclude(kind=AgencyKind.ENTERPRISE)
    twins = Matter.objects.open().filter(project=matter.project_id).exclude(pk=matter.pk)
    return {
        "due": DayInput("办结时限", required=step != Step.RETURN),
        "first": DayInput("暂停起"),
        "last": DayInput("暂停止（还不知道可不填）", required=False),
        "level": forms.TypedChoiceField(label="级别", coerce=int, choices=MatterLevel.choices),
        "agency": forms.ModelChoiceField(
            agencies,
            label="应由哪个单位办理" if step == Step.OBJECT else "改派给",
            required=step != Step.OBJECT,
            empty_label="请选择",
        ),
        "outcome": forms.ChoiceField(label="办理结果", choices=[("", "请选择"), *Outcome.choices]),
        "survivor": forms.ModelChoiceField(twins, label="并入哪一件", empty_label="请选择"),
        "text": forms.CharField(
            label=WORDS.get(step, "理由"),
            required=WAYS[step].text,
            strip=True,
            widget=forms.Textarea({"rows": 4}),
        ),
        "evidence": EvidenceField(),
        "caption": forms.CharField(label="佐证说明", required=False, max_length=100),
    }


class StepForm(forms.Form):
    """One step of one matter: only what it asks for, and the version that was shown."""

    seen_version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        matter: Matter,
        step: Step,
        data: QueryDict | None = None,
        files: FormFiles = None,
    ) -> None:
        super().__init__(data, files, label_suffix="")
        self.matter, self.step = matter, step
        known = _fields(step, matter)
        for name in ASKS[step]:
            self.fields[name] = known[name]
        self.initial = {"seen_version": matter.version, "level": matter.level}

    @property
    def help(self) -> str:
        """What people should know before they take it."""
        return HELP.get(self.step, "")

    @property
    def title(self) -> str:
        """The step in words."""
        return STEP_NAMES[self.step]

    @property
    def seen(self) -> int:
        """The version that was shown; 0, which is no version, when the page was cut short."""
        return self.cleaned_data.get("seen_version") or 0

    def given(self) -> Given:
        """What was filled in."""
        said = self.cleaned_data
        return Given(
            text=said.get("text") or "",
            outcome=said.get("outcome") or "",
            due=said.get("due"),
            first=said.get("first"),
            last=said.get("last"),
            level=said.get("level"),
            agency=said.get("agency"),
            survivor=said.get("survivor"),
            files=said.get("evidence") or (),
            caption=said.get("caption") or "",
        )

    def refuse(self, error: ValidationError) -> None:
        """Shows what the service said against it, beside the field it is about."""
        for field, errors in by_field(error, self.fields).items():
            self.add_error(field, errors)

    def renew(self, version: int) -> None:
        """The next attempt is made knowing what has happened."""
        posted = QueryDict(mutable=True)
        posted.update(self.data)
        posted["seen_version"] = str(version)
        self.data = posted


class MatterForm(VersionedForm):
    """What a matter is about, before it is issued."""

    counted = True
    project = forms.ModelChoiceField(
        Project.objects.none(),
        label="项目编号",
        required=False,
        to_field_name="code",
        widget=forms.TextInput({"placeholder": "KC-0001"}),
        help_text="从项目页点“提出事项”会自动填好；助企诉求可以没有项目。",
        error_messages={"invalid_choice": "没有这个编号的项目，或不由您负责：%(value)s。"},
    )

    class Meta:
        model = Matter
        fields = (
            "project",
            "enterprise",
            "title",
            "kind",
            "factor",
            "source",
            "text",
            "expected",
            "milestone",
            "lead_agency",
            "supporters",
            "verifier",
        )
        widgets = {
            "text": forms.Textarea({"rows": 4}),
            "expected": forms.Textarea({"rows": 2}),
        }

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.ModelChoiceField):
                field.empty_label = "（未定）"
        own = Project.objects.editable_by(user)
        self.fields["project"].queryset = own  # type: ignore[attr-defined]
        if self.instance.project:
            self.initial["project"] = self.instance.project.code
        self.fields["enterprise"].queryset = Agency.objects.filter(kind=AgencyKind.ENTERPRISE)  # type: ignore[attr-defined]
        steps = Milestone.objects.filter(actual_finish=None)
        steps = steps.filter(project__in=own, project__code=self["project"].value() or "")
        self.fields["milestone"].queryset = steps.order_by("order")  # type: ignore[attr-defined]
        self.fields["lead_agency"].queryset = Agency.objects.exclude(kind=AgencyKind.ENTERPRISE)  # type: ignore[attr-defined]
        self.fields["supporters"].queryset = Agency.objects.exclude(kind=AgencyKind.ENTERPRISE)  # type: ignore[attr-defined]
        verifiers = User.objects.filter(is_active=True, groups__name=REVIEWER)
        self.fields["verifier"].queryset = verifiers.order_by("full_name")  # type: ignore[attr-defined]
