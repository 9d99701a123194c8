"""What is filled in to record an extension of a permit, to correct it and to withdraw it."""

from django import forms

from kuancheng.asking.fields import day_field
from kuancheng.records.forms import ActionForm, as_refusal, by_field
from kuancheng.records.versions import StaleRecord
from projects.models import PermitExtension
from projects.services.permits.extensions import Grant


class SeenForm(ActionForm):
    """What is said of an extension, and the project's version that was shown."""

    def object_to(self, error: Exception) -> None:
        """Says what a service said; a rule names its field by the error's code."""
        refusal = None if isinstance(error, StaleRecord) else as_refusal(error)
        if refusal is None:
            super().object_to(error)
            return
        for field, errors in by_field(refusal, self.fields).items():
            for each in errors:
                code = str(each.code)
                self.add_error(field or (code if code in self.fields else None), each)


class ExtensionForm(SeenForm):
    """The authority's document."""

    document = forms.CharField(
        label="延期文号", max_length=80, help_text="同意延期的批准文件的文号。",
        error_messages={"required": "请填写延期文号。"},
    )  # fmt: skip
    asked_on = day_field("申请日期", "向原发证机关申请延期的日期。")
    granted_on = day_field("批准日期", "批准文件的日期；从这一天起算数。")
    until = day_field("延期至", "批准文件载明的最后一天。")
    note = forms.CharField(label="说明", max_length=200, required=False)

    @property
    def grant(self) -> Grant:
        """What was filled in."""
        said = self.cleaned_data
        return Grant(
            document=said["document"],
            asked_on=said["asked_on"],
            granted_on=said["granted_on"],
            until=said["until"],
            note=said["note"],
        )


class CorrectionForm(ExtensionForm):
    """The same, corrected, and why."""

    reason = forms.CharField(
        label="更正原因", max_length=100, error_messages={"required": "请写明为什么更正。"}
    )

    @classmethod
    def filled(cls, extension: PermitExtension, version: int) -> "CorrectionForm":
        """With what is on record."""
        names = ("document", "asked_on", "granted_on", "until", "note")
        known = {name: getattr(extension, name) for name in names}
        form = cls(version)
        form.initial.update(known)
        return form


class WithdrawalForm(SeenForm):
    """Why an extension is taken away."""

    reason = forms.CharField(
        label="撤销原因",
        max_length=100,
        help_text="登记错了才撤销；撤销以后有效期恢复为延期以前，记录保留。",
        error_messages={"required": "请写明为什么撤销。"},
    )
