"""Stays on lists as a sheet: one row a stay, so that many projects are moved at once."""

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import OuterRef, QuerySet, Subquery

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.proposals.services import Draft
from kuancheng.records.announcing import together
from kuancheng.sheets.kinds import Column, Errors, Found, Ledger, Pick, ReadRow, SheetKind
from kuancheng.sheets.rules.cells import Code, Number, Text, words
from projects.choices import JoinReason, LeaveReason
from projects.models import Listing, Programme, Project
from projects.services.lists.edits import listing_errors
from projects.services.lists.stays import locked
from projects.services.many import EditsRefused
from projects.services.proposing.listing_kinds import JOINING
from projects.services.proposing.listings import listing_drafts, waiting_errors
from projects.sheets.columns import (
    choice,
    code_of,
    day,
    edits,
    name_of,
    number,
    put_forward,
    refused,
    text,
)

NOW, ALL = "now", "all"
MARK = re.compile(r"L([0-9]{1,18})V([0-9]{1,18})")
STALE = "导出之后这一行有人改过，请重新导出再改，或删去这一行。"


class ListingSheet(SheetKind):
    name = "listings"
    label = "清单名册"
    permission = "projects.change_listing"
    help = (
        "一行是一个项目在一份清单上的一段。增补：新写一行，识别码留空；调出：填这一行的最后一天、"
        "调出原因和调出文号；调出后重新列入的，另写一行。",
        "“识别码”说明是哪一行、导出时是什么样，不能改；导出之后有人改过的，这一行不导入。",
        "列入日期不能早于清单起始日；同一项目在同一份清单上的各段不能有重叠的日子。",
        "误登的列入不能用表格删除，请在清单名册里撤销。",
        "增补、调出和更正都须第二人审核：导入后提出变更申请，由另一人通过后才写入。",
    )
    puts_forward = True

    def picks(self, user: User) -> Sequence[Pick]:
        lists = Programme.objects.order_by("-year", "code").values_list("code", "name")
        return (
            Pick("programme", "清单", [("", "全部清单"), *lists]),
            Pick("scope", "范围", [(NOW, "现在在册的"), (ALL, "全部（含已调出的）")]),
        )

    def columns(self) -> Sequence[Column]:
        return (
            Column(
                "list_code",
                "清单编号",
                Code(40),
                lambda listing: listing.programme.code,
                help="例如 kc-2024，用来认出是哪份清单，不能改。",
                key=True,
            ),
            Column(
                "list_name",
                "清单名称",
                Text(120),
                lambda listing: words(listing.programme.name),
                width=26,
                info=True,
            ),
            code_of(lambda listing: listing.project),
            name_of(lambda listing: listing.project),
            Column(
                "mark",
                "识别码",
                Code(40),
                lambda listing: f"L{listing.pk}V{listing.revision}",
                help="导出时由系统填好，不能改；增补的行留空。",
                key=True,
            ),
            number("number", "序号", Number(0), width=8),
            day("since", "列入日期", required=True, help="从这一天起计入清单。"),
            choice("reason", "列入原因", JoinReason, required=True),
            text("document", "列入文号", 80, width=20, help="增补的必填：文号或会议纪要。"),
            text("note", "列入说明", 200, width=24),
            day("until", "最后一天", help="在清单上的最后一天；仍在清单上的留空。"),
            choice("leave_reason", "调出原因", LeaveReason, width=14),
            text("leave_document", "调出文号", 80, width=20, help="调出的必填：文号或会议纪要。"),
            text("leave_note", "调出说明", 200, width=24),
        )

    def records(self, user: User, picked: Mapping[str, str]) -> Iterable[Any]:
        found = _with_revision(Listing.objects.all())
        if picked.get("programme"):
            found = found.filter(programme__code=picked["programme"])
        if picked.get("scope") != ALL:
            found = found.on(clock.today())  # type: ignore[attr-defined]
        ordered = found.order_by("-programme__year", "programme__code", "project__code", "since")
        return ordered.iterator(chunk_size=500)

    def ledger(self, user: User, options: Mapping[str, bool]) -> Ledger:
        return ListingLedger(user, self.columns())

    def together(self) -> AbstractContextManager[Any]:
        return together()


