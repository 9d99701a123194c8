"""JSON bodies: every member is declared, read strictly, and refused in Chinese by its path."""

import json
from datetime import date
from itertools import islice
from typing import Any, ClassVar, cast

from rest_framework import serializers
from rest_framework.exceptions import APIException, ErrorDetail, ParseError, ValidationError
from rest_framework.parsers import BaseParser

from kuancheng.asking.fields import DayField, shown

MAX_BODY = 1_000_000
"""Bytes of a body; a plan of 1,000 steps takes a third of it."""

MAX_UNKNOWN = 5
"""Unknown members that are named of one object."""


class TooLarge(APIException):
    """The body is longer than any honest one."""

    status_code = 413
    default_detail = f"请求体太大，最多 {MAX_BODY} 字节。"
    default_code = "too_large"


class StrictJSONParser(BaseParser):
    """JSON as RFC 8259 has it: UTF-8, no NaN, no member twice."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        raw: bytes = stream.read(MAX_BODY + 1)
        if len(raw) > MAX_BODY:
            raise TooLarge
        try:
            found = json.loads(raw.decode(), parse_constant=_refused, object_pairs_hook=_members)
            # Half a surrogate pair can be read, but never be sent back.
            json.dumps(found, ensure_ascii=False).encode()
        except (ValueError, RecursionError):
            raise ParseError(
                "请求体不是有效的 JSON：应为 UTF-8 编码，没有 NaN，同一对象内成员不重复。"
            ) from None
        return found


def _refused(constant: str) -> None:
    raise ValueError(constant)


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a member is there twice")
    return found


class Strict:
    """What every member says when it is missing."""

    default_error_messages: ClassVar[dict[str, Any]] = {
        "required": "必须给出这一项。",
        "null": "不能为空（null）。",
    }


class Words(Strict, serializers.CharField):
    """Text, taken as it stands."""

    default_error_messages: ClassVar[dict[str, Any]] = {
        "invalid": "应为文字（字符串）。",
        "nul": "含有不可用的字符（NUL）。",
        "blank": "不能为空。",
        "max_length": "太长，最多 {max_length} 个字。",
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(trim_whitespace=False, **kwargs)

    def to_internal_value(self, data: object) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        if "\x00" in data:
            self.fail("nul")
        return data


class Whole(Strict, serializers.IntegerField):
    """A whole number; neither text nor a fraction."""

    default_error_messages: ClassVar[dict[str, Any]] = {
        "invalid": "应为整数，不加引号，不带小数。",
        "min_value": "不能小于 {min_value}。",
        "max_value": "不能大于 {max_value}。",
    }

    def to_internal_value(self, data: object) -> int:
        if type(data) is not int:
            self.fail("invalid")
        return data


class Day(Strict, serializers.DateField):
    """An existing day of this century."""

    def to_internal_value(self, data: object) -> date:
        if not isinstance(data, str):
            raise ValidationError("应为日期文字，形如 2024-10-15。", "invalid")
        try:
            return DayField().read(data)
        except ValueError as error:
            raise ValidationError(str(error), "invalid") from None


class OneOf(Strict, serializers.ChoiceField):
    """The code of a choice."""

    def to_internal_value(self, data: object) -> Any:
        if not isinstance(data, str) or data not in self.choices:
            codes = "、".join(map(str, self.choices))
            given = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)
            raise ValidationError(f"{shown(given)}不可用，可用：{codes}。", "invalid_choice")
        return data


class Many(Strict, serializers.ListField):
    """A list; one that is too long is refused before its items are read."""

    default_error_messages: ClassVar[dict[str, Any]] = {
        "not_a_list": "应为列表。",
        "min_length": "至少 {min_length} 项。",
        "max_length": "最多 {max_length} 项。",
    }

    def to_internal_value(self, data: Any) -> list[Any]:
        if isinstance(data, list) and self.max_length and len(data) > self.max_length:
            self.fail("max_length", max_length=self.max_length)
        found: list[Any] = super().to_internal_value(data)
        return found


class ByDay(Strict, serializers.DictField):
    """An object whose members are days."""

    default_error_messages: ClassVar[dict[str, Any]] = {
        "not_a_dict": "应为 JSON 对象，以日期为成员名。"
    }

    def to_internal_value(self, data: object) -> dict[date, Any]:
        if not isinstance(data, dict):
            self.fail("not_a_dict")
        found, problems = {}, {}
        for name, value in data.items():
            try:
                found[Day().to_internal_value(name)] = self.child.run_validation(value)
            except ValidationError as error:
                problems[name[:40]] = error.detail
        if problems:
            raise ValidationError(problems)
        return found


class Body(Strict, serializers.Serializer[Any]):
    """A JSON object; a member that it does not declare is refused by name."""

    default_error_messages: ClassVar[dict[str, Any]] = {"invalid": "应为 JSON 对象。"}

    def to_internal_value(self, data: object) -> Any:
        problems = self._unknown(data) if isinstance(data, dict) else {}
        try:
            found = super().to_internal_value(data)
        except ValidationError as error:
            problems |= cast("dict[str, Any]", error.detail)
        if problems:
            raise ValidationError(problems)
        return found

    def _unknown(self, data: dict[str, Any]) -> dict[str, Any]:
        names = islice((name for name in data if name not in self.fields), MAX_UNKNOWN)
        known = "、".join(self.fields)
        return {
            name[:40]: [ErrorDetail(f"没有成员{shown(name)}，可用：{known}。", "unknown_parameter")]
            for name in names
        }
