"""Milestones as a sheet: one row a step of a project."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

from kuancheng.access.models import User
from kuancheng.records.announcing import together
from kuancheng.sheets.kinds import Column, Errors, Found, Ledger, Pick, ReadRow, SheetKind
from kuancheng.sheets.rules.cells import Number
from projects.choices import DurationUnit, PermitKind, Phase
from projects.models import Agency, Milestone, Project
from projects.services.many import EditsRefused, milestone_errors, save_milestones
from projects.sheets.columns import (
    Projects,
    agency,
    choice,
    code_of,
    day,
    edits,
    flag,
    name_of,
    number,
    refused,
    scope,
    scoped,
    text,
)


class MilestoneSheet(SheetKind):
    name = "milestones"
    label = "节点"
    permission = "projects.change_milestone"
    help = (
        "一行一个节点，按“项目编号”加“序”认出；项目里没有的序是新增的节点。改序请在网页上改。",
        "已列入基线的计划日期不能在这里改，请在网页上走“调整计划”。",
        "晚于计划完成的节点，填“实际完成”时须同时填“逾期原因”。",
    )

    def picks(self, user: User) -> Sequence[Pick]:
        return (scope(user),)

    def columns(self) -> Sequence[Column]:
        return (
            code_of(lambda milestone: milestone.project),
            name_of(lambda milestone: milestone.project),
            Column(
                "order",
                "序",
                Number(0),
                lambda milestone: milestone.order,
                help="节点在项目里的序号；与项目编号一起认出是哪个节点。",
                width=6,
                key=True,
            ),
            choice("phase", "阶段", Phase, required=True),
            text("name", "节点", 80, width=26, required=True),
            text(
                "after", "前置", 60, help="先要完成的节点的序，多个用逗号分隔，例如 1,3。", width=8
            ),
            number("duration", "工期（天）", Number(0), help="按“工期单位”计的天数。", width=9),
            choice(
                "unit",
                "工期单位",
                DurationUnit,
                required=True,
                defaults=True,
                width=14,
                help="新增不填为工作日。",
            ),
            agency("agency_id", "责任单位", Agency.objects.all()),
            day("planned_start", "计划开始"),
            day("planned_finish", "计划完成"),
            flag("confirmed", "日期已定", width=9, help="已对外承诺的日期，重排时不动。"),
            day("actual_start", "实际开始"),
            day("actual_finish", "实际完成"),
            text("late_reason", "逾期原因", 200, width=20, help="超期完成时必填。"),
            number(
                "weight",
                "权重",
                Number(2),
                required=True,
                defaults=True,
                width=8,
                help="0 到 100；新增不填为 1。",
            ),
            text("document_number", "文号", 80, width=18),
            choice(
                "permit",
                "手续种类",
                PermitKind,
                width=12,
                help="取得后会失效的手续填种类，其他节点留空。",
            ),
            day("valid_until", "有效期至", help="批文载明的最后一天；不填按法定期限计算。"),
            text("note", "说明", 200, width=20),
        )

    def records(self, user: User, picked: Mapping[str, str]) -> Iterable[Any]:
        milestones = Milestone.objects.filter(project__in=scoped(user, picked))
        ordered = milestones.order_by("project__code", "order", "pk")
        return ordered.select_related("project", "agency").iterator(chunk_size=500)

    def ledger(self, user: User, options: Mapping[str, bool]) -> Ledger:
        return MilestoneLedger(user, self.columns())

    def together(self) -> AbstractContextManager[Any]:
        return together()


class MilestoneLedger(Ledger):
    """Milestones by their project's code and their number in it."""

    group = "code"

    def __init__(self, user: User, columns: Sequence[Column]) -> None:
        self.user, self.columns = user, columns

    def find(self, rows: Sequence[ReadRow], *, lock: bool) -> list[Found]:
        projects = Projects(rows, self.user, Project.objects.all())
        steps = Milestone.objects.filter(project__in=projects.all).order_by("project", "pk")
        steps = steps.select_related("project", "agency")
        if lock:
            steps = steps.select_for_update(of=("self",))
        by_key: dict[tuple[int, int], list[Milestone]] = {}
        for step in steps:
            by_key.setdefault((step.project_id, step.order), []).append(step)
        return [self._found(row, projects, by_key) for row in rows]

    def _found(
        self, row: ReadRow, projects: Projects, by_key: Mapping[tuple[int, int], list[Milestone]]
    ) -> Found:
        found = Found(row)
        project = projects.find(row, found)
        order = row.values.get("order")
        if project is None or order is None:
            if "order" not in row.bad and order is None:
                found.notes.append("请填写节点的序。")
            return found
        known = by_key.get((project.pk, order), [])
        step = _one(known, row)
        if step is None and known:
            found.notes.append(
                f"该项目有 {len(known)} 个序为 {order} 的节点，认不出是哪一个；请先在网页上改成不同的序。"
            )
            return found
        right = "projects.change_milestone" if step else "projects.add_milestone"
        if not found.foreign and not self.user.has_perm(right):
            found.foreign = "您没有修改节点的权限。"
        found.record = step or Milestone(project=project, order=order)
        found.identity = (project.pk, order, step.pk if step else None)
        found.title = f"{project.code} {project.name} {order}"
        return found

    def check(self, found: Sequence[Found]) -> Errors:
        return milestone_errors(edits(found))

    def write(self, found: Sequence[Found], *, reason: str) -> None:
        try:
            save_milestones(edits=edits(found), actor=self.user, reason=reason)
        except EditsRefused as error:
            raise refused(found, error) from None


def _one(known: Sequence[Milestone], row: ReadRow) -> Milestone | None:
    """The milestone of that number; of two with the same, the one of that name."""
    if len(known) < 2:
        return known[0] if known else None
    named = [each for each in known if each.name == row.values.get("name")]
    return named[0] if len(named) == 1 else None
