"""The formulas that governments have published (domain.md §8) are each set up in the form, without code.

What was posted is read back from the database, and its check values from the pure rule.
"""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from kuancheng.access.roles import REVIEWER
from kuancheng.reports.models import LeagueGroup, LeagueRules
from kuancheng.reports.rules.league.adjusting import Entry, adjustments
from kuancheng.reports.rules.league.formulas import Peers, score
from kuancheng.reports.rules.league.measures import Counted, Measure
from kuancheng.reports.rules.league.ranking import Listed, standings
from kuancheng.reports.rules.league.scoring import Eligibility, Group, Indicator, results
from kuancheng.reports.rules.league.version import Version
from tests import factories
from tests.reports.league_rules.setting_up import alone, client_of, group_of

pytestmark = pytest.mark.django_db

TENTH_BELOW = {"kind": "ladder", "below_step": "1", "below_points": "0.1"}


@pytest.fixture
def group() -> LeagueGroup:
    return group_of(factories.user(REVIEWER))


@pytest.fixture
def client(group: LeagueGroup) -> Client:
    return client_of(factories.user(REVIEWER))


def row(measure: str, **values: str) -> dict[str, str]:
    """A measure's row as it is sent."""
    return {f"{measure}_{name}": value for name, value in values.items()}


def stored(client: Client, group: LeagueGroup, **sent: Any) -> Version:
    """What the league is computed by after the form was sent."""
    answer = client.post(f"/league/groups/{group.pk}/rules/new/", alone(**sent))
    assert answer.status_code == 302, answer.context["form"].errors
    return LeagueRules.objects.get(group=group).as_version()


def of_100(part: int) -> Counted:
    return Counted(Decimal(part), Decimal(100))


def points(version: Version, measure: Measure, found: Counted, peers: Peers | None = None) -> str:
    indicator = next(each for each in version.indicators if each.measure == measure)
    return str(score(indicator.formula, measure, found, peers).value)


def test_a_citys_25_points_of_2020(client: Client, group: LeagueGroup) -> None:
    version = stored(
        client,
        group,
        full_marks="25",
        cap="",
        **row(
            "year_plan",
            **TENTH_BELOW,
            weight="25",
            above_step="1",
            above_points="0.2",
            second_pivot="130",
            second_step="1",
            second_points="0.1",
            limit="10",
        ),
        **row("late_starts", weight="0", each="-3", floor="-25"),
        **row("late_enrolments", weight="0", each="-3", floor="-25"),
    )
    rates = (92, 100, 110, 130, 135, 200, 0)
    found = [points(version, Measure.YEAR_PLAN, of_100(each)) for each in rates]
    assert found == ["24.20", "25.00", "27.00", "31.00", "31.50", "35.00", "15.00"]
    late = Counted(Decimal(2), Decimal(7))
    assert points(version, Measure.LATE_STARTS, late) == "-6.00"
    assert points(version, Measure.LATE_ENROLMENTS, late) == "-6.00"


def test_a_citys_base_of_2_without_new_starts(client: Client, group: LeagueGroup) -> None:
    version = stored(
        client,
        group,
        full_marks="25",
        cap="",
        **row("starts", **TENTH_BELOW, weight="25", without="fixed", fixed_points="2"),
    )
    assert points(version, Measure.STARTS, Counted()) == "2.00"
    assert points(version, Measure.STARTS, of_100(92)) == "24.20"


def test_zaozhuangs_40_points_by_full_steps_of_2(client: Client, group: LeagueGroup) -> None:
    steps = {"below_step": "2", "below_points": "1", "above_step": "2", "above_points": "1"}
    sent = row("year_plan", kind="ladder", weight="40", limit="15", whole_steps="on", **steps)
    version = stored(client, group, full_marks="40", cap="", **sent)
    rates = (100, 98, 97, 103, 110, 130, 150, 60)
    found = [points(version, Measure.YEAR_PLAN, of_100(each)) for each in rates]
    assert found == ["40.00", "39.00", "39.00", "41.00", "45.00", "55.00", "55.00", "25.00"]


