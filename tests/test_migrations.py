"""Migrations match the models, and grant what the design says.

That they run forwards and back over data is tests/upgrade's affair.
"""

from datetime import date
from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.core.management import call_command

from kuancheng import clock
from kuancheng.access.roles import READER, REPORTER, REVIEWER, ROLES
from projects.models import Project, Stop
from tests import factories
from tests.clock import on


def grants() -> dict[str, set[str]]:
    """Each role's permissions, as app.codename."""
    return {
        group.name: {
            f"{permission.content_type.app_label}.{permission.codename}"
            for permission in group.permissions.select_related("content_type")
        }
        for group in Group.objects.all()
    }


@pytest.mark.django_db
def test_models_have_no_changes_without_a_migration() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.django_db
def test_roles_may_what_the_design_says_and_no_more() -> None:
    granted = grants()
    assert set(granted) == set(ROLES)
    assert "projects.oversee_portfolio" in granted[REVIEWER]
    assert "investment.approve_statusreport" in granted[REVIEWER]
    assert {"projects.change_project", "investment.add_statusreport"} <= granted[REPORTER]
    beyond_a_clerk = {
        "projects.add_project",
        "projects.oversee_portfolio",
        "investment.approve_statusreport",
        "investment.change_annualplan",
        "reports.change_ruleset",
    }
    assert not beyond_a_clerk & granted[REPORTER]
    # A lead official decides on a second extension and objects to his place; the services ask who.
    beyond_reading = {each for each in granted[READER] if ".view_" not in each}
    objections = {f"reports.{verb}_leagueobjection" for verb in ("add", "change")}
    assert beyond_reading == {"projects.change_matter", *objections}
    assert not any("delete_user" in permission for each in granted.values() for permission in each)


GRANTING = {
    "kuancheng.access.migrations.0002_roles": "make_roles",
    "kuancheng.access.migrations.0006_display_tokens": "grant_display_tokens",
    "kuancheng.access.migrations.0008_grant_audit": "grant_audit",
    "projects.migrations.0002_grant_roles": "grant_roles",
    "investment.migrations.0002_grant_roles": "grant_roles",
    "kuancheng.reports.migrations.0002_first_rules": "first_rules",
    "projects.migrations.0004_grant_schedules": "grant_schedules",
    "projects.migrations.0006_grant_evidence": "grant_evidence",
    "projects.migrations.0012_fill_asked": "grant_deputies",
    "projects.migrations.0014_first_matter_rules": "first_rules",
    "projects.migrations.0019_grant_handovers": "grant_handovers",
    "projects.migrations.0028_grant_stops": "grant_stops",
    "projects.migrations.0030_grant_close_outs": "grant_close_outs",
    "projects.migrations.0034_grant_reviews": "first_cadence",
    "investment.migrations.0005_grant_money": "grant_money",
    "investment.migrations.0007_grant_opening_figure": "grant_opening_figure",
    "projects.migrations.0032_fill_year_classings": "grant_classings",
    "investment.migrations.0012_grant_year_turns": "grant_year_turns",
    "kuancheng.reports.migrations.0005_grant_monitoring": "grant_monitoring",
    "kuancheng.reports.migrations.0023_grant_bulletins": "grant_bulletins",
    "kuancheng.sheets.migrations.0002_grant_roles": "grant_roles",
    "kuancheng.documents.migrations.0002_grant_templates": "grant_templates",
    "kuancheng.jobs.migrations.0002_grant_jobs": "grant_jobs",
    "kuancheng.notices.migrations.0002_grant_notices": "grant_notices",
}


@pytest.mark.django_db
def test_roles_are_made_again_over_roles_that_were_kept() -> None:
    before = grants()
    for module, function in GRANTING.items():
        getattr(import_module(module), function)(apps, None)
    assert grants() == before


@pytest.mark.django_db
def test_a_standing_that_was_typed_becomes_a_stop_and_goes_back() -> None:
    made: dict[str, Project] = {}
    for name, days in {
        "once": {3: "normal", 7: "suspended", 9: "suspended"},
        "twice": {3: "suspended", 5: "normal", 8: "suspended"},
        "over": {3: "suspended", 5: "normal"},
        "from the first": {4: "suspended"},
    }.items():
        for day, standing in days.items():
            with on(day):
                made[name] = made.get(name) or factories.project(standing=standing)
                made[name].standing = standing
                made[name].save()
    silent = factories.project(standing="suspended")
    silent.history.all().delete()
    module = import_module("projects.migrations.0027_fill_stops")
    module.fill_stops(apps, None)
    found = {each.project: each for each in Stop.objects.select_related("project")}
    assert {project.pk: stop.stopped_on for project, stop in found.items()} == {
        made["once"].pk: date(2024, 10, 7),
        made["twice"].pk: date(2024, 10, 8),
        made["from the first"].pk: date(2024, 10, 4),
        silent.pk: date(2024, 10, 15),
    }
    stop = found[silent]
    assert (stop.reason, stop.note) == ("other", "由原状态字段转入，请补填原因")
    assert stop.history.count() == 1
    assert "qt" in stop.search_key
    module.take_back(apps, None)
    assert not Stop.objects.exists()
    assert not Stop.history.exists()


@pytest.mark.django_db
def test_matter_that_was_moved_before_counts_its_rounds() -> None:
    moved, kept = factories.matter(state="issued"), factories.matter(state="working", round=2)
    for matter, steps in ((moved, ("issue", "reassign")), (kept, ("issue", "return"))):
        for number, step in enumerate(steps, 1):
            matter.steps.create(
                number=number, step=step, day="2024-09-09", at=clock.now(), actor=matter.author
            )
    module = import_module("projects.migrations.0014_first_matter_rules")
    module.moved_begin_a_round(apps, None)
    moved.refresh_from_db()
    kept.refresh_from_db()
    assert (moved.round, kept.round) == (2, 2)
    assert not moved.orders.exists()
