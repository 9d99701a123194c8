"""Permits light a project only under a version that judges them, as of and as known on any day."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kuancheng.access.roles import REVIEWER
from kuancheng.reports.judging.progress import progress_rows
from kuancheng.reports.models import RuleSet
from projects.choices import PermitKind, Phase
from projects.models import Milestone, Project
from projects.services import save_parts, save_project
from projects.services.permits.extensions import Grant, extend, withdraw
from tests import factories
from tests.clock import on_date

pytestmark = pytest.mark.django_db

SINCE = date(2024, 10, 1)


@pytest.fixture
def permit() -> Milestone:
    """A construction permit of 2024-07-15, on record since that day; judged from October on."""
    with on_date(date(2024, 7, 15)):
        office = factories.user(REVIEWER)
        project = Project(name="示例项目", stage="preparation")
        save_project(project=project, actor=office)
        factories.annual_plan(project=project)
        step = Milestone(
            project=project,
            order=1,
            phase=Phase.PERMIT,
            name="施工许可证",
            agency=factories.agency(name="住建局"),
            permit=PermitKind.CONSTRUCTION,
            actual_finish=date(2024, 7, 15),
            document_number="住建〔2024〕9号",
        )
        save_parts(project=project, saved=[step], actor=office)
    RuleSet.objects.create(
        version=2, effective_from=SINCE, note="判手续", permit_yellow_workdays=30
    )
    return step


def lapses(permit: Milestone, day: date, known: date | None = None) -> list[Any]:
    [row] = progress_rows([permit.project_id], day, known_on=known)
    return [each for each in row.reasons if each.rule == "permit_lapse"]


def test_it_says_permit_day_and_agency(permit: Milestone) -> None:
    [yellow] = lapses(permit, date(2024, 10, 10))
    assert yellow.light == "yellow"
    assert yellow.text == "“施工许可证”（住建〔2024〕9号）有效期至 2024-10-15，还有 4 个工作日到期"
    assert (yellow.days, yellow.agency) == (-5, "住建局")
    assert (yellow.subject.kind, yellow.subject.key) == ("milestone", str(permit.pk))
    [last] = lapses(permit, date(2024, 10, 15))
    assert (last.light, last.days) == ("yellow", 0)
    assert last.text.endswith("今天到期")
    [red] = lapses(permit, date(2024, 10, 16))
    assert (red.light, red.days) == ("red", 1)
    assert red.text == "“施工许可证”（住建〔2024〕9号）有效期至 2024-10-15，已失效 1 天"


def test_days_before_the_version_are_judged_as_they_were(permit: Milestone) -> None:
    assert lapses(permit, date(2024, 9, 30)) == []
    assert len(lapses(permit, SINCE)) == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"actual_start": date(2024, 10, 16)},
        {"actual_start": date(2024, 8, 1)},
        {"standing": "deferred"},
        {"standing": "withdrawn"},
        {"actual_completion": date(2024, 10, 1)},
    ],
)
def test_what_has_begun_or_rests_needs_no_permit(permit: Milestone, fields: dict[str, Any]) -> None:
    Project.objects.filter(pk=permit.project_id).update(**fields)
    assert lapses(permit, date(2024, 10, 16)) == []


def test_a_start_that_has_not_come_satisfies_nothing(permit: Milestone) -> None:
    Project.objects.update(actual_start=date(2024, 10, 17))
    assert len(lapses(permit, date(2024, 10, 16))) == 1
    assert lapses(permit, date(2024, 10, 17)) == []


def test_an_extension_counts_from_its_grant_and_as_it_was_known(permit: Milestone) -> None:
    office = factories.user(REVIEWER)
    grant = Grant("延1号", date(2024, 10, 14), date(2024, 10, 18), date(2025, 1, 15))
    with on_date(date(2024, 10, 21)):
        row = extend(
            milestone=permit, grant=grant, seen=factories.seen(permit.project), actor=office
        )
    assert lapses(permit, date(2024, 10, 17))[0].light == "red"
    assert lapses(permit, date(2024, 10, 18)) == []
    assert lapses(permit, date(2024, 10, 18), date(2024, 10, 20))[0].light == "red"
    assert lapses(permit, date(2024, 10, 18), date(2024, 10, 21)) == []
    with on_date(date(2024, 10, 25)):
        withdraw(extension=row, reason="错", seen=factories.seen(permit.project), actor=office)
    assert lapses(permit, date(2024, 10, 18))[0].light == "red"
    assert lapses(permit, date(2024, 10, 18), date(2024, 10, 22)) == []


def test_queries_do_not_grow(permit: Milestone) -> None:
    ids = [permit.project_id]
    for _ in range(5):
        project = factories.project(actual_start=None)
        ids.append(project.pk)
        factories.milestone(project=project, permit=PermitKind.EIA, actual_finish=date(2019, 11, 1))

    def queries(some: list[int], day: date) -> int:
        with CaptureQueriesContext(connection) as caught:
            progress_rows(some, day)
        return len(caught)

    queries(ids, SINCE)
    one = queries(ids[:1], SINCE)
    assert queries(ids, SINCE) == one
    assert queries(ids, date(2024, 9, 30)) == one - 1
