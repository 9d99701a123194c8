"""The database of every release comes up to today: every row, every figure, every light."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Q, Sum

from investment.models import AnnualPlan, ReportEvidence, StatusReport
from kuancheng.access.models import User
from kuancheng.access.roles import ROLES
from kuancheng.asking.parameters import Days
from kuancheng.notices.models import Delivery
from kuancheng.reports.choices import Basis
from kuancheng.reports.judging import daily
from kuancheng.reports.judging.progress import progress_rows
from kuancheng.reports.judging.targets import standings_on
from kuancheng.reports.models import DailyStatus, MonitorRun, RuleSet
from projects.models import Listing, Milestone, Programme, Project, Stop
from projects.rules.standing import JUDGED_STANDINGS
from projects.services import save_project
from tests import databases, factories
from tests.conftest import TODAY
from tests.only import ON_POSTGRESQL
from tests.reports.portfolio import differences
from tests.upgrade import fixture
from tests.upgrade.fixture import Release

pytestmark = pytest.mark.long

MOVED = "reports.MonitorMail"
"""Its rows stand elsewhere now."""

OF_THE_SOFTWARE = ("auth.Permission", "auth.Group_permissions", "contenttypes.ContentType")
"""What migrations rewrite as the software changes; the roles' rights are compared as a whole."""

PINNED = ("created_at", "updated_at", "proposed_at", "computed_at", "history_date")
"""Moments that the computer's clock wrote beyond the pinned day: they move to it."""

BEFORE_ROLES = [("access", "0001_initial")]
EVER_SINCE = (User, Project, Milestone, AnnualPlan, StatusReport, RuleSet)
"""Tables that the first migrations made."""

FIGURES: dict[str, dict[str, Any]] = {
    # Of the invented portfolio; 559.6亿元 are the source report's.
    "v0.1.0": {
        "projects": (45, Decimal(5_596_000)),
        "approved": (354, Decimal(785_016)),
        "plans of 2024": (40, Decimal(1_049_400)),
        "changes of reports": 1_077,
        "photos": 3,
        "lights": {"red": 5, "yellow": 7, "blue": 11, "green": 19, "grey": 3},
    }
}
"""What the release's own pages said, 万元."""


def grants() -> dict[str, set[str]]:
    """Each role's permissions."""
    found: dict[str, set[str]] = {}
    for name, *permission in Group.objects.values_list(
        "name", "permissions__content_type__app_label", "permissions__codename"
    ):
        found.setdefault(name, set()).add(".".join(permission))
    return found


@pytest.fixture(scope="module")
def todays_grants(django_db_setup: None, django_db_blocker: Any) -> dict[str, set[str]]:
    """What the roles may in a new database."""
    with django_db_blocker.unblock():
        return grants()


@pytest.fixture(scope="module", params=fixture.RELEASES)
def release(request: Any, todays_grants: Any, django_db_blocker: Any) -> Iterator[Release]:
    """The release's rows, in a database that was migrated from its migrations to today's."""
    kept = fixture.read(request.param)
    with django_db_blocker.unblock(), databases.release(kept.name):
        fixture.fill(kept)
        call_command("migrate", verbosity=0)
        daily.ensure(TODAY, today=TODAY)
        yield kept


def lost(release: Release, models: dict[str, Any]) -> list[str]:
    """Rows and values of the release that are not there any more, in columns that still are."""
    return [
        f"{label}: {then} → {now}"
        for label, table in release.tables.items()
        if label not in OF_THE_SOFTWARE and label in models
        for then, now in _changed(models[label], table)
    ]


def _changed(model: Any, table: dict[str, Any]) -> Iterator[tuple[Any, Any]]:
    fields = {field.attname: field for field in model._meta.concrete_fields}
    columns = [name for name in table["columns"] if name in fields]
    places = [(fields[name], table["columns"].index(name)) for name in columns]
    rows = {row[0]: list(row[1:]) for row in model._base_manager.values_list("pk", *columns)}
    key = columns.index(model._meta.pk.attname)
    for old in table["rows"]:
        then = [fixture.value(field, old[place]) for field, place in places]
        now = rows.get(then[key])
        if now is None and _made_again(model, dict(zip(columns, then, strict=True))):
            continue
        if now is None or _apart(columns, then) != _apart(columns, now):
            yield then, now


def _made_again(model: Any, row: dict[str, Any]) -> bool:
    """Rows of today and recalled ones are caches: an upgrade has them judged anew."""
    cached = model._meta.label == "reports.DailyStatus"
    return cached and (row["basis"] != Basis.DAILY or row["date"] == TODAY)


def _apart(columns: list[str], row: list[Any]) -> list[Any]:
    """The row without the pinned moments, and without what a later version adds to a reason."""
    return [_plain(value) for name, value in zip(columns, row, strict=True) if name not in PINNED]


def _plain(value: Any) -> Any:
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return [{name: each[name] for name in each if name != "subject"} for each in value]
    return value


def todays_models() -> dict[str, Any]:
    return {each._meta.label: each for each in apps.get_models(include_auto_created=True)}


def test_no_row_and_no_value_is_lost(release: Release) -> None:
    assert lost(release, todays_models()) == []


def test_models_that_are_no_more_are_those_that_moved(release: Release) -> None:
    assert release.tables.keys() - todays_models().keys() <= {MOVED}


