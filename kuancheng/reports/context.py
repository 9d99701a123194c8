"""What every page's template knows."""

from typing import Any

from django.http import HttpRequest

from projects.models import Project


def site(request: HttpRequest) -> dict[str, Any]:
    """`demo`: whether this database holds the invented portfolio, asked only when shown."""
    return {"demo": Project.objects.filter(is_demo=True).exists}
