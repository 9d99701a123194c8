"""What each step of a stop asks for, and the service that takes it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.asking.fields import day_field
from kuancheng.records.base import label_of
from kuancheng.records.forms import ActionForm
from projects.choices import StopReason
from projects.models import Stop
from projects.services.stops.steps import (
    CORRECTED,
    approve_resume,
    ask_resume,
    begin_stop,
    correct_stop,
    report_stop,
    return_resume,
    strike_stop,
)

LONGEST, LONGEST_DOCUMENT = 200, 80

Said = dict[str, Any]


@dataclass(frozen=True)
class Step:
    """One step: its title, the fields of its screen, those that must be filled, and its help."""

    title: str
    done: str
    fields: tuple[str, ...]
    required: tuple[str, ...] = ()
    help: str = ""


STEPS = {
    "report": Step(
        "登记报告",
        "已登记报告",
        ("reported_on", "report_document"),
        ("reported_on", "report_document"),
        "停工之日起一个月内须向施工许可证发证机关报告（建筑法第十条）。",
    ),
    "ask": Step(
        "申请复工",
        "已申请复工，等项目中心办理",
        ("resume_note", "recheck_on", "recheck_document"),
        ("resume_note",),
        "停工满一年的，须先经发证机关核验施工许可证；不满一年的不用填核验。复工由项目中心的另一人同意。",
    ),
    "approve": Step(
        "同意复工",
        "已同意复工",
        ("resumed_on", "resume_document"),
        ("resumed_on",),
        "从复工日期这一天起恢复正常，工期和亮灯随之重新计算。",
    ),
    "return": Step("退回", "已退回复工申请", ("return_note",), ("return_note",)),
    "correct": Step(
        "更正",
        "已更正",
        (*CORRECTED, "why"),
        ("reason", "stopped_on", "why"),
        "更正会写入变更记录；复工日期只能改，不能在这里新填或清空。",
    ),
    "strike": Step(
        "撤销登记",
        "已撤销这次停工的登记",
        ("why",),
        ("why",),
        "登记错了、实际没有停工的才撤销：当作没有停过，项目状态随之恢复，变更记录里仍能查到。已经复工的请用“更正”改日期。",
    ),
}
"""The steps by the name in their addresses."""

BEGIN = Step(
    "登记停工",
    "已登记停工",
    ("reason", "stopped_on", "note"),
    ("reason", "stopped_on"),
    "登记后项目状态为停工；停工期间施工节点的工期暂停计算，计划日期不变。须在一个月内报告发证机关。",
)
TEXTS = {"note": LONGEST, "resume_note": LONGEST, "return_note": LONGEST, "why": LONGEST}


def _field(name: str, *, required: bool) -> forms.Field:
    if name == "why":
        return forms.CharField(
            label="更正或撤销的原因",
            max_length=LONGEST,
            required=required,
            error_messages={"required": "请写明原因，例如“日期录错”。"},
        )
    label, help_text = (
        label_of(Stop, name),
        str(getattr(Stop._meta.get_field(name), "help_text", "")),
    )
    if name == "reason":
        choices = [("", "请选择"), *StopReason.choices]
        missing = {"required": "请选择停工原因。"}
        return forms.ChoiceField(label=label, choices=choices, error_messages=missing)
    if name.endswith("_on"):
        return day_field(label, help_text, required=required)
    long = name in TEXTS
    return forms.CharField(
        label=label,
        required=required,
        max_length=TEXTS.get(name, LONGEST_DOCUMENT),
        help_text=help_text,
        widget=forms.Textarea({"rows": 3}) if long else forms.TextInput(),
        error_messages={"required": f"请填写{label}。"},
    )


class StopForm(ActionForm):
    """The fields of one step, and the version that was shown."""

    def __init__(self, step: Step, stop: Stop, version: int, data: QueryDict | None = None) -> None:
        super().__init__(version, data)
        self.step, self.stop = step, stop
        for name in step.fields:
            self.fields[name] = _field(name, required=name in step.required)
            self.initial[name] = _shown(getattr(stop, name, None))
        if "resumed_on" in step.required:
            self.initial["resumed_on"] = f"{clock.today():%Y-%m-%d}"


def _shown(value: Any) -> Any:
    return f"{value:%Y-%m-%d}" if hasattr(value, "strftime") else value


def begin(form: StopForm, actor: User) -> Stop:
    """Registers the stop that the form describes."""
    for name in BEGIN.fields:
        setattr(form.stop, name, form.cleaned_data[name])
    return begin_stop(stop=form.stop, seen=form.seen, actor=actor)


def _report(stop: Stop, said: Said, seen: int, actor: User) -> Stop:
    return report_stop(
        stop=stop,
        reported_on=said["reported_on"],
        document=said["report_document"],
        seen=seen,
        actor=actor,
    )


def _ask(stop: Stop, said: Said, seen: int, actor: User) -> Stop:
    return ask_resume(
        stop=stop,
        note=said["resume_note"],
        recheck_on=said["recheck_on"],
        recheck_document=said["recheck_document"],
        seen=seen,
        actor=actor,
    )


def _approve(stop: Stop, said: Said, seen: int, actor: User) -> Stop:
    return approve_resume(
        stop=stop,
        resumed_on=said["resumed_on"],
        document=said["resume_document"],
        seen=seen,
        actor=actor,
    )


def _return(stop: Stop, said: Said, seen: int, actor: User) -> Stop:
    return return_resume(stop=stop, note=said["return_note"], seen=seen, actor=actor)


def _correct(stop: Stop, said: Said, seen: int, actor: User) -> Stop:
    for name in CORRECTED:
        setattr(stop, name, said[name])
    return correct_stop(stop=stop, reason=said["why"], seen=seen, actor=actor)


def _strike(stop: Stop, said: Said, seen: int, actor: User) -> Stop:
    return strike_stop(stop=stop, reason=said["why"], seen=seen, actor=actor)


TAKE: dict[str, Callable[[Stop, Said, int, User], Stop]] = {
    "report": _report,
    "ask": _ask,
    "approve": _approve,
    "return": _return,
    "correct": _correct,
    "strike": _strike,
}
"""The service behind each step."""
