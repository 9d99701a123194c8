"""The doors themselves: login, lockout, a form whose token has gone stale, and what a refusal says."""

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from kuancheng.throttles.services import login_wait, note_failure, note_success


class Login(LoginView):
    """One login page for pages and admin. Who must wait is told so before his password is looked at."""

    template_name = "login.html"
    redirect_authenticated_user = True

    def post(self, request: HttpRequest, *args: str, **kwargs: Any) -> HttpResponse:
        if wait := login_wait(**self.tried()):
            return too_soon(request, wait.seconds, "登录失败太多")
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        answer = super().form_valid(form)
        note_success(**self.tried())
        return answer

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        # What the lockout refused has not been tried, and an empty field is no guess.
        locked = getattr(self.request, "axes_locked_out", False)
        if not locked and {"username", "password"} <= form.cleaned_data.keys():
            note_failure(**self.tried())
        return super().form_invalid(form)

    def tried(self) -> dict[str, Any]:
        """Which name, from where, when."""
        return {
            "name": self.request.POST.get("username", ""),
            "address": self.request.META.get("REMOTE_ADDR"),
            "at": timezone.now(),
        }


def refusal(
    request: HttpRequest,
    status: int,
    title: str,
    detail: str,
    errors: Sequence[str] = (),
    back: tuple[str, str] = ("/", "回到进展清单"),
) -> HttpResponse:
    """A page that says why not, and where to go on: `back` is an address and its words."""
    address, words = back
    context = {
        "title": title,
        "detail": detail,
        "errors": errors,
        "back": address,
        "back_text": words,
    }
    return render(request, "error.html", context, status=status)


def too_soon(request: HttpRequest, seconds: int, title: str) -> HttpResponse:
    """429: when to try again."""
    minutes = -(-seconds // 60)
    when = f"{seconds} 秒" if seconds < 120 else f"{minutes} 分钟"
    answer = refusal(request, 429, title, f"请 {when}后再试。", back=(request.path, "返回"))
    answer["Retry-After"] = str(seconds)
    return answer


def locked_out(
    request: HttpRequest, response: HttpResponse, credentials: dict[str, Any], *args: object
) -> HttpResponse:
    """After five failures: says so, and when to try again."""
    detail = "连续 5 次登录失败，请 30 分钟后再试，或联系系统管理员解锁。"
    answer = refusal(request, 429, "账号已临时锁定", detail, back=(request.path, "返回登录"))
    answer["Retry-After"] = str(30 * 60)
    return answer


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form sent without a valid token, mostly after the session ended."""
    detail = "登录状态已变化，本次提交没有保存。请返回上一页，刷新后再提交。"
    return refusal(request, 403, "页面已过期", detail)
