"""A class changed in one year says nothing of the years before, at every door."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from importlib import import_module

import pytest
from django.apps import apps
from django.test import Client
from django.utils import timezone

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.access.roles import REVIEWER
from kuancheng.reports.judging import daily
from kuancheng.reports.judging.progress import progress_rows
from kuancheng.reports.models import DailyStatus
from projects.models import Project, YearClassing
from projects.services import project_changes, save_project
from projects.services.many import Edit, save_projects
from projects.services.year_classes import settle_classes
from tests import factories
from tests.forms import form_values

pytestmark = pytest.mark.django_db

LAST_DAY, JANUARY = date(2024, 12, 31), date(2025, 1, 6)


@contextmanager
def at(day: date) -> Iterator[None]:
    moment = datetime(day.year, day.month, day.day, 12, tzinfo=timezone.get_default_timezone())
    with clock.at(moment):
        yield


@pytest.fixture
def office() -> User:
    return factories.user(REVIEWER)


@pytest.fixture
def project(office: User) -> Project:
    """Registered on 15 October 2024 as 新建."""
    made = Project(name="示例园", stage="construction", year_class="new_start")
    return save_project(project=made, actor=office)


def rows() -> list[tuple[int, str]]:
    return list(YearClassing.objects.order_by("year").values_list("year", "year_class"))


def class_on(project: Project, day: date, known_on: date | None = None) -> str:
    [row] = progress_rows([project.pk], day, known_on=known_on)
    return row.year_class


def changed(project: Project, code: str, actor: User) -> None:
    project.refresh_from_db()
    project.year_class = code
    save_project(project=project, actor=actor, seen=project.version)


def test_class_changed_next_year_leaves_last_year_as_it_was(project: Project, office: User) -> None:
    assert rows() == [(2024, "new_start")]
    with at(JANUARY):
        assert class_on(project, JANUARY) == "new_start"
        changed(project, "continuing", office)
        assert rows() == [(2024, "new_start"), (2025, "continuing")]
        assert class_on(project, LAST_DAY) == "new_start"
        assert class_on(project, JANUARY) == "continuing"
        # As it was known before the change, January carried the old class.
        assert class_on(project, JANUARY, known_on=date(2025, 1, 5)) == "new_start"


def test_class_changed_within_the_year_is_the_years(project: Project, office: User) -> None:
    changed(project, "continuing", office)
    assert rows() == [(2024, "continuing")]
    changed(project, "", office)
    assert (rows(), class_on(project, LAST_DAY)) == ([(2024, "")], "")


def test_project_without_a_class_had_none_in_the_years_before_its_first(office: User) -> None:
    made = save_project(project=Project(name="示例园", stage="signed"), actor=office)
    assert rows() == []
    with at(JANUARY):
        changed(made, "new_start", office)
        assert rows() == [(2024, ""), (2025, "new_start")]
        assert (class_on(made, LAST_DAY), class_on(made, JANUARY)) == ("", "new_start")


def test_saving_anything_else_writes_no_class(project: Project, office: User) -> None:
    with at(JANUARY):
        project.refresh_from_db()
        project.address = "新址"
        save_project(project=project, actor=office)
    assert rows() == [(2024, "new_start")]


def test_import_writes_the_class_of_the_year(project: Project, office: User) -> None:
    with at(JANUARY):
        old, new = Project.objects.get(pk=project.pk), Project.objects.get(pk=project.pk)
        new.year_class = "completing"
        fresh = Project(name="示例路", stage="signed", year_class="preparatory")
        edits = [Edit(new, old), Edit(fresh)]
        save_projects(edits=edits, actor=office, reason="导入 一月.xlsx")
    assert [each for each in rows() if each[0] == 2025] == [
        (2025, "completing"),
        (2025, "preparatory"),
    ]
    with at(JANUARY):
        assert class_on(project, LAST_DAY) == "new_start"


def test_form_writes_the_class_of_the_year(client: Client, project: Project, office: User) -> None:
    client.force_login(office)
    address = f"/admin/projects/project/{project.pk}/change/"
    with at(JANUARY):
        form = form_values(client.get(address)) | {"year_class": "continuing"}
        assert client.post(address, form).status_code == 302
    assert rows() == [(2024, "new_start"), (2025, "continuing")]


def test_history_tells_of_a_change_once(project: Project, office: User) -> None:
    changed(project, "continuing", office)
    told = [str(each) for each in project_changes(project)]
    assert told[0] == "年度类别由“新建”改为“续建”"
    assert not [each for each in told if "年度类别“" in each]


def test_class_set_ahead_takes_effect_on_the_first_visit_of_the_year(
    project: Project, office: User
) -> None:
    YearClassing(project=project, year=2025, year_class="completing").save_by(office)
    assert settle_classes(actor=office) == 0
    with at(JANUARY):
        daily.ensure(JANUARY, today=JANUARY)
        project.refresh_from_db()
        assert (project.year_class, project.version) == ("completing", 2)
        assert DailyStatus.objects.get(date=JANUARY).year_class == "completing"
        assert settle_classes(actor=office) == 0
    # A clock that is set back finds last year's class again.
    assert settle_classes(actor=office) == 1
    project.refresh_from_db()
    assert project.year_class == "new_start"


def test_migration_writes_down_the_class_of_the_year_and_leaves_what_was_known() -> None:
    with at(date(2024, 10, 1)):
        classed = factories.project(year_class="new_start")
        factories.project()
    with at(date(2024, 10, 10)):
        module = import_module("projects.migrations.0032_fill_year_classings")
        module.fill(apps, None)
        module.fill(apps, None)
    assert rows() == [(2024, "new_start")]
    with at(JANUARY):
        changed(classed, "continuing", factories.system())
        assert class_on(classed, LAST_DAY) == "new_start"
        assert class_on(classed, LAST_DAY, known_on=JANUARY) == "new_start"
        assert class_on(classed, date(2024, 10, 5), known_on=date(2024, 10, 5)) == "new_start"
