"""Nobody sprays passwords, and nobody locks others out: through the whole stack, on the login page."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client
from django.utils import timezone

from kuancheng.access.models import User
from kuancheng.access.roles import READER, SYSTEM_ADMIN
from kuancheng.audit.models import AuditEntry
from kuancheng.throttles import budgets
from kuancheng.throttles.models import KnownAddress, LoginFailure
from kuancheng.throttles.rules import NAME_FAILURES, SPRAYED_FAILURES, WINDOW
from kuancheng.throttles.services import KNOWN_MOST
from tests import factories

pytestmark = pytest.mark.django_db

DESK, ELSEWHERE = "203.0.113.9", "198.51.100.7"


@pytest.fixture(autouse=True)
def _unnoted() -> Iterator[None]:
    budgets.noted.clear()
    yield
    budgets.noted.clear()


def login(name: str, address: str, typed: str = "wrong") -> Any:
    posted = {"username": name, "password": typed}
    return Client().post("/login/", posted, REMOTE_ADDR=address)


def comes_in(name: str, address: str) -> bool:
    answer = login(name, address, factories.PASSWORD)
    return answer.status_code == 302


def is_told_to_wait(answer: Any) -> bool:
    waits = answer.status_code == 429 and 0 < int(answer["Retry-After"]) <= 1800
    return waits and "登录失败太多" in answer.content.decode()


@pytest.fixture
def owner() -> User:
    """Somebody who came in from his desk before."""
    made = factories.user(READER)
    assert comes_in(made.username, DESK)
    return made


def spray(address: str, names: int = 50) -> list[Any]:
    return [login(f"name{each}", address) for each in range(names)]


def guess(name: str, addresses: int) -> list[Any]:
    return [login(name, f"192.0.2.{each}") for each in range(addresses)]


class TestSpraying:
    """Many names from one address."""

    def test_address_waits_after_thirty_failures(self) -> None:
        answers = spray(ELSEWHERE)
        assert [each.status_code for each in answers[:SPRAYED_FAILURES]] == [200] * SPRAYED_FAILURES
        assert all(is_told_to_wait(each) for each in answers[SPRAYED_FAILURES:])

    def test_right_password_does_not_help_who_waits(self) -> None:
        victim = factories.user(READER)
        spray(ELSEWHERE)
        assert is_told_to_wait(login(victim.username, ELSEWHERE, factories.PASSWORD))
        assert comes_in(victim.username, DESK)

    def test_refusals_write_nothing(self) -> None:
        spray(ELSEWHERE, 100)
        assert LoginFailure.objects.count() == SPRAYED_FAILURES

    def test_colleague_at_the_same_address_comes_in(self, owner: User) -> None:
        spray(DESK)
        assert comes_in(owner.username, DESK)

    def test_ipv6_network_is_one_address(self) -> None:
        answers = [login(f"name{each}", f"2001:db8::{each:x}") for each in range(40)]
        assert is_told_to_wait(answers[-1])
        assert not is_told_to_wait(login("name", "2001:db8:0:1::1"))

    def test_it_is_over_after_half_an_hour(self) -> None:
        spray(ELSEWHERE)
        LoginFailure.objects.update(at=timezone.now() - WINDOW)
        assert login("name", ELSEWHERE).status_code == 200
        assert LoginFailure.objects.count() == 1


class TestGuessing:
    """One name from many addresses."""

    def test_owner_comes_in_where_he_came_in_before(self, owner: User) -> None:
        answers = guess(owner.username, 50)
        assert sum(each.status_code == 200 for each in answers) == NAME_FAILURES
        assert is_told_to_wait(answers[-1])
        assert comes_in(owner.username, DESK)

    def test_elsewhere_one_try_a_minute_is_let_through(self, owner: User) -> None:
        guess(owner.username, 30)
        assert is_told_to_wait(login(owner.username, ELSEWHERE, factories.PASSWORD))
        LoginFailure.objects.update(at=timezone.now() - timedelta(seconds=61))
        assert comes_in(owner.username, ELSEWHERE)

    def test_name_that_nobody_has_is_answered_alike(self) -> None:
        assert is_told_to_wait(guess("nobody", 30)[-1])

    def test_spelling_of_the_name_is_no_way_round(self, owner: User) -> None:
        guess(owner.username, NAME_FAILURES)
        assert is_told_to_wait(login(f" {owner.username.upper()} ", ELSEWHERE))

    def test_five_failures_lock_the_pair_and_no_other(self, owner: User) -> None:
        answers = [login(owner.username, ELSEWHERE) for _ in range(6)]
        assert [each.status_code for each in answers] == [200] * 4 + [429] * 2
        assert "账号已临时锁定" in answers[-1].content.decode()
        assert login(owner.username, ELSEWHERE, factories.PASSWORD).status_code == 429
        assert comes_in(owner.username, DESK)

    def test_locked_pair_counts_no_further(self, owner: User) -> None:
        for _ in range(20):
            login(owner.username, ELSEWHERE)
        assert LoginFailure.objects.count() <= 5

    def test_administrator_unlocks_all_of_it(self, owner: User, client: Client) -> None:
        guess(owner.username, NAME_FAILURES)
        client.force_login(factories.user(SYSTEM_ADMIN))
        chosen = {"action": "unlock", "_selected_action": [owner.pk]}
        client.post("/admin/access/user/", chosen)
        assert comes_in(owner.username, ELSEWHERE)


class TestAttack:
    """Many names from many addresses."""

    def test_addresses_that_nobody_came_from_wait(self, owner: User) -> None:
        newcomer, mate = factories.user(READER), factories.user(READER)
        now = timezone.now()
        LoginFailure.objects.bulk_create(
            LoginFailure(at=now, name=str(each), network=f"192.0.2.{each}") for each in range(60)
        )
        assert is_told_to_wait(login(newcomer.username, ELSEWHERE, factories.PASSWORD))
        assert comes_in(owner.username, DESK)
        assert comes_in(mate.username, DESK)


class TestCounting:
    """What is kept, and for how long."""

    def test_clock_that_was_set_back_leaves_nobody_outside(self, owner: User) -> None:
        ahead = timezone.now() + timedelta(days=400)
        spray(ELSEWHERE)
        LoginFailure.objects.update(at=ahead)
        assert login("name", ELSEWHERE).status_code == 200
        assert LoginFailure.objects.count() == 1

    def test_empty_fields_are_no_try(self) -> None:
        assert login("", DESK).status_code == 200
        assert login("name", DESK, "").status_code == 200
        assert not LoginFailure.objects.exists()

    def test_neither_name_nor_password_is_kept(self) -> None:
        login("my-password-by-mistake", DESK, "secret")
        [row] = LoginFailure.objects.values_list()
        assert "my-password-by-mistake" not in str(row)

    def test_address_is_written_once_a_day_and_the_oldest_gives_way(self, owner: User) -> None:
        for each in range(KNOWN_MOST + 3):
            assert comes_in(owner.username, f"192.0.2.{each}")
        assert KnownAddress.objects.count() == KNOWN_MOST
        assert not KnownAddress.objects.filter(network=DESK).exists()

    def test_address_of_long_ago_is_unknown(self, owner: User) -> None:
        KnownAddress.objects.update(last_at=timezone.now() - timedelta(days=91))
        guess(owner.username, NAME_FAILURES)
        assert is_told_to_wait(login(owner.username, DESK))

    def test_audit_names_a_throttled_address_once_a_minute(self) -> None:
        spray(ELSEWHERE)
        [entry] = AuditEntry.objects.filter(act="entry.throttled")
        assert (entry.outcome, entry.address) == ("refused", ELSEWHERE)
        assert entry.name_tried == f"name{SPRAYED_FAILURES}"
        assert "同一地址试了很多登录名" in entry.words

    def test_audit_names_a_name_tried_from_everywhere_once_a_minute(self, owner: User) -> None:
        guess(owner.username, NAME_FAILURES + 20)
        [entry] = AuditEntry.objects.filter(act="entry.throttled")
        assert entry.name_tried == owner.username


@pytest.mark.parametrize("kind", ["known", "unknown", "closed", "system"])
def test_every_failure_costs_one_digest_and_says_the_same(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = {
        "known": lambda: factories.user(READER).username,
        "unknown": lambda: "nobody",
        "closed": lambda: factories.user(READER, is_active=False).username,
        "system": lambda: User.objects.get(is_system=True).username,
    }[kind]()
    digests: list[str] = []
    encode = MD5PasswordHasher.encode

    def counted(hasher: MD5PasswordHasher, password: str, salt: str) -> str:
        digests.append(salt)
        return encode(hasher, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    answer = login(name, DESK)
    assert answer.status_code == 200
    assert 'role="alert"' in answer.content.decode()
    assert len(digests) == 1
