"""Last year's pages stay what they were, to the byte: after the turn, and after it is undone."""

import re
from decimal import Decimal

import pytest
from django.test import Client

from investment.models import OpeningFigure
from investment.services.year_turn.undoing import undo_turn
from kuancheng import clock
from kuancheng.access.models import ApiKey, User
from kuancheng.access.roles import READER, REVIEWER
from projects.models import Project
from tests import factories
from tests.investment.turning import (
    DECEMBER,
    FEBRUARY,
    JANUARY,
    LAST_DAY,
    at,
    last_year,
    roll,
    turned,
)

pytestmark = pytest.mark.django_db

DAY = f"as_of={LAST_DAY}"
PAGES = (
    f"/?{DAY}",
    f"/?{DAY}&programme=kc-2024&columns=year_class",
    f"/?{DAY}&year_class=new_start",
    f"/overview/?{DAY}",
    f"/overview/?{DAY}&programme=kc-2024&by=year_class",
    f"/projects/KC-0001/?{DAY}",
    f"/projects/KC-0001/brief/?{DAY}",
    f"/wall-chart/?{DAY}",
    f"/data-quality/?{DAY}",
    f"/programmes/kc-2024/?{DAY}",
    f"/map/?{DAY}",
    f"/matters/figures/?{DAY}",
    f"/agencies/?{DAY}",
    "/reporting/?month=2024-11",
)
ANSWERS = (
    f"/api/v1/progress/?{DAY}",
    f"/api/v1/progress/?{DAY}&known_at={DECEMBER}",
    f"/api/v1/progress/summary/?{DAY}&group_by=year_class",
    f"/api/v1/programmes/kc-2024/?{DAY}",
)
CHANGING = re.compile(
    r'name="csrfmiddlewaretoken" value="[^"]*"|"computed_at":"[^"]*"|<ul class="links">.*?</ul>'
)
"""What differs from request to request: a token, and what was opened last."""


def served(reader: Client, system: Client) -> dict[str, str]:
    found = {each: reader.get(each) for each in PAGES} | {
        each: system.get(each) for each in ANSWERS
    }
    assert {each: page.status_code for each, page in found.items() if page.status_code != 200} == {}
    return {each: CHANGING.sub("", page.text) for each, page in found.items()}


def apart(before: dict[str, str], after: dict[str, str]) -> dict[str, list[str]]:
    """The lines that are new, by address."""
    return {
        each: [line for line in text.splitlines() if line not in before[each].splitlines()]
        for each, text in after.items()
        if text != before[each]
    }


@pytest.mark.parametrize("day", [JANUARY, FEBRUARY])
def test_pages_of_last_year_are_the_same_before_the_turn_after_it_and_undone(
    day: object, client: Client, api: Client
) -> None:
    office: User = factories.user(REVIEWER)
    last_year(office)
    project = Project.objects.get(code="KC-0001")
    factories.annual_plan(project=project)
    OpeningFigure.objects.create(
        project=project, month="2023-12-01", completed=Decimal(100), note="统计核定"
    )
    factories.status_report(
        project=project,
        month="2024-09-01",
        completed=Decimal(50),
        state="approved",
        submitted_at=clock.now(),
    )
    client.force_login(factories.user(READER))
    assert ApiKey.objects.count() == 1
    with at(day):  # type: ignore[arg-type]
        before = served(client, api)
        made = turned(
            office,
            roll("续建园", plan=Decimal(500), opening=Decimal(300)),
            roll("竣工园", "completing"),
            roll("新建园", "new_start"),
        )
        assert apart(before, served(client, api)) == {}
        undo_turn(turn=made, reason="名单有误", seen=1, actor=office, approved=True)
        assert apart(before, served(client, api)) == {}
