"""大屏: for whoever is logged in, and for a display that is opened by a token."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from kuancheng import clock
from kuancheng.access.models import DisplayToken
from kuancheng.access.sessions import unattended
from kuancheng.reports.pages import AskedView, Page
from kuancheng.reports.screen.page import (
    PresentParameters,
    ScreenParameters,
    present,
    screen_page,
)
from kuancheng.throttles.services import stranger_wait


class Unkept(AskedView):
    """An answer that nobody keeps, and from which no address is told to anybody."""

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        response = super().dispatch(request, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        response["Referrer-Policy"] = "no-referrer"
        return response


class Screen(Unkept, Page):
    """大屏, for whoever is logged in: all panels, one after the other."""

    parameters = ScreenParameters

    def get(self, request: HttpRequest) -> HttpResponse:
        turn = self.asked().form.cleaned_data["turn"]
        if turn is not None:
            unattended(request)
        return render(request, "reports/screen.html", screen_page(turn or 1, clock.today()))


class ScreenNow(Unkept, Page):
    """What the screen of a session fetches by itself; 403 once the session has ended."""

    parameters = PresentParameters

    def handle_no_permission(self) -> Any:
        return screen_closed(self.request)

    def get(self, request: HttpRequest) -> HttpResponse:
        self.asked()
        unattended(request)
        return render(request, "reports/screen_now.html", present(clock.today()))


class Display(Unkept):
    """The same, opened by a display token instead of a session."""

    parameters = ScreenParameters

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        unattended(request)
        if not DisplayToken.opened_by(token, request.META.get("REMOTE_ADDR")):
            return not_opened(request)
        turn = self.asked().form.cleaned_data["turn"] or 1
        return render(request, "reports/screen.html", screen_page(turn, clock.today()))


class DisplayNow(Unkept):
    """What the screen of a token fetches by itself; 403 once the token is revoked or expired."""

    parameters = PresentParameters

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        unattended(request)
        if not DisplayToken.opened_by(token, request.META.get("REMOTE_ADDR")):
            return not_opened(request)
        self.asked()
        return render(request, "reports/screen_now.html", present(clock.today()))


def screen_closed(request: HttpRequest) -> HttpResponse:
    """403 of a screen: a page that asks for nothing more and leads nowhere."""
    return render(request, "reports/screen_closed.html", status=403)


def not_opened(request: HttpRequest) -> HttpResponse:
    """The same for a token that opens nothing; 429 for an address that goes on trying."""
    answer = screen_closed(request)
    if wait := stranger_wait(request.META.get("REMOTE_ADDR")):
        answer.status_code, answer["Retry-After"] = 429, str(wait)
    return answer
