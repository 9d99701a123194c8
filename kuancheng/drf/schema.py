"""The API's own description, OpenAPI 3, in Chinese."""

from typing import Any

import django_filters as filters
from django import forms
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema

from kuancheng.asking.fields import SEARCH_LENGTH, StrictField, choices_of, takes_many
from kuancheng.asking.parameters import Parameters
from kuancheng.drf.body import Body
from kuancheng.drf.problems import CONTENT_TYPE, Problem

ANSWERS = {
    "400": "有未知参数，或参数的值不合规；errors 逐个指明。",
    "401": "没有密钥，或密钥无效、已到期、已吊销。",
    "403": "账号没有查看这些数据的权限。",
    "404": "没有这条记录，或页码超出范围。",
    "429": "请求太频繁；Retry-After 说明几秒后再试。",
}
BODY_ANSWERS = {
    "413": "请求体太大。",
    "415": "请求体不是 application/json。",
}
ACTIONS = {
    "list": "{}列表",
    "retrieve": "单个{}",
    "summary": "{}汇总",
    "schedule": "{}的倒排工期",
    "preview": "{}试算",
    "file": "{}的文件",
}
KEYS = {"id": "记录号", "month": "月份，YYYY-MM", "kind": "文件种类"}
"""What a part of an address names, where it is no code."""


class ApiKeyScheme(OpenApiAuthenticationExtension):
    """The key, as the schema calls it."""

    target_class = "kuancheng.access.authentication.ApiKeyAuthentication"
    name = "ApiKey"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "系统管理员签发的接口密钥：Authorization: Bearer <密钥>",
        }


class SessionScheme(OpenApiAuthenticationExtension):
    """The login of the pages, which also opens the API."""

    target_class = "rest_framework.authentication.SessionAuthentication"
    name = "Session"
    priority = 1

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": "sessionid",
            "description": "已登录本系统的浏览器",
        }


class Schema(AutoSchema):
    """Describes a `RecordsViewSet` from what it declares: noun, parameters, row."""

    view: Any

    def get_tags(self) -> list[str]:
        return [self.view.noun()]

    def get_summary(self) -> str:
        return ACTIONS[self.view.action].format(self.view.noun())

    def get_description(self) -> str:  # type: ignore[override]
        return str(self.view.about.get(self.view.action, ""))

    def _get_filter_parameters(self) -> list[dict[str, Any]]:
        return documented(self.view.parameters.get(self.view.action, Parameters))

    def _resolve_path_parameters(self, variables: object) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = super()._resolve_path_parameters(variables)
        for parameter in found:
            word = KEYS.get(parameter["name"], "编号")
            parameter["description"] = f"{self.view.noun()}的{word}"
        return found

    def _map_basic_serializer(self, serializer: Any, direction: Any) -> dict[str, Any]:
        found: dict[str, Any] = super()._map_basic_serializer(serializer, direction)
        model = getattr(getattr(serializer, "Meta", None), "model", None)
        found["description"] = str(model._meta.verbose_name) if model else serializer.about
        if isinstance(serializer, Body):
            found["additionalProperties"] = False
        return found

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        answers: dict[str, Any] = super()._get_response_bodies(direction)
        answers["200"]["description"] = self.get_summary()
        body = self.resolve_serializer(Problem, "response").ref
        refusals = ANSWERS | BODY_ANSWERS if self.method == "POST" else ANSWERS
        for status, words in refusals.items():
            answers[status] = {"description": words, "content": {CONTENT_TYPE: {"schema": body}}}
        return answers


def documented(kind: type[Parameters]) -> list[dict[str, Any]]:
    """The parameters as OpenAPI says them, each with its Chinese label and its codes."""
    return [
        {
            "name": name,
            "in": "query",
            "required": False,
            "description": _described(each),
            "schema": _schema(each.field),
        }
        for name, each in kind.base_filters.items()
    ]


def _described(each: filters.Filter) -> str:
    choices = choices_of(each.field)
    meant = "、".join(f"`{code}` {label}" for code, label in choices)
    repeat = "可重复给出，满足其一即可。" if takes_many(each.field) else ""
    return f"{each.label}。{repeat}{meant}"


def _schema(field: forms.Field) -> dict[str, Any]:
    if isinstance(field, StrictField):
        return field.described()
    if isinstance(field, forms.ModelChoiceField) and not field.to_field_name:
        return {"type": "integer", "minimum": 1}
    choices = [code for code, _ in choices_of(field)]
    if isinstance(field, forms.MultipleChoiceField):
        return {"type": "array", "items": {"type": "string", "enum": choices}}
    if choices:
        return {"type": "string", "enum": choices}
    return {"type": "string", "minLength": 1, "maxLength": SEARCH_LENGTH}
