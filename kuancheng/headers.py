"""What every answer tells the browser to keep, and to leave alone. Static files are not asked here."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

UNKEPT = "no-store"
"""Nobody keeps it, so after logging out the Back button shows nothing."""

ASKED_AGAIN = "private, no-cache"
"""The asker may keep it, and asks each time whether it still holds: for answers with an ETag."""

UNUSED = (
    "accelerometer",
    "autoplay",
    "bluetooth",
    "browsing-topics",
    "camera",
    "display-capture",
    "encrypted-media",
    "fullscreen",
    "geolocation",
    "gyroscope",
    "hid",
    "idle-detection",
    "local-fonts",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "publickey-credentials-get",
    "screen-wake-lock",
    "serial",
    "usb",
    "web-share",
    "xr-spatial-tracking",
)
"""What no page of ours asks of a browser. A photo is taken by the phone's own camera through the
file field, which is none of these; the big screen is set to full screen by its own browser."""

POLICY = ", ".join(f"{name}=()" for name in UNUSED)


class Headers:
    """Adds them to whatever the views answer; a view that says something stricter is left alone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        kept = response.get("Cache-Control", "")
        if UNKEPT not in kept and kept != ASKED_AGAIN:
            response["Cache-Control"] = ASKED_AGAIN if _validated(request, response) else UNKEPT
        response.setdefault("Permissions-Policy", POLICY)
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response


def _validated(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Whether it is what the API answers to a reader, which gets an ETag further out."""
    return (
        request.path.startswith("/api/")
        and request.method in {"GET", "HEAD"}
        and response.status_code in {200, 304}
        and not response.streaming
        and not response.get("Content-Type", "").startswith("text/html")
    )
