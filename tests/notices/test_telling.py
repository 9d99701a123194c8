"""Whoever is told is told once, in the way that he wants, together with the change itself."""

from datetime import time, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from kuancheng.access.models import User
from kuancheng.jobs.models import Job
from kuancheng.notices import kinds
from kuancheng.notices.choices import Channel, Mode
from kuancheng.notices.kinds import NoticeKind
from kuancheng.notices.models import Delivery, Notice
from kuancheng.notices.rules.timing import QuietSpan
from kuancheng.notices.services import delete_old, save_preferences
from tests import factories
from tests.notices.telling import LETTER, PLAIN, bot, tell

pytestmark = pytest.mark.django_db


def want(person: User, mode: Mode, quiet: QuietSpan | None = None) -> None:
    save_preferences(person=person, modes={PLAIN.code: mode}, quiet=quiet)


def test_everybody_is_told_once(person: User, post: list[Any]) -> None:
    other = factories.user()
    assert tell(person, person, other, about=("projects.project", 7)) == 2
    assert tell(person, other) == 0
    assert tell(person, key="2") == 1
    notice = Notice.objects.get(recipient=person, key="plain:1")
    assert (notice.title, notice.link) == ("示例项目转为红灯", "/projects/T-1/")
    assert (notice.about_kind, notice.about_id) == ("projects.project", 7)
    assert Notice.objects.about("projects.project", 7).count() == 2
    assert Delivery.objects.filter(notice=notice).count() == 1


def test_somebody_who_comes_later_is_told_without_the_others(person: User) -> None:
    tell(person)
    assert tell(person, factories.user()) == 1
    assert Notice.objects.count() == 2


def test_what_one_did_oneself_is_not_told_to_him(person: User) -> None:
    other = factories.user()
    tell(person, other, by=person.pk)
    assert [each.recipient for each in Notice.objects.all()] == [other]


def test_closed_accounts_and_the_system_are_not_told() -> None:
    assert tell(factories.user(is_active=False), factories.system()) == 0


def test_a_change_that_fails_tells_nobody(person: User, post: list[Any]) -> None:
    class Failed(Exception):  # noqa: N818
        pass

    def change() -> None:
        with transaction.atomic():
            tell(person)
            raise Failed

    with pytest.raises(Failed):
        change()
    assert not Notice.objects.exists()
    assert not Delivery.objects.exists()
    assert not Job.objects.exists()


def test_delivery_is_enqueued_with_the_change(person: User, post: list[Any]) -> None:
    tell(person)
    assert [job.label for job in Job.objects.all()] == ["发送通知"]


@pytest.mark.parametrize(
    ("mode", "notices", "mails"),
    [(Mode.AT_ONCE, 1, 1), (Mode.DAILY, 1, 1), (Mode.INBOX, 1, 0), (Mode.OFF, 0, 0)],
)
def test_each_way_of_being_told(
    person: User, post: list[Any], mode: Mode, notices: int, mails: int
) -> None:
    want(person, mode)
    tell(person)
    assert (Notice.objects.count(), Delivery.objects.count()) == (notices, mails)


def test_digest_waits_for_the_morning_and_quiet_hours_for_their_end(
    person: User, post: list[Any]
) -> None:
    want(person, Mode.DAILY)
    tell(person)
    due = timezone.localtime(Delivery.objects.get().due_at)
    assert due.time() == time(8)
    assert timedelta() < due - timezone.now() <= timedelta(days=1)
    now = timezone.localtime()
    quiet = QuietSpan(
        (now - timedelta(hours=1)).time().replace(second=0, microsecond=0),
        (now + timedelta(hours=2)).time().replace(second=0, microsecond=0),
    )
    want(person, Mode.AT_ONCE, quiet)
    tell(person, key="2")
    due = timezone.localtime(Delivery.objects.get(key="plain:2").due_at)
    assert due.time() == quiet.until


def test_without_an_address_or_a_server_the_inbox_is_all(person: User, settings: Any) -> None:
    settings.EMAIL_HOST = ""
    tell(person)
    settings.EMAIL_HOST = "mail.example.gov.cn"
    tell(factories.user(), key="2")
    assert Notice.objects.count() == 2
    assert not Delivery.objects.exists()
    assert not Job.objects.exists()


def test_a_group_is_told_once_of_what_many_are_told(person: User) -> None:
    told = bot()
    bot(name="停用群", active=False)
    bot(name="别的群", kinds=["else"])
    tell(person, factories.user())
    tell(factories.user())
    delivery = Delivery.objects.get()
    assert (delivery.bot, delivery.channel) == (told, Channel.WECOM)


def test_a_letter_goes_to_no_group(person: User) -> None:
    bot(kinds=[LETTER.code])
    tell(person, kind=LETTER)
    assert not Delivery.objects.exists()


@pytest.mark.parametrize(
    "link",
    ["https://elsewhere.example.com/", "//elsewhere.example.com", "projects/", "/a b", "/\n"],
)
def test_link_to_another_place_is_refused(person: User, link: str) -> None:
    with pytest.raises(ValueError, match="no link of this site"):
        tell(person, link=link)


def test_long_titles_are_cut_and_long_keys_refused(person: User) -> None:
    tell(person, title="长" * 300)
    assert Notice.objects.get().title == "长" * 200
    with pytest.raises(ValueError, match="too long a key"):
        tell(person, key="k" * 120)


@pytest.mark.parametrize("count", [1, 30])
def test_telling_many_costs_as_much_as_telling_one(
    post: list[Any], count: int, django_assert_max_num_queries: Any
) -> None:
    bot()
    people = [factories.user(email=f"a{number}@example.gov.cn") for number in range(count)]
    with django_assert_max_num_queries(11):  # two of them a savepoint
        tell(*people)
    assert Delivery.objects.count() == count + 1


def test_duty_cannot_be_switched_off(person: User) -> None:
    duty = NoticeKind("duty", "本人要办", duty=True)
    kinds.register(duty)
    with pytest.raises(ValidationError, match="本人要办"):
        save_preferences(person=person, modes={"duty": Mode.OFF}, quiet=None)
    save_preferences(person=person, modes={"duty": Mode.INBOX}, quiet=None)


def test_mails_that_wait_are_not_sent_to_whoever_wants_none_any_more(
    person: User, post: list[Any]
) -> None:
    want(person, Mode.DAILY)
    tell(person)
    tell(factories.user(email="b@example.gov.cn"))
    want(person, Mode.INBOX)
    assert [each.address for each in Delivery.objects.all()] == ["b@example.gov.cn"]


def test_two_kinds_cannot_share_a_code() -> None:
    kinds.register(PLAIN)
    with pytest.raises(ValueError, match="plain"):
        kinds.register(NoticeKind("plain", "另一种"))


def test_what_was_read_long_ago_is_forgotten_unless_it_still_waits(
    person: User, post: list[Any]
) -> None:
    for key in "1234":
        tell(person, key=key)
    long_ago = timezone.now() - timedelta(days=4_000)
    Notice.objects.exclude(key="plain:4").update(read_at=long_ago)
    Delivery.objects.exclude(key="plain:2").update(state="sent")
    Notice.objects.filter(key="plain:3").update(read_at=timezone.now())
    assert delete_old() == 1
    left = Notice.objects.order_by("key").values_list("key", flat=True)
    assert list(left) == ["plain:2", "plain:3", "plain:4"]
