"""The matters that a file's rows speak of, and what becomes of each row."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q

from kuancheng.access.models import User
from kuancheng.access.rights import NotAllowed
from kuancheng.records.versions import StaleRecord
from kuancheng.sheets.kinds import Column, Errors, Found, Ledger, ReadRow, RowsRefused
from projects.models import Agency, Matter, Milestone, Project
from projects.rules.matters.steps import State, Step
from projects.services.matters.drafts import save_matter
from projects.services.matters.many import draft_errors, note_errors, twins_of
from projects.services.matters.taking import take_step
from projects.services.matters.turn import Given, MatterRefused

MARK = re.compile(r"M([0-9]{1,18})V([0-9]{1,9})")
NAMED_AS = {
    "project": "project_code",
    "milestone": "milestone_name",
    "enterprise": "enterprise_id",
    "lead_agency": "lead_agency_id",
    "verifier": "verifier_id",
}
"""Fields of a matter by the columns that name what they refer to."""

REFUSALS = (ValidationError, IntegrityError, StaleRecord, MatterRefused, NotAllowed)

STALE = "导出之后这件事项有过变动（导出时第 {} 版，现在第 {} 版）。请重新导出再改，或删去这一行。"
FIXED = "已经交办，内容不能再改，请恢复原来的内容；进展填在“新进展”一列。"
REPEATED = "已有“{}”（一事一单）。请在那一件上办理，并删去这一行；确属另一件事的，上传时勾选“重复的也导入”。"

SAME_THING = "与第 {} 行是同一件事（一事一单：同一项目或企业，要素和牵头单位相同，或事项同名），请只留一行；确属另一件事的，上传时勾选“重复的也导入”。"

CONFIRMED = "导入时勾选“与在办事项重复的也导入”，确认属另一件事。"
THING = {"project_code", "enterprise_id", "factor", "lead_agency_id", "title"}
"""Columns that say what a matter is about."""


def mark_of(matter: Matter) -> str | None:
    """What tells a row's matter and its version again: letters keep Excel from making it a date."""
    return f"M{matter.pk}V{matter.version}" if matter.pk else None


@dataclass
class _Names:
    """What a batch of rows names: projects by code, milestones by project and name, agencies."""

    projects: Mapping[str, Project] = field(default_factory=dict)
    milestones: Mapping[tuple[int, str], Sequence[Milestone]] = field(default_factory=dict)
    agencies: Mapping[str, Agency] = field(default_factory=dict)


