"""The registry through which kept figures, notices and audit learn what was changed, by whom."""

from collections.abc import Sequence
from contextlib import suppress
from decimal import Decimal

import pytest

from investment.models import StatusReport
from investment.services import approve_report, save_report, submit_report
from kuancheng.access.models import User
from kuancheng.access.roles import REPORTER, REVIEWER
from kuancheng.records import announcing
from kuancheng.records.announcing import Action, Announcement, announce, subscribe, together
from projects.models import Milestone, Project
from projects.services import save_parts, save_project
from tests import factories
from tests.conftest import TODAY

Heard = list[list[Announcement]]


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Heard:
    """What a listener of its own is told, call by call."""
    found: Heard = []

    def listen(changes: Sequence[Announcement]) -> None:
        found.append(list(changes))

    monkeypatch.setattr(announcing, "_listeners", [])
    subscribe(listen)
    return found


def change(number: int) -> Announcement:
    return Announcement("projects.project", number, Action.CHANGED, 2, ("name",), 7)


def test_change_is_announced_at_once(heard: Heard) -> None:
    announce(change(1), change(2))
    assert heard == [[change(1), change(2)]]


def test_nothing_changed_is_not_announced(heard: Heard) -> None:
    announce()
    with together():
        pass
    assert heard == []


def test_many_changes_are_announced_once_at_the_end(heard: Heard) -> None:
    with together():
        announce(change(1))
        with together():
            announce(change(2))
        announce(change(3))
        assert heard == []
    assert heard == [[change(1), change(2), change(3)]]


def test_failed_block_announces_nothing_and_leaves_no_trace(heard: Heard) -> None:
    with suppress(RuntimeError), together():
        announce(change(1))
        raise RuntimeError
    assert heard == []
    announce(change(2))
    assert heard == [[change(2)]]


def test_subscribing_twice_is_subscribing_once(monkeypatch: pytest.MonkeyPatch) -> None:
    found: Heard = []

    def listen(changes: Sequence[Announcement]) -> None:
        found.append(list(changes))

    monkeypatch.setattr(announcing, "_listeners", [])
    subscribe(listen)
    subscribe(listen)
    announce(change(1))
    assert found == [[change(1)]]


@pytest.fixture
def office(db: None) -> User:
    return factories.user(REVIEWER)


def test_project_is_announced_with_its_version_and_the_changed_columns(
    heard: Heard, office: User
) -> None:
    project = save_project(project=Project(name="粮油仓", stage="started"), actor=office)
    project = Project.objects.get(pk=project.pk)
    project.name, project.total_investment = "粮油仓二期", Decimal(5000)
    save_project(project=project, actor=office, approved=True)
    (created,), (changed,) = heard
    assert (created.action, created.version) == (Action.CREATED, 1)
    assert created.fields == ("code", "name", "stage")
    assert changed == Announcement(
        kind="projects.project",
        id=project.pk,
        action=Action.CHANGED,
        version=2,
        fields=("name", "total_investment"),
        actor=office.pk,
        projects=frozenset({project.pk}),
    )


def test_second_save_of_the_same_object_announces_only_what_is_new(
    heard: Heard, office: User
) -> None:
    project = save_project(project=Project(name="粮油仓", stage="started"), actor=office)
    project.scope = "扩建"
    save_project(project=project, actor=office)
    assert heard[1][0].fields == ("scope",)


def test_parts_are_announced_each_with_the_project_that_they_touch(
    heard: Heard, office: User
) -> None:
    project = factories.project()
    step = Milestone(project=project, name="封顶", phase="construction")
    save_parts(project=project, saved=[step], actor=office)
    save_parts(project=project, deleted=[step], actor=office)
    told = [[(each.kind, each.action, each.projects) for each in call] for call in heard]
    ours = frozenset({project.pk})
    assert told == [
        [
            ("projects.milestone", Action.CREATED, ours),
            ("projects.project", Action.CHANGED, ours),
        ],
        [
            ("projects.milestone", Action.DELETED, ours),
            ("projects.project", Action.CHANGED, ours),
        ],
    ]


def test_each_step_of_a_report_is_announced_by_who_took_it(heard: Heard, office: User) -> None:
    clerk = factories.user(REPORTER)
    project = factories.project()
    factories.assignment(project=project, official=factories.official(user=clerk))
    report = factories.status_report(project=project, completed=Decimal(10))
    report = StatusReport.objects.get(pk=report.pk)
    report.completed = Decimal(20)
    save_report(report=report, today=TODAY, actor=clerk)
    submit_report(report=report, today=TODAY, actor=clerk)
    approve_report(report=report, seen=factories.seen(report), actor=office)
    assert [(each.actor, each.version) for (each,) in heard] == [
        (clerk.pk, 2),
        (clerk.pk, 3),
        (office.pk, 4),
    ]
    assert heard[0][0].fields == ("completed", "completed_by")
    assert "state" in heard[2][0].fields
