"""What the second author is told: who changed what, in words."""

from datetime import date, datetime, time
from decimal import Decimal

import pytest
from django.utils import timezone

from investment.models import Funding
from investment.services.funding import save_funding
from kuancheng import clock
from kuancheng.access.roles import REVIEWER
from kuancheng.records.changes import Position
from projects.choices import Stage
from projects.models import Milestone, Project
from projects.services import project_changes, project_position, save_parts, save_project
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def project() -> Project:
    made = Project(code="T-1", name="粮油仓", stage=Stage.STARTED, total_investment=Decimal(5000))
    return save_project(project=made, actor=factories.system())


def told(project: Project, after: Position) -> list[tuple[str, str]]:
    return [(change.who, str(change)) for change in project_changes(project, after)]


def test_nothing_happened_since_now(project: Project) -> None:
    assert told(project, project_position()) == []


def test_changed_fields_are_told_by_label_and_in_words(project: Project) -> None:
    opened = project_position()
    project.stage = Stage.CONSTRUCTION
    project.lead_agency = factories.agency(name="区住建局")
    save_project(project=project, actor=factories.user(REVIEWER, full_name="李四"))
    assert sorted(told(project, opened)) == [
        ("李四", "责任单位由“未填”改为“区住建局”"),
        ("李四", "阶段由“开工”改为“在建”"),
    ]


def test_change_without_an_author_is_the_systems(project: Project) -> None:
    opened = project_position()
    project.planned_start = date(2024, 5, 1)
    save_project(project=project, actor=factories.system())
    assert told(project, opened) == [("系统", "计划开工由“未填”改为“2024-05-01”")]


def test_amounts_are_told_as_they_were_entered(project: Project) -> None:
    opened = project_position()
    project.total_investment = Decimal("6000.5")
    save_project(project=project, actor=factories.system())
    assert told(project, opened) == [("系统", "计划总投资（万元）由“5000.00”改为“6000.50”")]


def test_parts_are_told_by_kind_and_name_newest_first(project: Project) -> None:
    opened = project_position()
    actor = factories.user(REVIEWER, full_name="王五")
    step = Milestone(project=project, name="主体封顶", phase="construction")
    save_parts(project=project, saved=[step], actor=actor)
    step.planned_finish = date(2024, 12, 31)
    save_parts(project=project, saved=[step], actor=actor)
    later = project_position()
    save_parts(project=project, deleted=[step], actor=actor)
    assert told(project, opened) == [
        ("王五", "删除节点“主体封顶”"),
        ("王五", "节点“主体封顶”的计划完成由“未填”改为“2024-12-31”"),
        ("王五", "新增节点“主体封顶”"),
    ]
    assert told(project, later) == [("王五", "删除节点“主体封顶”")]


def test_what_happened_to_other_projects_is_not_told(project: Project) -> None:
    opened = project_position()
    other = save_project(
        project=Project(name="别的项目", stage=Stage.STARTED), actor=factories.system()
    )
    save_parts(
        project=other,
        saved=[Milestone(project=other, name="封顶", phase="construction")],
        actor=factories.system(),
    )
    assert told(project, opened) == []


def test_what_stood_before_the_form_was_opened_is_not_told_as_a_colleagues(
    project: Project,
) -> None:
    """A funding does not count the project's version on: it was there when the form was opened."""
    actor = factories.user(REVIEWER, full_name="王五")
    funding = Funding(
        project=project, source="self_raised", dated=date(2024, 9, 30), planned=Decimal(9)
    )
    save_funding(funding=funding, today=date(2024, 10, 15), actor=actor)
    opened = project_position()
    project.scope = "扩建"
    save_project(project=project, actor=actor)
    assert told(project, opened) == [("王五", "建设内容及规模由“未填”改为“扩建”")]


def test_clock_that_went_back_hides_and_shuffles_nothing(project: Project) -> None:
    actor = factories.user(REVIEWER, full_name="王五")
    opened = project_position()
    for hour, amount in ((20, 100), (9, 900)):
        with clock.at(timezone.make_aware(datetime.combine(date(2024, 10, 15), time(hour)))):
            project.total_investment = Decimal(amount)
            save_project(project=project, actor=actor, approved=True)
    assert [text for _, text in told(project, opened)] == [
        "计划总投资（万元）由“100.00”改为“900.00”",
        "计划总投资（万元）由“5000.00”改为“100.00”",
    ]
