"""What is asked of a red light's owner."""

from typing import Any

from django import forms

from kuancheng.records.forms import RefusableForm
from kuancheng.reports.models import LightAnswer


class AnswerForm(RefusableForm):
    """Cause, measure and day; and the answer that was shown, 0 for none."""

    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = LightAnswer
        fields = ("cause", "measure", "promised")
        widgets = {
            "cause": forms.Textarea({"rows": 3}),
            "measure": forms.Textarea({"rows": 3}),
            "promised": forms.DateInput(
                {"placeholder": "2024-10-25", "inputmode": "numeric"}, "%Y-%m-%d"
            ),
        }
        error_messages = {"promised": {"invalid": "应为存在的日期，形如 2024-10-25。"}}

    def renew(self, seen: int) -> None:
        """The next attempt is made knowing the colleague's answer."""
        posted: Any = self.data
        self.data = newest = posted.copy()
        newest["seen"] = str(seen)
