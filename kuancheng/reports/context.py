"""What every page's template knows."""

from datetime import date, timedelta
from functools import partial
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from kuancheng import clock
from kuancheng.reports.first_day.page import open_steps
from kuancheng.reports.printing import kept_at
from projects.models import Project


def site(request: HttpRequest) -> dict[str, Any]:
    """`today`, days to offer beside it, `here`: the page's name, `demo`: whether it is invented, and
    `open_steps`: what is left of the first day to whoever sets the site up, and `kept_at`: the class
    that is printed on every sheet.

    An address that leads nowhere has no name.
    What is asked of the database is asked only when it is shown.
    """
    today = clock.today()
    match = request.resolver_match
    return {
        "here": match.url_name if match else None,
        "demo": Project.objects.filter(is_demo=True).exists,
        # A request refused at the door has no user yet.
        "open_steps": partial(open_steps, getattr(request, "user", AnonymousUser())),
        "kept_at": kept_at(request).value,
        "today": today,
        "recent_days": month_ends(today),
    }


def month_ends(today: date) -> list[date]:
    """The ends of the last twelve months, latest first."""
    ends: list[date] = []
    day = today
    while len(ends) < 12:
        day = day.replace(day=1) - timedelta(days=1)
        ends.append(day)
    return ends
