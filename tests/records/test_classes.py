"""Every field is of a class; one that nobody classed is refused."""

from collections.abc import Iterator

import pytest
from django.apps import apps

from kuancheng.records import classes
from kuancheng.records.classes import DataClass, UnclassedError, class_of, highest, is_person

HOUSE = ("projects", "investment", "kuancheng")


def fields() -> Iterator[tuple[str, str]]:
    """Each field of each of our models, histories apart."""
    for model in apps.get_models():
        ours = model.__module__.split(".")[0] in HOUSE
        if ours and not model.__name__.startswith("Historical"):
            yield from ((model.__name__, each.name) for each in model._meta.concrete_fields)


def test_no_field_of_a_model_is_without_a_class() -> None:
    unclassed = []
    for record, name in fields():
        try:
            class_of(name, record)
        except UnclassedError:
            unclassed.append(f"{record}.{name}")
    assert unclassed == []


def test_no_field_is_of_two_classes() -> None:
    words = " ".join((classes.PUBLIC, classes.INTERNAL, classes.PEOPLE, classes.SENSITIVE)).split()
    assert sorted({word for word in words if words.count(word) > 1}) == []


def test_what_nobody_classed_is_refused() -> None:
    with pytest.raises(UnclassedError, match="bank_account"):
        class_of("bank_account", "Official")


@pytest.mark.parametrize(
    ("record", "name", "of"),
    [
        ("Project", "name", DataClass.PUBLIC),
        ("Official", "name", DataClass.SENSITIVE),
        ("Project", "total_investment", DataClass.INTERNAL),
        ("Progress", "light", DataClass.INTERNAL),
        ("Progress", "lead_official", DataClass.SENSITIVE),
        ("User", "email", DataClass.SENSITIVE),
        ("AgendaItem", "minutes", DataClass.INTERNAL),
        ("ReviewDetail", "minutes", DataClass.SENSITIVE),
    ],
)
def test_the_table_says_what_is_what(record: str, name: str, of: DataClass) -> None:
    assert class_of(name, record) is of


def test_names_are_told_from_other_sensitive_facts() -> None:
    assert is_person("name", "Official")
    assert is_person("author", "Matter")
    assert not is_person("name", "Project")
    assert not is_person("email", "User")


def test_what_shows_several_is_of_the_highest() -> None:
    assert highest([DataClass.INTERNAL, DataClass.SENSITIVE, DataClass.PUBLIC]) == "sensitive"
    assert highest([]) is DataClass.PUBLIC
    assert DataClass.SENSITIVE.mark.startswith("敏感")
