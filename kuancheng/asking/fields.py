"""Values of query parameters: read strictly, refused in Chinese."""

import re
from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.utils import timezone
from django_filters.fields import ModelChoiceField

from kuancheng import clock

EARLIEST, LATEST = date(2000, 1, 1), date(2100, 12, 31)
SEARCH_LENGTH = 100

AMOUNT = re.compile(r"[0-9]{1,12}(\.[0-9]{1,2})?")
CODE = re.compile(r"[A-Za-z0-9_-]{1,40}")
DIGITS = re.compile(r"[0-9]{1,18}")
MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
# A plus sign that was not escaped arrives as a blank; nothing else can stand there.
MOMENT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+ -][0-9]{2}:[0-9]{2})?)?"
)


class StrictField(forms.Field):
    """A single value. Subclasses say how it reads, and `schema` says so to machines."""

    schema: ClassVar[dict[str, Any]] = {"type": "string"}

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        try:
            return self.read(value)
        except ValueError as error:
            raise ValidationError(str(error), code="invalid") from None

    def read(self, text: str) -> Any:
        """The value that the text stands for. ValueError, in Chinese, when it stands for none."""
        raise NotImplementedError

    def described(self) -> dict[str, Any]:
        """The JSON schema of the parameter."""
        return dict(self.schema)


class ManyField(StrictField):
    """The same parameter given once or several times: a list of values."""

    widget = forms.SelectMultiple
    each: StrictField

    def read(self, text: Any) -> list[Any]:
        return [self.each.read(item) for item in text]

    def described(self) -> dict[str, Any]:
        return {"type": "array", "items": self.each.described()}


class DayField(StrictField):
    """An existing day of this century."""

    schema = {"type": "string", "format": "date"}

    def read(self, text: str) -> date:
        try:
            day = clock.parse_day(text)
        except ValueError:
            raise ValueError(not_a_day(text)) from None
        if not EARLIEST <= day <= LATEST:
            raise ValueError(f"日期应在 {EARLIEST} 到 {LATEST} 之间，{day} 不在其中。")
        return day


def day_field(label: str, help_text: str = "", *, required: bool = True) -> DayField:
    """A day that a form asks for, typed."""
    return DayField(
        label=label,
        required=required,
        help_text=help_text,
        widget=forms.TextInput(
            {"inputmode": "numeric", "autocomplete": "off", "placeholder": "2024-10-25"}
        ),
        error_messages={"required": f"请填写{label}，形如 2024-10-25。"},
    )


class AsOfField(DayField):
    """The day that an answer holds for, or is drawn from the records of: not in the future."""

    called = "截至日期"

    def read(self, text: str) -> date:
        try:
            day, today = clock.parse_day(text), clock.today()
        except ValueError:
            raise ValueError(not_a_day(text)) from None
        if not EARLIEST <= day <= today:
            raise ValueError(f"{self.called}应在 {EARLIEST} 到 {today} 之间，{day} 不在其中。")
        return day


class KnownAtField(AsOfField):
    """The day whose records an answer is drawn from."""

    called = "所知日期"


class MonthField(StrictField):
    """A month, as its first day."""

    schema = {"type": "string", "pattern": "^20[0-9]{2}-(0[1-9]|1[0-2])$", "example": "2024-09"}

    def read(self, text: str) -> date:
        if not MONTH.fullmatch(text):
            raise ValueError(f"{shown(text)}不是存在的月份，应为 YYYY-MM，例如 2024-09。")
        if not str(EARLIEST.year) <= text[:4] <= str(LATEST.year):
            raise ValueError(f"月份应在 {EARLIEST:%Y-%m} 到 {LATEST:%Y-%m} 之间，{text} 不在其中。")
        return date.fromisoformat(f"{text}-01")


class MonthsField(ManyField):
    each = MonthField()


class YearField(StrictField):
    """A year of this century."""

    schema = {"type": "integer", "minimum": EARLIEST.year, "maximum": LATEST.year}

    def read(self, text: str) -> int:
        if not re.fullmatch("[0-9]{4}", text) or not EARLIEST.year <= int(text) <= LATEST.year:
            raise ValueError(
                f"{shown(text)}不是 {EARLIEST.year} 到 {LATEST.year} 之间的年份，应为 4 位数字。"
            )
        return int(text)


class YearsField(ManyField):
    each = YearField()


class MomentField(StrictField):
    """A day, or a moment; in the site's time zone where it names none."""

    schema = {"type": "string", "example": "2024-10-01T08:00:00+08:00"}

    def read(self, text: str) -> datetime:
        found = MOMENT.fullmatch(text)
        try:
            if not found:
                raise ValueError
            clock.parse_day(found[1])
            moment = datetime.fromisoformat(text.replace(" ", "+"))
        except ValueError:
            raise ValueError(
                f"{shown(text)}不是存在的时间，应为 YYYY-MM-DD 或 YYYY-MM-DDThh:mm:ss+08:00。"
            ) from None
        if not EARLIEST <= moment.date() <= LATEST:
            raise ValueError(f"时间应在 {EARLIEST} 到 {LATEST} 之间。")
        if not found[2]:
            moment = datetime.combine(moment.date(), time.min)
        return timezone.make_aware(moment) if moment.tzinfo is None else moment


