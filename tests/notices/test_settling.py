"""A notice that nobody has to act on any more says so, counts as read, and is not mailed."""

from typing import Any

import pytest
from django.test import Client

from kuancheng.access.models import User
from kuancheng.notices.models import Delivery, Notice
from kuancheng.notices.services import settle
from tests import factories
from tests.notices.telling import LETTER, PLAIN, bot, tell

pytestmark = pytest.mark.django_db

KIND = "projects.matter"


def test_all_that_are_about_the_record_say_what_became_of_it(person: User) -> None:
    tell(person, factories.user(), key="1", about=(KIND, 7))
    tell(person, key="2", about=(KIND, 8))
    tell(person, key="3", about=(KIND, 7), kind=LETTER)
    assert settle(about=KIND, outcomes={7: "甲已批准。"}, kinds=[PLAIN]) == 2
    assert settle(about=KIND, outcomes={7: "乙已批准。"}, kinds=[PLAIN]) == 0
    over = Notice.objects.exclude(outcome="")
    assert {(each.about_id, each.outcome) for each in over} == {(7, "甲已批准。")}
    assert not over.unread().exists()
    assert Notice.objects.unread().count() == 2


def test_its_mail_is_not_sent_but_what_a_group_is_told_stays(person: User, post: list[Any]) -> None:
    bot()
    tell(person, about=(KIND, 7))
    settle(about=KIND, outcomes={7: "已批准。"}, kinds=[PLAIN])
    assert [each.channel for each in Delivery.objects.all()] == ["wecom"]


def test_many_cost_two_queries(person: User, django_assert_num_queries: Any) -> None:
    for number in range(30):
        tell(person, key=str(number), about=(KIND, number))
    with django_assert_num_queries(4):  # two of them a savepoint
        settle(about=KIND, outcomes={pk: f"第 {pk} 件" for pk in range(30)}, kinds=[PLAIN])
    assert Notice.objects.get(about_id=29).outcome == "第 29 件"
    with django_assert_num_queries(0):
        settle(about=KIND, outcomes={}, kinds=[PLAIN])


def test_inbox_says_it(client: Client, person: User) -> None:
    client.force_login(person)
    tell(person, about=(KIND, 7))
    settle(about=KIND, outcomes={7: "甲 <b> 已批准。"}, kinds=[PLAIN])
    text = client.get("/notices/").text
    assert "<b>已了结</b> 甲 &lt;b&gt; 已批准。" in text
    assert "标为已读：" not in text
