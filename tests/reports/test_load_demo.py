"""What loading the invented portfolio gives, and when it is refused.

A load takes seconds, so most tests look at one, taken down in `loaded`.
"""

import json
from collections import Counter
from dataclasses import dataclass
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import F
from pytest_django import DjangoDbBlocker

from investment.models import AnnualPlan, StatusReport
from kuancheng.access.models import User
from kuancheng.access.roles import ROLES
from kuancheng.reports import demo
from kuancheng.reports.models import DailyStatus
from projects.models import (
    Agency,
    Assignment,
    Listing,
    Milestone,
    Official,
    Programme,
    Project,
    Target,
    TargetReading,
)
from projects.services import save_project
from tests import factories
from tests.reports.test_demo_files import NAMED, PROJECTS

RECORDS: Any = (
    *(Agency, Official, Programme, Target, TargetReading, Project, Listing, Assignment),
    *(Milestone, AnnualPlan, StatusReport, User),
)


@dataclass(frozen=True)
class Loaded:
    """What was in the database after a first and a second run."""

    counts: list[list[tuple[int, int]]]
    outputs: list[str]
    statuses: list[DailyStatus]
    listed: list[tuple[int | None, str]]
    real: int
    unpaired: int
    named_after_edit: str
    accounts: list[tuple[str, str, bool, bool, bool]]


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Loaded:
    """One load, an edit, and a second run, rolled back once they are taken down."""
    with django_db_blocker.unblock(), transaction.atomic():
        first = run()
        counts = [record_counts()]
        project = Project.objects.get(code="KC-0013")
        project.name = "示例改名产业园"
        save_project(project=project)
        edited = record_counts()
        second = run()
        counts += [edited, record_counts()]
        taken = take_down(counts, [first, second])
        transaction.set_rollback(True)
    return taken


def run() -> str:
    out = StringIO()
    call_command("load_demo", stdout=out)
    return out.getvalue()


def record_counts() -> list[tuple[int, int]]:
    return [(each.objects.count(), each.history.count()) for each in RECORDS]


def take_down(counts: list[list[tuple[int, int]]], outputs: list[str]) -> Loaded:
    listings = Listing.objects.filter(programme__code="kc-2024").select_related("project")
    approved = StatusReport.objects.approved()
    return Loaded(
        counts=counts,
        outputs=outputs,
        statuses=list(DailyStatus.objects.select_related("project")),
        listed=[(each.number, each.project.code) for each in listings.order_by("number")],
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
    )


def test_everything_is_marked_as_demo(loaded: Loaded) -> None:
    assert loaded.real == 0


def test_the_45_stand_on_the_list_by_number(loaded: Loaded) -> None:
    assert loaded.listed == [(number, f"KC-{number:04}") for number in range(1, 46)]


def test_lights_come_in_all_five_kinds(loaded: Loaded) -> None:
    lights = Counter(status.light for status in loaded.statuses)
    assert sum(lights.values()) == 45
    assert 4 <= lights["red"] <= 6
    assert 7 <= lights["yellow"] <= 9
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
        ("report_missing", "yellow"),
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


# What it refuses


@pytest.mark.django_db
def test_a_database_with_real_projects_is_refused() -> None:
    factories.project()
    with pytest.raises(CommandError, match="正式项目"):
        run()
    assert not Agency.objects.exists()


@pytest.mark.django_db
def test_a_clock_before_the_last_month_is_refused(settings: Any) -> None:
    settings.KUANCHENG_TODAY = "2024-08-31"
    with pytest.raises(CommandError, match="2024年9月"):
        run()
    assert not Project.objects.exists()


@pytest.mark.django_db
def test_a_login_that_is_taken_stops_the_whole_load() -> None:
    factories.user(username="fuhe")
    with pytest.raises(CommandError, match="没有载入任何内容"):
        run()
    assert not Programme.objects.exists()


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
