"""Joining a list, leaving it, coming back, and mending what was typed wrongly."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from kuancheng.access.models import User
from kuancheng.access.rights import NotAllowed
from kuancheng.access.roles import AUDITOR, READER, REPORTER, REVIEWER, SYSTEM_ADMIN
from kuancheng.records.versions import revision
from projects.models import Listing, Programme, Project
from projects.services import StaleRecord, save_parts, save_reference
from projects.services.lists.listings import (
    correct,
    join,
    join_many,
    leave,
    list_revision,
    strike,
    undo_leave,
)
from tests import factories

pytestmark = pytest.mark.django_db

AUGUST = date(2024, 8, 1)
ADDED: dict[str, Any] = {"reason": "added", "document": "宽发改〔2024〕8号", "approved": True}
LEFT: dict[str, Any] = {
    "until": date(2024, 7, 31),
    "reason": "withdrawn",
    "document": "宽发改〔2024〕9号",
    "approved": True,
}


@pytest.fixture
def actor() -> User:
    return factories.user(REVIEWER)


@pytest.fixture
def programme() -> Programme:
    return factories.programme(factories.project(name="甲"))


@pytest.fixture
def held(programme: Programme) -> Listing:
    return programme.listings.get()


def fresh(record: Any) -> Any:
    return type(record).objects.get(pk=record.pk)


def test_project_joins_from_its_day_on_with_the_next_number(
    actor: User, programme: Programme
) -> None:
    project = factories.project(name="乙")
    made = join(programme=programme, project=project, since=AUGUST, actor=actor, **ADDED)
    assert (made.number, made.until, made.reason) == (2, None, "added")
    assert not made.holds_on(date(2024, 7, 31))
    assert made.holds_on(AUGUST)
    assert made.history.get().history_user == actor
    assert fresh(project).version == 2


def test_project_leaves_and_comes_back_in_a_second_row(
    actor: User, programme: Programme, held: Listing
) -> None:
    leave(listing=held, actor=actor, seen=revision(held), **LEFT)
    assert fresh(held).leave_reason == "withdrawn"
    assert fresh(held).history.latest().history_change_reason == "调出：退出"
    with pytest.raises(ValidationError, match="2024-08-01 或以后"):
        join(
            programme=programme,
            project=held.project,
            since=date(2024, 7, 31),
            actor=actor,
            **ADDED,
        )
    join(programme=programme, project=held.project, since=AUGUST, actor=actor, **ADDED)
    rows = programme.listings.order_by("since").values_list("since", "until")
    assert list(rows) == [(date(2024, 1, 1), date(2024, 7, 31)), (AUGUST, None)]
    with pytest.raises(ValidationError, match="2024-08-01 起另有一段"):
        undo_leave(listing=held, why="误登", actor=actor, approved=True)


@pytest.mark.parametrize(
    ("terms", "field", "said"),
    [
        ({"since": date(2023, 12, 31)}, "since", "清单自 2024-01-01 起才有"),
        ({"since": date(2031, 1, 1)}, "since", "请核对年份"),
        ({"document": " "}, "document", "文号"),
        ({"reason": "friendship"}, "reason", ""),
    ],
)
def test_bad_terms_of_joining_are_refused_by_field(
    actor: User, programme: Programme, terms: dict[str, Any], field: str, said: str
) -> None:
    asked: dict[str, Any] = {"programme": programme, "project": factories.project()}
    with pytest.raises(ValidationError) as refused:
        join(actor=actor, **asked | {"since": AUGUST} | ADDED | terms)
    assert said in "".join(refused.value.message_dict[field])
    assert programme.listings.count() == 1


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"until": date(2023, 12, 31)}, "until"),
        ({"document": ""}, "leave_document"),
        ({"reason": "merged"}, "leave_note"),
        ({"reason": ""}, "leave_reason"),
    ],
)
def test_bad_terms_of_leaving_are_refused_by_field(
    actor: User, held: Listing, terms: dict[str, Any], field: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        leave(listing=held, actor=actor, **LEFT | terms)
    assert field in refused.value.message_dict
    assert fresh(held).until is None


def test_many_join_together_or_not_at_all(actor: User, programme: Programme) -> None:
    new = [factories.project(name="乙"), factories.project(name="丙")]
    asked: dict[str, Any] = {"programme": programme, "since": AUGUST, "actor": actor, **ADDED}
    there = programme.listings.get().project
    with pytest.raises(ValidationError) as refused:
        join_many(projects=[*new, there, new[0]], **asked)
    assert [each[:2] for each in refused.value.message_dict["projects"]] == ["甲：", "乙："]
    assert programme.listings.count() == 1
    assert [each.number for each in join_many(projects=new, **asked)] == [2, 3]
    with pytest.raises(ValidationError, match="至少选择一个"):
        join_many(projects=[], **asked)


def test_list_that_moved_on_since_it_was_shown_is_not_joined(
    actor: User, programme: Programme
) -> None:
    asked: dict[str, Any] = {"programme": programme, "since": AUGUST, "actor": actor, **ADDED}
    seen = list_revision(programme)
    join(project=factories.project(name="乙"), seen=seen, **asked)
    with pytest.raises(StaleRecord, match="乙"):
        join(project=factories.project(), seen=seen, **asked)


def test_stay_that_moved_on_since_it_was_shown_is_not_changed(actor: User, held: Listing) -> None:
    seen = revision(held)
    correct(listing=held, values={"note": "甲"}, why="补记", actor=actor, seen=seen, approved=True)
    for step in (
        lambda: leave(listing=held, actor=actor, seen=seen, **LEFT),
        lambda: correct(listing=held, values={}, why="再改", actor=actor, seen=seen, approved=True),
        lambda: undo_leave(listing=held, why="撤销", actor=actor, seen=seen, approved=True),
        lambda: strike(listing=held, why="误登", actor=actor, seen=seen, approved=True),
    ):
        with pytest.raises(StaleRecord):
            step()


def test_correction_needs_a_reason_and_is_told_by_it(actor: User, held: Listing) -> None:
    with pytest.raises(ValidationError, match="请写明原因"):
        correct(listing=held, values={"since": AUGUST}, why=" ", actor=actor, approved=True)
    correct(
        listing=held,
        values={"since": AUGUST, "document": " 8号 "},
        why="抄错",
        actor=actor,
        approved=True,
    )
    now = fresh(held)
    assert (now.since, now.document) == (AUGUST, "8号")
    assert now.history.latest().history_change_reason == "更正：抄错"
    with pytest.raises(ValueError, match="not to be corrected"):
        correct(listing=held, values={"project": 1}, why="换", actor=actor, approved=True)


def test_leaving_is_taken_back_and_done_once(actor: User, held: Listing) -> None:
    with pytest.raises(ValidationError, match="没有登记调出"):
        undo_leave(listing=held, why="误登", actor=actor, approved=True)
    leave(listing=held, actor=actor, **LEFT)
    with pytest.raises(ValidationError, match="最后一天已登记为 2024-07-31"):
        leave(listing=held, actor=actor, **LEFT)
    undo_leave(listing=held, why="文件撤回", actor=actor, approved=True)
    assert (fresh(held).until, fresh(held).leave_reason) == (None, "")


def test_mistaken_joining_is_struck_and_stays_in_history(actor: User, held: Listing) -> None:
    strike(listing=held, why="登错项目", actor=actor, approved=True)
    assert not Listing.objects.exists()
    last = Listing.history.latest()
    assert (last.history_type, last.history_change_reason) == ("-", "撤销列入：登错项目")
    with pytest.raises(StaleRecord, match="已被撤销"):
        strike(listing=held, why="再撤", actor=actor, approved=True)


@pytest.mark.parametrize("role", [READER, REPORTER, AUDITOR, SYSTEM_ADMIN])
def test_only_the_office_moves_projects(role: str, held: Listing, programme: Programme) -> None:
    other = factories.user(role)
    project = factories.project(lead_agency=factories.agency())
    for step in (
        lambda: join(programme=programme, project=project, since=AUGUST, actor=other, **ADDED),
        lambda: leave(listing=held, actor=other, **LEFT),
        lambda: correct(listing=held, values={"note": "甲"}, why="改", actor=other, approved=True),
        lambda: undo_leave(listing=held, why="改", actor=other, approved=True),
        lambda: strike(listing=held, why="改", actor=other, approved=True),
    ):
        with pytest.raises(NotAllowed):
            step()
    assert list(programme.listings.values_list("until", "note")) == [(None, "")]


def test_parts_of_a_project_are_held_to_the_same_rules(
    actor: User, programme: Programme, held: Listing
) -> None:
    held.since = date(2023, 12, 1)
    with pytest.raises(ValidationError, match="清单自 2024-01-01 起才有"):
        save_parts(project=held.project, saved=[held], actor=actor, approved=True)
    twin = Listing(programme=programme, project=held.project, since=date(2024, 3, 1))
    twin.until, twin.leave_reason, twin.leave_document = AUGUST, "withdrawn", "9号"
    with pytest.raises(ValidationError, match="请先办理调出"):
        save_parts(project=held.project, saved=[twin], actor=actor, approved=True)


def test_list_does_not_begin_after_its_first_project(actor: User, programme: Programme) -> None:
    programme.begins = date(2024, 2, 1)
    with pytest.raises(ValidationError, match="甲 自 2024-01-01 起已在清单上"):
        save_reference(record=programme, actor=actor)
    programme.begins = date(2022, 12, 31)
    with pytest.raises(ValidationError, match="应在 2023 或 2024 年内"):
        save_reference(record=programme, actor=actor)
    programme.begins = date(2023, 12, 20)
    save_reference(record=programme, actor=actor)
    made = Programme(code="kc-2025", name="明年", year=2025)
    save_reference(record=made, actor=actor)
    assert made.begins == date(2025, 1, 1)


@pytest.mark.parametrize(
    "fields",
    [
        {"since": date(2024, 3, 1)},
        {"since": date(2024, 3, 1), "until": date(2024, 2, 1), "leave_reason": "withdrawn"},
        {"since": date(2024, 3, 1), "until": date(2024, 4, 1)},
    ],
)
def test_database_itself_keeps_stays_in_order(held: Listing, fields: dict[str, Any]) -> None:
    project: Project = held.project
    with pytest.raises(IntegrityError), transaction.atomic():
        Listing.objects.create(programme=held.programme, project=project, **fields)
