"""Each measure of a league by hand: the boundary days of September 2024, and of the year up to it.

Days are of 2024. September's reports are due on 12 October.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from investment.models import FormerPlan, ReportEvidence
from kuancheng.reports.judging.league.scope import Scope
from kuancheng.reports.rules.league.measures import Measure
from projects.models import Agency, Project
from projects.rules.matters.steps import Step
from tests import factories
from tests.clock import on
from tests.reports.judging.league.asking import MONTH, SEPTEMBER, YEAR, figure, pair, scope, shares
from tests.reports.matters.histories import Said, answered, closed, history, issued, signed, step

pytestmark = pytest.mark.django_db

MONTH_OF = scope()
YEAR_TO = scope(span=YEAR)


def day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(f"2024-{text}")


@pytest.fixture
def agency() -> Agency:
    return factories.agency()


def listed(agency: Agency, *rows: dict[str, Any]) -> list[Project]:
    """Projects of an agency, named a, b, c …, on one list since January."""
    made = [
        factories.project(lead_agency=agency, **{"name": chr(ord("a") + place)} | row)
        for place, row in enumerate(rows)
    ]
    factories.programme(*made)
    return made


def dated(agency: Agency, *columns: str, rows: Sequence[tuple[str | None, ...]]) -> list[Project]:
    return listed(agency, *(dict(zip(columns, map(day, row), strict=True)) for row in rows))


PROMISED = [
    ("09-01", "09-01"),
    ("09-30", "09-30"),
    ("08-31", "09-01"),
    ("09-01", "08-31"),
    ("09-30", "10-01"),
    ("10-01", "09-30"),
    ("10-01", "10-01"),
    ("09-15", None),
    (None, "09-15"),
    (None, None),
]
"""Planned and actual days of ten projects, a to j."""
KEPT_IN_SEPTEMBER = {
    "a": (1, 1), "b": (1, 1), "c": (1, 0), "d": (0, 1), "e": (0, 1), "f": (1, 0), "h": (0, 1),
    "i": (1, 0),
}  # fmt: skip
KEPT_IN_THE_YEAR = KEPT_IN_SEPTEMBER | {"c": (1, 1), "d": (1, 1)}


@pytest.mark.parametrize(
    ("measure", "planned", "actual"),
    [
        (Measure.STARTS, "planned_start", "actual_start"),
        (Measure.COMPLETIONS, "planned_completion", "actual_completion"),
    ],
)
def test_starts_and_completions_count_the_first_and_the_last_day(
    agency: Agency, measure: Measure, planned: str, actual: str
) -> None:
    dated(agency, planned, actual, rows=PROMISED)
    assert shares(MONTH_OF, measure, agency) == KEPT_IN_SEPTEMBER
    assert shares(YEAR_TO, measure, agency) == KEPT_IN_THE_YEAR
    assert figure(MONTH_OF, measure, agency).projects == 5


def test_enrolled_are_counted_among_those_started_in_the_period(agency: Agency) -> None:
    rows = [
        ("09-01", "09-30"),
        ("09-30", "10-01"),
        ("09-30", None),
        ("08-31", "09-15"),
        ("10-01", "10-01"),
        (None, "09-15"),
        ("09-10", "09-05"),
    ]
    dated(agency, "actual_start", "enrolled_on", rows=rows)
    assert shares(MONTH_OF, Measure.ENROLMENTS, agency) == {
        "a": (1, 1), "b": (0, 1), "c": (0, 1), "g": (1, 1),
    }  # fmt: skip
    assert shares(YEAR_TO, Measure.ENROLMENTS, agency)["d"] == (1, 1)


def test_late_starts_are_those_after_their_day_and_those_still_waiting(agency: Agency) -> None:
    rows = [
        ("09-10", "09-10"),
        ("09-10", "09-11"),
        ("09-10", "09-09"),
        ("09-29", None),
        ("09-30", None),
        ("09-20", "10-02"),
        ("09-30", "10-01"),
        ("08-31", None),
        ("10-01", None),
    ]
    dated(agency, "planned_start", "actual_start", rows=rows)
    expected = {
        "a": (0, 1), "b": (1, 1), "c": (0, 1), "d": (1, 1), "e": (0, 1), "f": (1, 1), "g": (0, 1),
    }  # fmt: skip
    assert shares(MONTH_OF, Measure.LATE_STARTS, agency) == expected
    assert shares(YEAR_TO, Measure.LATE_STARTS, agency) == expected | {"h": (1, 1)}


def test_late_enrolments_are_those_after_thirty_days(agency: Agency) -> None:
    """30 days before 30 September is 31 August: on that day the 30 days are not over."""
    rows = [
        ("03-01", "03-31"),
        ("03-01", "04-01"),
        ("08-31", None),
        ("08-30", None),
        ("08-31", "10-02"),
        ("08-30", "10-02"),
        ("09-30", None),
        ("10-01", None),
    ]
    dated(agency, "actual_start", "enrolled_on", rows=rows)
    assert shares(YEAR_TO, Measure.LATE_ENROLMENTS, agency) == {
        "a": (0, 1), "b": (1, 1), "c": (0, 1), "d": (1, 1), "e": (0, 1), "f": (1, 1), "g": (0, 1),
    }  # fmt: skip
    assert shares(MONTH_OF, Measure.LATE_ENROLMENTS, agency) == {"g": (0, 1)}
    assert pair(scope(span=YEAR, known_on=date(2024, 1, 1)), Measure.LATE_ENROLMENTS, agency) == (
        0,
        0,
    )


@pytest.mark.parametrize(
    ("measure", "phase"),
    [
        (Measure.SITING, "siting"),
        (Measure.PERMITS, "permit"),
        (Measure.MILESTONES, "construction"),
    ],
)
def test_milestones_due_in_the_period_are_in_time_up_to_their_day(
    agency: Agency, measure: Measure, phase: str
) -> None:
    steps = [
        ("09-01", "09-01"),
        ("09-30", "09-30"),
        ("09-10", "09-11"),
        ("09-10", "08-01"),
        ("09-30", None),
        ("08-31", "08-31"),
        ("10-01", "09-15"),
        (None, "09-15"),
    ]
    own, other = listed(agency, {}, {})
    for planned, actual in steps:
        factories.milestone(
            project=own, phase=phase, planned_finish=day(planned), actual_finish=day(actual)
        )
    factories.milestone(project=other, phase="completion", planned_finish=day("09-09"))
    theirs = {"b": (0, 1)} if measure == Measure.MILESTONES else {}
    assert shares(MONTH_OF, measure, agency) == {"a": (3, 5)} | theirs
    assert shares(YEAR_TO, measure, agency) == {"a": (4, 6)} | theirs
    assert figure(MONTH_OF, measure, agency).projects == 1 + len(theirs)


def test_maturity_asks_the_permits_of_who_has_not_started(agency: Agency) -> None:
    waiting, starts_later, started = dated(
        agency, "actual_start", rows=[(None,), ("10-01",), ("09-30",)]
    )
    for actual in ("09-30", "10-01", None):
        factories.milestone(project=waiting, phase="permit", actual_finish=day(actual))
    factories.milestone(project=starts_later, phase="permit", actual_finish=day("01-05"))
    factories.milestone(project=started, phase="permit", actual_finish=day("01-05"))
    factories.milestone(project=waiting, phase="siting", actual_finish=day("01-05"))
    assert shares(MONTH_OF, Measure.MATURITY, agency) == {"a": (1, 3), "b": (1, 1)}


def noon(text: str, hour: int = 12) -> datetime:
    return timezone.make_aware(datetime.fromisoformat(f"2024-{text}T{hour:02}:00:00"))


def report(project: Project, month: str = "09-01", **fields: Any) -> Any:
    given = {"state": "approved", "completed": Decimal(10), "submitted_at": noon("10-10")}
    return factories.status_report(project=project, month=day(month), **given | fields)


class TestReports:
    def test_submitted_up_to_the_end_of_the_due_day(self, agency: Agency) -> None:
        made = listed(agency, *({} for _ in range(7)))
        report(made[0], submitted_at=noon("10-12", 23))
        report(made[1], submitted_at=noon("10-13", 0))
        report(made[2], state="submitted")
        report(made[3], state="returned")
        report(made[4], state="draft", submitted_at=None)
        report(made[5], "08-01", submitted_at=noon("09-06", 23))
        assert shares(MONTH_OF, Measure.REPORTS, agency) == {
            "a": (1, 1), "b": (0, 1), "c": (1, 1), "d": (0, 1), "e": (0, 1), "f": (0, 1),
            "g": (0, 1),
        }  # fmt: skip
        assert shares(YEAR_TO, Measure.REPORTS, agency)["f"] == (1, 9)
        assert pair(YEAR_TO, Measure.REPORTS, agency) == (3, 63)

    def test_of_whom_they_are_owed(self, agency: Agency) -> None:
        rows: list[dict[str, Any]] = [
            {"stage": "reserve"},
            {"standing": "deferred"},
            {"standing": "suspended"},
            {"actual_completion": day("08-31")},
            {"actual_completion": day("09-01")},
            {"actual_completion": day("10-05"), "stage": "completed"},
            {"stage": "preparation"},
        ]
        listed(agency, *rows)
        assert shares(MONTH_OF, Measure.REPORTS, agency) == {
            "e": (0, 1), "f": (0, 1), "g": (0, 1),
        }  # fmt: skip
        assert shares(YEAR_TO, Measure.REPORTS, agency) == {
            "d": (0, 8), "e": (0, 9), "f": (0, 9), "g": (0, 9),
        }  # fmt: skip

    def test_month_of_standing_still_every_day_owes_none(self, agency: Agency) -> None:
        stops = [
            ("09-01", None),
            ("09-02", None),
            ("08-15", "09-30"),
            ("08-15", "10-01"),
        ]
        made = listed(agency, *({} for _ in stops))
        for project, (first, again) in zip(made, stops, strict=True):
            factories.stop(project=project, stopped_on=day(first), resumed_on=day(again))
        assert shares(MONTH_OF, Measure.REPORTS, agency) == {"b": (0, 1), "c": (0, 1)}
        assert shares(YEAR_TO, Measure.REPORTS, agency) == {
            "a": (0, 8), "b": (0, 9), "c": (0, 9), "d": (0, 8),
        }  # fmt: skip

    def test_suspended_owes_the_months_before_its_stop(self, agency: Agency) -> None:
        (own,) = listed(agency, {"standing": "suspended"})
        factories.stop(project=own, stopped_on=day("07-01"))
        assert pair(MONTH_OF, Measure.REPORTS, agency) == (0, 0)
        assert pair(YEAR_TO, Measure.REPORTS, agency) == (0, 6)

    def test_report_on_a_month_that_was_not_owed_is_not_in_the_numerator(
        self, agency: Agency
    ) -> None:
        (own,) = listed(agency, {"actual_completion": day("08-20")})
        report(own)
        assert pair(MONTH_OF, Measure.REPORTS, agency) == (0, 0)


def test_evidence_is_asked_of_approved_reports_of_the_period(agency: Agency) -> None:
    made = listed(agency, *({} for _ in range(4)))
    shown = [report(made[0]), report(made[0], "08-01"), report(made[2], state="submitted")]
    report(made[1])
    report(made[3], "10-01")
    for each in (*shown, shown[0]):
        ReportEvidence.objects.create(
            project=each.project, report=each, name="工地.jpg", size=1, uploaded_at=noon("10-10")
        )
    assert shares(MONTH_OF, Measure.EVIDENCE, agency) == {"a": (1, 1), "b": (0, 1)}
    assert shares(YEAR_TO, Measure.EVIDENCE, agency) == {"a": (2, 2), "b": (0, 1)}


class TestMoney:
    def test_plan_of_the_season_and_of_the_year(self, agency: Agency) -> None:
        """September has 13% of a year, January to September 82%."""
        (own,) = listed(agency, {})
        factories.annual_plan(project=own)
        for month in ("08-01", "09-01", "10-01"):
            report(own, month, completed=Decimal("100.5"))
        assert pair(MONTH_OF, Measure.PLAN_TO_DATE, agency) == (Decimal("100.5"), 130)
        assert pair(YEAR_TO, Measure.PLAN_TO_DATE, agency) == (201, 820)
        for asked in (MONTH_OF, YEAR_TO):
            found = figure(asked, Measure.YEAR_PLAN, agency)
            assert (found.part, found.whole, found.records) == (201, 1000, 2)

    def test_typed_months_stand_in_the_place_of_the_season(self, agency: Agency) -> None:
        typed, drawn = listed(agency, {}, {})
        months = {f"month_{number:02}": Decimal(0) for number in range(1, 13)}
        months |= {"month_08": Decimal(600), "month_09": Decimal(400)}
        factories.annual_plan(project=typed, **months)
        factories.annual_plan(project=drawn)
        assert shares(MONTH_OF, Measure.PLAN_TO_DATE, agency) == {"a": (0, 400), "b": (0, 130)}
        assert shares(YEAR_TO, Measure.PLAN_TO_DATE, agency) == {"a": (0, 1000), "b": (0, 820)}

    def test_cents_of_the_season_add_up_as_the_plan_shows_them(self, agency: Agency) -> None:
        """1% of 333.33 is 3.33 in January, 13% in September 43.33; June has what is left over."""
        made = listed(agency, {}, {}, {})
        for each in made:
            factories.annual_plan(project=each, amount=Decimal("333.33"))
        assert pair(MONTH_OF, Measure.PLAN_TO_DATE, agency)[1] == 3 * Decimal("43.33")
        december = scope(span=YEAR, month=date(2024, 12, 1))
        assert pair(december, Measure.PLAN_TO_DATE, agency)[1] == Decimal("999.99")

    def test_only_what_was_approved_counts(self, agency: Agency) -> None:
        made = listed(agency, {}, {}, {})
        for each, state in zip(made, ("approved", "submitted", "returned"), strict=True):
            factories.annual_plan(project=each)
            report(each, state=state)
        found = figure(MONTH_OF, Measure.PLAN_TO_DATE, agency)
        assert (found.part, found.whole, found.projects, found.records) == (10, 390, 3, 1)

    def test_reported_zero_is_a_record_and_no_report_is_none(self, agency: Agency) -> None:
        made = listed(agency, {}, {})
        for each in made:
            factories.annual_plan(project=each)
        report(made[0], completed=Decimal(0))
        found = figure(MONTH_OF, Measure.PLAN_TO_DATE, agency)
        assert (found.part, found.records) == (0, 1)

    def test_without_a_plan_or_with_one_of_zero_is_missing_on_both_sides(
        self, agency: Agency
    ) -> None:
        planned, unplanned, nought, other_year = listed(agency, {}, {}, {}, {})
        factories.annual_plan(project=planned)
        factories.annual_plan(project=nought, amount=Decimal(0))
        factories.annual_plan(project=other_year, year=2023)
        for each in (planned, unplanned, nought, other_year):
            report(each)
        found = figure(MONTH_OF, Measure.PLAN_TO_DATE, agency)
        assert (found.part, found.whole) == (10, 130)
        assert (found.projects, found.missing) == (1, 3)

    def test_plan_changed_later_in_the_year_leaves_the_month_as_it_was(
        self, agency: Agency
    ) -> None:
        (own,) = listed(agency, {})
        changed(own, 1000, (2000, "09-30"))
        assert pair(MONTH_OF, Measure.PLAN_TO_DATE, agency)[1] == 260
        assert pair(YEAR_TO, Measure.YEAR_PLAN, agency)[1] == 2000
        august = scope(month=date(2024, 8, 1))
        assert pair(august, Measure.PLAN_TO_DATE, agency)[1] == 140
        assert pair(august, Measure.YEAR_PLAN, agency)[1] == 1000

    def test_plan_that_takes_effect_a_day_after_the_period_is_not_in_it(
        self, agency: Agency
    ) -> None:
        (own,) = listed(agency, {})
        changed(own, 1000, (2000, "10-01"))
        assert pair(MONTH_OF, Measure.PLAN_TO_DATE, agency)[1] == 130

    def test_plan_that_another_changed_later_is_not_opened(self, agency: Agency) -> None:
        (own,) = listed(agency, {})
        factories.annual_plan(project=own)
        (other,) = listed(factories.agency(), {})
        changed(other, 1000, (2000, "10-01"))
        assert shares(MONTH_OF, Measure.PLAN_TO_DATE, agency) == {"a": (0, 130)}

    def test_plan_cut_to_nothing_later_keeps_what_was_done_until_then(self, agency: Agency) -> None:
        (own,) = listed(agency, {})
        changed(own, 1000, (0, "10-01"))
        report(own)
        assert pair(MONTH_OF, Measure.PLAN_TO_DATE, agency) == (10, 130)
        october = scope(month=date(2024, 10, 1))
        assert pair(october, Measure.YEAR_PLAN, agency) == (0, 0)

    def test_plan_of_nothing_that_was_raised_later_had_no_denominator_until_then(
        self, agency: Agency
    ) -> None:
        (own,) = listed(agency, {})
        changed(own, 0, (1000, "10-01"))
        report(own)
        found = figure(MONTH_OF, Measure.PLAN_TO_DATE, agency)
        assert (found.part, found.whole, found.missing) == (0, 0, 1)
        assert pair(scope(month=date(2024, 10, 1)), Measure.YEAR_PLAN, agency) == (10, 1000)

    def test_sums_of_many_cents_are_exact(self, agency: Agency) -> None:
        made = listed(agency, *({"name": f"x{number}"} for number in range(40)))
        for each in made:
            factories.annual_plan(project=each, amount=Decimal("70000.07"))
            report(each, completed=Decimal("1234567.01"))
        found = figure(MONTH_OF, Measure.YEAR_PLAN, agency)
        assert (str(found.part), str(found.whole)) == ("49382680.40", "2800002.80")


def changed(project: Project, amount: int, *later: tuple[int, str]) -> None:
    """A plan of the year's beginning that was replaced, each version from its day."""
    plan = factories.annual_plan(project=project, amount=Decimal(amount))
    for replaced, (raised, since) in enumerate(later, 1):
        FormerPlan.objects.create(
            plan=plan,
            version=replaced,
            amount=plan.amount,
            effective_from=plan.effective_from,
            replaced_at=timezone.now(),
        )
        plan.version, plan.amount, plan.effective_from = replaced + 1, Decimal(raised), day(since)
        plan.save()


