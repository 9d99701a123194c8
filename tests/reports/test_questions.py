"""The questions that can be asked of progress rows, and what bad ones are told."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict

from kuancheng.reports.questions import ORDERINGS, BadParameters, as_of_from, ask
from projects.choices import AgencyKind, Role, Stage
from tests import factories

TODAY = date(2024, 10, 15)


def codes(query: str) -> list[str]:
    return [row.project.code for row in ask(QueryDict(query)).rows.for_list()]


@pytest.mark.parametrize(
    ("text", "day"),
    [("", TODAY), ("2024-10-15", TODAY), ("2024-02-29", date(2024, 2, 29)), ("2000-01-01", None)],
)
def test_day_asked_is_today_unless_said_otherwise(text: str, day: date | None) -> None:
    assert as_of_from({"as_of": text}) == (day or date(2000, 1, 1))
    assert as_of_from({}) == TODAY


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("2024-10-16", "截止日期应在 2000-01-01 到 2024-10-15 之间"),
        ("1999-12-31", "截止日期应在 2000-01-01 到 2024-10-15 之间"),
        ("2024-02-30", "不是存在的日期"),
        ("2024-13-01", "不是存在的日期"),
        ("20241001", "不是存在的日期"),
        ("2024-W10-1", "不是存在的日期"),
        ("today", "不是存在的日期"),
        ("2024-10-1\x00", "不是存在的日期"),
        ("9" * 10_000, "9"),
    ],
)
def test_impossible_day_is_told_why(text: str, sentence: str) -> None:
    with pytest.raises(ValidationError, match=sentence):
        as_of_from({"as_of": text})


@pytest.fixture
def portfolio() -> None:
    """Three projects: T-A red and led, T-B blue and listed, T-C grey with nothing."""
    street = factories.agency(name="示例街道", kind=AgencyKind.SUBDISTRICT, id=71)
    lead = factories.agency(id=72)
    first = factories.project(
        code="T-A", name="中粮油脂", subdistrict=street, year_class="new_start", industry="C"
    )
    second = factories.project(
        code="T-B", name="示例路桥", lead_agency=lead, stage=Stage.PREPARATION
    )
    factories.project(code="T-C", name="示例学校", stage=Stage.CONCEPT, standing="deferred")
    for role, pk in ((Role.LEAD_OFFICIAL, 81), (Role.LIAISON_OFFICER, 82)):
        factories.assignment(project=first, official=factories.official(id=pk), role=role)
    factories.milestone(project=first, planned_finish=date(2024, 9, 1))
    factories.milestone(project=second, planned_finish=date(2024, 10, 20))
    factories.annual_plan(project=second, amount=Decimal(100))
    factories.status_report(project=second, completed=Decimal(90), state="approved")
    factories.programme(second, code="kc-2024", id=91)


@pytest.mark.django_db
@pytest.mark.usefixtures("portfolio")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"T-A", "T-B", "T-C"}),
        ("search=zlyz", {"T-A"}),
        ("search=示例", {"T-B", "T-C"}),
        ("search=t-c", {"T-C"}),
        ("search=100%25", set()),
        ("programme=kc-2024", {"T-B"}),
        ("light=red", {"T-A"}),
        ("light=red&light=grey", {"T-A", "T-C"}),
        ("stage=preparation&stage=concept", {"T-B", "T-C"}),
        ("standing=deferred", {"T-C"}),
        ("year_class=new_start", {"T-A"}),
        ("industry=C", {"T-A"}),
        ("lead_official=81", {"T-A"}),
        ("liaison_officer=82", {"T-A"}),
        ("lead_agency=72", {"T-B"}),
        ("subdistrict=71", {"T-A"}),
        ("report_state=missing", {"T-A"}),
        ("report_state=not_owed", {"T-C"}),
        ("report_state=approved", {"T-B"}),
        ("light=red&stage=concept", set()),
    ],
)
def test_filters_find(query: str, found: set[str]) -> None:
    assert set(codes(query)) == found


@pytest.mark.django_db
@pytest.mark.usefixtures("portfolio")
@pytest.mark.parametrize(
    ("ordering", "found"),
    [
        ("code", ["T-A", "T-B", "T-C"]),
        ("-code", ["T-C", "T-B", "T-A"]),
        ("-light", ["T-A", "T-B", "T-C"]),
        ("light", ["T-C", "T-B", "T-A"]),
        ("stage", ["T-C", "T-B", "T-A"]),  # 谋划, 前期, 在建: as projects pass them
        ("gap", ["T-B", "T-A", "T-C"]),  # not reported comes last
        ("-gap", ["T-B", "T-A", "T-C"]),  # either way
        ("-max_overdue_days,code", ["T-A", "T-B", "T-C"]),
        ("lead_official", ["T-A", "T-B", "T-C"]),
    ],
)
def test_rows_are_sorted_in_sql_with_the_unknown_last(ordering: str, found: list[str]) -> None:
    assert codes(f"ordering={ordering}") == found


@pytest.mark.django_db
@pytest.mark.usefixtures("portfolio")
@pytest.mark.parametrize("name", sorted(ORDERINGS))
def test_every_column_sorts_both_ways(name: str) -> None:
    assert len(codes(f"ordering={name}")) == len(codes(f"ordering=-{name}")) == 3


@pytest.mark.django_db
@pytest.mark.usefixtures("portfolio")
def test_past_day_is_answered_from_the_facts_of_that_day() -> None:
    assert codes("as_of=2024-09-15&light=yellow&ordering=code") == ["T-A", "T-B"]
    assert codes("light=yellow") == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("colour=red", "colour"),
        ("light=purple", "light"),
        ("stage=红", "stage"),
        ("lead_official=abc", "lead_official"),
        ("lead_official=999", "lead_official"),
        ("lead_official=99999999999999999999999", "lead_official"),
        ("programme=nothing", "programme"),
        ("programme=%00", "programme"),
        ("ordering=password", "ordering"),
        ("ordering=--gap", "ordering"),
        ("search=%00", "search"),
        ("search=" + "a" * 10_000, "search"),
        ("as_of=2024-02-30", "as_of"),
        ("as_of=2024-02-30&colour=red", "colour"),
        ("report_state=lost", "report_state"),
    ],
)
def test_bad_parameter_is_named(query: str, named: str) -> None:
    with pytest.raises(BadParameters) as refused:
        ask(QueryDict(query))
    assert named in str(refused.value)
