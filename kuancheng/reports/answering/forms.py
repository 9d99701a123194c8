"""What is asked of a red light's owner."""

from django import forms
from django.core.exceptions import ValidationError

from kuancheng.records.forms import RefusableForm, show_as_of
from kuancheng.records.versions import StaleRecord
from kuancheng.reports.models import LightAnswer
from kuancheng.reports.services import latest_answer
from projects.models import Project

OVERTAKEN = "没有保存：同事在您打开之后已经说明，见下面。仍要以您的为准，请再按一次“提交说明”。"


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

    def object_to(self, error: Exception) -> None:
        """Shows what the service said; the next attempt is made knowing a colleague's answer."""
        if isinstance(error, StaleRecord):
            show_as_of(self, latest_seen(self.instance.project), "seen")
            error = ValidationError([OVERTAKEN])
        super().object_to(error)


def latest_seen(project: Project) -> int:
    """The answer that whoever opens the form now has seen; 0 for none. One query."""
    latest = latest_answer(project)
    return latest.pk if latest else 0
