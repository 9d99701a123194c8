"""The watch over templates sees every way of asking for what does not exist."""

from collections.abc import Iterator
from contextlib import suppress
from threading import Thread

import pytest
from django.conf import settings
from django.template import Context, Origin, Template, VariableDoesNotExist

from kuancheng.access.models import User
from tests import undefined


class Verdict:
    """Something with an attribute, and with methods that a template cannot call."""

    late = True
    nothing = None

    def in_words(self, language: str) -> str:
        return language

    def delete(self) -> None:
        raise AssertionError

    delete.alters_data = True  # type: ignore[attr-defined]

    @property
    def gone(self) -> User:
        return User.objects.get(pk=-1)


@pytest.fixture
def missed() -> Iterator[set[str]]:
    """What was missed; forgotten at the end, or this test would fail for it."""
    yield undefined.missed
    undefined.missed.clear()


def render(source: str, place: str = "projects/templates/page.html") -> str:
    origin = Origin(str(settings.BASE_DIR / place))
    values = {"verdict": Verdict(), "rows": [1], "empty": None}
    return str(Template(source, origin=origin).render(Context(values)))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("source", "variable"),
    [
        ("{{ kept }}", "kept"),
        ("{{ verdict.kept }}", "verdict.kept"),
        ("{{ verdict.kept|default:'—' }}", "verdict.kept"),
        ("{{ empty.name }}", "empty.name"),
        ("{% if verdict.kept %}{% endif %}", "verdict.kept"),
        ("{% if verdict.late and verdict.kept > 3 %}{% endif %}", "verdict.kept"),
        ("{% if verdict.kept is not None %}{% endif %}", "verdict.kept"),
        ("{% for row in verdict.rows %}{% endfor %}", "verdict.rows"),
        ("{% for row in rows %}{{ row.name }}{% endfor %}", "row.name"),
        ("{% with kept=verdict.kept %}{% endwith %}", "verdict.kept"),
        ("{{ rows|join:separator }}", "separator"),
        ("{% firstof verdict.kept 'none' %}", "verdict.kept"),
        ("{% include 'reports/lamp_letter.html' with light=verdict.kept %}", "verdict.kept"),
        # Django renders these as nothing without a word, even in its log.
        ("{{ verdict.in_words }}", "verdict.in_words"),
        ("{{ verdict.delete }}", "verdict.delete"),
        ("{{ verdict.gone }}", "verdict.gone"),
    ],
)
def test_what_does_not_exist_is_noted(missed: set[str], source: str, variable: str) -> None:
    with suppress(VariableDoesNotExist):  # an argument of a filter breaks the page by itself
        render(source)
    assert f"projects/templates/page.html:1 {variable}" in missed


@pytest.mark.parametrize(
    "source",
    [
        "{{ verdict.late }}{{ verdict.nothing }}{{ empty }}",
        "{% if empty and empty.name %}{% endif %}",
        "{% for row in rows %}{{ forloop.counter }}{% endfor %}",
    ],
)
def test_what_exists_and_is_empty_is_not(missed: set[str], source: str) -> None:
    render(source)
    assert missed == set()


@pytest.mark.parametrize(
    "place", [".venv/lib/django/contrib/admin/templates/admin/base.html", "tests/page.html"]
)
def test_others_may_ask_for_what_they_like(missed: set[str], place: str) -> None:
    render("{{ kept }}", place)
    assert missed == set()


@pytest.mark.parametrize(
    ("theirs", "ours", "noted"),
    [
        ("{{ kept }}{% block a %}{% endblock %}", "{{ verdict.late }}", set()),
        ("{% block a %}{% endblock %}", "{{ kept }}", {"projects/templates/page.html:1 kept"}),
        ("{% block a %}{{ kept }}{% endblock %}", "{{ block.super }}", set()),
    ],
)
def test_our_block_in_their_page_is_ours_and_the_page_is_not(
    missed: set[str], theirs: str, ours: str, noted: set[str]
) -> None:
    page = Template(theirs, origin=Origin("django/contrib/admin/templates/admin/base.html"))
    origin = Origin(str(settings.BASE_DIR / "projects/templates/page.html"))
    source = "{% extends page %}{% block a %}" + ours + "{% endblock %}"
    Template(source, origin=origin).render(Context({"page": page, "verdict": Verdict()}))
    assert missed == noted


def test_live_server_and_tests_share_what_was_missed(missed: set[str]) -> None:
    asked = Thread(target=render, args=("{{ kept }}",))
    asked.start()
    asked.join()
    assert missed == {"projects/templates/page.html:1 kept"}
