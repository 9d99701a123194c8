"""A variable that a template of ours asks for and nobody gave fails the test.

Django renders such a variable as nothing and takes it for false in an `{% if %}`: a button, a
warning or a figure is gone and no page breaks. Its own admin templates rely on that (they ask for
dozens of names that only some pages give), so `string_if_invalid` would fail every page of the
admin, and in an `{% if %}` it is not even used. Here every look-up of every template is watched
(`{{ a.b }}`, `{% if a.b %}`, `{% for x in a.b %}`, arguments of filters, tags and includes), and
what failed counts when the tag that asked stands in one of our files: our own templates, our
overrides of the admin's, our blocks inside the admin's, but nothing that the admin's bring along.

Raising on the spot would not do: `{% if a.b > 3 %}` swallows every exception, and the live server
of a browser test answers in another thread. What is missed is noted, and the test fails at its
end.
"""

import sys
from pathlib import Path
from types import FrameType
from typing import Any

from django.conf import settings
from django.template import engines
from django.template.base import Node, Variable, VariableDoesNotExist

FIRST_PARTY = tuple(
    str(settings.BASE_DIR / name) for name in ("kuancheng", "projects", "investment")
)


class Nothing(str):
    """What a look-up gives that found no value: renders as nothing, known by its identity.

    Also for a method that needs arguments, or that Django does not call in templates.
    """

    __slots__ = ()


NOTHING = Nothing()

missed: set[str] = set()
"""`template:line variable` of each look-up that found nothing since it was last emptied."""

_resolve = Variable.resolve


def watch() -> None:
    """From now on, what our templates miss is noted."""
    engines["django"].engine.string_if_invalid = NOTHING  # type: ignore[attr-defined]
    Variable.resolve = _watched  # type: ignore[method-assign]


def _watched(self: Variable, context: Any) -> Any:
    try:
        value = _resolve(self, context)
    except VariableDoesNotExist:
        _note(self)
        raise
    if value is NOTHING:
        _note(self)
    return value


def _note(variable: Variable) -> None:
    node = _asking(sys._getframe(2))
    if node is None:
        return
    name = str(node.origin.name)
    if name.startswith(FIRST_PARTY):
        place = Path(name).relative_to(settings.BASE_DIR)
        missed.add(f"{place}:{node.token.lineno} {variable.var}")


def _asking(frame: FrameType | None) -> Any:
    """The tag being rendered: a template knows its children's blocks only by their tags."""
    while frame is not None:
        if frame.f_code is Node.render_annotated.__code__:
            return frame.f_locals["self"]
        frame = frame.f_back
    return None
