"""The screens on which a matter is raised, and its steps are taken."""

from typing import Any

from django import forms
from django.http import QueryDict

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.access.roles import REVIEWER
from kuancheng.records.forms import ActionForm, FormFiles, VersionedForm
from projects.admin.evidence import EvidenceField
from projects.choices import AgencyKind, MatterKind, MatterLevel, Outcome
from projects.limits import limits_on
from projects.models import Agency, Matter, Milestone, Project
from projects.querysets import MatterQuerySet
from projects.rules.matters.clock import Limits
from projects.rules.matters.steps import OPEN, STEP_NAMES, WAYS, Step
from projects.services.matters.turn import Given
from projects.services.matters.twins import SHOWN, RepeatedMatter, like_it

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
    Step.APPEAL: ("text", "evidence", "caption"),
    Step.DENY_APPEAL: ("text", "evidence", "caption"),
    Step.GRANT_APPEAL: ("text", "due", "evidence", "caption"),
    Step.VOID: ("text",),
    Step.MERGE: ("survivor", "text"),
}
"""What each step's screen asks for."""

CALL = ("called_on", "called", "satisfied")
"""The 回访, asked for besides when an enterprise asked: before closing, and where it led to a return."""

WORDS = {
    Step.NOTE: "进展",
    Step.REMIND: "催办意见",
    Step.ANSWER: "办理情况",
    Step.CLOSE: "核查意见",
    Step.RETURN: "退回理由",
    Step.APPEAL: "申诉理由",
    Step.DENY_APPEAL: "复核意见",
    Step.GRANT_APPEAL: "复核意见",
}


def help_for(step: Step, limits: Limits) -> str:
    """What people should know before they take a step, under the limits in force."""
    return HELP.get(step, "").format_map(vars(limits) | {"granters": _granters(limits)})


def _granters(limits: Limits) -> str:
    first = ("不能延期", "由督查办公室审批")
    if limits.most_extensions < 2:
        return first[limits.most_extensions]
    return "第一次由督查办公室审批，以后由包保领导审批"


HELP = {
    Step.REMIND: "同时签发催办单，一轮一份；催办不算单位的动静。",
    Step.RETURN: "不填时限则原时限不变。",
    Step.ASK_EXTENSION: "须在到期前至少 {extension_before} 个工作日申请；{granters}，最多 {most_extensions} 次。",
    Step.ASK_PAUSE: "须附佐证；起日最多在 {pause_back} 个工作日以前。恢复办理后，时限顺延暂停的工作日。",
    Step.OBJECT: "须在交办后 {objection} 个工作日内提出；维持交办的决定为最终决定。",
    Step.APPEAL: "对销号结论或红牌不服的，在 {appeal_days} 天申诉期内提出，由督查办公室未参与过此事的人复核；复核期间照常办理。",
    Step.DENY_APPEAL: "维持后为最终决定，牵头单位不能就同一结论再申诉。",
    Step.GRANT_APPEAL: "对销号的申诉成立则重新办理，须定新的时限；对红牌的申诉成立则从今天起撤下，不填时限则原时限不变，"
    "此后重新计算。已发的督办单和原来的记录都保留。",
    Step.MERGE: "两件事项的办理记录都保留，并入的一件不再单独办理。",
}
"""Names the limits by their fields; `granters` says who decides on extensions."""