def _with_revision(found: QuerySet[Listing]) -> QuerySet[Listing]:
    """With the last history row of each, by which a later change is known."""
    rows = Listing.history.filter(id=OuterRef("pk")).order_by("-history_id")
    last = Subquery(rows.values("history_id")[:1])
    return found.select_related("programme", "project").annotate(revision=last)


class ListingLedger(Ledger):
    """Stays by their mark; a row without one is a project that joins."""

    group = "code"

    def __init__(self, user: User, columns: Sequence[Column]) -> None:
        self.user, self.columns = user, columns
        self._programmes: dict[int, Programme] = {}
        self._drafts: list[Draft] = []

    def find(self, rows: Sequence[ReadRow], *, lock: bool) -> list[Found]:
        """Under a lock on the lists that the rows name: whoever writes a stay holds it."""
        codes = {row.values.get("list_code") for row in rows} - {None, ""}
        marked = {mark[0] for mark in map(_read_mark, rows) if mark}
        lists = Programme.objects.filter(code__in=codes)
        if lock:
            touched = Listing.objects.filter(pk__in=marked).values_list("programme", flat=True)
            locked({*lists.values_list("pk", flat=True), *touched})
        stays = {each.pk: each for each in _with_revision(Listing.objects.filter(pk__in=marked))}
        by_code = {each.code: each for each in lists}
        self._programmes |= {each.pk: each for each in lists}
        self._programmes |= {each.programme_id: each.programme for each in stays.values()}
        named = {row.values.get("code") for row in rows} - {None, ""}
        projects = Project.objects.in_bulk(list(named), field_name="code")
        return [self._found(row, by_code, projects, stays) for row in rows]

    def _found(
        self,
        row: ReadRow,
        lists: Mapping[str, Programme],
        projects: Mapping[str, Project],
        stays: Mapping[int, Listing],
    ) -> Found:
        found = Found(row)
        list_code, code = row.values.get("list_code") or "", row.values.get("code") or ""
        programme, project = lists.get(list_code), projects.get(code)
        for column, said, known, what in (
            ("list_code", list_code, programme, "清单"),
            ("code", code, project, "项目"),
        ):
            if known is None and column not in row.bad:
                remedy = f"没有编号为“{said}”的{what}，请核对。" if said else f"请填写{what}编号。"
                found.notes.append(remedy)
        if programme is None or project is None:
            return found
        found.title = f"{project.code} {project.name}"
        if row.values.get("mark"):
            self._find_stay(found, stays, programme, project)
            return found
        found.record = Listing(programme=programme, project=project)
        if not self.user.has_perm("projects.add_listing"):
            found.foreign = "您没有增补项目的权限。"
        return found

    def _find_stay(
        self, found: Found, stays: Mapping[int, Listing], programme: Programme, project: Project
    ) -> None:
        mark, written = _read_mark(found.row), found.row.values["mark"]
        stay = stays.get(mark[0]) if mark else None
        if mark is None:
            said = "不是系统填的，请从导出的文件里原样复制；增补的行请清空。"
        elif stay is None:
            said = "这一行已被撤销，请删去，或清空识别码作为增补。"
        elif (stay.programme_id, stay.project_id) != (programme.pk, project.pk):
            said = "与清单编号、项目编号不是同一行，请核对是否串行。"
        else:
            found.record, found.identity = stay, stay.pk
            return
        found.notes.append(f"识别码“{written}”{said}")

    def check(self, found: Sequence[Found]) -> Errors:
        changed = edits(found)
        waiting = waiting_errors(changed)
        errors = [
            error or wait
            for error, wait in zip(listing_errors(changed, self._programmes), waiting, strict=True)
        ]
        for place, each in enumerate(found):
            mark = _read_mark(each.row)
            if mark and mark[1] != each.record.revision:
                errors[place] = ValidationError({NON_FIELD_ERRORS: [STALE]})
        return errors

    def write(self, found: Sequence[Found], *, reason: str) -> None:
        try:
            self._drafts += listing_drafts(edits=edits(found), actor=self.user, reason=reason)
        except EditsRefused as error:
            raise refused(found, error) from None

    def finish(self) -> str:
        """Puts all of the file forward at once: what changes stays before who joins."""
        self._drafts.sort(key=lambda each: each.kind is JOINING)
        return put_forward(self._drafts, self.user, self.batch)


def _read_mark(row: ReadRow) -> tuple[int, int] | None:
    match = MARK.fullmatch(row.values.get("mark") or "")
    return (int(match[1]), int(match[2])) if match else None
