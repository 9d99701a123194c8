"""The three questions, and the reason of a return."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from kuancheng.records.forms import by_field
from projects.models import CloseOut

ANSWERS = ("practices", "troubles", "advice")


class Refusable(forms.Form):
    """Knows the version that was shown, and what a service said."""

    seen_version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    @property
    def seen(self) -> int:
        """The version that was shown; 0 for a close-out that nobody has written yet."""
        return self.cleaned_data.get("seen_version") or 0

    def refuse(self, error: ValidationError) -> None:
        """Shows what a service said against it, beside the field it is about."""
        for field, errors in by_field(error, self.fields).items():
            self.add_error(field, errors)

    def renew(self, version: int) -> None:
        """The next attempt is made knowing what has happened."""
        posted = QueryDict(mutable=True)
        posted.update(self.data)
        posted["seen_version"] = str(version)
        self.data = posted


class AnswersForm(Refusable):
    """The three questions."""

    def __init__(self, close_out: CloseOut, data: QueryDict | None = None) -> None:
        super().__init__(data, label_suffix="")
        for name in ANSWERS:
            field: Any = CloseOut._meta.get_field(name).formfield()  # type: ignore[union-attr]
            field.widget = forms.Textarea({"rows": 6})
            field.error_messages["required"] = "请回答这个问题；没有的写明“无”及理由。"
            self.fields[name] = field
        seen = close_out.version if close_out.pk else 0
        self.initial = {name: getattr(close_out, name) for name in ANSWERS}
        self.initial["seen_version"] = seen

    def filled(self, close_out: CloseOut) -> CloseOut:
        """The close-out with these answers, not saved."""
        for name in ANSWERS:
            setattr(close_out, name, self.cleaned_data[name])
        return close_out


class DecisionForm(Refusable):
    """Confirming, or sending back with a reason."""

    return_note = forms.CharField(
        label="退回原因", max_length=200, required=False, help_text="退回时必填。"
    )

    def __init__(self, version: int, data: QueryDict | None = None) -> None:
        super().__init__(data, label_suffix="")
        self.initial = {"seen_version": version}
