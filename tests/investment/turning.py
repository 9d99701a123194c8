"""A list of 2024 with one project of each kind, and the clock of another year."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from investment.models import YearTurn
from investment.services.year_turn.turning import NewList, Roll, turn_year
from kuancheng import clock
from kuancheng.access.models import User
from projects.choices import Measure
from projects.models import Programme, Project, Target
from projects.services import save_project
from tests import factories

DECEMBER, LAST_DAY = date(2024, 12, 20), date(2024, 12, 31)
JANUARY, FEBRUARY = date(2025, 1, 6), date(2025, 2, 20)
NAME = "2025年重点项目"

KINDS: dict[str, dict[str, Any]] = {
    "续建园": {"stage": "construction", "year_class": "new_start"},
    "竣工园": {
        "stage": "construction",
        "year_class": "continuing",
        "planned_completion": date(2025, 6, 30),
    },
    "新建园": {"stage": "preparation", "planned_start": date(2025, 4, 1)},
    "暂缓园": {"stage": "preparation", "standing": "deferred"},
    "完工园": {"stage": "completed", "actual_completion": date(2024, 9, 30)},
    "退出园": {"stage": "signed", "standing": "withdrawn"},
}
"""Projects by name."""


@contextmanager
def at(day: date) -> Iterator[None]:
    """Noon of a day."""
    moment = datetime(day.year, day.month, day.day, 12, tzinfo=timezone.get_default_timezone())
    with clock.at(moment):
        yield


def last_year(office: User) -> Programme:
    """The list of 2024, registered by its services, with a counted figure and a read one."""
    projects = [
        save_project(
            project=Project(name=name, total_investment=Decimal(1_000), **fields),
            actor=office,
            approved=True,
        )
        for name, fields in KINDS.items()
    ]
    made = factories.programme(*projects, code="kc-2024", name="2024年重点项目")
    for order, (name, measure, unit) in enumerate(
        (("项目数", Measure.PROJECT_COUNT, "个"), ("道路", Measure.READING, "条"))
    ):
        Target.objects.create(
            programme=made, name=name, measure=measure, unit=unit, value=6, order=order
        )
    return made


def roll(name: str, year_class: str = "continuing", **more: Any) -> Roll:
    """A line for the project of that name, as it is shown now."""
    project = Project.objects.get(name=name)
    terms: dict[str, Any] = {"seen": project.version, "year_class": year_class}
    return Roll(project=project.pk, **terms | more)


def turned(office: User, *rolls: Roll, **more: Any) -> YearTurn:
    """The turn into 2025, as a second person lets it through."""
    terms: dict[str, Any] = {
        "year": 2025,
        "source": Programme.objects.get(code="kc-2024"),
        "new_list": NewList("kc-2025", NAME),
        "document": "宽重点办〔2025〕1号",
    }
    return turn_year(rolls=rolls, actor=office, approved=True, **terms | more)
