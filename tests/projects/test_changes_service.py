"""What the second author is told: who changed what, in words."""

from datetime import date
from decimal import Decimal

import pytest

from projects.choices import Stage
from projects.models import Milestone, Project
from projects.services import changes_since, save_parts, save_project
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def project() -> Project:
    made = Project(code="T-1", name="粮油仓", stage=Stage.STARTED, total_investment=Decimal(5000))
    return save_project(project=made)


def told(project: Project, version: int) -> list[tuple[str, str]]:
    return [(change.who, str(change)) for change in changes_since(project, version)]


def test_nothing_happened_since_the_present_version(project: Project) -> None:
    assert told(project, project.version) == []


def test_changed_fields_are_told_by_label_and_in_words(project: Project) -> None:
    project.stage = Stage.CONSTRUCTION
    project.lead_agency = factories.agency(name="区住建局")
    save_project(project=project, actor=factories.user(full_name="李四"))
    assert sorted(told(project, 1)) == [
        ("李四", "责任单位由“未填”改为“区住建局”"),
        ("李四", "阶段由“开工”改为“在建”"),
    ]


def test_change_without_an_author_is_the_systems(project: Project) -> None:
    project.planned_start = date(2024, 5, 1)
    save_project(project=project)
    assert told(project, 1) == [("系统", "计划开工由“未填”改为“2024-05-01”")]


def test_amounts_are_told_as_they_were_entered(project: Project) -> None:
    project.total_investment = Decimal("6000.5")
    save_project(project=project)
    assert told(project, 1) == [("系统", "计划总投资（万元）由“5000.00”改为“6000.50”")]


def test_parts_are_told_by_kind_and_name_newest_first(project: Project) -> None:
    actor = factories.user(full_name="王五")
    step = Milestone(project=project, name="主体封顶", phase="construction")
    save_parts(project=project, saved=[step], actor=actor)
    step.planned_finish = date(2024, 12, 31)
    save_parts(project=project, saved=[step], actor=actor)
    save_parts(project=project, deleted=[step], actor=actor)
    assert told(project, 1) == [
        ("王五", "删除节点“主体封顶”"),
        ("王五", "节点“主体封顶”的计划完成由“未填”改为“2024-12-31”"),
        ("王五", "新增节点“主体封顶”"),
    ]
    assert told(project, 3) == [("王五", "删除节点“主体封顶”")]


def test_what_happened_to_other_projects_is_not_told(project: Project) -> None:
    other = save_project(project=Project(name="别的项目", stage=Stage.STARTED))
    save_parts(project=other, saved=[Milestone(project=other, name="封顶", phase="construction")])
    assert told(project, 1) == []
