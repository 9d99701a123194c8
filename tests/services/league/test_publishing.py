"""Publishing a month: by two persons, once, as the facts were; frozen from then on."""

from collections.abc import Iterator
from copy import deepcopy
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from pytest_django import DjangoDbBlocker

from investment.models import StatusReport
from kuancheng.access.models import User
from kuancheng.access.rights import NotAllowed
from kuancheng.access.roles import AUDITOR, READER, REPORTER, REVIEWER
from kuancheng.asking.parameters import Days
from kuancheng.records.versions import StaleRecord
from kuancheng.reports.choices import LeagueSpan
from kuancheng.reports.judging.league.months import League, league_of
from kuancheng.reports.models import LeagueGroup, LeagueIndicator, LeaguePublication, LeagueRules
from kuancheng.reports.services.league.entries import propose_entry
from kuancheng.reports.services.league.groups import save_group
from kuancheng.reports.services.league.publishing import draw_up, publish
from kuancheng.reports.services.league.rules import Draft, save_league_rules
from tests import factories
from tests.reports.league.racing import SEPTEMBER, TODAY, group, racers
from tests.services.league.test_entries import entry_of

pytestmark = pytest.mark.django_db


class World:
    """Three agencies did 120, 90 and 30 of September's 100, and reported in time."""

    def __init__(self) -> None:
        self.office, self.second = factories.user(REVIEWER), factories.user(REVIEWER)
        self.group = group(self.office)
        self.agencies = racers({"甲局": "120", "乙局": "90", "丙局": "30"})

    def drawn(self, month: date = SEPTEMBER) -> LeaguePublication:
        return draw_up(group=self.group, month=month, today=TODAY, actor=self.office)

    def publish(self, drawn: LeaguePublication, actor: User | None = None) -> LeaguePublication:
        actor = actor or self.second
        return publish(publication=drawn, seen=drawn.version, today=TODAY, actor=actor)

    def league(self, *, now: bool = False) -> League:
        found = league_of(self.group, SEPTEMBER, LeagueSpan.MONTH, Days(TODAY, None), now=now)
        assert found is not None
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


def correct(name: str, amount: str) -> None:
    """An approved figure of September is another one now."""
    report = StatusReport.objects.get(project__name=f"{name}的项目")
    report.completed = Decimal(amount)
    report.save()


def totals(league: League) -> dict[str, str]:
    return {each.name: str(each.total) for each in league.table.lines}


def test_points_are_those_by_hand(world: World) -> None:
    """Of 50: 120% is capped at 120, 60; 90% is 45; 30% is 15. All reported: 50 more."""
    assert totals(world.league()) == {"甲局": "110.00", "乙局": "95.00", "丙局": "65.00"}


def test_drawn_up_by_one_and_published_by_another(world: World) -> None:
    drawn = world.drawn()
    assert (drawn.state, drawn.author, drawn.is_published) == ("proposed", world.office, False)
    assert world.league().publication is None, "nothing is out yet"
    with pytest.raises(NotAllowed, match="请由项目中心的另一位同事发布"):
        world.publish(drawn, world.office)
    out = world.publish(drawn)
    assert (out.published_by, out.published_on, out.version) == (world.second, TODAY, 2)
    assert world.league().publication == out


@pytest.mark.parametrize("role", [READER, REPORTER, AUDITOR])
def test_nobody_but_the_office_draws_up_or_publishes(world: World, role: str) -> None:
    outsider = factories.user(role)
    with pytest.raises(NotAllowed):
        draw_up(group=world.group, month=SEPTEMBER, today=TODAY, actor=outsider)
    with pytest.raises(NotAllowed):
        world.publish(world.drawn(), outsider)


def test_published_stays_and_what_it_would_be_now_differs(world: World) -> None:
    world.publish(world.drawn())
    before = totals(world.league())
    correct("丙局", "110")
    frozen, now = world.league(), world.league(now=True)
    assert totals(frozen) == before
    assert totals(now) == {"甲局": "110.00", "丙局": "105.00", "乙局": "95.00"}
    assert [each.rank for each in frozen.table.lines] == [1, 2, 3]
    assert frozen.table.lines[2].cells[0].said == "50 × 30 ÷ 100 = 15.00"