DUE_WORDS = {
    Step.ASK_EXTENSION: "延期到",
    Step.RETURN: "新的办结时限（可不填）",
    Step.GRANT_APPEAL: "新的办结时限",
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
    return {
        "due": DayInput(
            DUE_WORDS.get(step, "办结时限"), required=step not in {Step.RETURN, Step.GRANT_APPEAL}
        ),
        "first": DayInput("暂停起"),
        "last": DayInput("暂停止（还不知道可不填）", required=False),
        "level": forms.TypedChoiceField(label="级别", coerce=int, choices=MatterLevel.choices),
        "agency": forms.ModelChoiceField(
            agencies,
            label="应由哪个单位办理" if step == Step.OBJECT else "改派给",
            required=step != Step.OBJECT,
            empty_label="请选择",
            error_messages={"invalid_choice": "没有这个单位，请在列表中重新选择。"},
        ),
        "outcome": forms.ChoiceField(label="办理结果", choices=[("", "请选择"), *Outcome.choices]),
        "survivor": forms.ModelChoiceField(
            _survivors(matter),
            label="并入哪一件",
            empty_label="请选择",
            error_messages={"invalid_choice": "这件事项已不在办理中，请重新选择。"},
        ),
        "text": forms.CharField(
            label=WORDS.get(step, "理由"),
            required=WAYS[step].text,
            strip=True,
            widget=forms.Textarea({"rows": 4}),
        ),
        "evidence": EvidenceField(),
        "caption": forms.CharField(label="佐证说明", required=False, max_length=100),
        **_call_fields(required=step == Step.CLOSE),
    }


def _survivors(matter: Matter) -> MatterQuerySet:
    """The open matters of the same project, or of the same enterprise."""
    of = (
        {"project": matter.project_id}
        if matter.project_id
        else {"enterprise": matter.enterprise_id}
    )
    found: MatterQuerySet = Matter.objects.open().filter(**of).exclude(pk=matter.pk)
    return found


def _call_fields(*, required: bool) -> dict[str, forms.Field]:
    answers = [("", "请选择"), ("yes", "满意"), ("no", "不满意")]
    return {
        "called_on": DayInput("回访日期", required=required),
        "called": forms.CharField(label="回访了谁", required=required, max_length=80),
        "satisfied": forms.TypedChoiceField(
            label="企业是否满意",
            required=required,
            choices=answers,
            coerce=lambda said: said == "yes",
            empty_value=None,
        ),
    }


def separate_field() -> forms.CharField:
    """Why it is another thing though one like it is open."""
    return forms.CharField(
        label="确属另一件事的理由",
        required=False,
        max_length=200,
        help_text="一事一单：与上面在办的是同一件事的，请去办理那一件，不要另立。",
    )


class StepForm(ActionForm):
    """One step of one matter: only what it asks for, and the version that was shown."""

    def __init__(
        self,
        matter: Matter,
        step: Step,
        data: QueryDict | None = None,
        files: FormFiles = None,
    ) -> None:
        super().__init__(matter.version, data, files)
        self.matter, self.step = matter, step
        known = _fields(step, matter)
        for name in ASKS[step] + (CALL if self.calls else ()):
            self.fields[name] = known[name]
        self.initial["level"] = matter.level
        self.twins: list[Matter] = []
        if step == Step.ISSUE:
            self.offer(like_it(matter, OPEN))
        elif self.data.get("separate_reason"):
            self.fields["separate_reason"] = separate_field()

    @property
    def calls(self) -> bool:
        """Whether the enterprise that asked is called back at this step."""
        asked = self.matter.kind == MatterKind.ENTERPRISE
        return asked and self.step in {Step.CLOSE, Step.RETURN}

    def offer(self, twins: list[Matter]) -> None:
        """Shows the open ones that are like it, and asks why this is another thing."""
        self.twins = twins
        if twins:
            self.fields["separate_reason"] = separate_field()
            self.order_fields(["separate_reason"])
            self.initial["separate_reason"] = self.matter.separate_reason

    @property
    def help(self) -> str:
        """What people should know before they take it."""
        return help_for(self.step, limits_on(clock.today()))

    @property
    def title(self) -> str:
        """The step in words."""
        return STEP_NAMES[self.step]

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
            separate_reason=said.get("separate_reason") or "",
            called_on=said.get("called_on"),
            called=said.get("called") or "",
            satisfied=said.get("satisfied"),
        )

    def object_to(self, error: Exception) -> None:
        """Shows what the service said; of a repeated matter, which are like it."""
        if isinstance(error, RepeatedMatter):
            self.offer(error.twins)
        super().object_to(error)


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
        self.twins: list[Matter] = []
        if self.data.get("separate_reason"):
            self.fields["separate_reason"] = separate_field()
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

    def object_to(self, error: Exception) -> None:
        """Shows what the service said; of a repeated matter, which are like it."""
        if isinstance(error, RepeatedMatter):
            self.offer(error.twins)
        super().object_to(error)

    def offer(self, twins: list[Matter]) -> None:
        """Shows what is like it, and asks why this is another thing."""
        self.twins = twins
        self.fields["separate_reason"] = separate_field()
        self.order_fields(["separate_reason"])

    @property
    def elsewhere(self) -> list[Matter]:
        """What is open on the project that is named: looked at before another is raised."""
        code = self["project"].value() or ""
        found = Matter.objects.open().filter(project__code=code).exclude(pk=self.instance.pk)
        return list(found.order_by("due_on", "pk")[:SHOWN]) if code else []
