"""The figures of matters, by hand: what counts where, as of a day and as known on one.

Days are of 2024, when 09-14, 09-29 and 10-12 are worked, and 09-15 to 09-17 and 10-01 to 10-07
are off.
"""

from typing import Any

import pytest
from django.db.models import Q

from kuancheng.access.roles import REPORTER, REVIEWER
from kuancheng.reports.judging.matters import spans
from kuancheng.reports.judging.matters.figures import (
    PARTS,
    Scope,
    counts,
    counts_by,
    names_of,
)
from kuancheng.reports.models import MatterSpan
from projects.choices import Factor, MatterKind, Outcome, Role
from projects.models import CalendarDay, Matter
from projects.rules.matters.figures import Counts, Period
from projects.rules.matters.steps import Step
from projects.services.matters.taking import take_step
from projects.services.matters.turn import Given
from projects.services.planning import delete_calendar, save_calendar
from tests import factories
from tests.clock import on
from tests.projects.uploads import photo
from tests.reports.matters.histories import (
    Said,
    answered,
    closed,
    day,
    history,
    issued,
    signed,
    step,
)

pytestmark = pytest.mark.django_db


def year(last: str = "10-15") -> Scope:
    return Scope(Period.year_of(day(last)))


def month(last: str, known: str | None = None) -> Scope:
    return Scope(Period.month_of(day(last)), day(known) if known else None)


def numbers(found: Counts) -> dict[str, int]:
    """Those that are not nought."""
    return {name: value for name, value in vars(found).items() if value}


CLOSED = {"closed": 1, "verdicts": 1}
EXTENDED = [step(Step.ASK_EXTENSION, "09-18", due="09-27"), step(Step.EXTEND, "09-19", due="09-27")]
PAUSED = [step(Step.ASK_PAUSE, "09-12", first="09-12"), step(Step.PAUSE, "09-12", first="09-12")]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        pytest.param([], {}, id="a draft is in no figure"),
        pytest.param([issued()], {"open": 1, "overdue": 1, "slipped": 1}, id="open and overdue"),
        pytest.param([issued(due="10-15")], {"open": 1}, id="due today"),
        pytest.param(
            [issued(), signed(), answered("09-20"), closed("09-25")],
            CLOSED | {"on_time": 1, "used": 8},
            id="answered on the due day and closed after it is on time",
        ),
        pytest.param(
            [issued(), signed(), answered("09-23"), closed("09-23")],
            CLOSED | {"late": 1, "used": 9},
            id="answered a day after is late",
        ),
        pytest.param(
            [issued(due="09-15"), signed(), answered("09-18"), closed("09-18")],
            CLOSED | {"on_time": 1, "used": 6},
            id="a due day on a holiday is the next working day",
        ),
        pytest.param(
            [issued(), signed(), *EXTENDED, answered("09-27"), closed("09-29")],
            CLOSED | {"extended": 1, "used": 13},
            id="closed within the day of the extension is 延期办结, not on time",
        ),
        pytest.param(
            [issued(), signed(), *EXTENDED, answered("09-20"), closed("09-23")],
            CLOSED | {"on_time": 1, "used": 8},
            id="an extension that was not needed spoils nothing",
        ),
        pytest.param(
            [issued(), signed(), *EXTENDED, answered("09-29"), closed("09-29")],
            CLOSED | {"late": 1, "used": 14},
            id="late after an extension is late",
        ),
        pytest.param(
            [issued(), signed(), *PAUSED, step(Step.RESUME, "09-19"), answered("09-25"), closed("09-25")],
            CLOSED | {"on_time": 1, "used": 7},
            id="a pause moves the original due day too",
        ),
        pytest.param(
            [issued(), signed(), *PAUSED],
            {"open": 1, "paused": 1},
            id="paused is open, and not overdue",
        ),
        pytest.param(
            [issued(), signed(), answered("09-19")],
            {"open": 1, "answered": 1},
            id="answered in time and not verified is open, and nobody is late",
        ),
        pytest.param(
            [issued(), signed(), answered("09-24")],
            {"open": 1, "answered": 1, "slipped": 1},
            id="answered too late and not verified should have been closed",
        ),
        pytest.param(
            [issued(), signed(), answered("09-12"), step(Step.RETURN, "09-13"), answered("09-18"), closed("09-19")],
            {"closed": 1, "on_time": 1, "used": 5, "verdicts": 2, "returned": 1},
            id="returned once, the verifier's time not charged",
        ),
        pytest.param([issued(), step(Step.VOID, "09-12")], {}, id="void is in no figure"),
        pytest.param([issued(), step(Step.MERGE, "09-12")], {}, id="merged is in no figure"),
        pytest.param(
            [
                issued(), signed(), answered("09-12"), closed("09-12"),
                step(Step.REOPEN, "09-23", due="10-11"),
            ],
            {"reopened": 1, "open": 1, "overdue": 1, "slipped": 1, "verdicts": 1},
            id="closed and opened again is open, and its old close counts no more",
        ),
        pytest.param(
            [
                issued(), signed(), answered("09-12"), closed("09-12"),
                step(Step.REOPEN, "09-23", due="10-11"), answered("10-11"), closed("10-12"),
            ],
            {"closed": 1, "on_time": 1, "used": 13, "reopened": 1, "verdicts": 2},
            id="closed again counts once, with the days of both rounds",
        ),
        pytest.param(
            [issued(on="2023-12-20", due="2023-12-29"), signed("2023-12-20")],
            {"open": 1, "overdue": 1, "slipped": 1},
            id="carried over from last year",
        ),
        pytest.param(
            [issued(on="2023-12-20", due="2023-12-29"), answered("2023-12-28"), closed("2023-12-31")],
            {},
            id="closed on the last day of last year",
        ),
        pytest.param(
            [issued(on="2023-12-20", due="2024-01-02"), answered("2023-12-28"), closed("2024-01-01")],
            CLOSED | {"on_time": 1, "used": 6},
            id="closed on the first day of the year",
        ),
    ],
)  # fmt: skip
def test_what_counts(said: list[Said], expected: dict[str, int]) -> None:
    history(*[(name, when, dict(more)) for name, when, more in said])
    assert numbers(counts(year())) == expected