def test_before_the_day_of_publication_it_is_computed(world: World) -> None:
    world.publish(world.drawn())
    earlier = Days(date(2024, 10, 14), None)
    found = league_of(world.group, SEPTEMBER, LeagueSpan.MONTH, earlier)
    assert found is not None
    assert found.publication is None


class TestDrawingUpAnew:
    def test_is_the_same_record_with_what_is_known_now(self, world: World) -> None:
        first = world.drawn()
        correct("丙局", "110")
        again = draw_up(group=world.group, month=SEPTEMBER, today=TODAY, actor=world.second)
        assert (again.pk, again.version, again.author) == (first.pk, 2, world.second)
        assert again.tables != first.tables
        assert world.publish(again, world.office).is_published
        assert LeaguePublication.objects.count() == 1

    def test_who_was_shown_the_first_is_told(self, world: World) -> None:
        first = world.drawn()
        world.drawn()
        with pytest.raises(StaleRecord):
            world.publish(first)

    def test_published_is_not_drawn_up_again(self, world: World) -> None:
        world.publish(world.drawn())
        with pytest.raises(ValidationError, match="2024-09 的排名已于 2024-10-15 发布"):
            world.drawn()

    def test_nor_published_twice(self, world: World) -> None:
        out = world.publish(world.drawn())
        with pytest.raises(ValidationError, match="已经发布"):
            world.publish(out, factories.user(REVIEWER))


class TestMoved:
    def refused(self, world: World, drawn: LeaguePublication) -> None:
        with pytest.raises(ValidationError, match="拟定以后数据有变"):
            world.publish(drawn)
        drawn.refresh_from_db()
        assert (drawn.is_published, drawn.version) == (False, 1)

    def test_facts(self, world: World) -> None:
        drawn = world.drawn()
        correct("丙局", "31")
        self.refused(world, drawn)

    def test_facts_there_and_back_are_no_move(self, world: World) -> None:
        drawn = world.drawn()
        correct("丙局", "31")
        correct("丙局", "30")
        assert world.publish(drawn).is_published

    def test_rule(self, world: World) -> None:
        """A version from September on, recorded before it was published."""
        drawn = world.drawn()
        rules = LeagueRules.objects.create(
            group=world.group,
            version=2,
            effective_from=SEPTEMBER,
            note="改",
            recorded_on=TODAY,
        )
        for measure in ("plan_to_date", "reports"):
            LeagueIndicator.objects.create(rules=rules, measure=measure, weight=Decimal(50))
        self.refused(world, drawn)

    def test_month_before_published_with_other_places(self, world: World) -> None:
        """August's table is computed without places to begin with: nobody reported for it."""
        drawn = world.drawn()
        for name in world.agencies:
            report = StatusReport.objects.get(project__name=f"{name}的项目")
            report.pk, report.month, report._state.adding = None, date(2024, 8, 1), True
            report.completed = {"甲局": Decimal(1), "乙局": Decimal(2), "丙局": Decimal(3)}[name]
            report.save()
        self.refused(world, drawn)


class TestRefused:
    def refusal(self, world: World, month: date = SEPTEMBER) -> str:
        with pytest.raises(ValidationError) as error:
            world.drawn(month)
        assert not LeaguePublication.objects.exists()
        return str(error.value.messages[0])

    def test_month_whose_reports_are_not_due(self, world: World) -> None:
        said = self.refusal(world, date(2024, 10, 1))
        assert said.startswith("2024-10 的填报 2024-11-07 截止，截止后才有赛马")

    def test_group_without_a_rule(self, world: World) -> None:
        world.group = LeagueGroup.objects.create(name="空组", subject="industry")
        assert self.refusal(world) == "“空组”还没有规则，请先登记规则。"

    def test_entry_that_waits(self, world: World) -> None:
        entry = entry_of(world.group, world.agencies["甲局"])
        propose_entry(entry=entry, today=TODAY, actor=world.office)
        assert self.refusal(world).startswith("还有 1 条加减分或免列没有确认")

    def test_nobody_ranked(self, world: World) -> None:
        assert "还没有本规则所计的清单" in self.refusal(world, date(2023, 9, 1))

    def test_group_that_races_no_more(self, world: World) -> None:
        world.group.closed_on = date(2024, 9, 30)
        save_group(group=world.group, seen=1, today=TODAY, actor=world.office)
        assert self.refusal(world) == "“责任单位组”自 2024-09 起停用，不再排名。"
        assert world.drawn(date(2024, 8, 1)).pk


