"""Extensions of permits: recorded, corrected, withdrawn, refused; never half done."""

from copy import copy
from datetime import date
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError

from kuancheng.access.models import User
from kuancheng.access.rights import NotAllowed
from kuancheng.access.roles import READER, REPORTER, REVIEWER
from kuancheng.records.versions import StaleRecord
from projects.choices import PermitKind, Phase, Role
from projects.models import Milestone, PermitExtension, Project
from projects.services import save_parts
from projects.services.many import Edit, EditsRefused, save_milestones
from projects.services.permits.extensions import Grant, correct, extend, withdraw
from tests import factories
from tests.clock import on_date

pytestmark = pytest.mark.django_db

GRANT = Grant("示例住建延〔2024〕1号", date(2024, 10, 8), date(2024, 10, 11), date(2025, 1, 15))


@pytest.fixture(autouse=True)
def _today() -> Any:
    with on_date(date(2024, 10, 15)):
        yield


@pytest.fixture
def office() -> User:
    return factories.user(REVIEWER)


@pytest.fixture
def permit() -> Milestone:
    """A construction permit of 2024-07-15, which holds until 2024-10-15."""
    return factories.milestone(
        project=factories.project(actual_start=None),
        phase=Phase.PERMIT,
        name="施工许可证",
        permit=PermitKind.CONSTRUCTION,
        actual_finish=date(2024, 7, 15),
        document_number="示例住建〔2024〕9号",
    )


def record(permit: Milestone, actor: User, grant: Grant = GRANT) -> PermitExtension:
    return extend(milestone=permit, grant=grant, seen=factories.seen(permit.project), actor=actor)


def changed(**fields: Any) -> Grant:
    return Grant(**{**vars(GRANT), **fields})


def test_an_extension_is_recorded_with_its_author_and_moves_the_project_on(
    permit: Milestone, office: User
) -> None:
    row = record(permit, office)
    assert row.project == permit.project
    assert (row.until, row.document) == (date(2025, 1, 15), GRANT.document)
    assert row.history.get().history_user == office
    assert factories.seen(permit.project) == 2


