"""How often one key or account may ask the API."""

from typing import Any

from rest_framework.exceptions import ErrorDetail, Throttled
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from kuancheng.throttles.services import api_wait

COSTLY = ("search", "format")
"""Parameters that make an answer cost many times what another does."""


class TooOften(Throttled):
    """429 that says in Chinese when to try again."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds
        self.detail = ErrorDetail(f"请求太频繁，请 {seconds} 秒后再试。", self.default_code)


class OwnBudget(BaseThrottle):
    """So much a minute for each key, and for each account that comes with a session.

    Nobody's request is let through here: it is refused for want of a key, and counted there.
    """

    def allow_request(self, request: Request, view: Any) -> bool:
        """Always, or 429 that says when to try again."""
        if not request.user.is_authenticated:
            return True
        key = getattr(request.auth, "pk", None)
        asker = ("key", key) if key else ("account", request.user.pk)
        is_costly = any(name in request.query_params for name in COSTLY)
        if wait := api_wait(asker, is_costly=is_costly):
            raise TooOften(wait)
        return True
