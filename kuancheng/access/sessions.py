"""Sessions end so long after their person's last request; what a page fetches by itself is none.

A session is written again at most once a minute, so that looking at pages writes next to nothing: it
ends between 29 and 30 minutes after the last request. Its end, and the minute, are told by the
computer's own clock.
"""

from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_vary_headers

from kuancheng.clock import DRIFT
from kuancheng.database import faults
from kuancheng.database.turns import patience

RENEWED = "renewed"
"""When the session was last written, in seconds: kept in the session itself."""

RENEW_AFTER = 60
"""Seconds after which a request writes it again."""


class SessionStore(DatabaseSessions):
    """Kept in the database; none that was written at a time that is yet to come.

    Where the computer's clock was set back, a session that had ended would begin anew.
    """

    def load(self) -> dict[str, Any]:
        found = super().load()
        ahead = found.get(RENEWED, 0) - _now()
        return {} if ahead > DRIFT.total_seconds() else found


def unattended(request: HttpRequest) -> None:
    """Says that nobody asked: the page did by itself, and the session grows no older for it."""
    request.unattended = True  # type: ignore[attr-defined]


class IdleSessionMiddleware(SessionMiddleware):
    """Django's, except that a request that nobody made keeps no session alive.

    Where it cannot be kept now, the page goes out all the same: the next request tries again.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        session = request.session
        if getattr(request, "unattended", False) and not session.modified:
            patch_vary_headers(response, ("Cookie",))
            return response
        merely_renewed = not session.modified
        if session.accessed and not session.is_empty() and _is_old(session):
            session[RENEWED] = _now()
        try:
            if merely_renewed:
                with patience(faults.DISPENSABLE):
                    return self._kept(request, response)
            return self._kept(request, response)
        except SessionInterrupted as error:
            fault = faults.fault_of(error)
            if fault is None:
                raise
            faults.note(fault)
            patch_vary_headers(response, ("Cookie",))
            return response

    def _kept(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        writes = request.session.modified
        answer = super().process_response(request, response)
        if writes and response.status_code < 500:
            faults.forget()
        return answer


def _is_old(session: SessionBase) -> bool:
    """Whether a minute has passed since it was written; a clock that was set back counts as one."""
    return bool(abs(_now() - session.get(RENEWED, 0)) >= RENEW_AFTER)


def _now() -> int:
    return int(timezone.now().timestamp())
