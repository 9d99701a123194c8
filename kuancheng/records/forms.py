"""Forms of records and of actions: refused with all that was typed, aware of who came between."""

from collections.abc import Container, MutableMapping, Sequence
from typing import Any, TypedDict, Unpack

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, models
from django.forms.renderers import BaseRenderer
from django.forms.utils import ErrorList
from django.http import QueryDict
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from kuancheng.records.changes import Change, changes_after
from kuancheng.records.versions import StaleRecord, revision, revision_changes

CLASH = "别人刚刚保存了同样的内容（例如同一个编号或同一个月份），本次没有保存，请核对后再保存一次。"

LONGEST_REASON = 100
"""Characters of the reason for which a step is undone."""

MOST_SHOWN = 12
"""So many changes are listed to whoever saves over them; the rest is counted."""


FormData = QueryDict | None
FormFiles = MultiValueDict[str, UploadedFile] | None


class FormOptions(TypedDict, total=False):
    """What else Django gives a form of a record, by its names."""

    auto_id: bool | str
    prefix: str | None
    initial: MutableMapping[str, Any] | None
    error_class: type[ErrorList]
    label_suffix: str | None
    empty_permitted: bool
    instance: models.Model | None
    use_required_attribute: bool | None
    renderer: BaseRenderer | None


def as_refusal(error: Exception) -> ValidationError | None:
    """What a form shows for an exception of a service; None when the form says it by itself."""
    if isinstance(error, ValidationError):
        return error
    if isinstance(error, IntegrityError):
        return ValidationError(CLASH)
    if isinstance(error, StaleRecord):
        return None
    return ValidationError(str(error)) if str(error) else None


def by_field(
    error: ValidationError, fields: Container[str]
) -> dict[str | None, list[ValidationError]]:
    """A service's errors by the form's fields; under None what belongs to no field of it."""
    if not hasattr(error, "error_dict"):
        return {None: error.error_list}
    sorted_out: dict[str | None, list[ValidationError]] = {}
    for field, errors in error.error_dict.items():
        sorted_out.setdefault(field if field in fields else None, []).extend(errors)
    return sorted_out


def object_beside(form: forms.BaseForm, error: ValidationError) -> None:
    """Shows what a service said against what was filled in, beside the fields that it is about."""
    for field, errors in by_field(error, form.fields).items():
        form.add_error(field, errors)


def show_as_of(form: forms.BaseForm, version: int, name: str = "seen_version") -> None:
    """Shows a form again as of a version: the next attempt is made knowing what has happened."""
    posted: Any = form.data
    form.data = newest = posted.copy()
    newest[form.add_prefix(name)] = str(version)


class ServiceForm(forms.Form):
    """What a service is given; shown again, with all that was typed, beside what it objected to."""

    def __init__(
        self,
        data: FormData = None,
        files: FormFiles = None,
        *,
        initial: MutableMapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, files, initial=initial, label_suffix="")

    def object_to(self, error: Exception) -> None:
        """Shows what the service said."""
        refusal = as_refusal(error)
        if refusal is not None:
            object_beside(self, refusal)


class ActionForm(ServiceForm):
    """What an action on a record is given, and the version of the record that was shown.

    Whom somebody overtook is told, and may press once more: then he acts on `version`, which is
    the record's when his attempt was read.
    """

    seen_version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    verb = "办理"

    def __init__(self, version: int, data: FormData = None, files: FormFiles = None) -> None:
        super().__init__(data, files)
        self.version = version
        self.initial["seen_version"] = version

    @property
    def seen(self) -> int:
        """The version that was shown; 0, which is no version, when the page was cut short."""
        return self.cleaned_data.get("seen_version") or 0

    def object_to(self, error: Exception) -> None:
        """Shows what the service said; of a stale record, what to do about it."""
        if isinstance(error, StaleRecord):
            self.add_error(None, f"{error}再按一次即按现在的内容{self.verb}。")
            self.renew()
        else:
            super().object_to(error)

    def renew(self) -> None:
        """Shows the form again as of the version that was read."""
        show_as_of(self, self.version)


class UndoForm(ActionForm):
    """Why something is taken back, and the version that was shown."""

    reason = forms.CharField(label="撤销原因", max_length=LONGEST_REASON, required=False)


class RefusableForm(forms.ModelForm):
    """A form that can be shown again with what a service said against it."""

    refusal: ValidationError | None = None

    def object_to(self, error: Exception) -> None:
        """Shows what the service said; of a stale record, what the form itself says of it."""
        self.refusal = as_refusal(error)
        self.full_clean()
        if not self.errors:
            self.add_error(None, str(error))

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.refusal is not None:
            object_beside(self, self.refusal)
        return cleaned


class VersionedForm(RefusableForm):
    """Knows the version that its author saw, and objects when the record has moved on since.

    The objection says who changed what, and moves the hidden version to the newest: whoever
    saves a second time does so knowingly. `counted` says that the record counts its versions;
    otherwise its last history row stands for one.
    """

    seen_version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    counted = False

    def __init__(
        self, data: FormData = None, files: FormFiles = None, **options: Unpack[FormOptions]
    ) -> None:
        super().__init__(data, files, **options)
        if self.instance.pk:
            self.version_now: int = (
                self.instance.version if self.counted else revision(self.instance)
            )
            self.initial["seen_version"] = self.version_now

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.instance.pk and "seen_version" not in self.errors:
            seen = self.cleaned_data.get("seen_version")
            if seen is None:
                self.add_error(None, "页面不完整，没有保存。请重新打开这条记录再改。")
            elif seen != self.version_now:
                self._object(self.changes_since(seen))
        return cleaned

    def _object(self, changes: Sequence[Change]) -> None:
        # A history row that changes nothing people see, such as a login, is no reason.
        if changes or self.counted:
            self.add_error(None, stale_message(changes))
        self.renew()

    def changes_since(self, seen: int) -> Sequence[Change]:
        """What others did after that version, newest first."""
        read = changes_after if self.counted else revision_changes
        return read(self.instance, seen)

    def renew(self) -> None:
        """Shows the form again as of the newest version."""
        show_as_of(self, self.version_now)


def stale_message(changes: Sequence[Change]) -> ValidationError:
    """Tells the second of two authors what the first did, a line a change."""
    lines = [
        "没有保存：您打开之后，其他人已经保存过这条记录。您填写的内容都还在下面，"
        "请核对；再次点保存，就以您的内容覆盖。其他人的修改："
    ]
    lines += [_line(change) for change in changes[:MOST_SHOWN]]
    if len(changes) > MOST_SHOWN:
        lines.append(f"另有 {len(changes) - MOST_SHOWN} 处，见“历史”。")
    return ValidationError([ValidationError(line, code="stale") for line in lines])


def _line(change: Change) -> str:
    return f"{timezone.localtime(change.when):%m-%d %H:%M} {change.who}：{change}"
