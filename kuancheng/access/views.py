"""The doors themselves: login, lockout, and a form whose token has gone stale."""

from typing import Any

from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


class Login(LoginView):
    """One login page for pages and admin."""

    template_name = "login.html"
    redirect_authenticated_user = True


def locked_out(
    request: HttpRequest, response: HttpResponse, credentials: dict[str, Any], *args: object
) -> HttpResponse:
    """After five failures: says so, and when to try again."""
    context = {
        "title": "账号已临时锁定",
        "detail": "连续 5 次登录失败，请 30 分钟后再试，或联系系统管理员解锁。",
    }
    return render(request, "error.html", context, status=429)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form sent without a valid token, mostly after the session ended."""
    context = {
        "title": "页面已过期",
        "detail": "登录状态已变化，本次提交没有保存。请返回上一页，刷新后再提交。",
    }
    return render(request, "error.html", context, status=403)
