"""日监测: kept rows are written once, stay true as facts change, and past days stay as they were."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from kuancheng.records import announcing
from kuancheng.records.announcing import Announcement
from kuancheng.reports.choices import Basis
from kuancheng.reports.judging import daily
from kuancheng.reports.models import DailyStatus
from projects.models import Milestone, Project
from projects.services import save_parts, save_project
from tests import factories
from tests.only import ON_POSTGRESQL
from tests.reports.portfolio import RandomPortfolio, differences

TODAY = date(2024, 10, 15)
YESTERDAY = date(2024, 10, 14)


@pytest.mark.django_db
def test_day_is_written_once(django_assert_num_queries: Any) -> None:
    for _ in range(3):
        factories.project()
    assert daily.ensure(TODAY, today=TODAY) == 3
    with django_assert_num_queries(1):
        assert daily.ensure(TODAY, today=TODAY) == 0
    factories.project()
    assert daily.ensure(TODAY, today=TODAY) == 1
    assert set(DailyStatus.objects.values_list("basis", "date")) == {(Basis.DAILY, TODAY)}
    assert DailyStatus.objects.count() == 4


@pytest.mark.django_db
def test_day_to_come_has_no_rows() -> None:
    with pytest.raises(ValueError, match="is after"):
        daily.ensure(date(2024, 10, 16), today=TODAY)


@pytest.mark.django_db
def test_large_portfolio_is_written_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(daily, "BATCH", 2)
    for _ in range(5):
        factories.project()
    assert daily.ensure(TODAY, today=TODAY) == 5
    assert daily.refresh_all() == 5
    assert DailyStatus.objects.count() == 5


@pytest.mark.django_db
def test_past_day_is_recalled_and_forgotten_when_facts_change() -> None:
    changed, untouched = factories.project(), factories.project()
    assert daily.ensure(YESTERDAY, today=TODAY) == 2
    recalled = DailyStatus.objects.on(YESTERDAY, today=TODAY)
    assert {row.light for row in recalled} == {"grey"}
    late = Milestone(
        project=changed, name="封顶", phase="construction", planned_finish=date(2024, 10, 1)
    )
    save_parts(project=changed, saved=[late], actor=factories.system())
    assert [row.project for row in recalled.all()] == [untouched]
    assert daily.ensure(YESTERDAY, today=TODAY) == 1
    assert recalled.get(project=changed).max_overdue_days == 13


@pytest.mark.django_db
def test_kept_row_of_a_past_day_stays_as_it_was_known(settings: Any) -> None:
    settings.KUANCHENG_TODAY = "2024-10-14"
    project = save_project(
        project=Project(name="示例", stage="construction"), actor=factories.system()
    )
    settings.KUANCHENG_TODAY = "2024-10-15"
    project.total_investment = Decimal(5000)
    save_project(project=project, actor=factories.system())
    daily.refresh_all()
    kept = DailyStatus.objects.filter(basis=Basis.DAILY).order_by("date")
    assert [(row.date, row.total_investment) for row in kept] == [
        (YESTERDAY, None),
        (TODAY, Decimal(5000)),
    ]
    assert daily.ensure(YESTERDAY, today=TODAY) == 1  # recalled beside what was kept
    (asked,) = DailyStatus.objects.on(YESTERDAY, today=TODAY)
    assert asked.total_investment == 5000


@pytest.mark.django_db
def test_earliest_recalled_days_make_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(daily, "RECALLED_DAYS", 2)
    factories.project()
    daily.ensure(TODAY, today=TODAY)
    for day in (12, 11, 13, 14):
        daily.ensure(date(2024, 10, day), today=TODAY)
    kept = DailyStatus.objects.order_by("date").values_list("date", flat=True)
    assert list(kept) == [date(2024, 10, 13), date(2024, 10, 14), TODAY]


@pytest.mark.django_db
def test_changes_made_together_are_computed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Sequence[Announcement]] = []
    monkeypatch.setattr(announcing, "_listeners", [*announcing._listeners, told.append])
    with announcing.together():
        made = [
            save_project(
                project=Project(name=f"示例{number}", stage="construction"),
                actor=factories.system(),
            )
            for number in range(3)
        ]
        assert not DailyStatus.objects.exists()
    assert [[each.id for each in call] for call in told] == [[project.pk for project in made]]
    assert DailyStatus.objects.count() == 3


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 20])
def test_refresh_takes_as_many_queries_for_one_project_as_for_twenty(
    count: int, django_assert_num_queries: Any
) -> None:
    ids = [factories.project().pk for _ in range(count)]
    daily.refresh(ids)
    with django_assert_num_queries(20):
        daily.refresh(ids)


@pytest.mark.long
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("seed", "changes"), [(2024, 150), (2025, 150)] if ON_POSTGRESQL else [(2023, 400)]
)
def test_kept_rows_agree_with_recomputed_ones_after_random_changes(seed: int, changes: int) -> None:
    portfolio = RandomPortfolio(seed=seed, today=TODAY)
    portfolio.change(changes)
    assert DailyStatus.objects.filter(basis=Basis.DAILY, date=TODAY).count() == (
        Project.objects.count()
    )
    assert differences(TODAY) == []
    assert portfolio.refused > 0  # refused steps were among them, and left nothing behind


@pytest.mark.django_db
def test_comparison_of_kept_and_recomputed_rows_can_fail() -> None:
    project = save_project(
        project=Project(name="示例", stage="construction"), actor=factories.system()
    )
    Project.objects.filter(pk=project.pk).update(total_investment=1)
    assert differences(TODAY) == [(project.pk, "total_investment", None, Decimal("1.00"))]
