"""Sessions end so long after their person's last request; what a page fetches by itself is none."""

from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers


def unattended(request: HttpRequest) -> None:
    """Says that nobody asked: the page did by itself, and the session grows no older for it."""
    request.unattended = True  # type: ignore[attr-defined]


class IdleSessionMiddleware(SessionMiddleware):
    """Django's, except that a request that nobody made keeps no session alive."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if getattr(request, "unattended", False) and not request.session.modified:
            patch_vary_headers(response, ("Cookie",))
            return response
        return super().process_response(request, response)
