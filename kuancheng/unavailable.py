"""503: nothing can be kept just now, why, and everything that was typed, to be sent once more.

The one answer for a full disk, a database that may only be read or is away, too many writers, and a
clock that is behind. A page for people, a problem for systems; both say when to try again.
"""

import logging
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.views.decorators.debug import sensitive_variables

from kuancheng.database import faults
from kuancheng.drf import problems
from kuancheng.records import forward
from kuancheng.records.forward import ClockBehind
from kuancheng.reports import views

log = logging.getLogger("kuancheng.unavailable")

SECRET = re.compile("passw|token|secret|otp", re.IGNORECASE)
"""Fields that are never written into a page; where there is one, nothing is sent again."""

WORDS = re.compile(r"[\u4e00-\u9fff]")
"""What a person typed, and no code of a choice."""


@dataclass(frozen=True)
class Reason:
    """Why nothing was kept, in words, and after how many seconds to try again."""

    title: str
    detail: str
    seconds: int
    without_database: bool = False


def reason_of(error: BaseException | None) -> Reason | None:
    """Why, where the site as a whole cannot keep anything; None for whatever else went wrong."""
    if isinstance(error, ClockBehind):
        return Reason(error.title, str(error), error.seconds)
    fault = faults.fault_of(error)
    if fault is None:
        return None
    faults.note(fault)
    return Reason(fault.title, fault.detail, fault.seconds, fault is faults.Fault.AWAY)


class Unavailable:
    """Answers for views that could not keep anything."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """503, or None: then the site's 500 answers."""
        reason = reason_of(error)
        return answer(request, reason) if reason else None


def server_error(request: HttpRequest) -> HttpResponse:
    """The site's 500; where a middleware could not keep anything, 503."""
    reason = reason_of(sys.exc_info()[1])
    return answer(request, reason) if reason else views.server_error(request)


def answer(request: HttpRequest, reason: Reason) -> HttpResponse:
    """503, with what was typed."""
    log.error("%s：%s %s", reason.title, request.method, request.path)
    if request.path.startswith("/api/"):
        response: HttpResponse = problems.unavailable(reason.title, reason.detail)
    else:
        response = HttpResponse(_page(request, reason), status=503)
    response["Retry-After"] = str(reason.seconds)
    response["Cache-Control"] = "no-store"
    response._has_been_logged = True  # type: ignore[attr-defined] # above, and once
    return response


@sensitive_variables()
def _page(request: HttpRequest, reason: Reason) -> str:
    context = {"title": reason.title, "detail": reason.detail, **_typed(request)}
    if not reason.without_database:
        try:
            return render_to_string("unavailable.html", context, request)
        except Exception:
            # What stops the site may stop the head of its pages too.
            log.exception("503 的页面不能完整显示")
    # Without the request: what every page's head asks for would be read from the database.
    return render_to_string("unavailable_alone.html", context | {"csrf_token": get_token(request)})


def _typed(request: HttpRequest) -> dict[str, Any]:
    """What the page needs to send it again: `fields`, `files` to be chosen again, `words` to be read."""
    fields: list[tuple[str, str]] = []
    files: list[tuple[str, str]] = []
    if request.method == "POST":
        fields = [pair for pair in _pairs(request) if pair[0] != "csrfmiddlewaretoken"]
        files = [
            (name, str(each.name or ""))
            for name, several in request.FILES.lists()
            for each in several
        ]
    secret = any(SECRET.search(name) for name, _ in fields)
    again = request.method in ("GET", "HEAD") or (bool(fields or files) and not secret)
    return {
        "again": again,
        "address": request.get_full_path(),
        "posts": request.method == "POST",
        "fields": [] if secret else fields,
        "files": [] if secret else files,
        "words": [] if secret else [value for _, value in fields if WORDS.search(value)],
    }


def _pairs(request: HttpRequest) -> Iterator[tuple[str, str]]:
    for name, values in request.POST.lists():
        yield from ((name, str(value)) for value in values)


def notes(request: HttpRequest) -> dict[str, Any]:
    """What every page says of the site: `storage_fault` that was met lately, `clock_mark` of a pinned day."""
    return {"storage_fault": faults.lately, "clock_mark": forward.mark}