class MatterLedger(Ledger):
    """Matters by their mark or number; drafts are saved, working ones get a note."""

    def __init__(self, user: User, columns: Sequence[Column], *, repeat: bool) -> None:
        self.user, self.columns, self.repeat = user, columns, repeat
        self._things: dict[tuple[Any, ...], int] = {}

    def find(self, rows: Sequence[ReadRow], *, lock: bool) -> list[Found]:
        marks = [_read_mark(row) for row in rows]
        about = Q(pk__in={pk for pk, _ in filter(None, marks)})
        about |= Q(number__in={row.values.get("number") for row in rows} - {None, ""})
        known = Matter.objects.visible_to(self.user).filter(about).order_by("pk")
        known = known.select_related(
            "project", "enterprise", "milestone", "lead_agency", "verifier"
        )
        if lock:
            known = known.select_for_update(of=("self",))
        matters = list(known.prefetch_related("steps", "supporters"))
        by_pk = {each.pk: each for each in matters}
        by_number = {each.number: each for each in matters if each.number}
        return [
            self._found(row, mark, by_pk, by_number) for row, mark in zip(rows, marks, strict=True)
        ]

    def _found(
        self,
        row: ReadRow,
        mark: tuple[int, int] | None,
        by_pk: Mapping[int, Matter],
        by_number: Mapping[str, Matter],
    ) -> Found:
        found = Found(row)
        number, written = row.values.get("number") or "", row.values.get("mark") or ""
        if not number and not written:
            found.record = Matter(author=self.user)
            found.title = str(row.values.get("title") or "")
            return found
        if written and mark is None:
            found.notes.append(f"识别码“{written}”不是系统填的，请从导出的文件里原样复制，或清空。")
            return found
        matter = by_pk.get(mark[0]) if mark else by_number.get(number)
        if matter is None:
            found.notes.append(f"没有“{written or number}”这件事项，请核对；新提出的两列都留空。")
        elif number and number != matter.number:
            found.notes.append(f"编号“{number}”与识别码不是同一件事项，请核对是否串行。")
        else:
            found.record, found.identity, found.title = matter, matter.pk, str(matter)
        return found

    def check(self, found: Sequence[Found]) -> Errors:
        wrong: list[dict[str, list[str]]] = [{} for _ in found]
        self._check_drafts(found, wrong)
        self._check_issued(found, wrong)
        for each, errors in zip(found, wrong, strict=True):
            mark = _read_mark(each.row)
            if mark and mark[1] != each.record.version:
                errors.clear()
                errors[NON_FIELD_ERRORS] = [STALE.format(mark[1], each.record.version)]
        return [ValidationError(each) if each else None for each in wrong]

    def _check_drafts(self, found: Sequence[Found], wrong: Sequence[dict[str, list[str]]]) -> None:
        places = [at for at, each in enumerate(found) if _is_draft(each)]
        drafts = [found[at] for at in places]
        names = self._names(drafts)
        for at, each in zip(places, drafts, strict=True):
            _add(wrong[at], _name(each, names))
            if "note" in each.touched:
                _add(wrong[at], {"note": ["还没有交办的事项不能填进展，请清空这一格。"]})
        records = [each.record for each in drafts]
        for at, error in zip(places, draft_errors(records, self.user), strict=True):
            _add(wrong[at], _by_column(error))
        if self.repeat:
            return
        for at, each, twin in zip(places, drafts, twins_of(records), strict=True):
            if not _of_another(each):
                continue
            earlier = self._earlier(each)
            if twin is not None:
                _add(wrong[at], {"title": [REPEATED.format(twin)]})
            elif earlier != each.row.number:
                _add(wrong[at], {"title": [SAME_THING.format(earlier)]})

    def _earlier(self, found: Found) -> int:
        """The first row of the file that is about the same thing (一事一单): often this one."""
        matter, number = found.record, found.row.number
        whose = (matter.project_id, None if matter.project_id else matter.enterprise_id)
        if not any(whose):
            return number
        keys = ((*whose, matter.factor, matter.lead_agency_id), (*whose, matter.title))
        return min(self._things.setdefault(key, number) for key in keys)

    def _check_issued(self, found: Sequence[Found], wrong: Sequence[dict[str, list[str]]]) -> None:
        places = [at for at, each in enumerate(found) if not _is_draft(each)]
        for at in places:
            _add(wrong[at], {name: [FIXED] for name in found[at].touched - {"note"}})
        noted = [at for at in places if "note" in found[at].touched]
        notes = [(found[at].record, found[at].record.note) for at in noted]
        for at, error in zip(noted, note_errors(notes, self.user), strict=True):
            if error is not None:
                _add(wrong[at], {"note": error.messages})

    def hints(self, found: Sequence[Found]) -> Sequence[Mapping[str, str]]:
        """Which other matter a row repeats that is taken in all the same. One query."""
        drafts = [each for each in found if self.repeat and _is_draft(each) and _of_another(each)]
        twins = dict(zip(map(id, drafts), twins_of([each.record for each in drafts]), strict=True))
        return [
            {"title": f"已有“{twin}”，将作为另一件事导入。"}
            if (twin := twins.get(id(each))) is not None
            else {}
            for each in found
        ]

    def write(self, found: Sequence[Found], *, reason: str) -> None:
        refused: dict[int, str] = {}
        for each in found:
            try:
                with transaction.atomic():
                    self._write(each, reason)
            except REFUSALS as error:
                said = error.messages if isinstance(error, ValidationError) else [str(error)]
                refused[each.row.number] = "；".join(said)
        if refused:
            raise RowsRefused(refused)

    def _write(self, found: Found, reason: str) -> None:
        matter: Matter = found.record
        if not _is_draft(found):
            given = Given(text=found.row.values["note"])
            take_step(
                matter=matter,
                step=Step.NOTE,
                actor=self.user,
                seen=matter.version,
                given=given,
                reason=reason,
            )
            return
        matter._change_reason = reason
        named = "supporter_names" in found.touched
        save_matter(
            matter=matter,
            actor=self.user,
            seen=None if found.is_new else matter.version,
            supporters=self._agencies(found.row.values["supporter_names"]) if named else None,
            separate_reason=CONFIRMED if self.repeat and _of_another(found) else "",
        )

    def _agencies(self, names: Iterable[str]) -> list[Agency]:
        return list(Agency.objects.filter(name__in=names))

    def _names(self, drafts: Sequence[Found]) -> _Names:
        """What the rows name. Three queries."""

        def said(name: str) -> set[Any]:
            return {each.row.values.get(name) for each in drafts} - {None, ""}

        codes = said("project_code")
        kept = {each.record.project_id for each in drafts} - {None}
        visible = Project.objects.visible_to(self.user)
        projects = list(visible.filter(Q(code__in=codes) | Q(pk__in=kept)))
        milestones: dict[tuple[int, str], list[Milestone]] = {}
        open_steps = Milestone.objects.filter(project__in=projects, actual_finish=None)
        for step in open_steps.filter(name__in=said("milestone_name")).order_by("pk"):
            milestones.setdefault((step.project_id, step.name), []).append(step)
        supporters = {
            name for each in drafts for name in each.row.values.get("supporter_names") or ()
        }
        bodies = Agency.objects.filter(name__in=supporters)
        return _Names(
            {each.code: each for each in projects}, milestones, {each.name: each for each in bodies}
        )


