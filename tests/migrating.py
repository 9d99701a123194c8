"""Migrations in two thirds of the time: fields of states are copied, not worked out anew.

Each operation of a migration makes the models that it reaches once more, here nearly all of them,
and Django takes every field apart into arguments and makes a new one of these. That is half of what
migrating costs. A field of a state belongs to no model yet and is never changed, so a copy of it is
the same field: the tables come out alike, and as many models are made. Fields of models keep Django's
own way, and so does `make demo`, which tests/test_make.py runs over all migrations.
"""

import copy
from functools import cache
from typing import Any

from django.db.models import Field
from django.utils.functional import cached_property

made_anew = Field.clone
"""Django's own way."""

NAMED = ("attname", "column", "concrete")
"""What a field takes from its name."""


def copy_fields() -> None:
    """From now on, fields of states are copied."""
    Field.clone = _copied  # type: ignore[method-assign]


def _copied(self: Any) -> Any:
    if hasattr(self, "model"):
        return made_anew(self)
    new = _fresh(self)
    # What it is called is said by the model that it comes to; some operations write it down.
    new.name, new.verbose_name = None, new._verbose_name
    for name in NAMED:
        vars(new).pop(name, None)
    if self.remote_field is not None:
        new.remote_field = _fresh(self.remote_field)
        new.remote_field.field = new
    _number(new)
    return new


def _fresh(thing: Any) -> Any:
    """A copy without what the original noted of itself when asked, as the model that it leads to."""
    new = copy.copy(thing)
    for name in _noted(thing.__class__):
        vars(new).pop(name, None)
    return new


@cache
def _noted(kind: type) -> tuple[str, ...]:
    """Of a field's `validators` some are added as it is made: these are its own, and stay."""
    return tuple(
        name
        for base in kind.__mro__
        for name, value in vars(base).items()
        if isinstance(value, cached_property) and name != "validators"
    )


def _number(new: Any) -> None:
    """Puts it after all that there are, as a new one: the order of columns goes by that."""
    if new.auto_created:
        new.creation_counter = Field.auto_creation_counter
        Field.auto_creation_counter -= 1
    else:
        new.creation_counter = Field.creation_counter
        Field.creation_counter += 1
