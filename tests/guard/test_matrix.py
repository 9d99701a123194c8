"""Nothing gets through: every address of the site against every account, on the demo."""

import json
import logging
from collections.abc import Iterator

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from tests import databases
from tests.guard import matrix
from tests.guard.watch import watched
from tests.only import on_sqlite

pytestmark = [on_sqlite, pytest.mark.long]


@pytest.fixture(scope="module")
def tried(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[dict[str, matrix.Tried]]:
    logger = logging.getLogger("django.request")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    with django_db_blocker.unblock(), databases.demo():
        yield matrix.all_tried()
    logger.setLevel(level)


def test_what_is_read_or_refused_leaves_every_table_as_it_was(
    tried: dict[str, matrix.Tried],
) -> None:
    assert [leak for each in tried.values() for leak in each.leaks] == []


def test_every_account_gets_the_answers_that_were_reviewed(
    tried: dict[str, matrix.Tried],
) -> None:
    """`python -m tests.guard` writes the table anew; each cell that changes is a right to review."""
    reviewed = json.loads(matrix.TABLE.read_text("utf-8"))
    assert matrix.rows(tried) == reviewed


def test_much_was_tried(tried: dict[str, matrix.Tried]) -> None:
    """A walk that found no forms, or logged nobody in, would find no leak either."""
    wrote = [cell for each in tried.values() for cell in each.cells.values() if cell.endswith("+")]
    assert sum(each.reads for each in tried.values()) > 3000
    assert sum(each.writes for each in tried.values()) > 3000
    assert len(wrote) > 20
    assert "200" in tried["查看"].cells["project", "own", "GET"]


@pytest.mark.django_db
def test_a_write_is_seen_by_the_statement_that_makes_it() -> None:
    with watched() as writes, connection.cursor() as cursor:
        cursor.execute("UPDATE projects_agency SET name = name")
        assert writes.taken() == frozenset()
        cursor.execute("INSERT INTO auth_group (name) VALUES ('x')")
        assert writes.taken() == {"auth_group"}
        cursor.execute("UPDATE django_session SET session_data = ''")
        cursor.execute("DELETE FROM auth_group WHERE name = 'x'")
        assert writes.taken() == {"auth_group"}