def _read_mark(row: ReadRow) -> tuple[int, int] | None:
    """Which matter, and which version of it, the row was exported from."""
    found = MARK.fullmatch((row.values.get("mark") or "").upper())
    return (int(found[1]), int(found[2])) if found else None


def _of_another(found: Found) -> bool:
    """Whether the row makes the matter one about another thing than before."""
    return found.is_new or bool(found.touched & THING)


def _is_draft(found: Found) -> bool:
    return found.is_new or found.record.standing == State.DRAFT


def _name(found: Found, names: _Names) -> dict[str, list[str]]:
    """Sets what the touched cells name; what they name that there is not, by column."""
    checks: dict[str, Callable[[Found, _Names], str]] = {
        "project_code": _name_project,
        "milestone_name": _name_milestone,
        "supporter_names": _name_supporters,
    }
    said = {name: check(found, names) for name, check in checks.items() if name in found.touched}
    return {name: [sentence] for name, sentence in said.items() if sentence}


def _name_project(found: Found, names: _Names) -> str:
    code = found.row.values["project_code"]
    found.record.project = names.projects.get(code)
    return f"没有编号为“{code}”的项目，请核对。" if code and found.record.project is None else ""


def _name_milestone(found: Found, names: _Names) -> str:
    name, project = found.row.values["milestone_name"], found.record.project_id
    known = names.milestones.get((project, name), ()) if name else ()
    found.record.milestone = known[0] if len(known) == 1 else None
    if len(known) > 1:
        return f"这个项目有 {len(known)} 个叫“{name}”的未完成节点，认不出是哪一个，请在网页上选。"
    return f"这个项目没有叫“{name}”的未完成节点，请核对。" if name and not known else ""


def _name_supporters(found: Found, names: _Names) -> str:
    strange = [each for each in found.row.values["supporter_names"] if each not in names.agencies]
    return f"没有单位“{'、'.join(strange)}”，请先在“单位”里登记。" if strange else ""


def _by_column(error: ValidationError | None) -> dict[str, list[str]]:
    if error is None:
        return {}
    if not hasattr(error, "error_dict"):
        return {NON_FIELD_ERRORS: error.messages}
    return {NAMED_AS.get(name, name): said for name, said in error.message_dict.items()}


def _add(wrong: dict[str, list[str]], more: Mapping[str, Sequence[str]]) -> None:
    for name, said in more.items():
        # What is said of a cell once is enough: a project that is not there is not a lack of one.
        wrong.setdefault(name, list(said))
