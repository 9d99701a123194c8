"""A copied field of a state is the field that Django would have made."""

from copy import copy
from typing import Any

from django.db.migrations.loader import MigrationLoader
from django.db.models import Field

from tests import migrating

OF_EACH = ("creation_counter", "remote_field")
"""What two fields that are alike do not share; the relation is compared by itself."""


def told(thing: Any) -> dict[str, Any]:
    """All that a field, or its relation, holds, but for what leads to the very field.

    Models by their names in small letters, and tuples as lists: to Django they are the same.
    """
    held = {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in vars(thing).items()
        if name not in (*OF_EACH, "field")
    }
    return held | ({"model": str(held["model"]).lower()} if "model" in held else {})


def test_copied_fields_are_those_that_django_would_make() -> None:
    state = MigrationLoader(None).project_state()
    fields = [field for model in state.models.values() for field in model.fields.values()]
    assert len(fields) > 1000
    for each in fields:
        field = copy(each)
        # What operations write into a field, and what it notes when asked, must not come along.
        field.set_attributes_from_name("named")
        _ = field.is_relation and field.related_model
        made, copied = migrating.made_anew(field), field.clone()
        assert type(copied) is type(made)
        assert told(copied) == told(made), field
        assert copied.deconstruct()[1:] == made.deconstruct()[1:]
        if field.remote_field is not None:
            assert told(copied.remote_field) == told(made.remote_field), field
            assert copied.remote_field.field is copied


def test_copies_are_numbered_in_the_order_of_their_making() -> None:
    state = MigrationLoader(None).project_state()
    first, *_ = state.models["projects", "project"].fields.values()
    last = state.models["projects", "project"].fields["name"]
    copies = [last.clone(), first.clone(), last.clone()]
    assert sorted(copies[::2]) == copies[::2]
    assert len({each.creation_counter for each in (first, last, *copies)}) == 5


def test_fields_of_models_are_made_anew() -> None:
    state = MigrationLoader(None).project_state()
    bound: Field[Any, Any] = state.apps.get_model("projects", "project")._meta.get_field("name")
    assert not hasattr(bound.clone(), "model")
