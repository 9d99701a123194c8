"""The three questions, and the reason of a return."""

from typing import Any

from django import forms
from django.http import QueryDict

from kuancheng.records.forms import ActionForm
from projects.models import CloseOut

ANSWERS = ("practices", "troubles", "advice")


class AnswersForm(ActionForm):
    """The three questions."""

    def __init__(self, close_out: CloseOut, data: QueryDict | None = None) -> None:
        super().__init__(close_out.version if close_out.pk else 0, data)
        for name in ANSWERS:
            field: Any = CloseOut._meta.get_field(name).formfield()  # type: ignore[union-attr]
            field.widget = forms.Textarea({"rows": 6})
            field.error_messages["required"] = "请回答这个问题；没有的写明“无”及理由。"
            self.fields[name] = field
            self.initial[name] = getattr(close_out, name)

    def filled(self, close_out: CloseOut) -> CloseOut:
        """The close-out with these answers, not saved."""
        for name in ANSWERS:
            setattr(close_out, name, self.cleaned_data[name])
        return close_out


class DecisionForm(ActionForm):
    """Confirming, or sending back with a reason."""

    return_note = forms.CharField(
        label="退回原因", max_length=200, required=False, help_text="退回时必填。"
    )
