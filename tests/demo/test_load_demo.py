"""What loading the invented portfolio gives, and when it is refused.

A load takes seconds, so most tests look at one, taken down in `loaded`.
"""

import json
from collections import Counter
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.management import CommandError, call_command
from django.db.models import F
from pytest_django import DjangoDbBlocker

from investment.models import AnnualPlan, StatusReport
from kuancheng.access.models import User
from kuancheng.access.roles import ROLES
from kuancheng.demo import portfolio as demo
from kuancheng.reports.judging.bulletin.verifying import differences_of
from kuancheng.reports.models import DailyStatus, Erratum, IssuedBulletin
from projects.followups import followups
from projects.models import (
    Agency,
    Assignment,
    Baseline,
    CloseOut,
    Listing,
    Milestone,
    Official,
    Pause,
    Programme,
    Project,
    ScheduleTemplate,
    Stop,
    Target,
    TargetReading,
    TemplateStep,
    WeeklyReview,
)
from projects.planning import Timeline, project_timeline
from projects.services import save_project
from projects.targets import standings
from tests import databases, factories
from tests.demo.test_files import NAMED, PROJECTS

pytestmark = pytest.mark.long

RECORDS: Any = (
    *(Agency, Official, Programme, Target, TargetReading, Project, Listing, Assignment),
    *(Milestone, Pause, ScheduleTemplate, TemplateStep, AnnualPlan, StatusReport, User),
)


TURNS = (date(2024, 5, 31), date(2024, 6, 1), date(2024, 7, 1), date(2024, 8, 16))
"""Days on which the list stood differently."""


@dataclass(frozen=True)
class Approved:
    """A baseline, as it was approved."""

    number: int | None
    reason: str
    promised: date | None
    approved: date | None
    author: str
    approver: str


@dataclass(frozen=True)
class Loaded:
    """What was in the database after a first and a second run."""

    counts: list[list[tuple[int, int]]]
    outputs: list[str]
    statuses: list[DailyStatus]
    listed: list[tuple[int | None, str]]
    turns: list[tuple[date, Decimal | None, Decimal | None]]
    real: int
    unpaired: int
    named_after_edit: str
    accounts: list[tuple[str, str, bool, bool, bool]]
    timelines: dict[str, Timeline]
    baselines: dict[str, list[Approved]]
    pauses: list[tuple[str, str, str, date, date | None]]
    stops: list[tuple[str, date, date | None]]
    closed: list[tuple[str, str, bool]]
    reviews: list[tuple[str, str, list[str]]]
    bulletins: list[tuple[str, date | None, bool]]
    errata: list[str]


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Loaded:
    """One load, an edit, and a second run, all of them taken down."""
    with django_db_blocker.unblock(), databases.demo() as first:
        counts = [record_counts()]
        project = Project.objects.get(code="KC-0013")
        project.name = "示例改名产业园"
        save_project(project=project, actor=factories.system())
        edited = record_counts()
        second = run()
        counts += [edited, record_counts()]
        return take_down(counts, [first, second])


def run() -> str:
    out = StringIO()
    call_command("load_demo", stdout=out)
    return out.getvalue()


def record_counts() -> list[tuple[int, int]]:
    return [(each.objects.count(), each.history.count()) for each in RECORDS]


