"""加减分和免列: recorded by one, confirmed by another, for months that are not published."""

from collections.abc import Iterator
from copy import deepcopy
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from pytest_django import DjangoDbBlocker

from kuancheng.access.models import User
from kuancheng.access.rights import NotAllowed
from kuancheng.access.roles import AUDITOR, READER, REPORTER, REVIEWER
from kuancheng.records.versions import StaleRecord
from kuancheng.reports.models import LeagueEntry, LeagueGroup
from kuancheng.reports.services.league.entries import confirm_entry, propose_entry, void_entry
from projects.models import Agency
from tests import factories
from tests.reports.league.racing import SEPTEMBER, TODAY, group, published, racers

pytestmark = pytest.mark.django_db


def entry_of(made: LeagueGroup, agency: Agency, **more: Any) -> LeagueEntry:
    """A deduction of September."""
    given = {"month": SEPTEMBER, "item": "通报批评", "reason": "例会缺席", "document": "通报1号"}
    return LeagueEntry(group=made, **{"entrant": str(agency.pk)} | given | more)


class World:
    """Two agencies, and an office of two."""

    def __init__(self) -> None:
        self.office, self.second = factories.user(REVIEWER), factories.user(REVIEWER)
        self.group = group(self.office)
        self.agencies = racers({"甲局": "120", "乙局": "90"})

    def propose(self, actor: User | None = None, **more: Any) -> LeagueEntry:
        entry = entry_of(self.group, self.agencies["甲局"], **more)
        return propose_entry(entry=entry, today=TODAY, actor=actor or self.office)

    def confirm(self, entry: LeagueEntry, actor: User | None = None) -> LeagueEntry:
        actor = actor or self.second
        return confirm_entry(entry=entry, seen=entry.version, today=TODAY, actor=actor)

    def void(self, entry: LeagueEntry, reason: str = "登记有误") -> LeagueEntry:
        return void_entry(
            entry=entry, reason=reason, seen=entry.version, today=TODAY, actor=self.second
        )

    def refusal(self, **more: Any) -> dict[str, list[str]]:
        with pytest.raises(ValidationError) as error:
            self.propose(**more)
        assert not LeagueEntry.objects.exists()
        found: dict[str, list[str]] = error.value.message_dict
        return found


@pytest.fixture(scope="module")
def shared(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """Made once; each test goes back to it."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield World()
        transaction.set_rollback(True)


@pytest.fixture
def world(shared: World, db: None) -> World:
    return deepcopy(shared)


def test_confirmed_by_another_than_who_recorded_it(world: World) -> None:
    entry = world.propose()
    with pytest.raises(NotAllowed, match="请由项目中心的另一位同事确认"):
        world.confirm(entry, world.office)
    done = world.confirm(entry)
    assert (done.state, done.decided_by, done.decided_on) == ("confirmed", world.second, TODAY)
    with pytest.raises(ValidationError, match="不用再确认"):
        world.confirm(done)


@pytest.mark.parametrize("role", [READER, REPORTER, AUDITOR])
def test_nobody_but_the_office(world: World, role: str) -> None:
    outsider = factories.user(role)
    with pytest.raises(NotAllowed):
        world.propose(outsider)
    with pytest.raises(NotAllowed):
        world.confirm(world.propose(), outsider)


def test_who_was_overtaken_is_told(world: World) -> None:
    shown = world.propose()
    world.void(LeagueEntry.objects.get())
    with pytest.raises(StaleRecord):
        world.confirm(shown)


def test_voided_with_a_reason_once(world: World) -> None:
    entry = world.confirm(world.propose())
    with pytest.raises(ValidationError, match="请写明为什么撤销"):
        world.void(entry, "  无 ")
    done = world.void(entry)
    assert (done.state, done.void_reason, done.version) == ("void", "登记有误", 3)
    with pytest.raises(ValidationError, match="已经撤销"):
        world.void(done)


@pytest.mark.parametrize(
    ("more", "field", "said"),
    [
        ({"month": date(2024, 11, 1)}, "month", "2024-11 还没有到"),
        ({"month": None}, "month", ""),
        ({"item": "见义勇为"}, "item", "没有加减分项“见义勇为”"),
        ({"reason": "缺席"}, "reason", "至少 4 个字"),
        ({"document": ""}, "document", ""),
    ],
)
def test_what_is_refused(world: World, more: dict[str, Any], field: str, said: str) -> None:
    wrong = world.refusal(**more)
    assert said in wrong[field][0]


def test_entrant_of_another_kind_is_refused(world: World) -> None:
    street = factories.agency(kind="subdistrict")
    assert world.refusal(entrant=str(street.pk)) == {
        "entrant": ["它不属于“责任单位组”，请重新选择。"]
    }


def test_month_that_is_published_is_refused_and_an_entry_of_it_not_confirmed(world: World) -> None:
    published(world.group, world.office, world.second)
    assert "的排名已经发布，不能再加减分" in world.refusal()["month"][0]
    assert world.propose(month=date(2024, 10, 1)).pk


def test_any_day_of_a_month_is_its_month(world: World) -> None:
    assert world.propose(month=date(2024, 9, 30)).month == SEPTEMBER


def test_one_exemption_a_month_unless_it_was_voided(world: World) -> None:
    first = world.propose(item="")
    with pytest.raises(ValidationError, match="已为它登记过免列黑榜"):
        world.propose(item="")
    world.void(first)
    assert world.propose(item="").pk


def test_exemption_needs_a_black_list(world: World) -> None:
    world.group = group_without_black_list(world.office)
    assert "没有设黑榜，不用免列" in world.refusal(item="")["item"][0]


def group_without_black_list(office: User) -> LeagueGroup:
    LeagueGroup.objects.update(name="旧组")
    return group(office, black_size=0)