def test_rates_of_nothing_are_not_applicable() -> None:
    assert [each.value for each in counts(year()).rates] == [None] * 4


class TestReopeningRestates:
    @pytest.fixture
    def matter(self) -> Matter:
        """Closed in March and opened again in May."""
        return history(
            issued(on="03-01", due="03-29"), signed("03-01"), answered("03-20"), closed("03-22"),
            step(Step.REOPEN, "05-10", due="05-31"),
        )  # fmt: skip

    @pytest.mark.parametrize(
        ("scope", "expected"),
        [
            (month("03-31", "03-31"), {"closed": 1, "on_time": 1, "used": 13, "verdicts": 1}),
            (month("03-31", "05-09"), {"closed": 1, "on_time": 1, "used": 13, "verdicts": 1}),
            (month("03-31", "05-10"), {"reopened": 1, "undone": 1, "verdicts": 1}),
            (month("03-31"), {"reopened": 1, "undone": 1, "verdicts": 1}),
            (month("04-30"), {}),
            (month("04-30", "04-30"), {}),
            (month("05-31"), {"open": 1}),
            (month("06-30"), {"open": 1, "overdue": 1, "slipped": 1}),
        ],
    )
    def test_from_that_day_on(self, matter: Matter, scope: Scope, expected: dict[str, int]) -> None:
        assert numbers(counts(scope)) == expected

    def test_and_says_so(self, matter: Matter) -> None:
        now, then = counts(month("03-31")), counts(month("03-31", "03-31"))
        assert then.closing_rate.value == 100
        assert now.closing_rate.value == 0
        assert "销号后重开 1 件" in now.closing_rate.text
        assert now.restated.startswith("期内销号的 1 件后来重开")
        assert then.restated == ""

    def test_by_month_it_counts_in_march_until_known(self, matter: Matter) -> None:
        found = counts_by(year(), "month")
        assert len(found) == 10
        assert numbers(found[day("03-01")]) == {"reopened": 1, "undone": 1, "verdicts": 1}
        assert numbers(found[day("04-01")]) == {}
        assert numbers(found[day("05-01")]) == {"open": 1}
        assert numbers(found[day("10-01")]) == {"open": 1, "overdue": 1, "slipped": 1}
        known = counts_by(Scope(Period.year_of(day("04-30")), day("04-30")), "month")
        assert known[day("03-01")].closed == 1


def test_what_was_written_later_was_not_known() -> None:
    history(issued(), signed(), answered("09-12"), step(Step.CLOSE, "09-13", at="10-10"))
    assert counts(month("09-30")).closed == 1
    assert numbers(counts(month("09-30", "10-09"))) == {"open": 1, "answered": 1}


def test_pause_granted_ahead_begins_and_ends_on_its_days() -> None:
    ahead = {"first": "09-18", "last": "09-20"}
    history(
        issued(),
        signed(),
        step(Step.ASK_PAUSE, "09-10", **ahead),
        step(Step.PAUSE, "09-10", **ahead),
        step(Step.NOTE, "09-12"),
    )
    found = [counts(month(each)).paused for each in ("09-17", "09-18", "09-20", "09-21")]
    assert found == [0, 1, 1, 0]
    assert [counts(month(each)).overdue for each in ("09-24", "09-25", "09-26")] == [0, 0, 1]


