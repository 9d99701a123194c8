"""Milestones by Excel: known by project and number, held by baselines, several a project."""

from datetime import date
from decimal import Decimal

import pytest

from kuancheng.access.models import User
from kuancheng.access.roles import REVIEWER
from kuancheng.sheets import services
from kuancheng.sheets.choices import ImportState
from projects.choices import DurationUnit, Phase
from projects.models import Milestone, Project
from projects.services.planning import approve_plan, propose_plan
from tests import factories
from tests.sheets.books import counts, edited, exported, faults, made, taken

pytestmark = pytest.mark.django_db

TITLE = "节点"
HEAD = ["项目编号", "项目名称", "序", "阶段", "节点", "计划完成", "实际完成", "逾期原因"]


@pytest.fixture
def project() -> Project:
    made_now = factories.project(code="T-1", name="甲")
    for order in (1, 2):
        factories.milestone(
            project=made_now,
            order=order,
            name=f"第{order}步",
            planned_start=date(2024, 9, 1),
            planned_finish=date(2024, 9, 30),
            after="1" if order == 2 else "",
            duration=30,
            unit=DurationUnit.CALENDAR,
            confirmed=order == 1,
            weight=Decimal("2.5"),
            agency=factories.agency(),
        )
    return made_now


def row(order: object, name: str, **cells: object) -> list[object]:
    found: dict[str, object] = {
        "项目编号": "T-1",
        "项目名称": "甲",
        "序": order,
        "阶段": "施工",
        "节点": name,
        **cells,
    }
    return [found.get(heading) for heading in HEAD]


def test_export_comes_back_unchanged(office: User, project: Project) -> None:
    again = edited(exported("milestones", office), TITLE, {})
    assert counts(taken("milestones", office, again)) == (0, 0, 2, 0)


def test_rows_of_one_project_are_written_together(office: User, project: Project) -> None:
    book = edited(exported("milestones", office), TITLE, {"T2": "已协调", "T3": "待协调"})
    record = taken("milestones", office, book, "节点.xlsx")
    assert counts(record) == (0, 2, 0, 0)
    services.apply(record=record)
    assert record.state == ImportState.DONE
    assert [step.note for step in project.milestones.order_by("order")] == ["已协调", "待协调"]
    project.refresh_from_db()
    assert project.version == 2
    step = project.milestones.earliest("order")
    assert step.history.latest().history_change_reason == "导入 节点.xlsx"
    assert project.history.latest().history_change_reason == "导入 节点.xlsx"


def test_number_that_is_not_there_is_a_new_milestone(office: User, project: Project) -> None:
    record = taken("milestones", office, made(TITLE, HEAD, [row(3, "第三步")]))
    assert counts(record) == (1, 0, 0, 0)
    services.apply(record=record)
    step = project.milestones.get(order=3)
    assert (step.name, step.phase, step.unit, step.weight) == (
        "第三步",
        Phase.CONSTRUCTION,
        DurationUnit.WORKING,
        1,
    )


def test_name_of_another_project_shows_that_the_rows_slipped(
    office: User, project: Project
) -> None:
    rows = [row(1, "第1步", 项目名称="乙")]
    assert "系统里是“甲”" in faults(taken("milestones", office, made(TITLE, HEAD, rows)))[2]


def test_planned_day_that_a_baseline_holds_does_not_move(office: User, project: Project) -> None:
    plan = propose_plan(
        project=project,
        days={},
        promised_completion=date(2025, 1, 1),
        reason="initial",
        note="首版",
        actor=office,
        seen=factories.seen(project),
    )
    approve_plan(baseline=plan, actor=factories.user(REVIEWER), seen=factories.seen(plan))
    rows = [row(2, "第2步", 计划完成="2024-10-30")]
    told = faults(taken("milestones", office, made(TITLE, HEAD, rows)))
    assert "已列入基线" in told[2]


def test_late_finish_needs_its_reason(office: User, project: Project) -> None:
    rows = [
        row(1, "第1步", 计划完成="2024-09-30", 实际完成="2024/10/8"),
        row(2, "第2步", 计划完成="2024-09-30", 实际完成="2024/10/8", 逾期原因="降雨"),
    ]
    told = faults(taken("milestones", office, made(TITLE, HEAD, rows)))
    assert list(told) == [2]
    assert "请填写“逾期原因”" in told[2]


def test_two_milestones_of_one_number_are_told_apart_by_name(
    office: User, project: Project
) -> None:
    Milestone.objects.filter(project=project).update(order=5)
    assert counts(taken("milestones", office, exported("milestones", office))) == (0, 0, 2, 0)
    told = faults(taken("milestones", office, made(TITLE, HEAD, [row(5, "第3步")])))
    assert "2 个序为 5 的节点" in told[2]


def test_row_without_a_number_or_a_project_is_told(office: User, project: Project) -> None:
    rows: list[list[object]] = [
        row(None, "第1步"),
        row("甲", "第1步"),
        [None, None, 1, "施工", "x"],
    ]
    told = faults(taken("milestones", office, made(TITLE, HEAD, rows)))
    assert "请填写节点的序" in told[2]
    assert "不是数字" in told[3]
    assert "请填写项目编号" in told[4]


def test_clerk_leaves_other_projects_milestones_alone(
    clerk: User, own: Project, project: Project
) -> None:
    rows = [row(1, "改名"), row(9, "新增")]
    told = faults(taken("milestones", clerk, made(TITLE, HEAD, rows)))
    assert all("不是您负责的项目" in said for said in told.values())
    assert set(told) == {2, 3}
