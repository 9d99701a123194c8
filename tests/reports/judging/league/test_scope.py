"""Whose projects count: lists with dated membership, who answers on the last day, which industries."""

from datetime import date, timedelta
from typing import Any

import pytest

from kuancheng.reports.choices import LeagueSubject
from kuancheng.reports.judging.league.counting import projects_by_entrant
from kuancheng.reports.judging.league.scope import Scope, candidates, entrants_of
from kuancheng.reports.rules.league.measures import Measure
from projects.choices import AgencyKind
from tests import factories
from tests.clock import on
from tests.reports.judging.league.asking import YEAR, pair, scope, shares, version

pytestmark = pytest.mark.django_db


def names(asked: Scope) -> set[str]:
    """The projects that count."""
    return set(asked.projects().values_list("name", flat=True))


def by_official(**more: Any) -> Scope:
    return scope(LeagueSubject.LEAD_OFFICIAL, **more)


def test_list_is_as_it_stood_on_the_last_day() -> None:
    programme = factories.programme()
    stays = [
        ("joined on the last day", date(2024, 9, 30), None),
        ("joined the day after", date(2024, 10, 1), None),
        ("left on the last day", date(2024, 1, 1), date(2024, 9, 30)),
        ("left the day before", date(2024, 1, 1), date(2024, 9, 29)),
        ("stayed", date(2024, 1, 1), None),
    ]
    for name, since, until in stays:
        factories.listing(
            programme=programme,
            project=factories.project(name=name),
            since=since,
            until=until,
            leave_reason="deferred" if until else "",
        )
    factories.project(name="on no list")
    september = {"joined on the last day", "left on the last day", "stayed"}
    assert names(scope()) == names(scope(span=YEAR)) == september
    assert names(scope(month=date(2024, 10, 1))) == {
        "joined on the last day",
        "joined the day after",
        "stayed",
    }
    assert names(scope(month=date(2024, 8, 1))) == {
        "left on the last day",
        "left the day before",
        "stayed",
    }
    assert names(scope(month=date(2025, 1, 1))) == set(), "the list is one of 2024"


def test_project_that_came_back_and_is_on_two_lists_counts_once() -> None:
    agency = factories.agency()
    project = factories.project(lead_agency=agency, planned_start=date(2024, 9, 5))
    again = factories.programme(project)
    factories.programme(project)
    stay = again.listings.get()
    stay.until, stay.leave_reason = date(2024, 3, 31), "deferred"
    stay.save()
    factories.listing(programme=again, project=project, since=date(2024, 6, 1))
    assert projects_by_entrant(scope()) == {str(agency.pk): 1}
    assert pair(scope(), Measure.STARTS, agency) == (0, 1)


def test_rule_may_name_lists_and_industries() -> None:
    works, roads = (factories.project(name=name, industry=name) for name in ("C", "E"))
    one, _ = factories.programme(works), factories.programme(roads)
    assert names(scope(rules=version(programmes=frozenset({one.pk})))) == {"C"}
    assert names(scope(rules=version(sections=frozenset("E")))) == {"E"}
    assert names(scope(rules=version(sections=frozenset("CE")))) == {"C", "E"}


def test_membership_corrected_later_is_not_known_before() -> None:
    with on(1, 9):
        project = factories.project(name="a")
        programme = factories.programme(project)
    with on(14, 10):
        stay = programme.listings.get()
        stay.until, stay.leave_reason = date(2024, 8, 31), "deferred"
        stay.save()
    assert names(scope()) == set()
    assert names(scope(known_on=date(2024, 10, 13))) == {"a"}


def test_lead_official_who_was_replaced_half_way_hands_the_month_over() -> None:
    old, new = factories.official(), factories.official()
    project = factories.project(name="a", planned_start=date(2024, 9, 5))
    factories.programme(project)
    factories.assignment(project=project, official=old, until=date(2024, 9, 15))
    factories.assignment(project=project, official=new, since=date(2024, 9, 16))
    assert shares(by_official(), Measure.STARTS, new) == {"a": (0, 1)}
    assert shares(by_official(span=YEAR), Measure.STARTS, new) == {"a": (0, 1)}
    assert pair(by_official(), Measure.STARTS, old) == (0, 0)
    assert projects_by_entrant(by_official(month=date(2024, 8, 1))) == {str(old.pk): 1}


