"""Annual plans as a sheet: one row a project and year."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date
from typing import Any

from investment.models import MONTH_FIELDS, AnnualPlan
from investment.services.plans import require_reason, save_plan
from investment.sheets.rows import field_errors, with_records, write_each
from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.records.announcing import together
from kuancheng.sheets.kinds import Column, Errors, Found, Ledger, Pick, ReadRow, SheetKind
from kuancheng.sheets.rules.cells import Number, Text
from projects.models import Project
from projects.sheets.columns import Projects, amount, code_of, name_of, scope, text

FIRST_YEAR, LAST_YEAR = 2000, 2100


class PlanSheet(SheetKind):
    name = "plans"
    label = "年度计划"
    permission = "investment.change_annualplan"
    help = (
        "一行一个项目一个年度，按“项目编号”加“年度”认出；没有计划的项目是空行，填上金额就是新增。",
        "12 个月全填或全空；全填须与年度计划投资相等，全空按季节曲线分解；没有安排的月份填 0。",
        "年度已开始的计划，改动须写“调整原因”；原来的计划作为旧版保留。",
    )

    def picks(self, user: User) -> Sequence[Pick]:
        year = clock.today().year
        years = [(str(each), f"{each} 年") for each in (year, year + 1, year - 1, year - 2)]
        return (scope(user), Pick("year", "年度", years))

    def columns(self) -> Sequence[Column]:
        months = [
            amount(field, f"{number}月", help="12 个月全填或全空。")
            for number, field in enumerate(MONTH_FIELDS, 1)
        ]
        return (
            code_of(lambda plan: plan.project),
            name_of(lambda plan: plan.project),
            Column(
                "year",
                "年度",
                Number(0),
                lambda plan: plan.year,
                help="例如 2024；与项目编号一起认出是哪份计划。",
                width=8,
                key=True,
            ),
            amount("amount", "年度计划投资", required=True),
            text("goal", "年度形象进度目标", 200, width=30),
            *months,
            Column(
                "reason",
                "调整原因",
                Text(200),
                lambda plan: None,
                help="年度已开始后改动计划时必填，写明依据；每次导入填本次的原因。",
                width=30,
                aside=True,
            ),
        )

    def records(self, user: User, picked: Mapping[str, str]) -> Iterable[Any]:
        year = int(picked.get("year") or clock.today().year)
        plans = AnnualPlan.objects.for_year(year)
        return with_records(
            user, picked, "annual_plans", plans, lambda each: AnnualPlan(project=each, year=year)
        )

    def ledger(self, user: User, options: Mapping[str, bool]) -> Ledger:
        return PlanLedger(user, self.columns(), clock.today())

    def together(self) -> AbstractContextManager[Any]:
        return together()


class PlanLedger(Ledger):
    """Plans by their project's code and their year."""

    def __init__(self, user: User, columns: Sequence[Column], today: date) -> None:
        self.user, self.columns, self.today = user, columns, today

    def find(self, rows: Sequence[ReadRow], *, lock: bool) -> list[Found]:
        projects = Projects(rows, self.user, Project.objects.all())
        plans = AnnualPlan.objects.filter(project__in=projects.all).order_by("pk")
        plans = plans.select_related("project")
        if lock:
            plans = plans.select_for_update(of=("self",))
        known = {(each.project_id, each.year): each for each in plans}
        return [self._found(row, projects, known) for row in rows]

    def _found(
        self, row: ReadRow, projects: Projects, known: Mapping[tuple[int, int], AnnualPlan]
    ) -> Found:
        found = Found(row)
        project = projects.find(row, found)
        year = row.values.get("year")
        if "year" not in row.bad and (year is None or not FIRST_YEAR <= year <= LAST_YEAR):
            found.notes.append(f"请填写年度，应在 {FIRST_YEAR} 到 {LAST_YEAR} 之间。")
        elif project is not None and year is not None:
            plan = known.get((project.pk, year))
            right = "change" if plan else "add"
            if not self.user.has_perm(f"investment.{right}_annualplan"):
                found.foreign = "您没有修改年度计划的权限。"
            found.record = plan or AnnualPlan(project=project, year=year)
            found.identity = (project.pk, year)
            found.title = f"{project.code} {project.name} {year}"
        return found

    def check(self, found: Sequence[Found]) -> Errors:
        return field_errors(found, self._check_reason)

    def _check_reason(self, found: Found) -> None:
        if not found.is_new:
            require_reason(found.record, str(found.row.values.get("reason") or ""), self.today)

    def write(self, found: Sequence[Found], *, reason: str) -> None:
        write_each(found, self._write, reason)

    def _write(self, found: Found) -> None:
        save_plan(
            plan=found.record,
            today=self.today,
            actor=self.user,
            reason=str(found.row.values.get("reason") or ""),
        )