def take_down(counts: list[list[tuple[int, int]]], outputs: list[str]) -> Loaded:
    on_day = Listing.objects.on(demo.DATA_DAY)
    listings = on_day.filter(programme__code="kc-2024").select_related("project")
    approved = StatusReport.objects.approved()
    return Loaded(
        counts=counts,
        outputs=outputs,
        statuses=list(DailyStatus.objects.filter(date=demo.DATA_DAY).select_related("project")),
        listed=[(each.number, each.project.code) for each in listings.order_by("number")],
        turns=[
            (day, found[0].actual, found[1].actual)
            for day in TURNS
            for found in standings(Programme.objects.filter(code="kc-2024"), day).values()
        ],
        real=sum(
            kind.objects.filter(is_demo=False).count() for kind in (Project, Agency, Official)
        ),
        unpaired=StatusReport.objects.exclude(state="draft").filter(submitted_by=None).count()
        + approved.filter(approved_by=None).count()
        + approved.filter(approved_by=F("submitted_by")).count(),
        named_after_edit=Project.objects.get(code="KC-0013").name,
        accounts=[
            (
                user.username,
                user.groups.get().name,
                user.is_staff,
                user.is_superuser,
                user.check_password(demo.PASSWORD),
            )
            for user in demo.logins()
        ],
        timelines={
            project.code: project_timeline(project, demo.DATA_DAY)
            for project in Project.objects.all()
        },
        baselines=approved_plans(),
        pauses=list(
            Pause.objects.order_by("project__code").values_list(
                "project__code", "milestone__name", "reason", "first", "last"
            )
        ),
        stops=list(
            Stop.objects.order_by("project__code").values_list(
                "project__code", "stopped_on", "resumed_on"
            )
        ),
        reviews=[
            (
                each.number,
                each.state,
                [
                    found.word
                    for found in followups(each.decisions.order_by("number"), demo.DATA_DAY)
                ],
            )
            for each in WeeklyReview.objects.order_by("serial")
        ],
        bulletins=[
            (str(each), each.bulletin.issued_on, not differences_of(each))
            for each in IssuedBulletin.objects.select_related("bulletin")
        ],
        errata=[each.said for each in Erratum.objects.select_related("bulletin")],
        closed=[
            (each.project.code, each.state, bool(each.figures))
            for each in CloseOut.objects.select_related("project")
        ],
    )


def approved_plans() -> dict[str, list[Approved]]:
    found: dict[str, list[Approved]] = {}
    rows = Baseline.objects.select_related("project", "author", "approver")
    for each in rows.order_by("project__code", "number"):
        found.setdefault(each.project.code, []).append(
            Approved(
                number=each.number,
                reason=each.reason,
                promised=each.promised_completion,
                approved=each.approved_at and each.approved_at.date(),
                author=each.author.username if each.author else "",
                approver=each.approver.username if each.approver else "",
            )
        )
    return found


def test_everything_is_marked_as_demo(loaded: Loaded) -> None:
    assert loaded.real == 0


def test_the_45_stand_on_the_list_by_number(loaded: Loaded) -> None:
    assert loaded.listed == [(number, f"KC-{number:04}") for number in range(1, 46)]


def test_list_lost_one_and_took_in_two_in_its_year(loaded: Loaded) -> None:
    """亿元 of the targets: one joins on July 1st, another leaves after May and comes back."""
    figures = [(44, "557.45"), (43, "553.83"), (44, "555.98"), (45, "559.6")]
    assert [(count, total) for _, count, total in loaded.turns] == [
        (count, Decimal(total)) for count, total in figures
    ]


def test_lights_come_in_all_five_kinds(loaded: Loaded) -> None:
    lights = Counter(status.light for status in loaded.statuses)
    assert sum(lights.values()) == 45
    assert 4 <= lights["red"] <= 6
    assert 6 <= lights["yellow"] <= 9
    assert 9 <= lights["blue"] <= 11
    assert 17 <= lights["green"] <= 20
    assert 2 <= lights["grey"] <= 4


def test_projects_that_exist_are_only_green_blue_or_grey(loaded: Loaded) -> None:
    lights = {each.light for each in loaded.statuses if each.project.name in NAMED}
    assert lights == {"green", "blue", "grey"}


def test_no_project_that_exists_is_behind_its_plan(loaded: Loaded) -> None:
    named = [each for each in loaded.statuses if each.project.name in NAMED]
    assert {reason["rule"] for each in named for reason in each.reasons} <= {
        "milestone_due",
        "not_judged",
    }


@pytest.mark.parametrize(
    ("rule", "light"),
    [
        ("milestone_overdue", "red"),
        ("milestone_overdue", "yellow"),
        ("milestone_due", "blue"),
        ("gap", "red"),
        ("gap", "yellow"),
        ("gap", "blue"),
        ("start_late", "red"),
        ("start_late", "yellow"),
        ("enrolment_late", "red"),
        ("enrolment_late", "yellow"),
        ("forecast_late", "red"),
        ("forecast_late", "yellow"),
        ("report_missing", "yellow"),
        ("permit_lapse", "red"),
        ("permit_lapse", "yellow"),
        ("not_judged", "grey"),
    ],
)
def test_every_rule_fires_somewhere(loaded: Loaded, rule: str, light: str) -> None:
    fired = {
        (reason["rule"], reason["light"]) for each in loaded.statuses for reason in each.reasons
    }
    assert (rule, light) in fired


