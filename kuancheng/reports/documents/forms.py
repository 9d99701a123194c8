"""What is filled in to keep a template and to withdraw one."""

from typing import Any

from django import forms

from kuancheng.documents import kinds
from kuancheng.documents.models import LONGEST_NOTE
from kuancheng.documents.office.reading import LARGEST_FILE
from kuancheng.records.forms import ActionForm, ServiceForm


class TemplateForm(ServiceForm):
    """A Word file for a kind of document."""

    kind = forms.ChoiceField(label="文种", choices=kinds.labels)
    file = forms.FileField(
        label="Word 文件（.docx）",
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".docx"}),
        error_messages={"required": "请选择一个 Word 文件。"},
    )
    note = forms.CharField(
        label="说明", required=False, max_length=LONGEST_NOTE, help_text="可不填，例如“换了红头”。"
    )

    @property
    def sent(self) -> dict[str, Any]:
        """What the service is given."""
        said = self.cleaned_data
        file = said["file"]
        return {
            "kind": said["kind"],
            "name": file.name,
            "content": file.read(LARGEST_FILE + 1),
            "note": said["note"],
        }


class WithdrawForm(ActionForm):
    """Why a template is taken out of use."""

    verb = "停用"
    reason = forms.CharField(
        label="停用原因",
        max_length=LONGEST_NOTE,
        error_messages={"required": "请写明为什么停用。"},
    )
