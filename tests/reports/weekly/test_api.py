"""Weekly reviews for other systems."""

from datetime import date

import pytest
from django.test import Client

from kuancheng.access.roles import REVIEWER
from projects.models import WeeklyReview
from projects.services.reviews.minuting import finalise_review
from tests import factories
from tests.clock import on
from tests.projects.reviews.making import decided, ended, prepared, running

pytestmark = pytest.mark.django_db

REVIEWS = "/api/v1/reviews/"


@pytest.fixture
def held() -> WeeklyReview:
    """One of 8 October, final on that day; another of the 15th is prepared since the 14th."""
    clerk, second = factories.user(REVIEWER, full_name="记录员"), factories.user(REVIEWER)
    agency = factories.agency(name="示例住建局")
    project = factories.project(name="示例路网", code="R-1", lead_agency=agency)
    with on(8) as day:
        review = running(clerk, day, project)
        decided(review.items.get(), clerk, date(2024, 10, 19), text="完成管线迁改")
        done = ended(review, clerk)
        final = finalise_review(review=done, seen=done.version, actor=second)
    with on(14):
        prepared(clerk, date(2024, 10, 15), project)
    return final


def test_the_list_tells_how_decisions_stand(api: Client, held: WeeklyReview) -> None:
    found = api.get(REVIEWS).json()
    assert [each["number"] for each in found["results"]] == ["2024-2", "2024-1"]
    first = found["results"][1]
    assert {name: first[name] for name in ("state", "state_label", "clerk", "items_total")} == {
        "state": "final",
        "state_label": "已定稿",
        "clerk": "记录员",
        "items_total": 1,
    }
    assert (first["decisions_total"], first["decisions_open"], first["decisions_late"]) == (1, 1, 0)


@pytest.mark.parametrize(
    ("asked", "numbers"),
    [
        ({"state": "preparing"}, ["2024-2"]),
        ({"since": "2024-10-09"}, ["2024-2"]),
        ({"until": "2024-10-08"}, ["2024-1"]),
        ({"ordering": "day"}, ["2024-1", "2024-2"]),
        ({"as_of": "2024-10-13"}, ["2024-1"]),
        ({"known_at": "2024-10-07"}, []),
        ({"search": "第1次"}, ["2024-1"]),
    ],
)
def test_it_is_narrowed_by_day_and_state_and_answers_for_a_past_day(
    api: Client, held: WeeklyReview, asked: dict[str, str], numbers: list[str]
) -> None:
    assert [each["number"] for each in api.get(REVIEWS, asked).json()["results"]] == numbers


def test_one_has_its_agenda_attendance_and_decisions(api: Client, held: WeeklyReview) -> None:
    found = api.get(f"{REVIEWS}{held.pk}/").json()
    (item,) = found["agenda"]
    assert item["project"] == {"code": "R-1", "name": "示例路网"}
    assert item["reasons"] == [{"kind": "turned_red", "text": "绿灯转红灯"}]
    assert [each["presence_label"] for each in found["attendance"]] == ["出席", "列席"]
    (decision,) = found["decisions"]
    # The 19th is a Saturday: the matter is due on Monday.
    assert (decision["decided_due"], decision["due"]) == ("2024-10-19", "2024-10-21")
    assert (decision["state"], decision["late"]) == ("issued", 0)
    assert found["minutes"]["title"] == "2024年第1次周调度"


def test_a_past_day_has_the_minutes_only_once_they_were_final(
    api: Client, held: WeeklyReview
) -> None:
    assert api.get(f"{REVIEWS}{held.pk}/", {"known_at": "2024-10-07"}).status_code == 404
    then = api.get(f"{REVIEWS}{held.pk}/", {"as_of": "2024-10-08"}).json()
    assert then["state"] == "final"
    other = WeeklyReview.objects.get(serial=2)
    assert api.get(f"{REVIEWS}{other.pk}/", {"as_of": "2024-10-14"}).json()["minutes"] is None


def test_a_wrong_question_is_named(api: Client, held: WeeklyReview) -> None:
    wrong = api.get(REVIEWS, {"state": "open"})
    assert wrong.status_code == 400
    assert wrong.json()["errors"][0]["field"] == "state"
