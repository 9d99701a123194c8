"""The questions that can be asked of progress rows, and what bad ones are told."""

from datetime import date
from decimal import Decimal

import pytest
from django.http import QueryDict

from kuancheng.asking.parameters import BadParameters, Days
from kuancheng.reports.questions import (
    ORDERINGS,
    PageFilter,
    ProgressQuestion,
    asked_of,
    progress_question,
)
from projects.choices import AgencyKind, Role, Stage
from tests import factories

TODAY = date(2024, 10, 15)


def asked(query: str) -> PageFilter:
    return asked_of(PageFilter, QueryDict(query))


def question(query: str) -> ProgressQuestion:
    return progress_question(asked(query))


def codes(query: str) -> list[str]:
    return [row.project.code for row in question(query).rows.for_list()]


@pytest.mark.parametrize(
    ("query", "days"),
    [
        ("", Days(TODAY, None)),
        ("as_of=&known_at=", Days(TODAY, None)),
        ("as_of=2024-10-15&known_at=2024-10-15", Days(TODAY, None)),
        ("as_of=2024-02-29", Days(date(2024, 2, 29), None)),
        ("as_of=2000-01-01&known_at=2024-10-14", Days(date(2000, 1, 1), date(2024, 10, 14))),
    ],
)
def test_day_asked_is_today_and_known_now_unless_said_otherwise(query: str, days: Days) -> None:
    assert asked(query).days == days


@pytest.mark.parametrize(
    ("as_of", "known_at", "latest"),
    [(31, None, 31), (31, 5, 5), (5, 31, 5), (5, 5, 5)],
)
def test_answer_tells_of_no_day_after_either(as_of: int, known_at: int | None, latest: int) -> None:
    known = known_at and date(2024, 8, known_at)
    assert Days(date(2024, 8, as_of), known or None).latest == date(2024, 8, latest)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("2024-10-16", "截至日期应在 2000-01-01 到 2024-10-15 之间"),
        ("1999-12-31", "截至日期应在 2000-01-01 到 2024-10-15 之间"),
        ("2024-02-30", "不是存在的日期"),
        ("2024-13-01", "不是存在的日期"),
        ("20241001", "不是存在的日期"),
        ("2024-W10-1", "不是存在的日期"),
        ("today", "不是存在的日期"),
        ("2024-10-1%00", "不可用的字符"),
        ("9" * 10_000, "值太长"),
    ],
)
def test_impossible_day_is_told_why(text: str, sentence: str) -> None:
    with pytest.raises(BadParameters, match=sentence) as refused:
        asked(f"as_of={text}")
    assert list(refused.value.faults) == ["as_of"]
    assert len(str(refused.value)) < 200


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
        ("search=+t-c+", {"T-C"}),
        ("search=++&programme=&light=", {"T-A", "T-B", "T-C"}),
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
        ("lead_agency=none", {"T-A", "T-C"}),
        ("rule=milestone_overdue", {"T-A"}),
        ("pending=true", set()),
        ("overridden=false", {"T-A", "T-B", "T-C"}),
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
@pytest.mark.usefixtures("portfolio")
def test_filter_left_out_shows_what_it_hides() -> None:
    found = question("light=red&standing=normal")
    assert {row.project.code for row in found.rows.for_list()} == {"T-A"}
    assert {row.project.code for row in found.without("light").for_list()} == {"T-A", "T-B"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "named", "sentence"),
    [
        ("colour=red", "colour", "没有参数“colour”。可用："),
        ("colour=", "colour", "没有参数“colour”"),
        ("serch=x", "serch", "是否要用 search？"),
        ("light=purple", "light", "“purple”不可用，可用：red、yellow、blue、green、grey。"),
        ("stage=红", "stage", "“红”不可用，可用：concept、"),
        ("lead_official=abc", "lead_official", "“abc”不是干部的id。"),
        ("lead_official=999", "lead_official", "没有id为“999”的干部。"),
        ("lead_official=99999999999999999999999", "lead_official", "不是干部的id。"),
        ("programme=nothing", "programme", "没有编号为“nothing”的清单/专项。"),
        ("programme=a b", "programme", "“a b”不是清单/专项的编号。"),
        ("programme=%00", "programme", "不可用的字符"),
        ("programme=none", "programme", "没有编号为“none”"),
        ("ordering=password", "ordering", "不能按“password”排序"),
        ("ordering=--gap", "ordering", "不能按“--gap”排序"),
        ("search=%00", "search", "不可用的字符"),
        ("search=" + "a" * 101, "search", "最多 100 个字"),
        ("search=" + "a" * 10_000, "search", "值太长"),
        ("search=a&search=b", "search", "只能给一个值"),
        ("as_of=2024-02-30", "as_of", "不是存在的日期"),
        ("known_at=2024-10-16", "known_at", "所知日期应在 2000-01-01 到 2024-10-15 之间"),
        ("report_state=lost", "report_state", "“lost”不可用，可用：missing、not_owed、draft、"),
        ("pending=1", "pending", "只能是 true 或 false"),
        ("page=0", "page", "应为 1 以上"),
    ],
)
def test_bad_parameter_is_named(query: str, named: str, sentence: str) -> None:
    with pytest.raises(BadParameters) as refused:
        asked(query)
    assert list(refused.value.faults) == [named]
    assert sentence in refused.value.sentences[0]
    assert refused.value.sentences[0].startswith(f"{named}：")


def test_all_bad_parameters_are_named_at_once() -> None:
    with pytest.raises(BadParameters) as refused:
        asked("as_of=2024-02-30&colour=red&light=purple")
    assert set(refused.value.faults) == {"as_of", "colour", "light"}
    assert [each.code for each in refused.value.faults["colour"]] == ["unknown_parameter"]


def test_a_person_is_told_what_each_parameter_is_called() -> None:
    with pytest.raises(BadParameters) as refused:
        asked_of(PageFilter, QueryDict("as_of=x&serch=y"))
    by_name = dict(zip(refused.value.faults, refused.value.in_words(PageFilter), strict=True))
    assert by_name["as_of"].startswith("截至日期（as_of）：“x”不是存在的日期")
    assert by_name["serch"].startswith(
        "serch：没有参数“serch”。是否要用 search？可用：截至日期（as_of）、"
    )
    assert "包保领导（lead_official）" in by_name["serch"]
    # Machines read the names alone.
    assert refused.value.faults["serch"][0].sentence.endswith("subdistrict、year_class。")
