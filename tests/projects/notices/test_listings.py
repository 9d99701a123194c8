"""Who is told that a project joins a list or leaves it."""

from datetime import date
from typing import Any

import pytest

from kuancheng.access.models import User
from kuancheng.access.roles import READER, REPORTER, REVIEWER
from kuancheng.notices.models import Notice
from kuancheng.records.announcing import together
from projects.choices import Role
from projects.models import Project
from projects.services.lists.listings import correct, join, join_many, leave, undo_leave
from tests import factories
from tests.clock import on

pytestmark = pytest.mark.django_db

LEFT: dict[str, Any] = {"until": date(2024, 10, 31), "reason": "deferred", "document": "6号"}
JOINED: dict[str, Any] = {"since": date(2024, 11, 1), "reason": "added", "document": "9号"}


@pytest.fixture
def office() -> User:
    return factories.user(REVIEWER)


@pytest.fixture
def project() -> Project:
    """Led by an agency with a clerk, and by an official with an account."""
    agency = factories.agency()
    clerk = factories.user(REPORTER, username="clerk")
    factories.official(user=clerk, agency=agency)
    made = factories.project(name="甲园", lead_agency=agency)
    lead = factories.official(user=factories.user(READER, username="lead", is_staff=False))
    factories.assignment(project=made, official=lead, role=Role.LEAD_OFFICIAL)
    return made


def told() -> list[tuple[str, str]]:
    found = Notice.objects.filter(kind="listing_moved").order_by("pk")
    return sorted(found.values_list("recipient__username", "title"))


def test_agency_and_lead_official_are_told_of_each_move(office: User, project: Project) -> None:
    stay = factories.programme(project, name="重点项目").listings.get()
    leave(listing=stay, actor=office, **LEFT, approved=True)
    assert told() == [("clerk", "调出清单：甲园"), ("lead", "调出清单：甲园")]
    assert "最后一天是 2024-10-31。原因：暂缓；依据 6号。" in Notice.objects.all()[0].text
    correct(listing=stay, values={"note": "补记"}, why="补记", actor=office, approved=True)
    assert len(told()) == 2
    undo_leave(listing=stay, why="文件撤回", actor=office, approved=True)
    assert ("lead", "撤销调出：甲园") in told()
    leave(listing=stay, actor=office, **LEFT, approved=True)
    join(programme=stay.programme, project=project, actor=office, **JOINED, approved=True)
    assert ("lead", "列入清单：甲园") in told()
    assert len(told()) == 8


def test_many_who_join_are_told_one_by_one(office: User, project: Project) -> None:
    programme = factories.programme()
    others = [factories.project(lead_agency=project.lead_agency) for _ in range(3)]
    join_many(
        programme=programme, projects=[project, *others], actor=office, **JOINED, approved=True
    )
    assert len([who for who, _ in told() if who == "clerk"]) == 4


def test_what_was_loaded_from_long_ago_is_no_news(office: User, project: Project) -> None:
    with on(1, month=5):
        stay = factories.programme(project).listings.get()
    with together(), on(2, month=5):
        leave(listing=stay, actor=office, **LEFT, approved=True)
    assert told() == []