def test_every_daily_mail_is_among_the_deliveries(release: Release) -> None:
    table = release.tables[MOVED]
    mails = [dict(zip(table["columns"], row, strict=True)) for row in table["rows"]]
    kept = Delivery.objects.filter(notice__kind="daily_letter", channel="mail")
    assert kept.count() == len(mails)
    for mail in mails:
        day = MonitorRun.objects.get(pk=mail["run_id"]).date
        delivery = kept.get(notice__recipient=mail["user_id"], key=f"daily_letter:{day}")
        assert delivery.address == mail["address"]
        assert (delivery.state == "sent") is bool(mail["sent_at"])


def test_figures_are_those_of_the_release(release: Release) -> None:
    figures = FIGURES[release.name]
    total = Project.objects.aggregate(Sum("total_investment"))["total_investment__sum"]
    assert (Project.objects.count(), total) == figures["projects"]
    approved = StatusReport.objects.approved()
    done = approved.aggregate(Sum("completed"))["completed__sum"]
    assert (approved.count(), done) == figures["approved"]
    plans = AnnualPlan.objects.filter(year=2024)
    assert (plans.count(), plans.aggregate(Sum("amount"))["amount__sum"]) == figures[
        "plans of 2024"
    ]
    assert StatusReport.history.count() == figures["changes of reports"]
    assert ReportEvidence.objects.count() == figures["photos"]


def test_today_is_judged_as_it_was_kept(release: Release) -> None:
    assert differences(TODAY) == []
    kept = DailyStatus.objects.filter(basis=Basis.DAILY, date=TODAY)
    assert Counter(kept.values_list("light", flat=True)) == FIGURES[release.name]["lights"]


def test_what_was_typed_as_stopped_has_a_stop(release: Release) -> None:
    stopped = Project.objects.filter(standing="suspended")
    kept = Stop.objects.values_list("project__code", "reason", "resumed_on")
    assert list(kept) == [(each.code, "other", None) for each in stopped]
    assert Stop.history.count() == stopped.count() == 1


def test_past_days_are_found_again_from_what_was_known(release: Release) -> None:
    """Lights, money and delays of the kept days, from histories that the upgrade brought along."""
    past = DailyStatus.objects.filter(basis=Basis.DAILY, date__lt=TODAY)
    days = set(past.values_list("date", flat=True))
    assert len(days) == 3
    ids = list(Project.objects.values_list("pk", flat=True))
    for day in days:
        kept = DailyStatus.objects.filter(basis=Basis.DAILY, date=day)
        # 暂缓 and 退出 are no longer said to be late by the days of a plan that nobody keeps.
        judged = Q(standing__in=JUDGED_STANDINGS)
        told = kept.filter(judged).values_list(
            "project_id", "light", "completed_total", "overdue_milestones"
        )
        again = [
            (row.project_id, row.light, row.money.completed_total, row.overdue_milestones)
            for row in progress_rows(ids, day, known_on=day)
            if row.standing in JUDGED_STANDINGS
        ]
        assert sorted(told) == sorted(again)


def test_lists_are_as_they_were_on_every_day_known_or_not(release: Release) -> None:
    """Nobody had a day of joining: all have been on the list since its first."""
    programme = Programme.objects.get(code="kc-2024")
    assert programme.begins == date(2024, 1, 1)
    for rows in (programme.listings.all(), Listing.history.filter(programme_id=programme.pk)):
        assert set(rows.values_list("since", "until", "reason", "leave_reason")) == {
            (date(2024, 1, 1), None, "initial", "")
        }
    projects, total = FIGURES[release.name]["projects"]
    for known_at in (None, date(2024, 8, 31)):
        for as_of in (date(2024, 1, 2), TODAY):
            found = standings_on([programme], Days(as_of, known_at))[programme.pk]
            assert [each.actual for each in found] == [projects, total / 10_000]
    before = standings_on([programme], Days(date(2023, 12, 31), None))[programme.pk]
    assert [each.actual for each in before] == [0, None]


def test_roles_may_what_they_may_in_a_new_database(
    release: Release, todays_grants: dict[str, set[str]]
) -> None:
    assert grants() == todays_grants


def test_numbers_go_on_where_they_ended(release: Release) -> None:
    with transaction.atomic():
        made = save_project(
            project=Project(name="示例新项目", stage="concept"), actor=factories.system()
        )
        assert made.pk == 46
        assert made.history.count() == 1
        transaction.set_rollback(True)


def test_migrations_go_back_over_all_rows_and_come_again(
    release: Release, todays_grants: dict[str, set[str]]
) -> None:
    """To the release, then to the time before roles and rules; and up from there in one go.

    That early on SQLite alone: the steps are Python's, and take minutes.
    """
    kept = [model.objects.count() for model in EVER_SINCE]
    MigrationExecutor(connection).migrate(release.targets)
    models = {each._meta.label: each for each in fixture.historical(release.targets)}
    assert lost(release, models) == []
    if not ON_POSTGRESQL:
        MigrationExecutor(connection).migrate(BEFORE_ROLES)
        assert not Group.objects.filter(name__in=ROLES).exists()
    call_command("migrate", verbosity=0)
    assert [model.objects.count() for model in EVER_SINCE] == kept
    assert grants() == todays_grants