EXTENDED = (step(Step.ASK_EXTENSION, "09-18", due="09-27"), step(Step.EXTEND, "09-19", due="09-27"))
PAUSED = (step(Step.ASK_PAUSE, "09-12", first="09-12"), step(Step.PAUSE, "09-12", first="09-12"))


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ((issued(), signed(), answered("09-20"), closed("09-25")), (1, 1)),
        ((issued(), signed(), answered("09-23"), closed("09-23")), (0, 1)),
        ((issued(), signed(), *EXTENDED, answered("09-27"), closed("09-29")), (0, 1)),
        ((issued(), signed(), *EXTENDED, answered("09-20"), closed("09-23")), (1, 1)),
        ((issued(), signed(), *PAUSED), (0, 0)),
        ((issued(),), (0, 1)),
        ((issued(due="09-30"),), (0, 0)),
        ((issued(due="10-08"), signed(), answered("09-30"), closed("09-30")), (1, 1)),
        ((issued(due="10-08"), signed(), answered("09-30"), closed("10-08")), (0, 0)),
    ],
    ids=[
        "answered on the due day",
        "answered a day late",
        "within an extension is not in time",
        "an extension that was not needed",
        "paused",
        "open and past its day",
        "due on the last day",
        "closed before its day",
        "closed after the period",
    ],
)
def test_matters_in_time(agency: Agency, said: tuple[Said, ...], expected: tuple[int, int]) -> None:
    """For the agency that leads the matter, also of a project that another one leads."""
    (own,) = listed(factories.agency(), {})
    history(*copied(said), matter=factories.matter(project=own, lead_agency=agency))
    assert pair(MONTH_OF, Measure.MATTERS, agency) == expected
    assert pair(MONTH_OF, Measure.MATTERS, own.lead_agency) == (0, 0)


