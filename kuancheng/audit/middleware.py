"""Says of every request where it comes from, and writes apart what it could not do."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from kuancheng.audit.origin import requested
from kuancheng.audit.waiting import holding


class AuditMiddleware:
    """Stands behind authentication, which it asks for the account only when something is recorded."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with holding(), requested(request):
            return self.get_response(request)