class AmountField(StrictField):
    """An amount in 万元, not negative."""

    schema = {"type": "string", "pattern": "^[0-9]{1,12}([.][0-9]{1,2})?$", "example": "5000.00"}

    def read(self, text: str) -> Decimal:
        if not AMOUNT.fullmatch(text):
            raise ValueError(f"{shown(text)}不是金额，应为万元数，最多两位小数，例如 5000.00。")
        return Decimal(text)


class FlagField(StrictField):
    """是 or 否."""

    schema = {"type": "boolean"}

    def read(self, text: str) -> bool:
        if text not in {"true", "false"}:
            raise ValueError(f"{shown(text)}不可用，只能是 true 或 false。")
        return text == "true"


class NumberField(StrictField):
    """A whole number from `minimum`, up to `maximum` where there is one."""

    def __init__(self, *, minimum: int, maximum: int | None = None, **kwargs: Any) -> None:
        self.minimum, self.maximum = minimum, maximum
        super().__init__(**kwargs)

    def read(self, text: str) -> int:
        number = int(text) if DIGITS.fullmatch(text) else -1
        if number < self.minimum or (self.maximum is not None and number > self.maximum):
            reach = f"{self.minimum} 以上" if self.maximum is None else ""
            reach = reach or f"{self.minimum} 到 {self.maximum}"
            raise ValueError(f"{shown(text)}不可用，应为 {reach}的整数。")
        return number

    def described(self) -> dict[str, Any]:
        limits = {"minimum": self.minimum, "maximum": self.maximum}
        return {"type": "integer"} | {key: each for key, each in limits.items() if each is not None}


class SearchField(StrictField):
    """Words to look for."""

    schema = {"type": "string", "minLength": 1, "maxLength": SEARCH_LENGTH}

    def read(self, text: str) -> str:
        if not text.strip():
            raise ValueError("请填写要查找的文字。")
        if len(text) > SEARCH_LENGTH:
            raise ValueError(f"要查找的文字太长，最多 {SEARCH_LENGTH} 个字。")
        return text.strip()


class RecordsField(ManyField):
    """Records by their id, or by their code where they have one: a list of ids. One query."""

    def __init__(self, *, queryset: QuerySet[Any], key: str = "id", **kwargs: Any) -> None:
        self.queryset, self.key = queryset, key
        super().__init__(**kwargs)

    def read(self, text: Any) -> list[int]:
        for item in text:
            _check_key(self.queryset.model, self.key, item)
        wanted = [int(item) for item in text] if self.key == "id" else text
        found = dict(
            self.queryset.filter(**{f"{self.key}__in": wanted}).values_list(self.key, "pk")
        )
        missing = [item for item in wanted if item not in found]
        if missing:
            raise ValueError(_no_such(self.queryset.model, self.key, missing[0]))
        return list(found.values())

    def described(self) -> dict[str, Any]:
        items = {"type": "integer"} if self.key == "id" else {"type": "string"}
        return {"type": "array", "items": items}


class RecordField(ModelChoiceField):
    """One record picked from a select, by its id, or by its code (`to_field_name`)."""

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values or value == self.null_value:
            return super().to_python(value)
        key, model = self.to_field_name or "id", self.queryset.model
        try:
            _check_key(model, key, value)
            return super().to_python(value)
        except ValueError as error:
            raise ValidationError(str(error), code="invalid") from None
        except ValidationError:
            raise ValidationError(_no_such(model, key, value), code="invalid") from None


def _check_key(model: type[Model], key: str, text: str) -> None:
    form = DIGITS if key == "id" else CODE
    if not form.fullmatch(text):
        raise ValueError(f"{shown(text)}不是{model._meta.verbose_name}的{_key_label(key)}。")


def _no_such(model: type[Model], key: str, value: object) -> str:
    return f"没有{_key_label(key)}为{shown(str(value))}的{model._meta.verbose_name}。"


def _key_label(key: str) -> str:
    return "id" if key == "id" else "编号"


class OrderingField(StrictField):
    """Names of columns, separated by commas, `-` before one to turn it round: a list of names."""

    def __init__(self, *, columns: Mapping[str, Any], **kwargs: Any) -> None:
        self.columns = columns
        super().__init__(**kwargs)

    def read(self, text: str) -> list[str]:
        names = text.split(",")
        for name in names:
            if name.removeprefix("-") not in self.columns:
                raise ValueError(
                    f"不能按{shown(name)}排序，可用：{'、'.join(self.columns)}；前面加 - 为倒序。"
                )
        return names

    def described(self) -> dict[str, Any]:
        names = "|".join(self.columns)
        return {"type": "string", "pattern": f"^-?({names})(,-?({names}))*$"}


def not_a_day(text: str) -> str:
    """What to tell whoever sent it."""
    return f"{shown(text)}不是存在的日期，应为 YYYY-MM-DD。"


def shown(text: str, length: int = 40) -> str:
    """A value quoted back to whoever sent it, cut where it is long."""
    return f"“{text if len(text) <= length else text[:length] + '…'}”"


def takes_many(field: forms.Field) -> bool:
    """Whether the parameter may be given several times."""
    return bool(getattr(field.widget, "allow_multiple_selected", False))


def choices_of(field: forms.Field) -> list[tuple[Any, Any]]:
    """The codes that may be sent, and what they mean; a form's empty choice is none of them.

    Records are none either: they come and go, and are not asked for to say what may be sent.
    """
    if isinstance(field, ModelChoiceField):
        return []
    return [(code, label) for code, label in getattr(field, "choices", ()) if code != ""]
