"""Who is responsible, from a day on and until a day: every door changes it by these rules.

A change ends one row and begins another. Rows that stood are not rewritten: “who was responsible
on that day” keeps its answer.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.utils import timezone

from kuancheng import clock
from kuancheng.records import versions
from projects.choices import SINGLE_ROLES, Role
from projects.models import Assignment, Official, Project
from projects.rules.people import Tenure, overlap

NAMED = 3
"""So many rows are named in a sentence; the rest is counted."""


def called(row: Assignment) -> str:
    """A row in a sentence: “包保领导 张三（2024-01-01 起）”."""
    return f"{row.get_role_display()} {row.official}（{row.since:%Y-%m-%d} 起）"


def held_before(rows: Iterable[object]) -> dict[int, Assignment]:
    """The rows among them as they stand in the database, by id. One query."""
    ids = [each.pk for each in rows if isinstance(each, Assignment) and each.pk]
    return Assignment.objects.select_related("official").in_bulk(ids) if ids else {}


def lock_officials(rows: Iterable[object]) -> dict[int, Official]:
    """Who is named by assignments among them, locked: nobody leaves meanwhile. One query."""
    ids = {each.official_id for each in rows if isinstance(each, Assignment)}
    if not ids:
        return {}
    return {each.pk: each for each in _locked(ids)}


def _locked(ids: Collection[int]) -> list[Official]:
    return list(Official.objects.select_for_update().filter(pk__in=ids).order_by("pk"))


def check_assignment(
    row: Assignment, before: Assignment | None, officials: Mapping[int, Official]
) -> None:
    """ValidationError for a row that may not be written; the sentence names it and what to do.

    `before` is how it stands, None for a new one. Whoever held a role keeps having held it: a
    row names another person, or another role, only until it has begun, or on the day of its entry.
    """
    if before is not None:
        _check_replaced(row, before)
        if row.until and before.until is None and not row.end_reason.strip():
            raise ValidationError(f"{called(before)}：填写了止日，请同时填写“止任原因”。")
    _check_in_office(row, officials[row.official_id])


def _check_replaced(row: Assignment, before: Assignment) -> None:
    if (row.official_id, row.role) == (before.official_id, before.role):
        return
    today = clock.today()
    entered = timezone.localdate(before.created_at)
    if before.since <= today and entered < today:
        raise ValidationError(
            f"{called(before)}：换人或换角色不能直接改这一行，"
            "请填写它的止日和止任原因，再新增一行。"
        )


def _check_in_office(row: Assignment, official: Official) -> None:
    left = official.left_on
    if left is None or (row.until is not None and row.until < left):
        return
    last = left - timedelta(days=1)
    remedy = "请换一人" if row.since >= left else f"请换一人，或把止日填到 {last} 以前"
    raise ValidationError(f"{called(row)}：{official}已于 {left} 离任，{remedy}。")


def check_single_roles(project: Project) -> None:
    """ValidationError when two people hold a single role of the project on one day. One query."""
    clash = overlap(single_role_tenures(Assignment.objects.filter(project=project)))
    if clash:
        raise ValidationError(single_role_clash(clash))


def single_role_tenures(assignments: Iterable[Assignment]) -> list[Tenure]:
    """The tenures in roles that one person at a time may hold."""
    return [
        Tenure(each.role, each.since, each.until)
        for each in assignments
        if each.role in SINGLE_ROLES and each.since
    ]


def single_role_clash(clash: tuple[Tenure, Tenure]) -> str:
    """What to tell whoever gave two people the same single role."""
    before, after = clash
    label = Role(before.role).label
    return (
        f"{label}同时只能有一位：{before.since:%Y-%m-%d} 起的一位在 {after.since:%Y-%m-%d} "
        f"还在任，请先填写前任的止日（应早于 {after.since:%Y-%m-%d}）。"
    )


def check_leaving(official: Official) -> None:
    """ValidationError when somebody leaves who still has duties on that day or later. Two queries."""
    if official.pk is None or official.left_on is None:
        return
    _locked([official.pk])
    left: date = official.left_on
    kept = Assignment.objects.held_by(official, left).select_related("project")
    found = list(kept.order_by("project__code", "role")[: NAMED + 1])
    if not found:
        return
    named = "、".join(f"{each.project} {each.get_role_display()}" for each in found[:NAMED])
    more = "等" if len(found) > NAMED else ""
    raise ValidationError(
        {
            "left_on": f"{official} 在 {left} 还担任 {named}{more}，请先办理交接"
            f"（生效日期不晚于 {left}），或在项目表单里填写止日，再登记离任。"
        }
    )


def revisions(ids: Iterable[int | None]) -> dict[int, int]:
    """The last history row of each assignment, by its id. One query."""
    return versions.revisions(Assignment, ids)