class TestGroups:
    def test_moved_matter_is_the_agency_s_that_leads_on_the_day(self) -> None:
        first, second = factories.agency(name="甲局"), factories.agency(name="乙局")
        history(
            issued(),
            signed(),
            step(Step.REASSIGN, "09-20", due="10-11", agency=second),
            answered("10-11"),
            closed("10-14"),
            matter=factories.matter(lead_agency=first),
        )
        assert {
            key: numbers(found) for key, found in counts_by(month("09-19"), "agency").items()
        } == {first.pk: {"open": 1}}
        found = counts_by(year(), "agency")
        assert {key: numbers(each) for key, each in found.items()} == {
            second.pk: {"closed": 1, "on_time": 1, "used": 11, "verdicts": 1}
        }
        assert names_of("agency", found)[second.pk] == "乙局"

    @pytest.mark.parametrize("known", [None, "10-15"])
    def test_official_is_he_who_held_the_project_on_the_day(self, known: str | None) -> None:
        project = factories.project()
        old, new = factories.official(name="旧"), factories.official(name="新")
        tenures = (old, "01-01", day("09-30")), (new, "10-01", None)
        for official, since, until in tenures:
            factories.assignment(
                project=project, official=official, since=day(since), until=until,
                role=Role.LEAD_OFFICIAL,
            )  # fmt: skip
        factories.assignment(project=project, official=old, role=Role.LIAISON_OFFICER)
        history(
            issued(), answered("09-27"), closed("09-30"), matter=factories.matter(project=project)
        )
        history(issued(), matter=factories.matter(project=project))
        history(issued())
        scope = Scope(Period.year_of(day("10-15")), day(known) if known else None)
        found = counts_by(scope, "official")
        assert {key: (each.closed, each.open) for key, each in found.items()} == {
            old.pk: (1, 0), new.pk: (0, 1), None: (0, 1)
        }  # fmt: skip
        assert counts(Scope(scope.period, scope.known_on, officials=(old.pk,))) == found[old.pk]
        assert counts(Scope(scope.period, scope.known_on, nobody=True)) == found[None]

    def test_kinds_and_factors(self) -> None:
        history(issued(), matter=factories.matter(kind=MatterKind.DECISION, factor=Factor.LAND))
        history(issued(), matter=factories.matter(factor=Factor.LAND))
        assert {key: each.open for key, each in counts_by(year(), "kind").items()} == {
            "decision": 1, "difficulty": 1
        }  # fmt: skip
        assert {key: each.open for key, each in counts_by(year(), "factor").items()} == {"land": 2}
        only = Scope(year().period, wanted=Q(matter__kind="decision"))
        assert counts(only).open == 1


def test_every_number_opens_into_as_many_matters() -> None:
    history(issued(), signed(), *PAUSED)
    history(issued(), answered("09-20"), step(Step.RETURN, "09-23"))
    history(issued(), answered("09-24"), closed("09-25"))
    history(issued(), answered("09-24"))
    history(issued(), answered("09-12"), closed("09-12"), step(Step.REOPEN, "10-10", due="10-31"))
    found = vars(counts(year()))
    assert {code: year().part(code).count() for code in PARTS} == {
        code: found[code] for code in PARTS
    }


class TestKept:
    """The spans are true in the transaction of the step."""

    def test_by_the_service(self) -> None:
        agency = factories.agency()
        clerk, office, verifier = (
            factories.user(REPORTER),
            factories.user(REVIEWER),
            factories.user(REVIEWER),
        )
        factories.official(user=clerk, agency=agency)
        matter = factories.matter(lead_agency=agency, author=office, verifier=verifier)

        def does(actor: Any, name: Step, **given: Any) -> None:
            seen = factories.seen(matter)
            take_step(matter=matter, step=name, actor=actor, seen=seen, given=Given(**given))

        with on(8):
            does(office, Step.ISSUE, due=day("10-14"))
            does(clerk, Step.SIGN)
        assert numbers(counts(year("10-09"))) == {"open": 1}
        with on(10):
            does(clerk, Step.ANSWER, text="好", outcome=Outcome.SOLVED, files=[photo()])
            does(verifier, Step.CLOSE, text="好")
        assert counts(year()).rates[0].value == 100
        does(office, Step.REOPEN, text="复发", due=day("10-31"))
        assert numbers(counts(year())) == {"open": 1, "reopened": 1, "verdicts": 1}

    def test_a_changed_calendar_moves_what_was_open_on_that_day(self) -> None:
        history(issued(), answered("09-23"), closed("09-23"))
        history(issued(on="09-24", due="09-30"), answered("09-29"), closed("09-29"))
        untouched = MatterSpan.objects.filter(matter=Matter.objects.latest("pk")).first()
        assert counts(year()).late == 1
        off = CalendarDay(date=day("09-20"), works=False, name="临时放假")
        save_calendar(record=off, actor=factories.user(REVIEWER))
        assert (counts(year()).late, counts(year()).on_time) == (0, 2)
        assert MatterSpan.objects.filter(matter=Matter.objects.latest("pk")).first() == untouched
        delete_calendar(record=off, actor=factories.user(REVIEWER))
        assert counts(year()).late == 1

    def test_all_are_written_anew(self) -> None:
        history(issued())
        MatterSpan.objects.all().delete()
        assert spans.keep_all() == 1
        assert counts(year()).open == 1


def test_queries_do_not_grow(django_assert_num_queries: Any) -> None:
    for _ in range(12):
        history(issued())
    with django_assert_num_queries(2):
        counts(year())
    for by in ("agency", "official", "kind", "factor", "month"):
        with django_assert_num_queries(2):
            counts_by(year(), by)
