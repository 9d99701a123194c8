"""Stops as a sheet: one row a stop; a new row begins one, a known one is corrected or reported."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.records.announcing import together
from kuancheng.records.versions import StaleRecord
from kuancheng.sheets.kinds import (
    Column,
    Errors,
    Found,
    Ledger,
    Pick,
    ReadRow,
    RowsRefused,
    SheetKind,
)
from kuancheng.sheets.rules.cells import Day
from projects.choices import StopReason
from projects.models import Project, Stop
from projects.rules.stops import overlapped
from projects.services.many import check_fields
from projects.services.stops.steps import ADD, CHANGE, begin_stop, check_stoppable, correct_stop
from projects.sheets.columns import (
    Projects,
    choice,
    code_of,
    day,
    name_of,
    scope,
    scoped,
    text,
)

NO_RESUMPTION = "复工要经申请和同意，请在项目页办理；这里只能改已同意的复工日期。"


class StopSheet(SheetKind):
    name = "stops"
    label = "停工"
    permission = CHANGE
    help = (
        "一行一次停工，按“项目编号”加“停工日期”认出；没有的是新登记的停工，登记后项目状态即为停工。",
        "改停工日期请在项目页“更正”。复工要经申请和同意：这里不能新填“复工日期”。",
        "报告日期和报告文号要同时填写。",
    )

    def picks(self, user: User) -> Sequence[Pick]:
        return (scope(user),)

    def columns(self) -> Sequence[Column]:
        return (
            code_of(lambda stop: stop.project),
            name_of(lambda stop: stop.project),
            Column(
                "stopped_on",
                "停工日期",
                Day(),
                lambda stop: stop.stopped_on,
                help="停工的第一天；与项目编号一起认出是哪一次停工。",
                key=True,
            ),
            choice("reason", "停工原因", StopReason, required=True, width=18),
            text("note", "情况说明", 200, width=30),
            day("reported_on", "报告日期", help="向施工许可证发证机关报告的日期。"),
            text("report_document", "报告文号", 80, width=18),
            day("recheck_on", "核验日期", help="停工满一年的，复工前核验施工许可证的日期。"),
            text("recheck_document", "核验文号", 80, width=18),
            day("resumed_on", "复工日期", help="恢复施工的第一天；须先申请并经同意。"),
            text("resume_document", "复工文号", 80, width=18),
        )

    def records(self, user: User, picked: Mapping[str, str]) -> Iterable[Any]:
        stops = Stop.objects.filter(project__in=scoped(user, picked)).select_related("project")
        return stops.order_by("project__code", "stopped_on", "pk").iterator(chunk_size=500)

    def ledger(self, user: User, options: Mapping[str, bool]) -> Ledger:
        return StopLedger(user, self.columns())

    def together(self) -> AbstractContextManager[Any]:
        return together()


class StopLedger(Ledger):
    """Stops by their project's code and their first day."""

    group = "code"

    def __init__(self, user: User, columns: Sequence[Column]) -> None:
        self.user, self.columns = user, columns

    def find(self, rows: Sequence[ReadRow], *, lock: bool) -> list[Found]:
        queryset = Project.objects.select_for_update() if lock else Project.objects.all()
        projects = Projects(rows, self.user, queryset)
        by_key: dict[tuple[int, date], Stop] = {}
        for stop in Stop.objects.filter(project__in=projects.all).select_related("project"):
            by_key[stop.project_id, stop.stopped_on] = stop
        return [self._found(row, projects, by_key) for row in rows]

    def _found(
        self, row: ReadRow, projects: Projects, by_key: Mapping[tuple[int, date], Stop]
    ) -> Found:
        found = Found(row)
        project, first = projects.find(row, found), row.values.get("stopped_on")
        if project is None or first is None:
            if "stopped_on" not in row.bad and first is None:
                found.notes.append("请填写停工日期，形如 2024-10-25。")
            return found
        stop = by_key.get((project.pk, first))
        if not found.foreign and not self.user.has_perm(CHANGE if stop else ADD):
            found.foreign = "您没有登记停工的权限。"
        found.record = stop or Stop(project=project, stopped_on=first)
        found.identity = (project.pk, first)
        found.title = f"{project.code} {project.name} {first}"
        return found

    def check(self, found: Sequence[Found]) -> Errors:
        """One query."""
        others: dict[int, list[Stop]] = {}
        projects = {each.record.project_id for each in found}
        for stop in Stop.objects.filter(project__in=projects):
            others.setdefault(stop.project_id, []).append(stop)
        return [self._error(each, others.get(each.record.project_id, [])) for each in found]

    def _error(self, found: Found, others: Sequence[Stop]) -> ValidationError | None:
        stop = found.record
        try:
            check_fields(stop)
            if found.is_new:
                check_stoppable(stop.project, stop)
            _check_days(stop, found.old if not found.is_new else None)
            rest = [each.as_fact for each in others if each.pk != stop.pk]
            if other := overlapped(rest, stop.as_fact):
                raise ValidationError(
                    f"与 {other.stopped_on} 起的停工重叠或相连，请改日期，或先办复工。"
                )
        except ValidationError as error:
            return error
        return None

    def write(self, found: Sequence[Found], *, reason: str) -> None:
        refused: dict[int, str] = {}
        for each in found:
            try:
                self._write(each, reason)
            except StaleRecord:
                refused[each.row.number] = "刚刚被别人改过，请点“重新检查”。"
            except ValidationError as error:
                refused[each.row.number] = "；".join(error.messages)
            except PermissionDenied as error:
                refused[each.row.number] = str(error)
        if refused:
            raise RowsRefused(refused)

    def _write(self, found: Found, reason: str) -> None:
        stop = found.record
        if found.is_new:
            seen = Project.objects.values_list("version", flat=True).get(pk=stop.project_id)
            begin_stop(stop=stop, seen=seen, actor=self.user)
        else:
            correct_stop(stop=stop, reason=reason, seen=found.old.version, actor=self.user)


def _check_days(stop: Stop, old: Stop | None) -> None:
    """What the services would say of the days, in terms of the file."""
    today = clock.today()
    for name in ("stopped_on", "reported_on", "recheck_on"):
        given: date | None = getattr(stop, name)
        if given is not None and given > today:
            raise ValidationError({name: f"不能晚于今天（{today}）。"})
    before = old.resumed_on if old is not None else None
    if (stop.resumed_on is None) != (before is None):
        raise ValidationError({"resumed_on": NO_RESUMPTION})
