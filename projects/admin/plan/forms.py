"""What is asked before a template is applied or a plan is put forward."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminDateWidget

from kuancheng.records.forms import ServiceForm, show_as_of
from projects.choices import ReplanReason
from projects.models import Milestone, Project, ScheduleTemplate, TemplateStep
from projects.services.planning import EARLIEST, LATEST, Days, doubled

AS_PLANNED = "as_planned"
WAYS = ((LATEST, "按最迟（倒排，保承诺）"), (EARLIEST, "按最早（顺排）"))


class DayField(forms.DateField):
    """A day, picked as everywhere in the admin."""

    widget = AdminDateWidget


class PromiseForm(ServiceForm):
    """For which day, and how the steps are laid before it.

    `seen_version` is the project's version that the page was made from: when the project has
    moved on since, the preview is shown again before anything is saved.
    """

    promised_completion = DayField(label="承诺竣工")
    by = forms.ChoiceField(
        label="排法",
        choices=WAYS,
        widget=forms.RadioSelect,
        initial=LATEST,
    )
    seen_version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, project: Project, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.project = project
        self.initial.setdefault("promised_completion", project.planned_completion)
        self.initial["seen_version"] = project.version

    def require_seen(self) -> None:
        """Objects when somebody changed the project since; saving again is then knowingly."""
        if self.cleaned_data.get("seen_version") == self.project.version:
            return
        show_as_of(self, self.project.version)
        self.add_error(None, "没有保存：您打开之后项目又有修改。下面已是最新情况，请核对后再提交。")


@dataclass(frozen=True)
class StepChoice:
    """A template's step: whether the project has one of that name, and whether to add it."""

    step: TemplateStep
    doubled: bool
    chosen: bool


class TemplateForm(PromiseForm):
    """Which template, and which of its steps: at first those that the project does not have.

    `shown_template` is the template whose steps the page showed: another one is previewed before
    anything is saved. Once the form is valid, `choices` are the steps of the template.
    """

    template = forms.ModelChoiceField(
        ScheduleTemplate.objects.all(), label="流程模板", empty_label="请选择"
    )
    shown_template = forms.IntegerField(widget=forms.HiddenInput, required=False)
    steps = forms.ModelMultipleChoiceField(
        TemplateStep.objects.all(),
        widget=forms.MultipleHiddenInput,
        required=False,
        error_messages={"invalid_choice": "流程模板已有修改，请重新预览。"},
    )
    field_order = ("template", "promised_completion", "by")

    def clean(self) -> dict[str, Any] | None:
        template = self.cleaned_data.get("template")
        steps = list(template.steps.order_by("order")) if template else []
        there = set(doubled(self.project, steps))
        shown = template is not None and template.pk == self.cleaned_data.get("shown_template")
        ticked = set(self.cleaned_data.get("steps") or ())
        self.choices = [
            StepChoice(
                step=step,
                doubled=step.name in there,
                chosen=step in ticked if shown else step.name not in there,
            )
            for step in steps
        ]
        return super().clean()

    @property
    def chosen(self) -> list[StepChoice]:
        """What is to be added."""
        return [each for each in self.choices if each.chosen]

    def require_shown(self) -> None:
        """Objects to steps that nobody has seen, and to none at all."""
        if self.cleaned_data.get("shown_template") != self.cleaned_data["template"].pk:
            self.add_error(None, "没有保存：请先核对下面的步骤，再保存到项目。")
        elif not self.chosen:
            self.add_error(None, "没有保存：没有勾选要加入的步骤。")


class ReplanChoice(PromiseForm):
    """The same, or with the days as they are."""

    by = forms.ChoiceField(
        label="排法",
        choices=(*WAYS, (AS_PLANNED, "保持现计划")),
        widget=forms.RadioSelect,
        initial=AS_PLANNED,
    )

    @property
    def asked(self) -> tuple[date | None, str]:
        """The promise and the way asked for, where they make sense; else the plan there is."""
        self.is_valid()
        typed = self.cleaned_data if self.is_bound else {}
        promised = typed.get("promised_completion") or self.project.planned_completion
        return promised, typed.get("by") or AS_PLANNED


class ReplanForm(ReplanChoice):
    """New days for every milestone that may move, with the reason."""

    reason = forms.ChoiceField(label="原因")
    note = forms.CharField(
        label="说明", max_length=200, widget=forms.Textarea(attrs={"rows": 2, "maxlength": 200})
    )

    def __init__(
        self,
        project: Project,
        open_milestones: Iterable[Milestone],
        *args: object,
        **kwargs: object,
    ) -> None:
        super().__init__(project, *args, **kwargs)
        self.open_milestones = list(open_milestones)
        self.fields["reason"] = forms.ChoiceField(label="原因", choices=_reasons(project))
        for each in self.open_milestones:
            for name, old in zip(day_names(each), planned(each), strict=True):
                label = f"{each.name} {'开始' if name.startswith('start') else '完成'}"
                self.fields[name] = DayField(label=label, required=old is not None)

    def clean(self) -> dict[str, Any] | None:
        for each in self.open_milestones:
            start, finish = self.days(each)
            if start and finish and finish < start:
                self.add_error(day_names(each)[1], f"不能早于计划开始（{start}）。")
        return super().clean()

    def choice_fields(self) -> list[forms.BoundField]:
        """What the suggestion is computed from."""
        return [self["promised_completion"], self["by"]]

    def reason_fields(self) -> list[forms.BoundField]:
        """What is said for the new plan."""
        return [self["reason"], self["note"]]

    def days(self, milestone: Milestone) -> Days:
        """A milestone's new days: as typed, or as first proposed by the page."""
        start, finish = day_names(milestone)
        values: Mapping[str, Any] = self.cleaned_data if self.is_bound else self.initial
        return values.get(start), values.get(finish)


def day_names(milestone: Milestone) -> tuple[str, str]:
    """The names of a milestone's two inputs."""
    return f"start_{milestone.pk}", f"finish_{milestone.pk}"


def planned(milestone: Milestone) -> Days:
    """A milestone's planned days."""
    return milestone.planned_start, milestone.planned_finish


def _reasons(project: Project) -> list[tuple[str, str]]:
    first = not project.baselines.approved().exists()
    if first:
        return [(ReplanReason.INITIAL.value, str(ReplanReason.INITIAL.label))]
    found = [each for each in ReplanReason if each != ReplanReason.INITIAL]
    return [("", "请选择"), *((each.value, str(each.label)) for each in found)]