def test_what_the_law_refuses_names_the_row_and_leaves_nothing(
    permit: Milestone, office: User
) -> None:
    with pytest.raises(ValidationError) as refused:
        record(permit, office, changed(until=date(2025, 1, 16)))
    [text] = refused.value.messages
    assert "节点“施工许可证”的延期（示例住建延〔2024〕1号，延期至 2025-01-16）" in text
    assert "最晚到 2025-01-15" in text
    assert refused.value.code == "until"
    assert not PermitExtension.objects.exists()
    assert not PermitExtension.history.exists()
    assert factories.seen(permit.project) == 1


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"granted_on": date(2024, 10, 16)}, "还没有到"),
        ({"granted_on": date(2024, 10, 7)}, "不能早于申请日期"),
        ({"document": ""}, "不能为空"),
    ],
)
def test_bad_fields_are_refused(
    permit: Milestone, office: User, fields: dict[str, Any], says: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        record(permit, office, changed(**fields))
    assert says in "".join(refused.value.messages)
    assert not PermitExtension.objects.exists()


def test_only_on_what_was_seen(permit: Milestone, office: User) -> None:
    with pytest.raises(StaleRecord):
        extend(milestone=permit, grant=GRANT, seen=0, actor=office)
    record(permit, office)
    with pytest.raises(StaleRecord):
        extend(milestone=permit, grant=GRANT, seen=1, actor=office)
    assert PermitExtension.objects.count() == 1


def test_who_keeps_the_milestones_of_a_project_records_its_extensions(permit: Milestone) -> None:
    mine, other, reader = (factories.user(each) for each in (REPORTER, REPORTER, READER))
    factories.assignment(
        project=permit.project, official=factories.official(user=mine), role=Role.LIAISON_OFFICER
    )
    for actor in (other, reader):
        with pytest.raises(NotAllowed):
            record(permit, actor)
    assert record(permit, mine).pk


def test_a_correction_keeps_the_old_day_with_the_reason(permit: Milestone, office: User) -> None:
    row = record(permit, office)
    grant = changed(until=date(2025, 1, 10))
    fixed = correct(
        extension=row,
        grant=grant,
        reason="批文看错",
        seen=factories.seen(row.project),
        actor=office,
    )
    assert fixed.until == date(2025, 1, 10)
    last, first = fixed.history.order_by("-history_id")
    assert (first.until, last.until) == (date(2025, 1, 15), date(2025, 1, 10))
    assert last.history_change_reason == "批文看错"


def test_correcting_and_withdrawing_ask_for_a_reason(permit: Milestone, office: User) -> None:
    row = record(permit, office)
    seen = factories.seen(row.project)
    with pytest.raises(ValidationError, match="为什么更正"):
        correct(extension=row, grant=GRANT, reason=" ", seen=seen, actor=office)
    with pytest.raises(ValidationError, match="为什么撤销"):
        withdraw(extension=row, reason="", seen=seen, actor=office)
    assert PermitExtension.objects.get() == row


def test_a_withdrawn_extension_stays_in_the_history(permit: Milestone, office: User) -> None:
    row = record(permit, office)
    withdraw(extension=row, reason="登记错项目", seen=factories.seen(row.project), actor=office)
    assert not PermitExtension.objects.exists()
    gone = PermitExtension.history.latest()
    assert (gone.history_type, gone.history_user) == ("-", office)
    assert gone.history_change_reason == "登记错项目"


def test_the_first_of_two_is_not_withdrawn_alone(permit: Milestone, office: User) -> None:
    first = record(permit, office)
    with on_date(date(2025, 1, 10)):
        second = Grant("二", date(2025, 1, 6), date(2025, 1, 8), date(2025, 4, 15))
        record(permit, office, second)
        with pytest.raises(ValidationError, match="已于 2024-10-15 到期失效"):
            withdraw(
                extension=first, reason="错了", seen=factories.seen(permit.project), actor=office
            )
    assert PermitExtension.objects.count() == 2


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"permit": ""}, "手续种类不能为空"),
        ({"actual_finish": None}, "不能为空"),
        ({"actual_finish": date(2024, 6, 1)}, "已于 2024-09-01 到期失效"),
        ({"permit": PermitKind.EIA}, "没有延期"),
    ],
)
def test_a_milestone_answers_for_its_extensions(
    permit: Milestone, office: User, fields: dict[str, Any], says: str
) -> None:
    record(permit, office)
    old = Milestone.objects.get(pk=permit.pk)
    step = copy(old)
    for name, value in fields.items():
        setattr(step, name, value)
    with pytest.raises(ValidationError, match=says):
        save_parts(project=Project.objects.get(), saved=[step], actor=office)
    with pytest.raises(EditsRefused) as refused:
        save_milestones(edits=[Edit(step, old)], actor=office, reason="导入 x")
    assert says in refused.value.errors[0].messages[0]
    assert Milestone.objects.get().permit == PermitKind.CONSTRUCTION


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"valid_until": date(2024, 7, 14)}, "不能早于实际完成"),
        ({"valid_until": date(2024, 9, 1), "permit": ""}, "请选择手续种类"),
        ({"valid_until": date(2024, 9, 1), "actual_finish": None}, "还没有取得"),
    ],
)
def test_a_last_day_belongs_to_a_permit_that_was_obtained(
    permit: Milestone, office: User, fields: dict[str, Any], says: str
) -> None:
    for name, value in fields.items():
        setattr(permit, name, value)
    with pytest.raises(ValidationError, match=says):
        save_parts(project=permit.project, saved=[permit], actor=office)


def test_a_deleted_milestone_takes_its_extensions_with_it(permit: Milestone, office: User) -> None:
    record(permit, office)
    save_parts(project=Project.objects.get(), deleted=[permit], actor=office)
    assert not PermitExtension.objects.exists()
    assert PermitExtension.history.latest().history_user == office


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("施工许可证", "construction"),
        ("项目核准", "verification"),
        ("环境影响报告表批复", "eia"),
        ("环评批复", "eia"),
        ("环境影响评价手续", ""),
        ("环境影响登记表备案", ""),
        ("环评报告书编制", ""),
        ("项目备案", ""),
    ],
)
def test_existing_milestones_get_their_kind_by_their_plain_names(
    office: User, name: str, kind: str
) -> None:
    project = factories.project()
    steps = [
        Milestone(project=project, order=order, name=name, phase=phase)
        for order, phase in enumerate((Phase.PERMIT, Phase.CONSTRUCTION), 1)
    ]
    save_parts(project=project, saved=steps, actor=office)
    import_module("projects.migrations.0024_fill_permits").fill(apps, None)
    found = Milestone.objects.order_by("order").values_list("permit", flat=True)
    assert list(found) == [kind, ""]
    assert Milestone.history.get(id=steps[0].pk).permit == kind
