"""How often the doors let somebody try: logins, and pages that cost much."""

import re
from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from kuancheng.access.views import too_soon
from kuancheng.throttles.services import costly_wait

COSTLY = re.compile(r"\.(?:xlsx|docx|csv|zip)$|/export/|^/search/$")
"""Addresses of exports and searches: each costs many times what a page does."""


class CostlyPages:
    """Lets one account have so many exports and searches a minute; every other page is free."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        wait = 0
        if COSTLY.search(request.path) and request.user.is_authenticated:
            wait = costly_wait(("account", request.user.pk))
        return too_soon(request, wait, "导出、搜索太频繁") if wait else self.get_response(request)
