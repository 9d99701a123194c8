"""Saving projects and what belongs to them: versions, codes, single roles, no noise."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from kuancheng.access.models import User
from kuancheng.access.roles import REVIEWER
from kuancheng.reports.models import DailyStatus
from projects.choices import Role, Stage
from projects.models import Assignment, Milestone, Project
from projects.services import StaleRecord, save_parts, save_project, save_reference
from projects.services.register import next_code
from tests import factories
from tests.clock import on

pytestmark = pytest.mark.django_db


@pytest.fixture
def actor() -> User:
    return factories.user(REVIEWER)


def fresh(record: Any) -> Any:
    return type(record).objects.get(pk=record.pk)


def test_new_project_gets_the_next_free_code(actor: User) -> None:
    factories.project(code="KC-0007")
    factories.project(code="KC-X999")
    made = save_project(project=Project(name="新项目", stage=Stage.CONCEPT), actor=actor)
    assert made.code == "KC-0008"
    assert made.history.get().history_user == actor


@pytest.mark.parametrize(
    ("codes", "following"),
    [
        ([], "KC-0001"),
        (["KC-0045"], "KC-0046"),
        (["KC-0009", "KC-0010", "KC-0002"], "KC-0011"),
        (["KC-9999"], "KC-10000"),
        (["KC-9999", "KC-10000"], "KC-10001"),
        (["KC-12", "T-9999"], "KC-0001"),
    ],
)
def test_codes_count_on_from_the_largest(codes: list[str], following: str) -> None:
    for code in codes:
        factories.project(code=code)
    assert next_code() == following


def test_saved_change_moves_the_version_on_and_names_its_author(actor: User) -> None:
    project = factories.project()
    project.name = "改名"
    save_project(project=project, actor=actor, seen=1)
    assert fresh(project).version == 2
    assert project.history.first().history_user == actor


def test_save_without_a_change_leaves_version_and_history_alone(actor: User) -> None:
    project = factories.project()
    before = project.history.count()
    save_project(project=fresh(project), actor=actor, seen=1)
    assert fresh(project).version == 1
    assert project.history.count() == before


def test_second_of_two_authors_is_told_and_overwrites_nothing(actor: User) -> None:
    first, second = [fresh(factories.project())] * 2
    second = fresh(first)
    first.name = "先到"
    save_project(project=first, actor=actor, seen=1)
    second.name = "后到"
    with pytest.raises(StaleRecord):
        save_project(project=second, actor=actor, seen=1)
    assert fresh(first).name == "先到"


def test_change_of_parts_makes_an_open_form_stale(actor: User) -> None:
    project = factories.project()
    save_parts(
        project=project,
        saved=[Milestone(project=project, name="封顶", phase="construction")],
        actor=factories.system(),
    )
    assert project.version == 2
    project.name = "改名"
    with pytest.raises(StaleRecord):
        save_project(project=project, actor=actor, seen=1)


def test_bad_project_is_refused_whole(actor: User) -> None:
    project = factories.project(actual_start=date(2024, 5, 1))
    project.actual_completion = date(2024, 4, 30)
    project.name = "改名"
    with pytest.raises(ValidationError, match="不能早于实际开工"):
        save_project(project=project, actor=actor)
    assert fresh(project).name != "改名"


def test_no_parts_is_no_change() -> None:
    project = factories.project()
    save_parts(project=project, actor=factories.system())
    assert fresh(project).version == 1


def test_single_role_changes_hands_in_one_save(actor: User) -> None:
    project = factories.project()
    old = factories.assignment(project=project, official=factories.official())
    old.until, old.end_reason = date(2024, 5, 31), "分工调整"
    new = Assignment(
        project=project,
        official=factories.official(),
        role=Role.LEAD_OFFICIAL,
        since=date(2024, 6, 1),
    )
    save_parts(project=project, saved=[new, old], actor=actor)
    assert list(project.assignments.on(date(2024, 5, 31))) == [old]
    assert list(project.assignments.on(date(2024, 6, 1))) == [new]


@pytest.mark.parametrize("until", [None, date(2024, 6, 1)])
def test_two_people_in_a_single_role_are_refused_and_nothing_is_saved(until: date | None) -> None:
    project = factories.project()
    old = factories.assignment(project=project, official=factories.official(), until=until)
    new = Assignment(
        project=project, official=factories.official(), role=old.role, since=date(2024, 6, 1)
    )
    with pytest.raises(ValidationError, match="同时只能有一位"):
        save_parts(project=project, saved=[new], actor=factories.system())
    assert list(project.assignments.all()) == [old]
    assert fresh(project).version == 1


@pytest.mark.parametrize("field", ["official", "role"])
def test_who_was_responsible_is_not_written_over(field: str, actor: User) -> None:
    with on(1):
        row = factories.assignment(project=factories.project(), official=factories.official())
    setattr(row, field, factories.official() if field == "official" else Role.TASK_FORCE_HEAD.value)
    with pytest.raises(ValidationError, match="请填写它的止日和止任原因，再新增一行"):
        save_parts(project=row.project, saved=[row], actor=actor)


def test_a_slip_is_mended_on_its_day_and_before_the_duty_begins(actor: User) -> None:
    project, right = factories.project(), factories.official()
    slip = factories.assignment(project=project, official=factories.official())
    with on(1):
        coming = factories.assignment(
            project=project,
            official=factories.official(),
            role=Role.TASK_FORCE_HEAD,
            since=date(2024, 11, 1),
        )
    slip.official = coming.official = right
    save_parts(project=project, saved=[slip, coming], actor=actor)
    assert project.assignments.filter(official=right).count() == 2


def test_an_end_has_a_reason_and_a_reason_has_an_end(actor: User) -> None:
    row = factories.assignment(project=factories.project(), official=factories.official())
    row.until = date(2024, 9, 30)
    with pytest.raises(ValidationError, match="请同时填写“止任原因”"):
        save_parts(project=row.project, saved=[row], actor=actor)
    row.until, row.end_reason = None, "调任"
    with pytest.raises(ValidationError, match="请同时填写止日"):
        save_parts(project=row.project, saved=[row], actor=actor)


@pytest.mark.parametrize(
    ("since", "until", "sentence"),
    [
        ("2024-06-01", None, "请换一人。"),
        ("2024-05-31", None, "请换一人，或把止日填到 2024-05-31 以前"),
        ("2024-05-31", "2024-06-01", "请换一人，或把止日填到 2024-05-31 以前"),
        ("2024-01-01", "2024-05-31", ""),
    ],
)
def test_nobody_is_responsible_after_he_left(
    since: str, until: str | None, sentence: str, actor: User
) -> None:
    project, gone = factories.project(), factories.official(left_on=date(2024, 6, 1))
    days = {
        name: date.fromisoformat(day) for name, day in (("since", since), ("until", until)) if day
    }
    row = Assignment(project=project, official=gone, role=Role.LEAD_OFFICIAL, **days)
    if not sentence:
        save_parts(project=project, saved=[row], actor=actor)
        return
    with pytest.raises(ValidationError, match=f"已于 2024-06-01 离任，{sentence}"):
        save_parts(project=project, saved=[row], actor=actor)


def test_task_force_takes_as_many_members_as_it_needs() -> None:
    project = factories.project()
    members = [
        Assignment(
            project=project,
            official=factories.official(),
            role=Role.TASK_FORCE_MEMBER,
            since=date(2024, 1, 1),
        )
        for _ in range(3)
    ]
    save_parts(project=project, saved=members, actor=factories.system())
    assert project.assignments.count() == 3


def test_bad_part_takes_back_what_was_deleted_before_it() -> None:
    project = factories.project()
    kept = factories.milestone(project=project)
    bad = Milestone(project=project, name="", phase="construction")
    with pytest.raises(ValidationError):
        save_parts(project=project, saved=[bad], deleted=[kept], actor=factories.system())
    assert Milestone.objects.count() == 1


def test_deleted_part_stays_in_the_history_with_its_author(actor: User) -> None:
    project = factories.project()
    milestone = factories.milestone(project=project)
    pk = milestone.pk
    save_parts(project=project, deleted=[milestone], actor=actor)
    last = Milestone.history.filter(id=pk).latest()
    assert (last.history_type, last.history_user) == ("-", actor)


def test_every_save_refreshes_the_row_of_the_day() -> None:
    project = save_project(
        project=Project(name="新项目", stage=Stage.CONCEPT), actor=factories.system()
    )
    assert DailyStatus.objects.get(project=project).light == "grey"
    late = Milestone(
        project=project, name="封顶", phase="construction", planned_finish=date(2024, 10, 14)
    )
    save_parts(project=project, saved=[late], actor=factories.system())
    assert DailyStatus.objects.get(project=project).light == "yellow"
    project.total_investment = Decimal(5000)
    save_project(project=project, actor=factories.system())
    assert DailyStatus.objects.get(project=project).total_investment == 5000


def test_renamed_agency_is_renamed_in_the_reasons_of_its_projects() -> None:
    lead, builder = factories.agency(), factories.agency()
    day = date(2024, 10, 14)
    led = factories.project(lead_agency=lead)
    built = factories.project()
    factories.milestone(project=led, planned_finish=day)
    factories.milestone(project=built, planned_finish=day, agency=builder)
    for record, name in ((lead, "区发改局"), (builder, "区住建局")):
        record.name = name
        save_reference(record=record, actor=factories.system())
    named = [DailyStatus.objects.get(project=each).reasons[0]["agency"] for each in (led, built)]
    assert named == ["区发改局", "区住建局"]


def test_bad_reference_is_refused() -> None:
    agency = factories.agency()
    agency.uscc = "912201030000000000"
    with pytest.raises(ValidationError, match="统一社会信用代码不正确"):
        save_reference(record=agency, actor=factories.system())


def test_a_code_never_changes() -> None:
    project = save_project(
        project=Project(name="示例", stage=Stage.STARTED), actor=factories.system()
    )
    project.code = "OTHER-1"
    with pytest.raises(ValidationError) as refused:
        save_project(project=project, actor=factories.system())
    assert "编号登记后不能再改" in refused.value.messages[0]


def test_a_permit_is_finished_with_its_number_where_the_setting_says_so(settings: Any) -> None:
    settings.KUANCHENG_FINISH_NEEDS_DOCUMENT = True
    project = save_project(
        project=Project(name="示例", stage=Stage.STARTED), actor=factories.system()
    )
    permit = factories.milestone(project=project, name="环评批复", phase="permit")
    permit.actual_finish = date(2024, 9, 2)
    with pytest.raises(ValidationError) as refused:
        save_parts(project=project, saved=[permit], actor=factories.system())
    assert "环评批复" in refused.value.messages[0]
    permit.document_number = "示例环建〔2024〕9号"
    save_parts(project=project, saved=[permit], actor=factories.system())