def copied(said: tuple[Said, ...]) -> list[Said]:
    return [(name, when, dict(more)) for name, when, more in said]


def test_matters_of_projects_off_the_list_do_not_count(agency: Agency) -> None:
    history(*copied((issued(),)), matter=factories.matter(lead_agency=agency))
    assert pair(MONTH_OF, Measure.MATTERS, agency) == (0, 0)


class TestKnownBefore:
    def test_correction_of_a_figure_is_not_known_the_day_before(self, agency: Agency) -> None:
        with on(9, 10):
            (own,) = listed(agency, {})
            factories.annual_plan(project=own)
            said = report(own)
        with on(14, 10):
            said.completed = Decimal(60)
            said.save()
        for known_on, part in ((date(2024, 10, 13), 10), (date(2024, 10, 14), 60), (None, 60)):
            asked = scope(known_on=known_on)
            assert pair(asked, Measure.PLAN_TO_DATE, agency) == (part, 130)

    def test_every_measure_knows_nothing_before_anything_was_recorded(self, agency: Agency) -> None:
        with on(9, 10):
            (own,) = listed(agency, {"planned_start": day("09-05"), "actual_start": day("09-06")})
            factories.annual_plan(project=own)
            factories.milestone(project=own, phase="siting", planned_finish=day("09-05"))
            factories.milestone(project=own, phase="permit", planned_finish=day("09-05"))
            report(own)
            history(*copied((issued(),)), matter=factories.matter(project=own, lead_agency=agency))
        on_record = {
            each: pair(scope(span=YEAR, known_on=date(2024, 10, 9)), each, agency)
            for each in Measure
        }
        assert on_record == {each: pair(YEAR_TO, each, agency) for each in Measure}
        assert [each for each, found in on_record.items() if not found[1]] == [
            Measure.COMPLETIONS,
            Measure.MATURITY,
        ]
        before = scope(span=YEAR, known_on=date(2024, 10, 8))
        assert {pair(before, each, agency) for each in Measure} == {(0, 0)}

    def test_report_returned_later_was_filed_then(self, agency: Agency) -> None:
        with on(9, 10):
            (own,) = listed(agency, {})
            said = report(own, state="submitted")
        with on(14, 10):
            said.state = "returned"
            said.save()
        assert pair(scope(known_on=date(2024, 10, 13)), Measure.REPORTS, agency) == (1, 1)
        assert pair(MONTH_OF, Measure.REPORTS, agency) == (0, 1)


def test_day_after_the_period_changes_nothing_of_it(agency: Agency) -> None:
    """All that happens in October leaves every figure of September as it was."""
    (own,) = listed(agency, {"planned_start": day("09-05"), "planned_completion": day("09-20")})
    factories.annual_plan(project=own)
    due = factories.milestone(project=own, phase="permit", planned_finish=day("09-25"))
    before = {each: pair(YEAR_TO, each, agency) for each in Measure}
    own.actual_start, own.enrolled_on = day("10-01"), day("10-02")
    own.actual_completion = day("10-03")
    own.save()
    due.actual_finish = day("10-01")
    due.save()
    report(own, "10-01")
    assert {each: pair(YEAR_TO, each, agency) for each in Measure} == before


def scope_of(day: date) -> Scope:
    return scope(month=day.replace(day=1), span=MONTH)


def test_period_of_a_leap_february_ends_on_the_29th(agency: Agency) -> None:
    dated(agency, "planned_start", rows=[("02-29",), ("03-01",)])
    assert shares(scope_of(date(2024, 2, 1)), Measure.STARTS, agency) == {"a": (0, 1)}
    assert SEPTEMBER - timedelta(days=1) == scope_of(date(2024, 8, 1)).last
