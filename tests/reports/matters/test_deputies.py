"""The page of deputies: whose it is, what it refuses, and that its buttons do what they say."""

from typing import Any

import pytest

from kuancheng.access.models import User
from kuancheng.access.roles import AUDITOR, READER, REPORTER, REVIEWER
from projects.models import Deputy
from tests import factories
from tests.reports.matters.test_pages import client_of, text_of

pytestmark = pytest.mark.django_db

ADDRESS = "/matters/deputies/"
DAYS = {"since": "2024-10-15", "until": "2024-10-20", "reason": "外出培训"}


@pytest.fixture
def office() -> User:
    return factories.user(REVIEWER, full_name="张办公")


@pytest.fixture
def leader() -> User:
    """A lead official is no staff."""
    return factories.user(READER, full_name="王领导", is_staff=False)


@pytest.fixture
def aide() -> User:
    return factories.user(REPORTER, full_name="李代理", username="lidaili")


def test_leader_appoints_his_own_outside_the_admin_and_ends_it(leader: User, aide: User) -> None:
    client = client_of(leader)
    page = text_of(client.get(ADDRESS))
    assert "还没有安排过代理" in page
    assert "谁的职责" not in page
    done = text_of(client.post(ADDRESS, {**DAYS, "deputy": "李代理"}, follow=True))
    assert "已登记：2024-10-15 至 2024-10-20 由李代理代理王领导" in done
    made = Deputy.objects.get()
    assert (made.person, made.deputy, made.author) == (leader, aide, leader)
    ended = text_of(client.post(f"{ADDRESS}{made.pk}/end/", follow=True))
    assert "已提前结束" in ended
    assert "2024-10-15 由王领导提前结束" in ended
    made.refresh_from_db()
    assert made.ended_by == leader
    again = text_of(client.post(f"{ADDRESS}{made.pk}/end/", follow=True))
    assert "已于 2024-10-15 由王领导提前结束" in again


def test_office_appoints_for_others_by_name_or_login(
    office: User, leader: User, aide: User
) -> None:
    client = client_of(office)
    posted = {**DAYS, "person": "王领导", "deputy": "lidaili"}
    assert client.post(ADDRESS, posted).status_code == 302
    made = Deputy.objects.get()
    assert (made.person, made.deputy, made.author) == (leader, aide, office)
    assert "代理中" in text_of(client_of(aide).get(ADDRESS))
    assert "还没有安排过代理" in text_of(client_of(factories.user(REPORTER)).get(ADDRESS))


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"deputy": "没有的人"}, "没有叫“没有的人”的账号"),
        ({"deputy": "无账号"}, "干部“无账号”没有登录账号"),
        ({"deputy": "同名"}, "不止一个人叫“同名”"),
        ({"deputy": "王领导"}, "代理人应是另一个人"),
        ({"deputy": ""}, "请填写姓名或登录名"),
        ({"deputy": "审计员"}, "没有可用的账号，或账号不能办理事项"),
        ({"since": "2024-10-14"}, "起日 2024-10-14 已过"),
        ({"until": "2024-10-14"}, "不能早于起"),
        ({"until": "2024-13-14"}, "应为存在的日期"),
        ({"reason": ""}, "请填写事由"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    leader: User, aide: User, wrong: dict[str, str], words: str
) -> None:
    factories.official(name="无账号")
    for _ in range(2):
        factories.user(REPORTER, full_name="同名")
    factories.user(AUDITOR, full_name="审计员")
    posted = {**DAYS, "deputy": "李代理"} | wrong
    page = text_of(client_of(leader).post(ADDRESS, posted))
    assert words in page
    assert all(f'value="{each}"' in page for each in posted.values() if each)
    assert not Deputy.objects.exists()


def test_days_that_meet_are_refused(leader: User, aide: User) -> None:
    client = client_of(leader)
    client.post(ADDRESS, {**DAYS, "deputy": "李代理"})
    page = text_of(client.post(ADDRESS, {**DAYS, "since": "2024-10-20", "deputy": "李代理"}))
    assert "2024-10-15 至 2024-10-20 已由李代理代理王领导，日子不能重叠" in page
    assert Deputy.objects.count() == 1


def test_nobody_ends_what_is_not_his(leader: User, aide: User, office: User) -> None:
    client_of(leader).post(ADDRESS, {**DAYS, "deputy": "李代理"})
    address = f"{ADDRESS}{Deputy.objects.get().pk}/end/"
    assert "不能替别人安排" in text_of(client_of(aide).post(address, follow=True))
    assert client_of(factories.user(REPORTER)).post(address).status_code == 404
    assert client_of(leader).get(address)["Location"] == ADDRESS
    assert "已提前结束" in text_of(client_of(office).post(address, follow=True))


def test_who_handles_no_matters_has_no_form(client: Any) -> None:
    page = text_of(client_of(factories.user(AUDITOR)).get(ADDRESS))
    assert "您的账号不办理事项" in page
    assert "<textarea" not in page
    assert client.get(ADDRESS)["Location"].startswith("/login/")
    assert client_of(factories.user()).get(ADDRESS).status_code == 403
    assert client_of(factories.user(AUDITOR)).get(f"{ADDRESS}?nonsense=1").status_code == 400


def test_list_is_paged_and_costs_the_same(
    office: User, leader: User, aide: User, django_assert_max_num_queries: Any
) -> None:
    client = client_of(office)

    def fill(number: int) -> None:
        Deputy.objects.bulk_create(
            Deputy(
                person=leader, deputy=aide, since="2024-01-01", until="2024-01-02",
                reason="病假", author=office,
            )
            for _ in range(number)
        )  # fmt: skip

    fill(1)
    client.get(ADDRESS)
    with django_assert_max_num_queries(16):
        client.get(ADDRESS)
    fill(39)
    with django_assert_max_num_queries(16):
        assert "已到期" in text_of(client.get(ADDRESS))
    assert client.get(f"{ADDRESS}?page=2").status_code == 200
    assert client.get(f"{ADDRESS}?page=3").status_code == 404
