"""Errors as RFC 9457 problem details, in Chinese."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from rest_framework import exceptions, serializers
from rest_framework.settings import api_settings
from rest_framework.views import set_rollback

from kuancheng.asking.paging import NoSuchPage
from kuancheng.asking.parameters import BadParameters
from kuancheng.drf.throttling import TooOften
from kuancheng.throttles.services import stranger_wait

CONTENT_TYPE = "application/problem+json"

TITLES = {
    400: "请求有误",
    401: "没有认证",
    403: "没有权限",
    404: "没有找到",
    405: "不支持的方法",
    406: "不支持的格式",
    413: "请求太大",
    415: "不支持的内容类型",
    429: "请求太频繁",
    500: "系统出错",
}
NO_KEY = "请在请求头中给出密钥（Authorization: Bearer <密钥>），或先登录本系统。"
NO_RIGHT = "您的账号没有这项权限，请联系系统管理员。"
NOT_FOUND = "没有这个地址或这条记录。"
UNPROVEN = "用登录会话提交时须带 CSRF 令牌（X-CSRFToken 请求头）；用密钥则不需要。"
NOT_JSON = "请求体应为 JSON，请在请求头中写明 Content-Type: application/json。"
CRASHED = "系统内部出错，已记录。请稍后再试，或联系系统管理员。"

MAX_ERRORS = 100
"""Errors that one answer names."""


class FieldProblem(serializers.Serializer[Any]):
    """What is wrong with one parameter, or one member of the body."""

    about = "一个参数的错误"

    field = serializers.CharField(
        help_text="参数名，或请求体成员的路径，例如 steps[2].duration；steps.a 指编号为 a 的步骤"
    )
    code = serializers.CharField(
        help_text="错误代码：unknown_parameter 未知参数或成员，repeated 重复，其他为值不合规"
    )
    detail = serializers.CharField(help_text="错在哪里，怎样改")


class Problem(serializers.Serializer[Any]):
    """The body of every error."""

    about = "错误（RFC 9457）"

    type = serializers.CharField(help_text="错误类型，固定为 about:blank（见 RFC 9457）")
    title = serializers.CharField(help_text="状态码的含义")
    status = serializers.IntegerField(help_text="HTTP 状态码")
    detail = serializers.CharField(help_text="错在哪里，怎样改")
    errors = FieldProblem(  # type: ignore[assignment]
        many=True, required=False, help_text="逐个参数的错误，仅 400 时有"
    )


def problem(error: Exception, context: dict[str, Any]) -> HttpResponse | None:
    """DRF's exception handler. None for what nobody foresaw: the site's 500 answers that."""
    known = _known(error)
    if known is None:
        return None
    if isinstance(known, exceptions.NotAuthenticated | exceptions.AuthenticationFailed):
        known = _of_stranger(known, context)
    set_rollback()
    body = _body(known.status_code, str(known.detail))
    if isinstance(known, exceptions.ValidationError):
        errors = [
            {"field": path, "code": each.code, "detail": str(each)}
            for path, each in islice(_flat(known.detail), MAX_ERRORS)
        ]
        body["errors"] = errors
        body["detail"] = "".join(f"参数 {each['field']}：{each['detail']}" for each in errors)
    response = problem_response(body)
    if challenge := getattr(known, "auth_header", None):
        response["WWW-Authenticate"] = challenge
    if isinstance(known, TooOften):
        response["Retry-After"] = str(known.seconds)
    return response


def _of_stranger(
    error: exceptions.APIException, context: dict[str, Any]
) -> exceptions.APIException:
    """The same refusal, or 429 for an address that is refused all the time.

    Only what is refused anyway counts: whoever has a key that opens is not held up by those who
    share his address.
    """
    wait = stranger_wait(context["request"].META.get("REMOTE_ADDR"))
    return TooOften(wait) if wait else error


def _flat(detail: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Nested errors as (path, error): members after a dot, places in a list in brackets."""
    if isinstance(detail, list):
        yield from ((path or "body", each) for each in detail)
        return
    for name, found in detail.items():
        if isinstance(name, int):
            yield from _flat(found, f"{path}[{name}]")
        elif name == api_settings.NON_FIELD_ERRORS_KEY:
            yield from _flat(found, path)
        else:
            yield from _flat(found, f"{path}.{name}" if path else name)


def problem_response(body: dict[str, Any]) -> JsonResponse:
    """The body as a response of its own type, whatever the request accepts."""
    return JsonResponse(
        body,
        status=body["status"],
        content_type=CONTENT_TYPE,
        json_dumps_params={"ensure_ascii": False},
    )


def server_error(request: HttpRequest) -> JsonResponse:
    """The site's answer for an API path when something unforeseen went wrong."""
    return problem_response(_body(500, CRASHED))


def unavailable(title: str, detail: str) -> JsonResponse:
    """503: nothing was kept, why, and what is to be done."""
    return problem_response(
        {"type": "about:blank", "title": title, "status": 503, "detail": detail}
    )


def _known(error: Exception) -> exceptions.APIException | None:
    if isinstance(error, BadParameters):
        return exceptions.ValidationError(_details(error))
    if isinstance(error, NoSuchPage):
        return exceptions.NotFound(str(error))
    if isinstance(error, exceptions.NotAuthenticated):
        error.detail = exceptions.ErrorDetail(NO_KEY, error.default_code)
    if isinstance(error, exceptions.UnsupportedMediaType):
        error.detail = exceptions.ErrorDetail(NOT_JSON, error.default_code)
    # DRF says it in English, and in no class of its own.
    if isinstance(error, exceptions.PermissionDenied) and str(error).startswith("CSRF Failed"):
        error.detail = exceptions.ErrorDetail(UNPROVEN, error.default_code)
    if isinstance(error, exceptions.APIException):
        return error
    if isinstance(error, Http404):
        return exceptions.NotFound(NOT_FOUND)
    if isinstance(error, PermissionDenied):
        return exceptions.PermissionDenied(NO_RIGHT)
    if isinstance(error, SuspiciousOperation):
        return exceptions.ParseError("请求无法读取，例如参数太多。")
    return None


def _details(error: BadParameters) -> dict[str, list[exceptions.ErrorDetail]]:
    return {
        name: [exceptions.ErrorDetail(each.sentence, each.code) for each in found]
        for name, found in error.faults.items()
    }


def _body(status: int, detail: str) -> dict[str, Any]:
    title = TITLES.get(status, "请求失败")
    return {"type": "about:blank", "title": title, "status": status, "detail": detail}