def test_one_is_done_one_suspended_one_deferred(loaded: Loaded) -> None:
    standings = Counter(each.standing for each in loaded.statuses)
    assert any(each.done for each in loaded.statuses)
    assert standings["suspended"] == 1
    assert standings["deferred"] == 1


def test_a_second_person_approved_every_report(loaded: Loaded) -> None:
    assert loaded.unpaired == 0


def test_a_second_run_changes_nothing_and_keeps_what_was_edited(loaded: Loaded) -> None:
    _, before, after = loaded.counts
    assert before == after
    assert loaded.named_after_edit == "示例改名产业园"


def test_logins_of_every_role_are_printed_on_each_run(loaded: Loaded) -> None:
    assert {role for _, role, *_ in loaded.accounts} == set(ROLES)
    for output in loaded.outputs:
        assert demo.PASSWORD in output
        assert all(username in output for username, *_ in loaded.accounts)


def test_logins_open_with_the_password_and_none_is_a_superuser(loaded: Loaded) -> None:
    assert all(opens for *_, opens in loaded.accounts)
    assert not any(superuser for *_, superuser, _ in loaded.accounts)
    staff = {username: is_staff for username, _, is_staff, _, _ in loaded.accounts}
    assert [username for username, is_staff in staff.items() if not is_staff] == ["lingdao"]


# Its schedules


def test_all_but_two_projects_have_a_schedule(loaded: Loaded) -> None:
    silent = {code: each.problems for code, each in loaded.timelines.items() if each.problems}
    assert silent == {
        "KC-0009": ("没有登记计划竣工日期，无法倒排。",),
        "KC-0040": ("没有登记计划竣工日期，无法倒排。",),
    }


def test_most_projects_keep_their_promise_and_four_do_not(loaded: Loaded) -> None:
    late = {code: each.late_by for code, each in loaded.timelines.items() if each.late_by}
    assert set(late) == {"KC-0020", "KC-0022", "KC-0026", "KC-0034"}


def test_projects_that_exist_keep_their_promises(loaded: Loaded) -> None:
    named = [each.project.code for each in loaded.statuses if each.project.name in NAMED]
    dated = [loaded.timelines[code].schedule for code in named if code != "KC-0009"]
    assert len(dated) == 11
    assert all(each and each.feasible for each in dated)


def test_a_topping_out_that_misses_the_winter_makes_the_hospital_late(loaded: Loaded) -> None:
    """39 days of concrete are left and 17 lie before 1 November: 22 more from 1 April.

    23 April, then 40 days of fitting out to 2 June (a holiday), then 10 working days of acceptance
    from 3 June: 16 June, 17 days after the 30 May that was promised.
    """
    found = loaded.timelines["KC-0020"]
    assert found.schedule
    assert (found.promised, found.forecast) == (date(2025, 5, 30), date(2025, 6, 16))
    assert found.late_by == 17
    dated = {each.step.key: each for each in found.schedule.steps}
    assert [(dated[key].step.name, dated[key].earliest_finish) for key in found.schedule.critical][
        :3
    ] == [
        ("住院楼主体封顶", date(2025, 4, 23)),
        ("装饰及设备安装", date(2025, 6, 2)),
        ("竣工联合验收", date(2025, 6, 16)),
    ]


def test_one_project_was_replanned_twice(loaded: Loaded) -> None:
    told = [(each.number, each.reason, each.promised) for each in loaded.baselines["KC-0017"]]
    assert told == [
        (1, "initial", date(2024, 10, 31)),
        (2, "expropriation", date(2025, 8, 22)),
        (3, "weather", date(2025, 10, 31)),
    ]
    assert loaded.timelines["KC-0017"].promised == date(2025, 10, 31)


def test_what_happened_outlives_the_replay_of_plans(loaded: Loaded) -> None:
    plan = loaded.timelines["KC-0017"].plan
    assert plan
    done = {step.key: (step.actual_start, step.actual_finish) for step in plan.steps}
    assert done["7"] == (date(2022, 6, 8), date(2023, 10, 26))
    assert done["8"] == (date(2023, 9, 26), None)
    assert plan.steps[-1].finish_by == date(2025, 10, 31)


