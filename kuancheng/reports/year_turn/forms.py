"""What is filled in to turn the year: the new list, and a row for each project."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from investment.services.year_turn.terms import LinesRefused
from investment.services.year_turn.turning import NewList, Roll
from kuancheng.asking.fields import AmountField
from kuancheng.records.forms import ServiceForm
from kuancheng.reports.year_turn.preview import Line, Preview
from projects.choices import YearClass

PREFIX = "p"


def _typed(label: str, project: str) -> AmountField:
    words = {"inputmode": "decimal", "autocomplete": "off", "aria-label": f"{label}：{project}"}
    return AmountField(label=label, required=False, widget=forms.TextInput(words))


class ListForm(ServiceForm):
    """How the new list is called, and the document that orders it."""

    to_code = forms.SlugField(
        label="新清单编号",
        max_length=40,
        help_text="用于网址；编号已有的清单，项目并入它。",
        error_messages={
            "required": "请填写新清单的编号，例如 kc-2025。",
            "invalid": "编号只能用字母、数字、连字符和下划线，例如 kc-2025。",
        },
    )
    to_name = forms.CharField(
        label="新清单名称",
        max_length=120,
        error_messages={"required": "请填写新清单的名称。"},
    )
    document = forms.CharField(
        label="文号", max_length=80, required=False, help_text="下达清单的文件，没有可以不填。"
    )

    def __init__(self, new_list: NewList, data: QueryDict | None = None) -> None:
        super().__init__(data, initial={"to_code": new_list.code, "to_name": new_list.name})

    @property
    def new_list(self) -> NewList:
        """As typed."""
        return NewList(self.cleaned_data["to_code"], self.cleaned_data["to_name"])


class LineForm(forms.Form):
    """One project: whether it rolls, as what, and the amounts; the version that was shown."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    roll = forms.BooleanField(required=False)
    year_class = forms.ChoiceField(choices=YearClass.choices)

    def __init__(self, line: Line, data: QueryDict | None = None) -> None:
        super().__init__(data, prefix=f"{PREFIX}{line.project.pk}", label_suffix="")
        self.line = line
        name = line.project.name
        self.fields["plan"] = _typed("年度计划", name)
        self.fields["opening"] = _typed("核定数", name)
        self.fields["year_class"].widget.attrs["aria-label"] = f"新年度类别：{name}"
        self.initial = {
            "seen": line.project.version,
            "roll": line.ticked,
            "year_class": line.proposed,
        }

    @property
    def ticked(self) -> bool:
        """Whether it is to roll, as shown or as sent."""
        if not self.is_bound:
            return self.line.ticked
        self.full_clean_once()
        return bool(self.cleaned_data.get("roll"))

    def full_clean_once(self) -> None:
        """Reads what was sent, so that `cleaned_data` is there."""
        if not hasattr(self, "cleaned_data"):
            self.full_clean()

    @property
    def plan(self) -> Decimal | None:
        """The new year's plan: there already, or typed and readable."""
        if self.line.plan is not None or not self.is_bound:
            return self.line.plan
        self.full_clean_once()
        typed: Decimal | None = self.cleaned_data.get("plan")
        return typed

    def as_roll(self) -> Roll:
        """What the service is told."""
        said = self.cleaned_data
        return Roll(
            project=self.line.project.pk,
            seen=said["seen"],
            year_class=said["year_class"],
            plan=said["plan"],
            opening=said["opening"],
        )

    def refuse(self, sentences: Sequence[str]) -> None:
        """Shows what the service said of this project; the next attempt is made knowing it."""
        for each in sentences:
            self.add_error(None, each)
        posted: Any = self.data
        self.data = newest = posted.copy()
        newest[self.add_prefix("seen")] = str(self.line.project.version)


@dataclass(frozen=True)
class Sums:
    """What the ticked lines add up to, 万元; `without_plan` have none yet."""

    count: int
    total: Decimal
    total_missing: int
    plan: Decimal
    without_plan: int


class TurnForm:
    """The whole form: the list's terms, and the rows of the preview."""

    def __init__(self, shown: Preview, data: QueryDict | None = None) -> None:
        self.shown = shown
        self.terms = ListForm(shown.new_list, data)
        self.rows = [LineForm(each, self._sent(each, data)) for each in shown.lines]
        self.gone = self._gone(data)

    def _sent(self, line: Line, data: QueryDict | None) -> QueryDict | None:
        """A line that came after the page was opened shows what it proposes."""
        name = f"{PREFIX}{line.project.pk}-seen"
        return data if data is not None and name in data else None

    def _gone(self, data: QueryDict | None) -> int:
        """How many ticked projects may not roll any more: others have turned or taken them."""
        if data is None:
            return 0
        here = {f"{PREFIX}{each.project.pk}-roll" for each in self.shown.lines}
        sent = {name for name in data if name.startswith(PREFIX) and name.endswith("-roll")}
        return len(sent - here)

    @property
    def ticked(self) -> list[LineForm]:
        """The rows that are to roll; a row that cannot be read counts by its tick."""
        return [each for each in self.rows if each.ticked]

    def is_valid(self) -> bool:
        """Whether the terms and all ticked rows can be read, and nothing has gone."""
        valid = self.terms.is_valid()
        for each in self.ticked:
            valid = each.is_bound and each.is_valid() and valid
        if self.gone:
            self.terms.add_error(
                None,
                f"有 {self.gone} 个勾选的项目已不在可转入之列（可能已由别人转入，或已竣工、退出），"
                "没有办理；请看过下面现在的名单再按一次。",
            )
        return valid and not self.gone

    def rolls(self) -> list[Roll]:
        """What the service is told. Only after `is_valid`."""
        return [each.as_roll() for each in self.ticked]

    def refuse(self, error: ValidationError) -> None:
        """What the service said: of projects in their rows, the rest at the top."""
        if not isinstance(error, LinesRefused):
            self.terms.object_to(error)
            return
        rows: Mapping[int, LineForm] = {each.line.project.pk: each for each in self.rows}
        for project, sentences in error.lines.items():
            if row := rows.get(project):
                row.refuse(sentences)
        self.terms.add_error(None, error.messages)

    @property
    def sums(self) -> Sums:
        """The foot of the table."""
        rows = self.ticked
        totals = [each.line.project.total_investment for each in rows]
        plans = [each.plan for each in rows]
        return Sums(
            count=len(rows),
            total=sum((each for each in totals if each is not None), Decimal(0)),
            total_missing=totals.count(None),
            plan=sum((each for each in plans if each is not None), Decimal(0)),
            without_plan=plans.count(None),
        )
