"""What moment a record bears: the site's own, on the pinned day, and later with every save."""

import re
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models
from django.test import Client
from django.utils import timezone

from investment.models import StatusReport
from kuancheng import clock
from kuancheng.access.models import ApiKey, User
from kuancheng.access.roles import REPORTER
from kuancheng.records.fields import ClockField
from kuancheng.reports.judging import daily
from kuancheng.reports.models import DailyStatus, RuleSet
from kuancheng.reports.services import save_rule_set
from projects.choices import ReplanReason
from projects.models import Baseline, Project
from tests import factories

TODAY = date(2024, 10, 15)
FIRST_PARTY = ("projects", "investment", "kuancheng")
KEYS = ["ApiKey", "DisplayToken"]
"""What opens the site to machines lives by the real clock: the demo's day does not prolong it."""


def noon(day: int, hour: int = 12) -> datetime:
    return datetime(2024, 10, day, hour, tzinfo=timezone.get_default_timezone())


@pytest.mark.django_db
class TestPinnedDay:
    """The suite runs on 2024-10-15, whatever day it is outside."""

    def test_everything_that_is_saved_bears_that_day(self) -> None:
        project = factories.project()
        baseline = Baseline.objects.create(project=project, reason=ReplanReason.INITIAL, note="首")
        rules = save_rule_set(
            rules=RuleSet(effective_from=TODAY, note="调整依据"),
            today=TODAY,
            actor=factories.system(),
        )
        daily.ensure(TODAY, today=TODAY)
        moments = {
            "created": project.created_at,
            "updated": project.updated_at,
            "history": project.history.get().history_date,
            "proposed": baseline.proposed_at,
            "computed": DailyStatus.objects.get().computed_at,
            "rules": rules.history.get().history_date,
            "account": factories.user().history.latest().history_date,
        }
        days = {name: timezone.localdate(moment) for name, moment in moments.items()}
        assert days == dict.fromkeys(moments, TODAY)

    def test_my_work_and_lists_say_that_day(self, client: Client) -> None:
        agency = factories.agency()
        clerk = factories.user(REPORTER)
        factories.official(user=clerk, agency=agency)
        own = factories.project(lead_agency=agency)
        factories.status_report(project=own)
        client.force_login(clerk)
        saved = timezone.localtime(StatusReport.objects.get().updated_at)
        assert f"{saved:%m-%d %H:%M} 保存" in client.get("/admin/").content.decode()
        assert f"{saved:%m-%d}" == "10-15"
        for path in ("projects/project", "investment/statusreport", "projects/agency"):
            row = client.get(f"/admin/{path}/").content.decode()
            shown = re.findall(r"field-updated_at[^>]*>(\d{4}-\d{2}-\d{2})", row)
            assert shown, path
            assert set(shown) == {"2024-10-15"}

    def test_a_key_goes_by_the_computers_clock(self, client: Client) -> None:
        user = factories.user()
        hour = timedelta(hours=1)
        for expiry, status in ((timezone.now() - hour, 401), (timezone.now() + hour, 403)):
            _, key = ApiKey.issue(
                user=user, name="取数", scope=ApiKey.Scope.READ, expires_at=expiry
            )
            found = client.get("/api/v1/projects/", headers={"authorization": f"Bearer {key}"})
            assert found.status_code == status


@pytest.mark.django_db
class TestOrder:
    """A record's moments grow with its saves."""

    def saved(self, project: Project) -> tuple[datetime, datetime]:
        project.save_by(factories.system())
        return project.updated_at, project.history.latest("history_id").history_date

    def test_two_saves_at_one_moment_are_told_apart(self) -> None:
        with clock.at(noon(15)):
            project = factories.project()
            first = project.updated_at, project.history.get().history_date
            second, third = self.saved(project), self.saved(project)
        assert first == (noon(15), noon(15))
        assert first[0] < second[0] < third[0] < noon(15) + timedelta(seconds=1)
        assert first[1] < second[1] < third[1]
        assert project.created_at == noon(15)

    def test_a_clock_set_back_turns_no_order_round(self) -> None:
        with clock.at(noon(15, hour=16)):
            project = factories.project()
        with clock.at(noon(15, hour=9)):
            updated, recorded = self.saved(project)
            assert noon(15, hour=16) < updated <= recorded
            project.delete_by(factories.system())
        assert Project.history.latest("history_id").history_date >= recorded

    def test_a_moment_that_another_clock_wrote_is_left_behind(self) -> None:
        project = factories.project()
        Project.objects.update(updated_at=noon(15) + timedelta(days=400))
        project.refresh_from_db()
        with clock.at(noon(15)):
            assert self.saved(project) == (noon(15), noon(15))

    def test_loading_what_happened_earlier_writes_the_earlier_moment(self) -> None:
        project = factories.project()
        with clock.at(noon(3)):
            assert self.saved(project) == (noon(3), noon(3))

    def test_creation_is_written_once(self) -> None:
        with clock.at(noon(3)):
            project = factories.project()
        with clock.at(noon(4)):
            project.save_by(factories.system())
        project.refresh_from_db()
        assert (project.created_at, project.updated_at) == (noon(3), noon(4))


def test_nobody_reads_the_computers_clock_but_the_clock_and_the_gate() -> None:
    read = re.compile(r"timezone\.now\b|datetime\.now\b|date\.today\b|\butcnow\b")
    found = {
        str(path.relative_to(settings.BASE_DIR))
        for app in FIRST_PARTY
        for path in Path(settings.BASE_DIR, app).rglob("*.py")
        if "migrations" not in path.parts and read.search(path.read_text(encoding="utf-8"))
    }
    # Keys and leases run out, mails wait, and the audit is written by the computer's clock,
    # whatever day is pinned.
    gates = (
        "kuancheng/access/",
        "kuancheng/jobs/",
        "kuancheng/notices/delivering.py",
        "kuancheng/demo/key.py",
        "kuancheng/demo/management/commands/run_demo.py",
        "kuancheng/accounts/admin.py",
        "kuancheng/audit/",
        "kuancheng/reports/auditing/",
        "kuancheng/reports/health/views.py",
    )
    gate = {name for name in found if name.startswith(gates)}
    assert found - gate == {"kuancheng/clock.py"}


def test_no_column_is_written_by_the_computers_clock_but_a_keys() -> None:
    plain = [
        f"{model.__name__}.{field.name}"
        for model in apps.get_models()
        if model.__module__.split(".")[0] in FIRST_PARTY
        for field in model._meta.local_fields
        if isinstance(field, models.DateTimeField)
        and not isinstance(field, ClockField)
        and (field.auto_now or field.auto_now_add)
    ]
    assert plain == [f"{name}.created_at" for name in KEYS]


def test_every_history_but_a_keys_is_dated_by_the_site() -> None:
    kept: list[Any] = [model for model in apps.get_models() if hasattr(model, "history")]
    assert User in kept
    own = [model for model in kept if not model.__name__.startswith("Historical")]
    assert [model.__name__ for model in own if not hasattr(model, "_history_date")] == KEYS


def test_the_column_is_a_plain_one_to_the_database() -> None:
    path = Project._meta.get_field("updated_at").deconstruct()[1]
    assert path == "django.db.models.DateTimeField"