def test_projects_have_one_two_or_three_baselines(loaded: Loaded) -> None:
    assert Counter(map(len, loaded.baselines.values())) == {1: 37, 2: 2, 3: 1}
    assert all(
        each.reason == "initial"
        for plans in loaded.baselines.values()
        for each in plans
        if each.number == 1
    )


def test_no_plan_was_approved_by_its_author_or_after_the_day_of_the_data(loaded: Loaded) -> None:
    plans = [each for of_project in loaded.baselines.values() for each in of_project]
    assert {(each.author, each.approver) for each in plans} == {("fuhe", "fuhe2")}
    assert all(each.approved and each.approved < demo.DATA_DAY for each in plans)


def test_the_suspended_project_is_paused(loaded: Loaded) -> None:
    assert ("KC-0026", "1号车间主体", "suspension", date(2024, 5, 27), None) in loaded.pauses


def test_one_stop_goes_on_and_one_has_ended(loaded: Loaded) -> None:
    assert loaded.stops == [
        ("KC-0025", date(2024, 7, 8), date(2024, 7, 18)),
        ("KC-0026", date(2024, 5, 27), None),
    ]
    assert loaded.closed == [("KC-0043", "confirmed", True)]


# What it refuses


@pytest.mark.django_db
def test_a_database_with_real_projects_is_refused() -> None:
    factories.project()
    with pytest.raises(CommandError, match="正式项目"):
        run()
    assert not Agency.objects.exists()


def test_three_reviews_have_decisions_at_different_ends(loaded: Loaded) -> None:
    # The overdue one was due on Friday the 11th; Saturday the 12th was worked.
    assert loaded.reviews == [
        ("2024-1", "final", ["办理中（超期 3 个工作日）", "已销号（按时）"]),
        ("2024-2", "final", ["已反馈，待核查", "办理中"]),
        ("2024-3", "preparing", []),
    ]


@pytest.mark.django_db
def test_a_clock_before_the_day_of_the_data_is_refused(settings: Any) -> None:
    settings.KUANCHENG_TODAY = "2024-10-14"
    with pytest.raises(CommandError, match="2024-10-15"):
        run()
    assert not Project.objects.exists()


@pytest.mark.django_db
def test_a_login_that_is_taken_stops_the_whole_load() -> None:
    factories.user(username="fuhe")
    with pytest.raises(CommandError, match="没有载入任何内容"):
        run()
    assert not Programme.objects.exists()


def test_six_bulletins_are_found_again_in_history_and_one_figure_was_corrected(
    loaded: Loaded,
) -> None:
    assert loaded.bulletins == [
        ("示例重点办通报〔2024〕1号", date(2024, 4, 15), True),
        ("示例重点办通报〔2024〕2号", date(2024, 5, 15), True),
        ("示例重点办通报〔2024〕3号", date(2024, 6, 14), True),
        ("示例重点办通报〔2024〕4号", date(2024, 7, 11), True),
        ("示例重点办通报〔2024〕5号", date(2024, 8, 12), True),
        ("示例重点办通报〔2024〕6号", date(2024, 9, 12), True),
    ]
    # 1,200 万元 of prepayments were taken off on 18 September.
    assert loaded.errata == [
        "示例重点办通报〔2024〕6号中“累计完成投资”原为68.49亿元，更正为68.37亿元。"
    ]


@pytest.mark.django_db
def test_another_day_is_accepted_with_a_warning(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.KUANCHENG_TODAY = "2024-11-20"
    monkeypatch.setattr(demo, "_project_files", lambda: PROJECTS[4:5])
    output = run()
    assert Project.objects.get().code == "KC-0005"
    assert "注意" in output
    assert "2024-11-20" in output


@pytest.mark.django_db
def test_a_project_added_to_the_demo_does_not_stop_the_next_start() -> None:
    factories.project(is_demo=True)
    factories.project(is_demo=False)
    assert "没有改动" in run()


@pytest.mark.django_db
def test_the_password_is_one_that_people_could_choose() -> None:
    for entry in json.loads((demo.FOLDER / "accounts.json").read_text("utf-8")):
        user = User(username=entry["username"], full_name=entry["full_name"])
        validate_password(demo.PASSWORD, user)
