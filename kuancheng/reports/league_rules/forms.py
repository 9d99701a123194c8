"""The forms of a group and of a version of its rule."""

from collections.abc import Mapping, Sequence
from typing import Any, Unpack

from django import forms

from kuancheng.asking.fields import MonthField, day_field
from kuancheng.records.changes import Change
from kuancheng.records.forms import (
    FormData,
    FormFiles,
    FormOptions,
    VersionedForm,
    stale_message,
)
from kuancheng.reports.judging.league.scope import candidates
from kuancheng.reports.league_rules import rows
from kuancheng.reports.models import LeagueGroup, LeagueRules
from kuancheng.reports.services.league.rules import Draft
from projects.choices import Industry
from projects.models import Programme

WHEN = ("effective_from", "note", "objection_days")
POINTS = ("full_marks", "cap", "tie", "least_indicators", "least_projects")
LISTS = ("target_measure", "target", "red_size", "black_size")
SCOPE = ("programmes", "sections", "entrants")


class GroupForm(VersionedForm):
    """What a group is called, what it compares, and until when it races."""

    counted = True
    closed_on = day_field("停用日期", "从这一天所在的月份起不再排名；在用请留空。", required=False)

    class Meta:
        model = LeagueGroup
        fields = ("name", "subject", "agency_kind", "order", "closed_on")
        error_messages = {
            "name": {"required": "请填写名称，例如“责任单位组”。"},
            "subject": {"required": "请选择比什么。"},
        }

    def __init__(
        self, data: FormData = None, files: FormFiles = None, **options: Unpack[FormOptions]
    ) -> None:
        options["label_suffix"] = ""
        super().__init__(data, files, **options)

    @property
    def seen(self) -> int:
        """The version that was shown; 0 of a new group."""
        return self.cleaned_data.get("seen_version") or 0


class SectionField(forms.Field):
    """Where refusals stand that are about a whole section; nothing is typed into it."""

    widget = forms.HiddenInput

    def __init__(self) -> None:
        super().__init__(required=False)


class RulesForm(VersionedForm):
    """All of one version: its head, a row a measure, additions and deductions, what it counts."""

    effective_from = MonthField(
        label="生效月份",
        help_text="从这个月起按本版算，形如 2024-10；不能早于本月，已发布的月份不变。",
        widget=forms.TextInput(
            {"inputmode": "numeric", "autocomplete": "off", "placeholder": "2024-10"}
        ),
        error_messages={"required": "请填写生效月份，形如 2024-10。"},
    )
    indicators = SectionField()
    items = SectionField()
    programmes = forms.ModelMultipleChoiceField(
        Programme.objects.all(),
        label="清单",
        required=False,
        help_text="只计这些清单上的项目；不选为当年全部清单。",
        widget=forms.CheckboxSelectMultiple,
    )
    sections = forms.MultipleChoiceField(
        label="行业",
        required=False,
        choices=Industry.choices,
        help_text="只计这些行业的项目；不选为全部。",
        widget=forms.CheckboxSelectMultiple,
    )
    entrants = forms.MultipleChoiceField(
        label="谁参加",
        required=False,
        help_text="不选为同类的全部，只列有项目在清单上的。",
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = LeagueRules
        fields = (*WHEN, *POINTS, *LISTS)
        widgets = {
            name: forms.TextInput({"inputmode": "decimal", "autocomplete": "off"})
            for name in ("full_marks", "cap", "target")
        }
        error_messages = {"note": {"required": "请写明为什么这样定，依据什么文件。"}}

    def __init__(
        self, data: FormData = None, files: FormFiles = None, **options: Unpack[FormOptions]
    ) -> None:
        options["label_suffix"] = ""
        super().__init__(data, files, **options)
        self.fields |= dict(rows.indicator_fields()) | dict(rows.item_fields())
        entrants: Any = self.fields["entrants"]
        entrants.choices = list(candidates(self.instance.group).items())

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        for name, said in rows.wrong_items(self.cleaned_data):
            self.add_error(name, said)
        return cleaned

    def _object(self, changes: Sequence[Change]) -> None:
        # Each save has a history row, but the parts of a version have no histories of their own.
        self.add_error(None, stale_message(changes))
        if not changes:
            self.add_error(None, "改的是指标、加减分项或所计范围，可在“各版规则”里对照。")
        self.renew()

    @property
    def seen(self) -> int | None:
        """The revision that was shown; None of a new version."""
        return self.cleaned_data.get("seen_version") if self.instance.pk else None

    def draft(self) -> Draft:
        """The version as it was filled in. Only after `is_valid`."""
        said: Mapping[str, Any] = self.cleaned_data
        rules: LeagueRules = self.instance
        rules.sections, rules.entrants = said["sections"], said["entrants"]
        return Draft(
            rules,
            indicators=rows.indicators_of(said),
            items=rows.items_of(said),
            programmes=list(said["programmes"]),
        )

    @property
    def indicator_rows(self) -> list[rows.IndicatorRow]:
        """A row a measure."""
        return rows.indicator_rows(self)

    @property
    def item_rows(self) -> list[rows.ItemRow]:
        """The rows of additions and deductions."""
        return rows.item_rows(self)

    @property
    def weights_sum(self) -> str:
        """What the weights add up to, as they are typed."""
        return rows.weights_sum(self)

    @property
    def when(self) -> list[forms.BoundField]:
        """From when it holds, and why."""
        return [self[name] for name in WHEN]

    @property
    def points(self) -> list[forms.BoundField]:
        """How points add up and who is ranked."""
        return [self[name] for name in POINTS]

    @property
    def lists(self) -> list[forms.BoundField]:
        """The red and the black list."""
        return [self[name] for name in LISTS]

    @property
    def scope(self) -> list[forms.BoundField]:
        """What is counted and who takes part."""
        return [self[name] for name in SCOPE]
