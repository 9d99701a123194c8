"""What the head of every page knows of its reader's notices."""

from collections.abc import Callable
from functools import cache

from django.http import HttpRequest

from kuancheng.notices.models import Notice

MOST_COUNTED = 100
"""Beyond that the head says 99+: counting on would cost, and tell nobody anything."""


def unread(request: HttpRequest) -> dict[str, Callable[[], int]]:
    """`unread_notices`: how many the reader has not read, up to 100.

    Asked of the database once a request, and only where it is shown.
    """

    @cache
    def count() -> int:
        own = Notice.objects.visible_to(request.user).unread()
        return own.order_by()[:MOST_COUNTED].count()

    return {"unread_notices": count}
