"""Extensions of permits as a sheet: one row an extension of a milestone."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

from kuancheng.access.models import User
from kuancheng.records.announcing import together
from kuancheng.sheets.kinds import Column, Errors, Found, Ledger, Pick, ReadRow, SheetKind
from kuancheng.sheets.rules.cells import Number, Text, words
from projects.models import Milestone, PermitExtension, Project
from projects.services.many import EditsRefused
from projects.services.permits.extensions import extension_errors, save_extensions
from projects.sheets.columns import (
    Projects,
    code_of,
    day,
    edits,
    name_of,
    refused,
    scope,
    scoped,
    text,
)


class ExtensionSheet(SheetKind):
    name = "permit-extensions"
    label = "手续延期"
    permission = "projects.change_permitextension"
    help = (
        "一行一次延期，按“项目编号”“节点序”和“延期文号”认出；没有登记过的文号是新的延期。",
        "延期按法定次数、期限和最晚申请日核对，不符的行说明最晚是哪天。撤销延期请在网页上办理。",
    )

    def picks(self, user: User) -> Sequence[Pick]:
        return (scope(user),)

    def columns(self) -> Sequence[Column]:
        return (
            code_of(lambda row: row.project),
            name_of(lambda row: row.project),
            Column(
                "order",
                "节点序",
                Number(0),
                lambda row: row.milestone.order,
                help="取得这项手续的节点在项目里的序号。",
                width=8,
                key=True,
            ),
            Column(
                "milestone_name",
                "手续",
                Text(80),
                lambda row: words(row.milestone.name),
                help="供核对：与节点序不符时这一行不导入。",
                width=26,
                fixed=True,
            ),
            Column(
                "document",
                "延期文号",
                Text(80),
                lambda row: words(row.document),
                help="同意延期的批准文件的文号，用来认出是哪一次延期。",
                width=26,
                key=True,
            ),
            day("asked_on", "申请日期", required=True),
            day("granted_on", "批准日期", required=True),
            day("until", "延期至", required=True),
            text("note", "说明", 200, width=20),
        )

    def records(self, user: User, picked: Mapping[str, str]) -> Iterable[Any]:
        rows = PermitExtension.objects.filter(project__in=scoped(user, picked))
        ordered = rows.order_by("project__code", "milestone__order", "until", "pk")
        return ordered.select_related("project", "milestone").iterator(chunk_size=500)

    def ledger(self, user: User, options: Mapping[str, bool]) -> Ledger:
        return ExtensionLedger(user, self.columns())

    def together(self) -> AbstractContextManager[Any]:
        return together()


class ExtensionLedger(Ledger):
    """Extensions by project, number of the milestone, and document."""

    group = "code"

    def __init__(self, user: User, columns: Sequence[Column]) -> None:
        self.user, self.columns = user, columns

    def find(self, rows: Sequence[ReadRow], *, lock: bool) -> list[Found]:
        projects = Projects(rows, self.user, Project.objects.all())
        steps: dict[tuple[int, int], list[Milestone]] = {}
        for step in Milestone.objects.filter(project__in=projects.all).order_by("pk"):
            steps.setdefault((step.project_id, step.order), []).append(step)
        known = PermitExtension.objects.filter(project__in=projects.all).order_by("pk")
        if lock:
            known = known.select_for_update(of=("self",))
        held = {(each.milestone_id, each.document): each for each in known}
        return [self._found(row, projects, steps, held) for row in rows]

    def _found(
        self,
        row: ReadRow,
        projects: Projects,
        steps: Mapping[tuple[int, int], list[Milestone]],
        held: Mapping[tuple[int, str], PermitExtension],
    ) -> Found:
        found = Found(row)
        project, order = projects.find(row, found), row.values.get("order")
        document = row.values.get("document") or ""
        if project is None:
            return found
        if order is None or not document:
            found.notes.append("请填写节点序和延期文号。")
            return found
        own = steps.get((project.pk, order), [])
        if len(own) != 1:
            said = f"有 {len(own)} 个" if own else "没有"
            found.notes.append(
                f"该项目{said}序为 {order} 的节点，请核对，或先在网页上改成不同的序。"
            )
            return found
        record = held.get((own[0].pk, document))
        right = "projects.change_permitextension" if record else "projects.add_permitextension"
        if not found.foreign and not self.user.has_perm(right):
            found.foreign = "您没有登记手续延期的权限。"
        found.record = record or PermitExtension(document=document)
        found.record.project, found.record.milestone = project, own[0]
        found.identity = (own[0].pk, document)
        found.title = f"{project.code} {project.name} {own[0].name}"
        return found

    def check(self, found: Sequence[Found]) -> Errors:
        return extension_errors(edits(found))

    def write(self, found: Sequence[Found], *, reason: str) -> None:
        try:
            save_extensions(edits=edits(found), actor=self.user, reason=reason)
        except EditsRefused as error:
            raise refused(found, error) from None
