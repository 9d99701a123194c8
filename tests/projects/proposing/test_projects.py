"""A project's save by one person: what he may change is saved, the rest waits for another."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from kuancheng.access.models import User
from kuancheng.access.rights import NotAllowed
from kuancheng.access.roles import REPORTER, REVIEWER
from kuancheng.proposals.choices import ProposalState
from kuancheng.proposals.kinds import Moved
from kuancheng.proposals.models import AmountRules, Proposal
from kuancheng.proposals.services import approve, send_back, withdraw
from projects.models import Project
from projects.services import StaleRecord, save_project
from projects.services.many import Edit, EditsRefused, save_projects
from projects.services.planning import Refused, apply_template, approve_plan, propose_plan
from projects.services.proposing.projects import WHY, put_project, put_projects
from tests import factories
from tests.second import let_through, waiting

pytestmark = pytest.mark.django_db

WHY_SO = "概算批复调整"
GUARDED: list[tuple[str, Any]] = [
    ("total_investment", Decimal(6000)),
    ("standing", "deferred"),
    ("planned_completion", date(2026, 6, 30)),
]


def fresh(project: Project) -> Project:
    return Project.objects.get(pk=project.pk)


def changed(project: Project, **fields: Any) -> Project:
    found = fresh(project)
    for name, value in fields.items():
        setattr(found, name, value)
    return found


def put(project: Project, actor: User, **fields: Any) -> Proposal | None:
    return put_project(project=changed(project, **fields), actor=actor, reason=WHY_SO)


@pytest.mark.parametrize(("name", "value"), GUARDED)
def test_guarded_field_waits_and_the_rest_is_saved(
    project: Project, clerk: User, name: str, value: Any
) -> None:
    before = getattr(project, name)
    made = put(project, clerk, address="北三环 1 号", **{name: value})
    now = fresh(project)
    assert (getattr(now, name), now.address) == (before, "北三环 1 号")
    assert made is not None
    assert [each.name for each in made.fields.all()] == [name]
    assert (made.author, made.reason, made.subject_label) == (clerk, WHY_SO, "粮油仓")

    second = factories.user(REVIEWER)
    let_through(made, actor=second)
    now = fresh(project)
    assert getattr(now, name) == value
    told = now.history.latest()
    assert told.history_user == second
    assert told.history_change_reason == f"变更申请{made.pk}号（张三提出）"


def test_all_of_one_save_is_one_proposal(project: Project, clerk: User) -> None:
    made = put(project, clerk, **dict(GUARDED))
    assert waiting() == [made]
    assert [str(each) for each in waiting()[0].fields.all()] == [
        "计划总投资（万元）：5,000.00 → 6,000.00",
        "状态：正常 → 暂缓",
        "计划竣工：2025-06-30 → 2026-06-30",
    ]
    assert fresh(project).version == 1
    let_through()
    now = fresh(project)
    assert [getattr(now, name) for name, _ in GUARDED] == [value for _, value in GUARDED]
    assert now.version == 2


@pytest.mark.parametrize(("name", "value"), GUARDED)
def test_no_service_writes_it_for_one_person_alone(project: Project, name: str, value: Any) -> None:
    office, superuser = factories.user(REVIEWER), factories.user(is_superuser=True)
    for actor in (office, superuser):
        with pytest.raises(ValidationError, match="须由第二人审核"):
            save_project(project=changed(project, **{name: value}), actor=actor)
        edit = Edit(changed(project, **{name: value}), fresh(project))
        with pytest.raises(EditsRefused) as refused:
            save_projects(edits=[edit], actor=actor, reason="导入 x")
        assert name in refused.value.errors[0].message_dict
    assert getattr(fresh(project), name) == getattr(project, name)


def test_new_project_is_registered_at_once_and_its_total_waits() -> None:
    office = factories.user(REVIEWER)
    new = Project(name="示例园", stage="signed", total_investment=Decimal(9000))
    new.planned_completion = date(2025, 6, 30)
    made = put_project(project=new, actor=office)
    assert made is not None
    assert made.reason == "新登记项目"
    now = Project.objects.get(name="示例园")
    assert (now.code, now.total_investment) == ("KC-0001", None)
    # A first date moves no promise.
    assert now.planned_completion == date(2025, 6, 30)
    let_through()
    assert fresh(now).total_investment == 9000


def test_reason_is_asked_for_and_nothing_is_saved_without_it(project: Project, clerk: User) -> None:
    wanted = changed(project, total_investment=Decimal(6000), address="北三环")
    with pytest.raises(ValidationError) as refused:
        put_project(project=wanted, actor=clerk, reason="改")
    assert "“计划总投资（万元）”的改动须由第二人审核" in refused.value.message_dict[WHY][0]
    assert (fresh(project).address, waiting()) == ("", [])


def test_second_change_is_refused_while_one_waits_and_names_it(
    project: Project, clerk: User
) -> None:
    made = put(project, clerk, total_investment=Decimal(6000))
    with pytest.raises(ValidationError) as refused:
        put(project, factories.user(REVIEWER), total_investment=Decimal(7000), address="北三环")
    said = refused.value.message_dict["total_investment"][0]
    assert f"{made}，张三" in said
    assert "5,000.00 → 6,000.00" in said
    assert fresh(project).address == ""
    # What does not wait can be changed, also by a proposal of its own.
    assert put(project, clerk, address="北三环") is None
    assert put(project, clerk, standing="deferred") is not None


def test_what_no_second_person_could_let_through_is_not_put_to_him(
    project: Project, clerk: User
) -> None:
    for fields, said in (
        ({"total_investment": Decimal(-1)}, "不能为负数"),
        ({"standing": "suspended"}, "在项目页登记停工"),
        ({"planned_completion": date(2023, 1, 1), "planned_start": date(2024, 1, 1)}, "不能早于"),
    ):
        with pytest.raises(ValidationError, match=said):
            put(project, clerk, **fields)
    assert not waiting()


def test_rest_that_leans_on_what_waits_is_told_so(project: Project, clerk: User) -> None:
    days = {"planned_start": date(2025, 9, 1), "planned_completion": date(2026, 6, 30)}
    with pytest.raises(ValidationError, match=r"审核通过以前仍按原值.*请先只改“计划竣工”"):
        put(project, clerk, **days)
    assert (waiting(), fresh(project).planned_start) == ([], None)
    # What is wrong with the rest by itself stands beside its own field.
    factories.project(national_code="2312-220103-04-01-123456")
    twin = {"standing": "deferred", "national_code": "2312-220103-04-01-123456"}
    with pytest.raises(ValidationError) as refused:
        put(project, clerk, **twin)
    assert "national_code" in refused.value.message_dict


def test_author_never_decides_not_even_a_superuser(project: Project) -> None:
    for author in (factories.user(REVIEWER), factories.user(is_superuser=True)):
        made = put(project, author, total_investment=Decimal(6000))
        assert made is not None
        with pytest.raises(NotAllowed):
            approve(proposal=made, seen=made.version, actor=author)
        withdraw(proposal=made, seen=made.version, actor=author)
    assert fresh(project).total_investment == 5000


def test_clerk_does_not_decide(project: Project, clerk: User) -> None:
    made = put(project, factories.user(REVIEWER), total_investment=Decimal(6000))
    assert made is not None
    with pytest.raises(NotAllowed):
        approve(proposal=made, seen=made.version, actor=clerk)


def test_project_that_moved_meanwhile_is_not_overwritten(project: Project, clerk: User) -> None:
    made = put(project, clerk, total_investment=Decimal(6000))
    save_project(project=changed(project, total_investment=Decimal(5500)), actor=factories.system())
    assert made is not None
    with pytest.raises(Moved, match="计划总投资"):
        let_through(made)
    assert fresh(project).total_investment == 5500
    assert Proposal.objects.get().state == ProposalState.LAPSED


def test_change_of_something_else_meanwhile_stands_beside_it(project: Project, clerk: User) -> None:
    put(project, clerk, total_investment=Decimal(6000))
    put(project, clerk, address="北三环")
    let_through()
    assert (fresh(project).total_investment, fresh(project).address) == (6000, "北三环")


def test_baseline_that_came_meanwhile_keeps_its_completion(project: Project, clerk: User) -> None:
    made = put(project, clerk, planned_completion=date(2026, 6, 30))
    plan = propose_plan(
        project=project,
        days={},
        promised_completion=None,
        reason="initial",
        note="首版",
        actor=factories.user(REVIEWER),
        seen=factories.seen(project),
    )
    approve_plan(baseline=plan, actor=factories.user(REVIEWER), seen=factories.seen(plan))
    assert made is not None
    with pytest.raises(ValidationError, match="已列入基线"):
        let_through(made)
    assert fresh(project).planned_completion == date(2025, 6, 30)


def test_sent_back_it_changes_nothing_and_may_be_asked_again(project: Project, clerk: User) -> None:
    made = put(project, clerk, total_investment=Decimal(6000))
    assert made is not None
    send_back(
        proposal=made, words="与批复不一致", seen=made.version, actor=factories.user(REVIEWER)
    )
    assert fresh(project).total_investment == 5000
    assert put(project, clerk, total_investment=Decimal(6100)) is not None


def test_whose_project_it_is_not_puts_nothing_forward(project: Project) -> None:
    with pytest.raises(NotAllowed):
        put(project, factories.user(REPORTER), total_investment=Decimal(6000))
    assert not waiting()


def test_who_was_overtaken_is_told_first(project: Project, clerk: User) -> None:
    put(project, clerk, address="北三环")
    wanted = changed(project, total_investment=Decimal(6000))
    with pytest.raises(StaleRecord):
        put_project(project=wanted, actor=clerk, seen=1, reason="")


def test_small_amounts_pass_where_the_office_says_so(project: Project, clerk: User) -> None:
    AmountRules.objects.update(amount=Decimal(500), percent=None)
    assert put(project, clerk, total_investment=Decimal("5499.99")) is None
    assert fresh(project).total_investment == Decimal("5499.99")
    assert put(project, clerk, total_investment=Decimal(6000)) is not None


def test_system_loads_without_a_second_person(project: Project) -> None:
    wanted = changed(project, total_investment=Decimal(6000))
    assert put_project(project=wanted, actor=factories.system()) is None
    assert fresh(project).total_investment == 6000


def test_template_does_not_move_a_completion_that_is_known(project: Project, clerk: User) -> None:
    with pytest.raises(Refused, match="须第二人审核"):
        apply_template(
            project=fresh(project),
            milestones=[],
            by="latest",
            as_of=date(2024, 10, 15),
            promised_completion=date(2026, 1, 1),
            actor=clerk,
        )


def test_many_are_put_forward_as_one_batch_and_fail_together(project: Project, clerk: User) -> None:
    other = factories.project(lead_agency=project.lead_agency)
    edits = [
        Edit(changed(each, total_investment=Decimal(7), name=f"改名{each.pk}"), fresh(each))
        for each in (project, other)
    ]
    made = put_projects(edits=edits, actor=clerk, reason="导入 x.xlsx", batch="import-1")
    assert [each.batch for each in made] == ["import-1"] * 2
    assert fresh(project).name == f"改名{project.pk}"
    again = [
        Edit(changed(other, address="新址"), fresh(other)),
        Edit(changed(project, total_investment=Decimal(8)), fresh(project)),
    ]
    with pytest.raises(EditsRefused) as refused:
        put_projects(edits=again, actor=clerk, reason="导入 x.xlsx", batch="import-2")
    assert list(refused.value.errors) == [1]
    assert fresh(other).address == ""
