"""Who may read through the API."""

from typing import Any

from django.http import HttpRequest
from rest_framework.permissions import BasePermission
from rest_framework.request import Request


class MayViewModel(BasePermission):
    """Lets an account read the model behind a view when one of its roles may view that model.

    A view without a model of its own names the permission: `required_permission = "app.view_x"`.
    """

    message = "您的账号没有查看这些数据的权限，请联系系统管理员。"

    def has_permission(self, request: Request | HttpRequest, view: Any) -> bool:
        user = request.user
        return user.is_authenticated and user.has_perm(_required_permission(view))


def _required_permission(view: Any) -> str:
    named: str | None = getattr(view, "required_permission", None)
    if named:
        return named
    meta = view.queryset.model._meta
    return f"{meta.app_label}.view_{meta.model_name}"