@pytest.mark.parametrize(("day", "whose"), [(30, "new"), (1, "old")])
def test_lead_official_counts_from_his_first_day(day: int, whose: str) -> None:
    people = {"old": factories.official(), "new": factories.official()}
    project = factories.project()
    factories.programme(project)
    first = date(2024, 9 if day == 30 else 10, day)
    before = first - timedelta(days=1)
    factories.assignment(project=project, official=people["old"], until=before)
    factories.assignment(project=project, official=people["new"], since=first)
    assert projects_by_entrant(by_official()) == {str(people[whose].pk): 1}


def test_on_a_day_that_two_shared_the_later_one_answers() -> None:
    old, new = factories.official(), factories.official()
    project = factories.project()
    factories.programme(project)
    factories.assignment(project=project, official=old, until=date(2024, 9, 30))
    factories.assignment(project=project, official=new, since=date(2024, 9, 30))
    assert projects_by_entrant(by_official()) == {str(new.pk): 1}


def test_liaison_officer_answers_for_nobodys_league() -> None:
    project = factories.project()
    factories.programme(project)
    factories.assignment(project=project, official=factories.official(), role="liaison_officer")
    assert projects_by_entrant(by_official()) == {"": 1}


def test_what_nobody_answers_for_is_counted_apart() -> None:
    agency, subdistrict = factories.agency(), factories.agency(kind=AgencyKind.SUBDISTRICT)
    factories.programme(
        factories.project(lead_agency=agency, subdistrict=subdistrict, industry="C"),
        factories.project(),
        factories.project(),
    )
    assert projects_by_entrant(scope()) == {str(agency.pk): 1, "": 2}
    assert projects_by_entrant(scope(LeagueSubject.SUBDISTRICT)) == {str(subdistrict.pk): 1, "": 2}
    assert projects_by_entrant(scope(LeagueSubject.INDUSTRY)) == {"C": 1, "": 2}


def test_agency_that_took_a_project_over_is_not_known_before() -> None:
    old, new = factories.agency(), factories.agency()
    with on(1, 9):
        project = factories.project(lead_agency=old)
        factories.programme(project)
    with on(14, 10):
        project.lead_agency = new
        project.save()
    assert projects_by_entrant(scope()) == {str(new.pk): 1}
    assert projects_by_entrant(scope(known_on=date(2024, 10, 13))) == {str(old.pk): 1}


class TestEntrants:
    def test_departments_and_subdistricts_never_stand_in_one_group(self) -> None:
        department, subdistrict = factories.agency(), factories.agency(kind="subdistrict")
        factories.programme(
            factories.project(lead_agency=department), factories.project(lead_agency=subdistrict)
        )
        assert set(candidates(scope().group)) == {str(department.pk)}
        assert list(entrants_of(scope(), projects_by_entrant(scope()))) == [str(department.pk)]

    def test_stand_in_the_order_of_the_register(self) -> None:
        last, first, middle = (factories.agency(order=order) for order in (9, 1, 5))
        counts = {str(each.pk): 1 for each in (last, first, middle)}
        assert list(entrants_of(scope(), counts)) == [
            str(each.pk) for each in (first, middle, last)
        ]

    def test_named_ones_take_part_without_a_project_too(self) -> None:
        with_one, without, unnamed = (factories.agency() for _ in range(3))
        rules = version(entrants=frozenset({str(with_one.pk), str(without.pk)}))
        counts = {str(with_one.pk): 1, str(unnamed.pk): 4}
        assert list(entrants_of(scope(rules=rules), counts)) == [
            str(with_one.pk),
            str(without.pk),
        ]