def test_guangxis_four_times_25(client: Client, group: LeagueGroup) -> None:
    both = TENTH_BELOW | {"above_step": "1", "above_points": "0.1", "limit": "3"}
    four = (Measure.YEAR_PLAN, Measure.STARTS, Measure.ENROLMENTS, Measure.COMPLETIONS)
    sent: dict[str, str] = {}
    for each in four:
        sent |= row(each.value, weight="25", **both)
    version = stored(client, group, cap="", **sent)
    assert version.measures == four
    found = [points(version, four[3], of_100(each)) for each in (92, 60, 108, 140)]
    assert found == ["24.20", "22.00", "25.80", "28.00"]


def test_gaoans_coefficient(client: Client, group: LeagueGroup) -> None:
    sent = row("year_plan", kind="coefficient", weight="100", base="60")
    version = stored(client, group, **sent)
    peers = Peers(of_100(50), of_100(90))
    found = [points(version, Measure.YEAR_PLAN, of_100(each), peers) for each in (50, 70, 90)]
    assert found == ["60.00", "80.00", "100.00"]


def test_mianyangs_lists_by_target_and_rank(client: Client, group: LeagueGroup) -> None:
    version = stored(
        client,
        group,
        target_measure="year_plan",
        target="100",
        red_size="5",
        black_size="4",
        **row("year_plan", weight="100"),
    )
    rates = (109, 108, 107, 106, 105, 104, 100, 99, 98, 97, 96, 95)
    keys = [f"{each:03}" for each in rates]
    raced = Group(
        dict.fromkeys(keys, 1),
        {key: {Measure.YEAR_PLAN: of_100(each)} for key, each in zip(keys, rates, strict=True)},
    )
    scored = results(version.indicators, raced, Eligibility(1, 1))
    placed = standings(scored, version.tie, version.lists, {"096": "山洪冲毁便道"}, {})
    by_list = {
        listed: [each.result.entrant for each in placed if each.listed == listed]
        for listed in (Listed.RED, Listed.BLACK, Listed.EXEMPT)
    }
    assert by_list == {
        Listed.RED: ["109", "108", "107", "106", "105"],
        Listed.BLACK: ["098", "097", "095"],
        Listed.EXEMPT: ["096"],
    }


def test_wenzhous_veto_doubles_and_caps(client: Client, group: LeagueGroup) -> None:
    version = stored(
        client,
        group,
        **row("year_plan", weight="100"),
        item1_name="较大安全事故",
        item1_points="-30",
        item1_veto="on",
        item2_name="虚报数据",
        item2_points="-5",
        item2_doubles="on",
        item2_most="12",
        item4_name="市级通报表扬",
        item4_points="2",
        item4_most="6",
    )
    september = date(2024, 9, 1)
    times = ["较大安全事故", "虚报数据", "虚报数据", *["市级通报表扬"] * 4]
    entries = [Entry(number, name, september, "") for number, name in enumerate(times)]
    found = adjustments(version.items, entries, september, date(2024, 9, 30))
    assert [(each.item.name, each.points) for each in found] == [
        ("较大安全事故", Decimal(-30)),
        ("虚报数据", Decimal(-12)),
        ("市级通报表扬", Decimal(6)),
    ]
    once = adjustments(version.items, entries[1:2], september, date(2024, 9, 30))
    assert once[0].points == Decimal(-5)
    placed = results(
        version.indicators,
        Group(
            {"甲": 1, "乙": 1},
            {key: {Measure.YEAR_PLAN: of_100(110)} for key in "甲乙"},
            {"甲": found},
        ),
        Eligibility(1, 1),
    )
    assert [(each.total, each.vetoed) for each in placed] == [
        (Decimal("74.00"), True),
        (Decimal("110.00"), False),
    ]


def test_our_own_default_is_by_proportion_capped_at_120(client: Client, group: LeagueGroup) -> None:
    version = stored(client, group, **row("year_plan", weight="100"))
    assert [points(version, Measure.YEAR_PLAN, of_100(each)) for each in (92, 120, 135)] == [
        "92.00",
        "120.00",
        "120.00",
    ]
    assert isinstance(version.indicators[0], Indicator)
