"""Following projects, and remembering what was seen: idempotent, bounded, and seldom written."""

from datetime import date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kuancheng.access.rights import NotAllowed
from kuancheng.access.roles import AUDITOR, READER, REPORTER, REVIEWER, SYSTEM_ADMIN
from kuancheng.reports.models import Follow, FrontPage, SeenProject
from kuancheng.reports.services import follow_project, note_project, note_visit
from kuancheng.reports.services.following import MOST_FOLLOWED
from kuancheng.reports.services.visits import RECENT
from tests import factories

pytestmark = pytest.mark.django_db

NOON = datetime.fromisoformat("2024-10-15T12:00:00+08:00")


@pytest.mark.parametrize("role", [SYSTEM_ADMIN, REVIEWER, REPORTER, READER, AUDITOR])
def test_whoever_sees_a_project_follows_it_and_twice_is_once(role: str) -> None:
    user, project = factories.user(role), factories.project()
    for wanted, number in ((True, 1), (True, 1), (False, 0), (False, 0)):
        follow_project(project=project, wanted=wanted, actor=user)
        assert Follow.objects.filter(user=user, project=project).count() == number


def test_who_sees_no_project_follows_none() -> None:
    with pytest.raises(NotAllowed):
        follow_project(project=factories.project(), wanted=True, actor=factories.user())


def test_following_has_an_end_and_what_is_followed_stays_so() -> None:
    user, project = factories.user(READER), factories.project()
    others = [factories.project() for _ in range(MOST_FOLLOWED)]
    Follow.objects.bulk_create(Follow(user=user, project=each, since=NOON) for each in others)
    follow_project(project=others[0], wanted=True, actor=user)
    with pytest.raises(ValidationError, match=f"最多关注 {MOST_FOLLOWED} 个"):
        follow_project(project=project, wanted=True, actor=user)
    follow_project(project=others[0], wanted=False, actor=user)
    follow_project(project=project, wanted=True, actor=user)


def test_the_last_ten_projects_are_kept_each_once_the_latest_first() -> None:
    user = factories.user(READER)
    projects = [factories.project() for _ in range(RECENT + 2)]
    for minute, project in enumerate([*projects, projects[5]]):
        note_project(project=project, at=NOON + timedelta(minutes=minute), actor=user)
    seen = [each.project for each in SeenProject.objects.filter(user=user)]
    assert seen == [projects[5], *[each for each in projects[:1:-1] if each != projects[5]]]


def test_the_same_project_again_on_the_same_day_writes_nothing() -> None:
    user, project = factories.user(READER), factories.project()
    note_project(project=project, at=NOON, actor=user)
    with CaptureQueriesContext(connection) as queries:
        note_project(project=project, at=NOON + timedelta(hours=1), actor=user)
    assert [query["sql"].split()[0] for query in queries] == ["SELECT"]
    note_project(project=project, at=NOON + timedelta(days=1), actor=user)
    assert SeenProject.objects.get().at == NOON + timedelta(days=1)


def test_a_visit_remembers_the_one_before_and_writes_once_a_day() -> None:
    user = factories.user(READER)
    for day in (3, 9, 9, 4, 15):
        note_visit(today=date(2024, 10, day), actor=user)
    front = FrontPage.objects.get(user=user)
    assert (front.visited_before, front.visited_on) == (date(2024, 10, 9), date(2024, 10, 15))
    with CaptureQueriesContext(connection) as queries:
        note_visit(today=date(2024, 10, 15), actor=user)
    assert [query["sql"].split()[0] for query in queries] == ["SELECT"]


@pytest.mark.parametrize(
    ("visited_on", "before", "found"),
    [(None, None, None), (9, None, 9), (9, 3, 9), (15, None, None), (15, 9, 9)],
)
def test_last_visit_is_the_latest_before_today(
    visited_on: int | None, before: int | None, found: int | None
) -> None:
    def day(number: int | None) -> date | None:
        return (number and date(2024, 10, number)) or None

    front = FrontPage(visited_on=day(visited_on), visited_before=day(before))
    assert front.last_visit(date(2024, 10, 15)) == day(found)
