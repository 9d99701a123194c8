"""Two people move one project on one list at the same time: one does it, the other is told."""

import threading
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from kuancheng.access.models import User
from kuancheng.access.roles import REVIEWER
from projects.models import Listing, Programme, Project
from projects.services.lists.listings import join
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


def joining(
    programme: Programme, project: Project, actor: User, start: threading.Barrier, told: list[str]
) -> None:
    try:
        start.wait(timeout=10)
        join(
            programme=programme,
            project=project,
            since=date(2024, 8, 1),
            reason="added",
            document="8号",
            actor=actor,
            approved=True,
        )
    except ValidationError as error:
        told.extend(error.messages)
    finally:
        connection.close()


def test_project_joins_once_however_many_add_it_at_once() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one writer in at a time: run `python -m tests.postgres`")
    programme, project = factories.programme(), factories.project(name="甲")
    people = [factories.user(REVIEWER) for _ in range(3)]
    start, told = threading.Barrier(3), list[str]()
    threads = [
        threading.Thread(target=joining, args=(programme, project, each, start, told))
        for each in people
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join(timeout=30)
    assert Listing.objects.filter(project=project).count() == 1
    assert [each[:2] for each in told] == ["甲：", "甲："]
