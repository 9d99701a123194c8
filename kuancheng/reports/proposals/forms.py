"""What whoever decides writes."""

from django import forms

from kuancheng.proposals.models import LONGEST_REASON
from kuancheng.records.forms import ActionForm


class DecisionForm(ActionForm):
    """The words of a decision: a must where it is sent back."""

    words = forms.CharField(
        label="审核意见",
        required=False,
        max_length=LONGEST_REASON,
        widget=forms.Textarea({"rows": 3}),
        help_text="退回时必填，写明原因；通过可以不填。",
    )
