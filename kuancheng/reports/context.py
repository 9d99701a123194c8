"""What every page's template knows."""

from typing import Any

from django.http import HttpRequest

from kuancheng import clock
from projects.models import Project


def site(request: HttpRequest) -> dict[str, Any]:
    """`today`, and `demo`: whether the portfolio is invented, asked only when shown."""
    return {"demo": Project.objects.filter(is_demo=True).exists, "today": clock.today()}
