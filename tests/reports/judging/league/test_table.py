"""A league's table by hand: totals, places, lists, movement; frozen and read back; why it is empty."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kuancheng.access.roles import REVIEWER
from kuancheng.asking.parameters import Days
from kuancheng.reports.choices import LeagueSpan, LeagueSubject
from kuancheng.reports.judging.league.months import computed, latest_month, why_not_yet
from kuancheng.reports.judging.league.scope import Scope
from kuancheng.reports.judging.league.table import Table, league_table
from kuancheng.reports.models import LeagueEntry, LeagueGroup, LeagueIndicator, LeagueRules
from kuancheng.reports.rules.league.adjusting import Item
from kuancheng.reports.rules.league.measures import Measure
from kuancheng.reports.rules.league.ranking import Listed, ListRule
from projects.models import Agency, Official
from tests import factories
from tests.clock import on
from tests.reports.judging.league.asking import MONTH, SEPTEMBER, YEAR, indicator, version

pytestmark = pytest.mark.django_db

NOW = Days(date(2024, 10, 15), None)
RULES = version(
    indicators=(indicator(Measure.PLAN_TO_DATE, 60), indicator(Measure.STARTS, 40)),
    items=(Item("事故", "事故", Decimal(-3), doubles=True),),
    lists=ListRule(Measure.PLAN_TO_DATE, Decimal(100), red=1, black=1),
)


class World:
    """甲 did 117 of September's 130 and started one of two; 乙 has a plan alone; 丙 did all and more."""

    def __init__(self) -> None:
        self.group = LeagueGroup.objects.create(
            name="责任单位组", subject="lead_agency", agency_kind="department"
        )
        self.first, self.second, self.third = (
            factories.agency(name=name, order=order)
            for order, name in enumerate(("甲局", "乙局", "丙局"))
        )
        self.programme = factories.programme()
        for agency, done in ((self.first, "117"), (self.second, "130"), (self.third, "156.39")):
            project = self.project(agency)
            factories.annual_plan(project=project)
            factories.status_report(project=project, state="approved", completed=Decimal(done))
        for agency, started in ((self.first, 5), (self.first, None), (self.third, 30)):
            actual = started and date(2024, 9, started)
            self.project(agency, planned_start=date(2024, 9, 5), actual_start=actual)
        self.project(None)
        self.office = factories.user(REVIEWER)

    def project(self, agency: Agency | None, **fields: Any) -> Any:
        made = factories.project(lead_agency=agency, **fields)
        factories.listing(programme=self.programme, project=made)
        return made

    def entry(
        self, agency: Agency, item: str = "事故", state: str = "confirmed", month: int = 9
    ) -> None:
        LeagueEntry.objects.create(
            group=self.group,
            month=date(2024, month, 1),
            entrant=str(agency.pk),
            item=item,
            reason="洪水停工",
            document="通报1号",
            state=state,
            author=self.office,
        )

    def table(self, span: LeagueSpan = MONTH, month: date = SEPTEMBER, **rules: Any) -> Table:
        return computed(self.group, month, span, replace(RULES, **rules), NOW)


@pytest.fixture
def world(db: None) -> World:
    return World()


def places(table: Table) -> dict[str, tuple[int | None, str | None]]:
    return {
        each.name: (each.rank, None if each.total is None else str(each.total))
        for each in table.lines
    }


