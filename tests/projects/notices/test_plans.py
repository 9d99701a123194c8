"""A plan that waits, is approved or withdrawn is told to those whom it concerns."""

from datetime import date, timedelta
from typing import Any

import pytest

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.access.rights import holders
from kuancheng.access.roles import READER, REPORTER, REVIEWER
from kuancheng.notices.models import Notice
from kuancheng.records.announcing import together
from projects.choices import ReplanReason, Role
from projects.models import Baseline, Project
from projects.notices.people import accounts_of
from projects.services.planning import approve_plan, propose_plan, withdraw_plan
from tests import factories
from tests.conftest import TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def author() -> User:
    return factories.user(REVIEWER, full_name="提出人")


@pytest.fixture
def approver() -> User:
    return factories.user(REVIEWER, full_name="批准人")


@pytest.fixture
def liaison() -> User:
    return factories.user(REPORTER, full_name="秘书")


@pytest.fixture
def project(liaison: User) -> Project:
    made = factories.project(name="粮油仓", planned_completion=date(2025, 6, 30))
    official = factories.official(user=liaison)
    factories.assignment(project=made, official=official, role=Role.LIAISON_OFFICER)
    return made


def proposed(project: Project, author: User) -> Baseline:
    return propose_plan(
        project=project,
        days={},
        promised_completion=None,
        reason=ReplanReason.INITIAL,
        note="首次报批",
        seen=factories.seen(project),
        actor=author,
    )


def told(kind: str) -> set[str]:
    return {each.recipient.full_name for each in Notice.objects.filter(kind=kind)}


def test_plan_that_waits_is_told_to_those_who_may_approve_it(
    project: Project, author: User, approver: User
) -> None:
    factories.user(REVIEWER, full_name="已停用", is_active=False)
    plan = proposed(project, author)
    assert told("plan_waiting") == {"批准人"}
    notice = Notice.objects.get()
    assert notice.title == "计划调整待批准：粮油仓"
    assert "提出人 提出，原因：首次批准。首次报批" in notice.text
    assert notice.link == f"/admin/projects/baseline/{plan.pk}/change/"


def test_approval_is_told_to_the_author_and_the_liaison_officer(
    project: Project, author: User, approver: User
) -> None:
    plan = proposed(project, author)
    approve_plan(baseline=plan, seen=factories.seen(plan), actor=approver)
    assert told("plan_approved") == {"提出人", "秘书"}
    assert "列为基线 1" in Notice.objects.filter(kind="plan_approved")[0].text


def test_withdrawal_is_told_to_whoever_was_asked(
    project: Project, author: User, approver: User
) -> None:
    plan = proposed(project, author)
    withdraw_plan(baseline=plan, actor=author)
    assert told("plan_withdrawn") == {"批准人", "秘书"}


def test_plans_of_long_ago_that_are_loaded_are_no_news(
    project: Project, author: User, approver: User
) -> None:
    with together(), clock.at(clock.now() - timedelta(days=30)):
        plan = proposed(project, author)
        approve_plan(baseline=plan, seen=factories.seen(plan), actor=approver)
    assert not Notice.objects.exists()


def test_holders_are_active_and_hold_every_permission(author: User) -> None:
    factories.user(REVIEWER, is_active=False)
    factories.user(READER)
    factories.user(is_superuser=True)
    both = holders("projects.approve_baseline", "projects.oversee_portfolio")
    assert list(both) == [author]
    assert not holders("projects.approve_baseline", "access.view_user").exists()


def test_accounts_are_those_in_office_on_the_day(project: Project, liaison: User) -> None:
    former: Any = factories.official(user=factories.user())
    factories.assignment(
        project=project, official=former, role=Role.LEAD_OFFICIAL, until=date(2024, 10, 14)
    )
    factories.assignment(project=project, official=factories.official())
    roles = (Role.LEAD_OFFICIAL, Role.LIAISON_OFFICER)
    assert accounts_of([project.pk], TODAY, *roles) == {project.pk: [liaison]}
    earlier = accounts_of([project.pk], date(2024, 10, 14), *roles)
    assert set(earlier[project.pk]) == {former.user, liaison}
