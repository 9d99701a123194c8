"""Working days remind of what nobody signs, verifies, decides or speaks of; once a day."""

from datetime import date, datetime
from typing import Any

import pytest
from django.utils import timezone

from kuancheng import clock
from kuancheng.notices.models import Notice
from projects.notices.reminders import remind
from tests import factories
from tests.projects.notices.test_matters import Stage

pytestmark = pytest.mark.django_db

LATE = "matter_late"


@pytest.fixture
def stage() -> Stage:
    return Stage()


def at(day: int, month: int = 10) -> Any:
    return clock.at(datetime(2024, month, day, 12, tzinfo=timezone.get_default_timezone()))


def told() -> dict[str, str]:
    found = Notice.objects.filter(kind=LATE).select_related("recipient").order_by("pk")
    return {each.recipient.full_name: each.title for each in found}


def names(way: str, stage: Stage, day: date) -> set[str]:
    with at(15):
        stage.goes(*way.split())
    with at(day.day, day.month):
        remind(day)
    return set(told())


@pytest.mark.parametrize(
    ("way", "day", "expected"),
    [
        # Handed over on Tuesday, 15 October: to be signed on Wednesday.
        ("交办", date(2024, 10, 16), set()),
        ("交办", date(2024, 10, 17), {"督查", "核查", "复核", "承办", "同事"}),
        ("交办", date(2024, 10, 19), set()),  # Saturday
        # Verified within three working days.
        ("交办 签收 反馈", date(2024, 10, 18), set()),
        ("交办 签收 反馈", date(2024, 10, 21), {"督查", "核查", "复核"}),
        # Silent for five.
        ("交办 签收", date(2024, 10, 21), set()),
        ("交办 签收", date(2024, 10, 22), {"承办", "同事"}),
        ("交办 签收 申请暂停 同意暂停", date(2024, 10, 25), set()),
        # An objection waits.
        ("交办 异议", date(2024, 10, 15), set()),
        ("交办 异议", date(2024, 10, 16), {"督查", "核查", "复核"}),
        ("交办 异议 维持", date(2024, 10, 16), set()),
        ("交办 作废", date(2024, 10, 25), set()),
    ],
)
def test_who_is_reminded_on_which_day(
    stage: Stage, way: str, day: date, expected: set[str]
) -> None:
    assert names(way, stage, day) == expected


def test_reminder_names_the_matter_its_agency_and_the_days(stage: Stage) -> None:
    names("交办", stage, date(2024, 10, 18))
    notice = Notice.objects.filter(kind=LATE)[0]
    number = "交办〔2024〕1号 临时用电"
    assert notice.title == f"事项逾期未签收：{number}"
    assert notice.text.endswith(f"\n{number}（{stage.agency}，2 个工作日）")
    assert notice.link == f"/matters/{stage.matter.pk}/"


def test_same_day_is_told_once_and_the_next_again(stage: Stage) -> None:
    names("交办", stage, date(2024, 10, 17))
    with at(17):
        assert remind(date(2024, 10, 17)) == 0
    with at(18):
        assert remind(date(2024, 10, 18)) == 5


@pytest.mark.parametrize("count", [1, 30])
def test_thirty_matters_are_one_reminder_at_the_cost_of_one(
    stage: Stage, count: int, django_assert_max_num_queries: Any
) -> None:
    with at(15):
        for number in range(count):
            stage.matter = factories.matter(
                title=f"事项{number}", project=stage.project, lead_agency=stage.agency,
                author=stage.people["提出"], verifier=stage.people["核查"],
                separate_reason="另一处",
            )  # fmt: skip
            stage.goes("交办")
    with at(17), django_assert_max_num_queries(19):
        remind(date(2024, 10, 17))
    notice = Notice.objects.filter(kind=LATE, recipient=stage.people["承办"]).get()
    if count == 30:
        assert notice.title == "事项逾期未签收：30 件"
        assert notice.link == "/matters/?flag=unsigned"
        assert notice.text.endswith("另有 10 件。")
