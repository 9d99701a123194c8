"""Who is told of a weekly review, of what and when; each thing once."""

from datetime import date

import pytest

from kuancheng.access.models import User
from kuancheng.access.roles import READER, REPORTER, REVIEWER
from kuancheng.notices.models import Notice
from projects.choices import Presence
from projects.models import Project
from projects.notices.reviews import remind
from projects.services.reviews.attending import mark_attendance
from projects.services.reviews.minuting import finalise_review
from projects.services.reviews.preparing import cancel_review, change_review, send_agenda
from tests import factories
from tests.clock import on
from tests.projects.reviews.making import ended, prepared, running, setting

pytestmark = pytest.mark.django_db


class Scene:
    """A review of Friday 18 October on a project whose lead official and agency have accounts."""

    def __init__(self) -> None:
        self.office, self.second = (factories.user(REVIEWER) for _ in range(2))
        self.leader, self.clerk = factories.user(READER), factories.user(REPORTER)
        self.lead = factories.official(name="王包保", user=self.leader)
        agency = factories.agency(name="示例住建局")
        factories.official(user=self.clerk, agency=agency)
        self.project: Project = factories.project(name="示例路网", lead_agency=agency)
        factories.assignment(project=self.project, official=self.lead)


@pytest.fixture
def scene() -> Scene:
    return Scene()


FRIDAY = date(2024, 10, 18)


def told(user: User) -> list[str]:
    found = Notice.objects.filter(recipient=user, kind__startswith="review")
    return list(found.order_by("pk").values_list("title", flat=True))


def test_whoever_attends_is_told_of_the_agenda_and_its_sender_is_not(scene: Scene) -> None:
    review = prepared(scene.office, FRIDAY, scene.project)
    assert told(scene.leader) == []
    send_agenda(review=review, seen=review.version, actor=scene.office)
    said = ["2024年第1次周调度议程：10-18 09:00"]
    assert told(scene.leader) == told(scene.clerk) == said
    assert told(scene.office) == told(scene.second) == []
    assert "1. 示例路网" in Notice.objects.get(recipient=scene.leader).text


def test_whoever_is_excused_is_not_told(scene: Scene) -> None:
    review = prepared(scene.office, FRIDAY, scene.project)
    seat = review.attendances.get(official=scene.lead)
    mark_attendance(
        attendance=seat, presence=Presence.EXCUSED, reason="出差", seen=1, actor=scene.office
    )
    send_agenda(review=review, seen=review.version, actor=scene.office)
    assert told(scene.leader) == []


def test_a_change_or_a_cancellation_is_told_once_the_agenda_was_sent(scene: Scene) -> None:
    review = prepared(scene.office, FRIDAY, scene.project)
    sent = send_agenda(review=review, seen=review.version, actor=scene.office)
    later = setting(date(2024, 10, 21), chair=review.chair)
    moved = change_review(review=sent, setting=later, seen=sent.version, actor=scene.office)
    cancel_review(review=moved, reason="与区委会议冲突", seen=moved.version, actor=scene.office)
    assert told(scene.leader)[1:] == [
        "2024年第1次周调度改到 10-21 09:00",
        "2024年第1次周调度取消",
    ]


@pytest.mark.parametrize(
    ("day", "count"), [(date(2024, 10, 16), 0), (date(2024, 10, 17), 1), (date(2024, 10, 18), 0)]
)
def test_attendees_are_reminded_the_working_day_before(scene: Scene, day: date, count: int) -> None:
    review = prepared(scene.office, FRIDAY, scene.project)
    send_agenda(review=review, seen=review.version, actor=scene.office)
    remind(day)
    remind(day)
    assert len(told(scene.leader)) == 1 + count


def test_the_office_is_reminded_of_an_agenda_that_was_not_sent(scene: Scene) -> None:
    prepared(scene.office, FRIDAY, scene.project)
    remind(date(2024, 10, 17))
    assert told(scene.second) == ["2024年第1次周调度议程还没有发送"]
    assert told(scene.leader) == []


@pytest.mark.parametrize(
    ("day", "titles"),
    [
        (date(2024, 10, 15), []),  # three working days before
        (date(2024, 10, 16), ["10-18 周调度还没有准备"]),
        (date(2024, 10, 19), []),  # a Saturday on which offices rest
    ],
)
def test_the_office_is_told_that_a_review_is_due_and_none_prepared(
    scene: Scene, day: date, titles: list[str]
) -> None:
    remind(day)
    remind(day)
    assert told(scene.second) == titles


def test_minutes_that_wait_are_told_to_the_others_and_settled(scene: Scene) -> None:
    with on(15) as day:
        done = ended(running(scene.office, day, scene.project), scene.office)
        assert told(scene.second) == ["2024年第1次周调度纪要待定稿"]
        assert told(scene.office) == []
        remind(date(2024, 10, 16))
        assert told(scene.second)[1:] == ["2024年第1次周调度还没有定稿"]
        finalise_review(review=done, seen=done.version, actor=scene.second)
    outcomes = Notice.objects.filter(recipient=scene.second).values_list("outcome", flat=True)
    assert all("已定稿" in each for each in outcomes)
