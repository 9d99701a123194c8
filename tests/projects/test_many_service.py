"""Many records at once are held to what one is held to."""

from copy import copy
from datetime import date

import pytest

from kuancheng.access.models import User
from kuancheng.access.roles import REVIEWER
from projects.models import Project
from projects.services import StaleRecord, save_project
from projects.services.many import Edit, EditsRefused, save_milestones, save_projects
from projects.services.planning import approve_plan, propose_plan
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> User:
    return factories.user(REVIEWER)


@pytest.fixture
def held(office: User) -> Project:
    """A project whose first plan is approved, with one milestone."""
    project = factories.project(planned_completion=date(2025, 6, 1))
    factories.milestone(project=project, order=1, planned_finish=date(2024, 9, 30))
    plan = propose_plan(
        project=project,
        days={},
        promised_completion=None,
        reason="initial",
        note="首版",
        actor=office,
        seen=factories.seen(project),
    )
    approve_plan(baseline=plan, actor=factories.user(REVIEWER), seen=factories.seen(plan))
    project.refresh_from_db()
    return project


def test_one_wrong_milestone_keeps_all_from_being_written(office: User, held: Project) -> None:
    step = held.milestones.get()
    old = copy(step)
    step.planned_finish = date(2024, 10, 30)
    new = factories.milestone(project=factories.project())
    before = copy(new)
    new.note = "改过"
    with pytest.raises(EditsRefused) as refused:
        save_milestones(edits=[Edit(new, before), Edit(step, old)], actor=office, reason="导入 x")
    assert set(refused.value.errors) == {1}
    assert "已列入基线" in refused.value.errors[1].messages[0]
    new.refresh_from_db()
    assert new.note == ""


def test_completion_that_a_baseline_holds_does_not_move(office: User, held: Project) -> None:
    old = copy(held)
    held.planned_completion = date(2025, 7, 1)
    with pytest.raises(EditsRefused):
        save_projects(edits=[Edit(held, old)], actor=office, reason="导入 x")


def test_project_that_has_moved_on_is_stale(office: User) -> None:
    project = factories.project()
    old, other = copy(project), copy(project)
    other.name = "别人改的"
    save_project(project=other, actor=office)
    project.name = "我改的"
    with pytest.raises(StaleRecord):
        save_projects(edits=[Edit(project, old)], actor=office, reason="导入 x")


def test_new_projects_get_the_next_codes_in_their_order(office: User) -> None:
    factories.project(code="KC-0041")
    new = [Project(name=name, stage="concept") for name in ("甲", "乙")]
    save_projects(edits=[Edit(each) for each in new], actor=office, reason="导入 x")
    assert [each.code for each in new] == ["KC-0042", "KC-0043"]
