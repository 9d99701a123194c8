"""The four templates make sense as plans: what is usual, in which days, after what, by whom."""

import json
import re
from datetime import date
from graphlib import TopologicalSorter
from typing import Any

import pytest

from projects.models import ScheduleTemplate
from projects.planning import project_timeline
from projects.reference import FOLDER, load_templates
from projects.rules.calendars import CALENDAR, CONSTRUCTION, WORKING
from projects.rules.plan import Plan, Step
from projects.rules.schedule import schedule
from projects.services.planning import EARLIEST, apply_template, template_milestones
from tests import factories

TEMPLATES: list[dict[str, Any]] = json.loads((FOLDER / "templates.json").read_text("utf-8"))
PHASES = ("siting", "permit", "construction", "acceptance", "production")
FIRST_DAY = date(2025, 1, 2)

each_template = pytest.mark.parametrize(
    "template", [pytest.param(each, id=each["code"]) for each in TEMPLATES]
)


def after(step: dict[str, Any]) -> tuple[str, ...]:
    return tuple(filter(None, step["after"].split(",")))


def plan_of(template: dict[str, Any], finish: date) -> Plan:
    return Plan(
        finish,
        FIRST_DAY,
        tuple(
            Step(str(each["order"]), each["duration"], each["name"], each["unit"], after(each))
            for each in template["steps"]
        ),
    )


@each_template
def test_it_is_feasible_in_four_years_and_not_in_one(template: dict[str, Any]) -> None:
    generous = schedule(plan_of(template, date(2028, 12, 29)))
    assert generous.feasible
    assert all(each.float_days >= 0 for each in generous.steps)
    assert not schedule(plan_of(template, date(2025, 12, 31))).feasible


@each_template
def test_begun_in_january_it_is_finished_in_two_to_three_years(template: dict[str, Any]) -> None:
    """A road of one season in the second year; buildings in the third."""
    finish = schedule(plan_of(template, date(2028, 12, 29))).earliest_finish
    assert date(2026, 6, 1) <= finish <= date(2027, 12, 31)


@each_template
def test_every_step_hangs_together_from_one_beginning(template: dict[str, Any]) -> None:
    """Acyclic, and from the first step every other one is reached."""
    graph = {str(each["order"]): after(each) for each in template["steps"]}
    reached: set[str] = set()
    for key in TopologicalSorter(graph).static_order():
        if key == "1" or reached.intersection(graph[key]):
            reached.add(key)
    assert reached == set(graph)
    assert [key for key, before in graph.items() if not before] == ["1"]


@each_template
def test_steps_are_numbered_in_the_order_of_the_phases(template: dict[str, Any]) -> None:
    steps = template["steps"]
    assert [each["order"] for each in steps] == list(range(1, len(steps) + 1))
    phases = [PHASES.index(each["phase"]) for each in steps]
    assert phases == sorted(phases)
    assert set(phases) == {1, 2, 3, 4}


@each_template
def test_only_works_wait_for_spring_and_the_first_of_them_does(template: dict[str, Any]) -> None:
    built = [each for each in template["steps"] if each["phase"] == "construction"]
    assert built[0]["unit"] == CONSTRUCTION
    assert {each["unit"] for each in built} <= {CONSTRUCTION, CALENDAR}
    others = {each["unit"] for each in template["steps"] if each["phase"] != "construction"}
    assert others == {WORKING, CALENDAR}


@each_template
def test_every_permit_names_its_basis_and_who_decides(template: dict[str, Any]) -> None:
    departments = re.compile("发改|自然资源|生态环境|住房城乡建设|征收部门")
    for step in template["steps"]:
        assert step["guidance"], step["name"]
        if step["phase"] == "permit":
            assert departments.search(step["guidance"]), step["name"]


@each_template
def test_weights_are_shares_of_a_hundred(template: dict[str, Any]) -> None:
    assert sum(int(each["weight"]) for each in template["steps"]) == 100


@pytest.mark.django_db
@each_template
def test_it_can_be_applied_to_an_empty_project(template: dict[str, Any]) -> None:
    load_templates(factories.system())
    project = factories.project(planned_completion=date(2028, 12, 29))
    steps = template_milestones(project, ScheduleTemplate.objects.get(code=template["code"]))
    apply_template(
        project=project, milestones=steps, by=EARLIEST, as_of=FIRST_DAY, actor=factories.system()
    )
    assert project.milestones.filter(planned_finish=None).count() == 0
    assert project.milestones.count() == len(template["steps"])
    assert project_timeline(project, FIRST_DAY).late_by == 0