class TestRules:
    def draft(self, world: World, **rules: object) -> Draft:
        given = {"effective_from": date(2024, 11, 1), "note": "调整分值"} | rules
        weights = {"plan_to_date": 60, "reports": 40}
        indicators = [LeagueIndicator(measure=m, weight=Decimal(w)) for m, w in weights.items()]
        return Draft(LeagueRules(group=world.group, **given), indicators, [], [])

    def save(self, world: World, draft: Draft, actor: User | None = None) -> LeagueRules:
        return save_league_rules(draft=draft, today=TODAY, actor=actor or world.office)

    def refusal(self, world: World, draft: Draft) -> dict[str, list[str]]:
        before = LeagueRules.objects.count()
        with pytest.raises(ValidationError) as error:
            self.save(world, draft)
        assert LeagueRules.objects.count() == before
        return error.value.message_dict

    def test_next_version_is_numbered_and_leaves_past_months(self, world: World) -> None:
        made = self.save(world, self.draft(world))
        assert (made.version, made.recorded_on) == (2, TODAY)
        assert totals(world.league()) == {"甲局": "110.00", "乙局": "95.00", "丙局": "65.00"}

    def test_weights_that_do_not_sum(self, world: World) -> None:
        draft = self.draft(world)
        draft.indicators[0].weight = Decimal("50.5")
        assert self.refusal(world, draft) == {
            "full_marks": ["各项分值合计 90.5，与满分 100 不等，差 −9.5；请调整分值或满分。"]
        }

    def test_division_by_nothing(self, world: World) -> None:
        draft = self.draft(world, cap=None)
        step = draft.indicators[0]
        step.kind, step.below_step, step.below_points = "ladder", Decimal(0), Decimal(1)
        wrong = self.refusal(world, draft)
        assert list(wrong) == ["plan_to_date_below_step"]
        assert "除以零算不出分数" in wrong["plan_to_date_below_step"][0]

    @pytest.mark.parametrize("month", [date(2024, 9, 1), date(2024, 3, 1)])
    def test_month_that_is_published(self, world: World, month: date) -> None:
        world.publish(world.drawn())
        wrong = self.refusal(world, self.draft(world, effective_from=month))
        assert wrong == {"effective_from": ["2024-09 的排名已经发布，规则只能从以后的月份起生效。"]}

    def test_month_that_is_over_though_nothing_was_published(self, world: World) -> None:
        wrong = self.refusal(world, self.draft(world, effective_from=date(2024, 9, 1)))
        assert "生效月份不能早于本月（2024-10）" in wrong["effective_from"][0]
        made = self.save(world, self.draft(world, effective_from=date(2024, 10, 20)))
        assert made.effective_from == date(2024, 10, 1), "any day of a month is its month"

    def test_entrants_of_another_kind(self, world: World) -> None:
        street = factories.agency(kind="subdistrict")
        keys = [str(each.pk) for each in (street, *world.agencies.values())]
        wrong = self.refusal(world, self.draft(world, entrants=keys))
        assert "有 1 个对象不属于“责任单位组”所比的类别" in wrong["entrants"][0]

    def test_everything_wrong_is_said_at_once(self, world: World) -> None:
        draft = self.draft(world, note="", entrants=["x", "y"], sections=["?"], target=None)
        draft.indicators[0].weight = Decimal(0)
        wrong = self.refusal(world, draft)
        assert {"note", "entrants", "sections", "full_marks", "plan_to_date_weight"} <= set(wrong)

    def test_version_in_force_is_not_changed(self, world: World) -> None:
        running = LeagueRules.objects.get(group=world.group)
        draft = Draft(running, list(running.indicators.all()), [], [])
        with pytest.raises(ValidationError):
            save_league_rules(draft=draft, today=date(2024, 10, 16), actor=world.office)

    @pytest.mark.parametrize("role", [READER, REPORTER, AUDITOR])
    def test_nobody_but_the_office(self, world: World, role: str) -> None:
        with pytest.raises(NotAllowed):
            self.save(world, self.draft(world), factories.user(role))
