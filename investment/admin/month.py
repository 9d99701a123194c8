"""A month in forms: typed the way people write it, kept as its first day."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from investment.rules.reporting import parse_month


class MonthField(forms.Field):
    """A month typed as text, or sent by a month picker."""

    widget = forms.TextInput(attrs={"placeholder": "2024-09", "size": 10})
    default_error_messages = {
        "required": "请填写月份。",
        "invalid": "“%(value)s”不是月份，应形如 2024-09。",
    }

    def prepare_value(self, value: object) -> Any:
        return f"{value:%Y-%m}" if isinstance(value, date) else value

    def to_python(self, value: object) -> date | None:
        if value in self.empty_values:
            return None
        try:
            month = value.replace(day=1) if isinstance(value, date) else parse_month(str(value))
        except ValueError:
            raise self._invalid(value) from None
        if not 2000 <= month.year <= 2100:
            raise self._invalid(value)
        return month

    def _invalid(self, value: object) -> ValidationError:
        shown = {"value": str(value)[:20].replace("\x00", "")}
        return ValidationError(self.error_messages["invalid"], code="invalid", params=shown)

    def has_changed(self, initial: object, data: object) -> bool:
        try:
            return self.to_python(initial) != self.to_python(data)
        except ValidationError:
            return True
