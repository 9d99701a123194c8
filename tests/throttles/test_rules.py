"""When a login must wait, rule by rule, and when it need not."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kuancheng.throttles.rules import (
    ALL_FAILURES,
    NAME_FAILURES,
    SPRAYED_FAILURES,
    SPRAYED_NAMES,
    WINDOW,
    Failure,
    Try,
    Wait,
    Why,
    network_of,
    wait_of,
)

NOW = datetime(2024, 10, 15, 9, 0, tzinfo=UTC)
OWNER = "owner"


def failures(count: int, names: int = 1, ago: int = 300) -> Sequence[Failure]:
    """So many, the latest `ago` seconds back, one each second before it, over so many names."""
    return [
        Failure(NOW - timedelta(seconds=ago + each), f"name{each % names}") for each in range(count)
    ]


def tried(**given: Any) -> Try:
    nothing: dict[str, Any] = {
        "here": (),
        "of_name": (),
        "last_minute": 0,
        "known": False,
        "familiar": False,
    }
    return Try(name=OWNER, at=NOW, **nothing | given)


def test_nobody_waits_where_nothing_went_wrong() -> None:
    assert wait_of(tried()) is None


@pytest.mark.parametrize(
    ("count", "names", "waits"),
    [
        (SPRAYED_FAILURES, SPRAYED_NAMES, True),
        (SPRAYED_FAILURES - 1, SPRAYED_NAMES, False),
        # A crowd behind one address that forgets a few passwords is no spraying.
        (SPRAYED_FAILURES * 2, SPRAYED_NAMES - 1, False),
    ],
)
def test_address_that_tries_many_names_waits(count: int, names: int, waits: bool) -> None:
    wait = wait_of(tried(here=failures(count, names)))
    assert (wait is not None and wait.why is Why.ADDRESS) is waits


def test_spraying_address_waits_until_enough_failures_are_old() -> None:
    here = failures(SPRAYED_FAILURES, SPRAYED_NAMES, ago=0)
    oldest = here[SPRAYED_FAILURES - 1].at
    wait = wait_of(tried(here=here))
    assert wait == Wait(Why.ADDRESS, round((oldest + WINDOW - NOW).total_seconds()))
    [*_, last] = here
    later = Try(OWNER, last.at + WINDOW, here, (), 0, known=False, familiar=False)
    assert wait_of(later) is None


def test_who_came_in_there_before_is_not_held_up_by_others_spraying() -> None:
    here = failures(SPRAYED_FAILURES, SPRAYED_NAMES, ago=0)
    assert wait_of(tried(here=here, known=True, familiar=True)) is None


def test_sprayer_at_a_known_address_tries_one_account_once_a_minute() -> None:
    own = Failure(NOW - timedelta(seconds=20), OWNER)
    here = [own, *failures(SPRAYED_FAILURES, SPRAYED_NAMES, ago=30)]
    assert wait_of(tried(here=here, known=True)) == Wait(Why.ADDRESS, 40)


@pytest.mark.parametrize(
    ("count", "ago", "known", "wait"),
    [
        (NAME_FAILURES, 20, False, Wait(Why.NAME, 40)),
        (NAME_FAILURES, 60, False, None),
        (NAME_FAILURES - 1, 20, False, None),
        (NAME_FAILURES * 5, 0, True, None),
    ],
)
def test_name_tried_all_over_is_slowed_down_but_for_its_owner(
    count: int, ago: int, known: bool, wait: Wait | None
) -> None:
    assert wait_of(tried(of_name=failures(count, ago=ago), known=known)) == wait


@pytest.mark.parametrize(
    ("count", "familiar", "waits"),
    [
        (ALL_FAILURES, False, True),
        (ALL_FAILURES - 1, False, False),
        (ALL_FAILURES * 9, True, False),
    ],
)
def test_site_under_attack_lets_addresses_wait_that_nobody_came_from(
    count: int, familiar: bool, waits: bool
) -> None:
    assert (wait_of(tried(last_minute=count, familiar=familiar)) is not None) is waits


def test_failure_of_a_clock_ahead_holds_nobody_for_longer_than_the_window() -> None:
    ahead = [Failure(NOW + timedelta(days=400), OWNER)] * NAME_FAILURES
    wait = wait_of(tried(of_name=ahead))
    assert wait is not None
    assert wait.seconds <= WINDOW.total_seconds()


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::ffff", "2001:db8:1:2::/64"),
        ("", ""),
        (None, ""),
        ("nonsense", ""),
    ],
)
def test_ipv6_counts_by_its_network(address: str | None, network: str) -> None:
    assert network_of(address) == network
