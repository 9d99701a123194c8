"""A version of a league's rule is checked whole before it is saved: what counts for nothing is told."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from kuancheng.access.models import User
from kuancheng.access.roles import REVIEWER
from kuancheng.records.versions import StaleRecord, revision
from kuancheng.reports.models import LeagueGroup, LeagueIndicator, LeagueItem, LeagueRules
from kuancheng.reports.rules.league.formulas import Formula, FormulaKind, Slope, wrong_formula
from kuancheng.reports.rules.league.measures import Measure
from kuancheng.reports.services.league.groups import save_group
from kuancheng.reports.services.league.rules import (
    Draft,
    changeable,
    check_draft,
    may_change,
    save_league_rules,
)
from tests import factories
from tests.conftest import TODAY

TENTH = Slope(Decimal(1), Decimal("0.1"))


def ladder(**more: Any) -> Formula:
    return Formula(FormulaKind.LADDER, Decimal(25), **{"below": TENTH, "above": TENTH} | more)


@pytest.mark.parametrize(
    ("formula", "field"),
    [
        (ladder(below=Slope(Decimal(1), Decimal("-0.1"))), "below_points"),
        (ladder(above=Slope(Decimal(1), Decimal(0))), "above_points"),
        (ladder(above=None, second=TENTH, second_pivot=Decimal(130)), "above_points"),
        (ladder(second=TENTH, second_pivot=Decimal(130), cap=Decimal(120)), "cap"),
        (ladder(cap=Decimal(100)), "cap"),
        (ladder(floor=Decimal(26)), "floor"),
        (ladder(below=Slope(Decimal(0), Decimal(1))), "below_step"),
    ],
)
def test_ladder_that_counts_for_nothing_is_told_beside_its_field(
    formula: Formula, field: str
) -> None:
    assert set(wrong_formula(formula, Measure.YEAR_PLAN)) == {field}


def test_ladder_whose_cap_is_above_its_second_tier_stands() -> None:
    second = {"second": TENTH, "second_pivot": Decimal(130)}
    assert wrong_formula(ladder(**second, cap=Decimal(200)), Measure.YEAR_PLAN) == {}
    assert wrong_formula(ladder(above=None, cap=Decimal(100)), Measure.YEAR_PLAN) == {}


def test_deduction_by_the_piece_needs_room_below_its_weight() -> None:
    lost = Formula(FormulaKind.EACH, Decimal(0), each=Decimal(-3))
    assert set(wrong_formula(lost, Measure.LATE_STARTS)) == {"floor"}
    felt = Formula(FormulaKind.EACH, Decimal(0), each=Decimal(-3), floor=Decimal(-30))
    assert wrong_formula(felt, Measure.LATE_STARTS) == {}
    nothing = Formula(FormulaKind.EACH, Decimal(5))
    assert set(wrong_formula(nothing, Measure.LATE_STARTS)) == {"each"}


def set_up() -> tuple[LeagueGroup, User]:
    office = factories.user(REVIEWER)
    group = LeagueGroup(name="属地组", subject="subdistrict")
    return save_group(group=group, seen=0, today=TODAY, actor=office), office


def draft(group: LeagueGroup, **more: Any) -> Draft:
    parts = {
        "indicators": [LeagueIndicator(measure="year_plan", weight=Decimal(100))],
        "items": [],
        "programmes": [],
    }
    rules = {"effective_from": date(2024, 10, 1), "note": "试行"}
    own = {name: more.pop(name) for name in tuple(more) if name in parts}
    return Draft(LeagueRules(group=group, **rules | more), **parts | own)


def refused(draft: Draft) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as error:
        check_draft(draft, TODAY)
    return error.value.message_dict


@pytest.mark.django_db
def test_parts_are_checked_whole_before_anything_is_written() -> None:
    group, office = set_up()
    whole = [LeagueIndicator(measure="year_plan", weight=Decimal(100), limit=Decimal(-1))]
    assert set(refused(draft(group, indicators=whole))) == {"year_plan_limit"}
    halves = [LeagueIndicator(measure="year_plan", weight=Decimal(50)) for _ in "12"]
    assert refused(draft(group, indicators=halves)) == {"indicators": ["同一项指标只能用一次。"]}
    step = [LeagueIndicator(measure="year_plan", weight=Decimal(100), below_step=Decimal(2))]
    assert set(refused(draft(group, indicators=step))) == {"year_plan_below_points"}
    much = [LeagueItem(name="安全事故", points=Decimal("123456.78"))]
    assert "安全事故" in refused(draft(group, items=much))["items"][0]
    save_league_rules(draft=draft(group), today=TODAY, actor=office)
    taken = refused(draft(group))
    assert taken == {"effective_from": ["2024-10 已有一版规则，请打开那一版修改，或另选月份。"]}


@pytest.mark.django_db
def test_lists_are_not_drawn_by_a_count_of_late_ones() -> None:
    group, _ = set_up()
    late = LeagueIndicator(
        measure="late_starts", kind="each", weight=0, each=Decimal(-3), floor=Decimal(-30)
    )
    rate = LeagueIndicator(measure="year_plan", weight=Decimal(100))
    wrong = refused(draft(group, indicators=[rate, late], target_measure="late_starts", red_size=3))
    assert set(wrong) == {"target_measure"}


@pytest.mark.django_db
def test_versions_that_may_be_changed_are_found_in_one_query(
    django_assert_num_queries: Any,
) -> None:
    group, office = set_up()
    first = save_league_rules(draft=draft(group), today=TODAY, actor=office)
    later = draft(group, effective_from=date(2024, 12, 1))
    second = save_league_rules(draft=later, today=TODAY, actor=office)
    with django_assert_num_queries(1):
        assert changeable([first, second], TODAY) == {first.pk, second.pk}
    with django_assert_num_queries(1):
        assert changeable([first, second], date(2024, 10, 16)) == {second.pk}
    assert not may_change(first, date(2024, 10, 16))


@pytest.mark.django_db
def test_change_of_what_somebody_saved_since_is_stale() -> None:
    group, office = set_up()
    later = draft(group, effective_from=date(2024, 12, 1))
    rules = save_league_rules(draft=later, today=TODAY, actor=office)
    shown = revision(rules)
    save_league_rules(draft=later, today=TODAY, actor=office, seen=shown)
    with pytest.raises(StaleRecord):
        save_league_rules(draft=later, today=TODAY, actor=office, seen=shown)
