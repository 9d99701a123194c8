"""What is printed on every sheet of a page: the highest class of what the page shows."""

from collections.abc import Iterable

from django.http import HttpRequest

from kuancheng.records.classes import DataClass, class_of, highest

PUBLIC = frozenset(
    [
        "help",
        "terms",
        "login",
        "logout",
        "password",
        "api-docs",
        "api-root",
        "document-sample",
        "template-starter",
    ]
)
"""Pages without anything of the district's own."""

INTERNAL = frozenset(
    [
        "overview",
        "rules",
        "quality",
        "permits",
        "programmes",
        "matter-figures",
        "matter-rules",
        "wall-chart",
        "year-turn",
        "start",
    ]
)
"""Pages of projects, amounts and lights, on which nobody is named."""


def kept_at(request: HttpRequest) -> DataClass:
    """How closely the page is to be kept; one that nobody classed may name people."""
    said: DataClass | None = getattr(request, "kept_at", None)
    if said is not None:
        return said
    match = request.resolver_match
    name = match.url_name if match else None
    user = getattr(request, "user", None)
    if name is None or name in PUBLIC or user is None or not user.is_authenticated:
        return DataClass.PUBLIC
    return DataClass.INTERNAL if name in INTERNAL else DataClass.SENSITIVE


def keep_as_columns(request: HttpRequest, columns: Iterable[str]) -> None:
    """A list is of the highest class of the columns that its reader has chosen."""
    shown = highest([DataClass.INTERNAL, *(class_of(name) for name in columns)])
    request.kept_at = shown  # type: ignore[attr-defined]