def test_totals_and_places_by_hand(world: World) -> None:
    """甲 60 × 117 ÷ 130 = 54, 40 × 1 ÷ 2 = 20; 丙 60 × 156.39 ÷ 130 = 72.18, 40 × 1 ÷ 1 = 40."""
    table = world.table()
    assert places(table) == {"丙局": (1, "112.18"), "甲局": (2, "74.00"), "乙局": (None, "100.00")}
    assert (table.month, table.span, table.nobody, table.empty) == ("2024-09", "month", 1, "")
    first = table.line(str(world.first.pk))
    assert first is not None
    assert (first.projects, first.said) == (3, "54.00 + 20.00 = 74.00")
    money, starts = first.cells
    assert (money.part, money.whole, money.records, money.missing) == (117, 130, 1, 2)
    assert money.said == "60 × 117 ÷ 130 = 54.00"
    assert (starts.part, starts.whole, starts.projects, starts.unit) == (1, 2, 2, "个")
    second = table.line(str(world.second.pk))
    assert second is not None
    assert second.why == "只有 1 项指标有数可算，不足 2 项，不排名"
    assert second.said == "(60.00) × 100 ÷ 60 = 100.00"


def test_lists_and_what_was_recorded(world: World) -> None:
    table = world.table()
    assert [each.name for each in table.listed(Listed.RED)] == ["丙局"]
    assert [each.name for each in table.listed(Listed.BLACK)] == ["甲局"]
    world.entry(world.first, item="")
    world.entry(world.third)
    world.entry(world.third, state="proposed")
    world.entry(world.third, state="void")
    world.entry(world.third, month=3)
    table = world.table()
    third = table.line(str(world.third.pk))
    assert third is not None
    assert (third.total, third.said) == (
        Decimal("106.18"),
        "72.18 + 40.00 = 112.18 − 6.00 = 106.18",
    )
    assert [(each.points, each.said, len(each.times)) for each in third.added] == [(-6, "−6", 1)], (
        "the second of the year counts twice; proposed and void ones do not count"
    )
    (exempt,) = table.listed(Listed.EXEMPT)
    assert exempt.list_said.endswith("免列黑榜：洪水停工")
    year = world.table(YEAR).line(str(world.third.pk))
    assert year is not None
    assert [each.said for each in year.added] == ["−3 − 6"]


def test_exemption_of_another_month_does_not_exempt(world: World) -> None:
    world.entry(world.first, item="", month=8)
    assert len(world.table().listed(Listed.BLACK)) == 1


def test_movement_is_against_the_month_before_and_in_january_there_is_none(world: World) -> None:
    """In August nobody had two indicators; in September two are ranked, in October again."""
    rules = LeagueRules.objects.create(
        group=world.group,
        version=1,
        effective_from=date(2024, 1, 1),
        note="试行",
        recorded_on=date(2024, 1, 1),
    )
    for measure, weight in (("plan_to_date", 60), ("starts", 40)):
        LeagueIndicator.objects.create(rules=rules, measure=measure, weight=Decimal(weight))
    september = world.table()
    assert [each.before for each in september.lines] == [None, None, None]
    for agency, planned in ((world.first, 2), (world.third, 2)):
        world.project(
            agency,
            planned_start=date(2024, 10, planned),
            actual_start=date(2024, 10, 3) if agency == world.first else None,
        )
    october = world.table(month=date(2024, 10, 1))
    assert {each.name: (each.rank, each.before, each.moved) for each in october.ranked} == {
        "甲局": (1, 2, 1),
        "丙局": (2, 1, -1),
    }


def test_table_is_kept_as_json_and_read_back_whole(world: World) -> None:
    world.entry(world.third)
    for span in LeagueSpan:
        table = world.table(span)
        kept = json.loads(json.dumps(table.to_json(), ensure_ascii=False))
        assert Table.from_json(kept) == table
        assert Table.from_json(kept).to_json() == kept


def test_names_change_nothing_of_a_table_but_the_names(world: World) -> None:
    before = world.table()
    world.first.name = "甲管理局"
    world.first.save()
    after = world.table()
    assert after.ranks() == before.ranks()
    assert {each.name for each in after.lines} == {"甲管理局", "乙局", "丙局"}


