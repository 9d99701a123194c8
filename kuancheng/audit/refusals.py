"""What somebody sent though he may not: one entry, whichever of the doors turned him away."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from kuancheng.audit.acts import refusals
from kuancheng.audit.choices import Act, Outcome
from kuancheng.audit.recording import record_failure

HARMLESS = {"GET", "HEAD", "OPTIONS", "TRACE"}


class RefusedWrites:
    """Stands behind the origin of a request. What a service refused stands in the log already."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with refusals() as told:
            response = self.get_response(request)
        turned_away = response.status_code == 403 and request.method not in HARMLESS
        if turned_away and not told and _is_known(request):
            detail = {"method": request.method, "path": request.path}
            words = "提交被拒绝：没有权限"
            record_failure(Act.DENIED, words=words, detail=detail, outcome=Outcome.REFUSED)
        return response


def _is_known(request: HttpRequest) -> bool:
    """Asked of those alone who were turned away: a probe reads no session."""
    return bool(getattr(getattr(request, "user", None), "is_authenticated", False))
