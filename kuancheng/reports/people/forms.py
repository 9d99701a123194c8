"""What is filled in to hand duties over, and to undo it."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import QueryDict

from kuancheng import clock
from kuancheng.asking.fields import day_field
from kuancheng.records.forms import FormFiles, ServiceForm
from projects.admin.evidence import EvidenceField
from projects.models import Official
from projects.models.handover import LONGEST_REASON
from projects.services.handovers.duties import picks_of

OFFERED = 200
"""So many names are offered while one types; anybody else is found by his full name."""

NUMBERED = re.compile(r"#([0-9]{1,18})\s*$")
TWINS = 5


class ReceiverField(forms.CharField):
    """An official in office by his name, or by “#编号” where several have it."""

    def clean(self, value: Any) -> Official:
        return _person(super().clean(value))


def _person(text: str) -> Official:
    if match := NUMBERED.search(text):
        found = list(Official.objects.filter(pk=int(match[1])).select_related("agency", "user"))
    else:
        named = in_office().filter(name=text).select_related("agency", "user")
        found = list(named.order_by("order", "pk")[: TWINS + 1])
    if not found:
        raise ValidationError(f"没有叫“{text}”的在任干部，请核对姓名，或先在后台登记。")
    if len(found) > 1:
        raise ValidationError(
            f"有多位“{text}”：{'；'.join(_told(each) for each in found[:TWINS])}。"
            "请在姓名后写上编号，例如“#12”。"
        )
    return found[0]


def _told(person: Official) -> str:
    place = " ".join(part for part in (str(person.agency or ""), person.post) if part)
    return f"{place or '未登记单位'} #{person.pk}"


def in_office() -> QuerySet[Official]:
    """Officials who have not left today."""
    found: QuerySet[Official] = Official.objects.serving(clock.today())
    return found


class HandoverForm(ServiceForm):
    """To whom, from which day on, why, and which duties; `duties` are tokens with revisions."""

    to = ReceiverField(
        label="接任人",
        max_length=60,
        widget=forms.TextInput({"list": "officials", "autocomplete": "off"}),
        help_text="填写姓名；同名的写上编号，例如“#12”。",
        error_messages={"required": "请填写接任人的姓名。"},
    )
    day = day_field("生效日期", "接任人从这一天起负责，原任负责到前一天；可以是今天或以后。")
    reason = forms.CharField(
        label="原因",
        max_length=LONGEST_REASON,
        help_text="例如：分工调整、调任、退休。",
        error_messages={"required": "请写明交接的原因，例如“分工调整”“调任”。"},
    )
    evidence = EvidenceField()
    caption = forms.CharField(label="佐证说明", required=False, max_length=100)

    def __init__(
        self, offered: list[str], data: QueryDict | None = None, files: FormFiles = None
    ) -> None:
        super().__init__(data, files)
        self.initial = {"day": f"{clock.today():%Y-%m-%d}"}
        posted = data.getlist("duties") if data is not None else []
        self.tokens = offered if data is not None and "all" in data else posted
        self.picks: dict[str, int] = {}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        try:
            self.picks = picks_of(self.tokens)
        except ValidationError as error:
            self.object_to(error)
        return cleaned