def test_queries_do_not_grow_with_the_projects(world: World) -> None:
    asked = [
        Scope(
            LeagueGroup(subject=subject, agency_kind="department"),
            version(),
            SEPTEMBER,
            span,
            known,
        )
        for subject in LeagueSubject
        for span, known in ((MONTH, None), (YEAR, date(2024, 10, 15)))
    ]
    official = factories.official()
    _add_projects(world, 1, official)
    few = [_queries(each) for each in asked]
    _add_projects(world, 30, official)
    assert [_queries(each) for each in asked] == few
    assert max(few) <= 26


def _add_projects(world: World, number: int, official: Official) -> None:
    for place in range(number):
        made = world.project(world.first, subdistrict=factories.agency(kind="subdistrict"))
        factories.annual_plan(project=made, amount=Decimal(100 + place))
        factories.assignment(project=made, official=official)
        factories.milestone(project=made, planned_finish=date(2024, 9, 9))


def _queries(asked: Scope) -> int:
    with CaptureQueriesContext(connection) as queries:
        league_table(asked, {})
    return len(queries)


class TestEmpty:
    def test_no_lists_of_the_year(self, world: World) -> None:
        table = world.table(month=date(2025, 1, 1))
        assert (table.lines, table.ranks()) == ((), {})
        assert table.empty.startswith("2025 年还没有本规则所计的清单，不排名")

    def test_nobody_on_the_lists(self, db: None) -> None:
        factories.programme()
        group = LeagueGroup.objects.create(name="x", subject="industry")
        table = computed(group, SEPTEMBER, MONTH, RULES, NOW)
        assert table.empty == "2024-09 月末清单上没有这一组的项目，不排名。"

    def test_in_january_indicators_without_plans_drop_out_and_it_is_said(self, db: None) -> None:
        group = LeagueGroup.objects.create(
            name="x", subject="lead_agency", agency_kind="department"
        )
        agencies = [factories.agency() for _ in range(2)]
        made = [
            factories.project(lead_agency=each, planned_start=date(2025, 1, 6)) for each in agencies
        ]
        factories.programme(*made, year=2025)
        table = computed(group, date(2025, 1, 1), MONTH, RULES, NOW)
        assert table.empty.startswith("2025 年的年度计划还没有登记")
        assert [each.rank for each in table.lines] == [None, None]
        assert "没有期内计划投资，本指标不计" in table.lines[0].cells[0].said
        enough = replace(RULES, indicators=(*RULES.indicators, indicator(Measure.REPORTS, 10)))
        again = computed(group, date(2025, 1, 1), MONTH, enough, NOW)
        assert (again.empty, [each.rank for each in again.lines]) == ("", [1, 1])

    def test_nobody_eligible_for_another_reason(self, world: World) -> None:
        indicators = (indicator(Measure.STARTS, 60), indicator(Measure.SITING, 40))
        assert (
            world.table(indicators=indicators).empty == "没有一个对象够条件排名，各行写明了原因。"
        )


class TestMonths:
    @pytest.mark.parametrize(("day", "month"), [(11, 8), (12, 9), (15, 9)])
    def test_latest_is_the_one_whose_reports_are_due(self, db: None, day: int, month: int) -> None:
        assert latest_month(Days(date(2024, 10, day), None)) == date(2024, month, 1)

    def test_later_one_says_until_when_to_wait(self, db: None) -> None:
        assert why_not_yet(SEPTEMBER, Days(date(2024, 10, 12), None)) == ""
        assert why_not_yet(SEPTEMBER, Days(date(2024, 10, 11), None)) == (
            "2024-09 的填报 2024-10-12 截止，截止后才有赛马；最近可看 2024-08。"
        )


def test_entry_recorded_later_was_not_known(db: None) -> None:
    with on(9):
        world = World()
    with on(14):
        world.entry(world.third)
    totals = []
    for day in (13, 14):
        table = computed(world.group, SEPTEMBER, MONTH, RULES, Days(NOW.as_of, date(2024, 10, day)))
        totals.append(places(table)["丙局"])
    assert totals == [(1, "112.18"), (1, "109.18")]
