"""Who may read through the API."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db.models import QuerySet
from django.http import HttpRequest
from rest_framework.permissions import BasePermission
from rest_framework.request import Request


class MayViewModel(BasePermission):
    """Lets an account read the model behind a view when one of its roles may view that model.

    A view without a model of its own names the permission: `required_permission = "app.view_x"`.
    """

    message = "您的账号没有查看这些数据的权限，请联系系统管理员。"

    def has_permission(self, request: Request | HttpRequest, view: object) -> bool:
        user = request.user
        return user.is_authenticated and user.has_perm(_required_permission(view))


class MayReadSchema(BasePermission):
    """Lets whoever has an account read what the API can do; everybody, where the site opened it."""

    def has_permission(self, request: Request | HttpRequest, view: object) -> bool:
        return settings.KUANCHENG_OPEN_SCHEMA or request.user.is_authenticated


def _required_permission(view: object) -> str:
    named: str | None = getattr(view, "required_permission", None)
    if named:
        return named
    queryset: QuerySet[Any] | None = getattr(view, "queryset", None)
    if queryset is None:
        raise ImproperlyConfigured(f"{type(view).__name__} has no model and no required_permission")
    meta = queryset.model._meta
    return f"{meta.app_label}.view_{meta.model_name}"
