"""运行状况 for whoever looks after the machine, and two addresses for probes."""

from ipaddress import ip_address

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from kuancheng.access.sessions import unattended
from kuancheng.asking.parameters import DAYS
from kuancheng.proxy import FORWARDED
from kuancheng.readiness import registry
from kuancheng.readiness.registry import DATABASE, Answer, State, worst
from kuancheng.reports.health.page import HealthParameters, health_body, health_page
from kuancheng.reports.pages import Page

LOOKS_AFTER = "jobs.view_job"
"""The right of whoever looks after the machine, or audits who does."""


class Health(Page):
    """运行状况: what is in order, what is not, and what to do."""

    permission_required = LOOKS_AFTER
    parameters = HealthParameters

    def get(self, request: HttpRequest) -> HttpResponse:
        self.asked()
        return render(request, "reports/health.html", health_page(registry.look(timezone.now())))


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Whether the process answers, and nothing more: it asks neither database nor disk."""
    unattended(request)
    return _of_now(request) or HttpResponse("ok", content_type="text/plain")


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Whether requests should be sent here: 503 where something is down, with its name and code.

    `?strict=1` takes what needs attention for down, for a monitor that wakes somebody.
    """
    unattended(request)
    if refused := _of_now(request):
        return refused
    answers = registry.look(timezone.now())
    state = worst(answers)
    is_down = state is State.DOWN or (state is State.WARNING and request.GET.get("strict") == "1")
    return JsonResponse(
        health_body(answers, _may_know_more(request, answers)),
        status=503 if is_down else 200,
        json_dumps_params={"ensure_ascii": False},
    )


def _of_now(request: HttpRequest) -> HttpResponse | None:
    if asked := [name for name in DAYS if name in request.GET]:
        said = f"健康检查只回答此刻，不能问 {'、'.join(asked)}。"
        return HttpResponse(said, status=400, content_type="text/plain; charset=utf-8")
    return None


def _may_know_more(request: HttpRequest, answers: list[Answer]) -> bool:
    """Whether it is somebody at the machine itself, or who looks after it.

    What a proxy on the same machine passes on comes from loopback too, but says that it was passed on.
    """
    if ip_address(request.META["REMOTE_ADDR"]).is_loopback and not request.META.get(FORWARDED):
        return True
    reached = all(
        each.finding.code != "unreachable" for each in answers if each.check.name == DATABASE
    )
    return reached and request.user.has_perm(LOOKS_AFTER)
