"""The month's reports as a sheet: one row a project and month."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError

from investment.models import ReportingWindow, StatusReport, month_text
from investment.rules.checks import ALL, Finding, Weight
from investment.rules.reporting import last_month
from investment.services import check_reports, save_report, submit_reports
from investment.services.reports import require_open
from investment.sheets.rows import field_errors, with_records, write_each
from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.records.announcing import together
from kuancheng.sheets.kinds import (
    Column,
    Errors,
    Found,
    Ledger,
    Option,
    Pick,
    ReadRow,
    SheetKind,
)
from kuancheng.sheets.rules.cells import Month, Number
from projects.models import Project
from projects.sheets.columns import Projects, amount, code_of, name_of, number, scope, text

SUBMIT = "submit"
MONTHS_OFFERED = 12
MOST_SHOWN = 5
"""So many reports that could not be submitted are named; the rest is counted."""

NOT_FILED = "未填报"


class ReportSheet(SheetKind):
    name = "reports"
    label = "进展填报"
    permission = "investment.change_statusreport"
    help = (
        "一行一个项目一个月，按“项目编号”加“月份”认出；还没有填报的项目是空行，填上就新增草稿。",
        "只能改草稿和已退回的填报；待复核的请先撤回，已复核的请走“更正”。",
        "系统提示需要确认的，在“异常说明”里写明原因，就视为已确认。",
    )
    options = (Option(SUBMIT, "导入后直接提交（检查不过的留作草稿）"),)

    def picks(self, user: User) -> Sequence[Pick]:
        months = list(reversed(ReportingWindow.objects.calendar().reportable(clock.today())))
        while len(months) < MONTHS_OFFERED:
            months.append(last_month(months[-1]))
        return (
            scope(user),
            Pick("month", "月份", [(f"{month:%Y-%m}", month_text(month)) for month in months]),
        )

    def columns(self) -> Sequence[Column]:
        return (
            code_of(lambda report: report.project),
            name_of(lambda report: report.project),
            Column(
                "month",
                "月份",
                Month(),
                lambda report: f"{report.month:%Y-%m}",
                help="例如 2024-09；与项目编号一起认出是哪份填报。",
                width=10,
                key=True,
            ),
            Column("state", "填报状态", Month(), _state, help="供参考，导入时不看。", info=True),
            amount("completed", "本月完成投资", help="确实没有完成投资填 0；空着是没有报。"),
            number(
                "physical_percent",
                "形象进度（%）",
                Number(2, "%"),
                help="自开工累计，0 到 100，只填数字。",
            ),
            text("physical_progress", "形象进度描述", 1000, width=40),
            text("problems", "存在问题", 1000, width=30),
            text("next_step", "下步安排", 1000, width=30),
            text(
                "explanation",
                "异常说明",
                400,
                width=30,
                help="有需要确认的提示时，写明确认无误和原因。",
            ),
        )

    def records(self, user: User, picked: Mapping[str, str]) -> Iterable[Any]:
        text = picked.get("month") or self.picks(user)[1].options[0][0]
        month = date.fromisoformat(f"{text}-01")
        reports = StatusReport.objects.filter(month=month)
        return with_records(
            user,
            picked,
            "status_reports",
            reports,
            lambda each: StatusReport(project=each, month=month),
        )

    def ledger(self, user: User, options: Mapping[str, bool]) -> Ledger:
        return ReportLedger(user, self.columns(), clock.today(), bool(options.get(SUBMIT)))

    def together(self) -> AbstractContextManager[Any]:
        return together()


def _state(report: StatusReport) -> str:
    return str(report.get_state_display()) if report.pk else NOT_FILED


class ReportLedger(Ledger):
    """Reports by their project's code and their month."""

    def __init__(self, user: User, columns: Sequence[Column], today: date, submits: bool) -> None:
        self.user, self.columns, self.today, self.submits = user, columns, today, submits
        self._calendar = ReportingWindow.objects.calendar()
        self._written: list[StatusReport] = []

    def find(self, rows: Sequence[ReadRow], *, lock: bool) -> list[Found]:
        projects = Projects(rows, self.user, Project.objects.all())
        months = {month for row in rows if (month := row.values.get("month"))}
        reports = StatusReport.objects.filter(project__in=projects.all, month__in=months)
        reports = reports.select_related("project").order_by("pk")
        if lock:
            reports = reports.select_for_update(of=("self",))
        known = {(each.project_id, each.month): each for each in reports}
        return [self._found(row, projects, known) for row in rows]

    def _found(
        self, row: ReadRow, projects: Projects, known: Mapping[tuple[int, date], StatusReport]
    ) -> Found:
        found = Found(row)
        project = projects.find(row, found)
        month = row.values.get("month")
        if "month" not in row.bad and month is None:
            found.notes.append("请填写月份，例如 2024-09。")
        elif project is not None and month is not None:
            report = known.get((project.pk, month))
            right = "change" if report else "add"
            if not found.foreign and not self.user.has_perm(f"investment.{right}_statusreport"):
                found.foreign = "您没有填报的权限。"
            found.record = report or StatusReport(project=project, month=month)
            found.identity = (project.pk, month)
            found.title = f"{project.code} {project.name} {month_text(month)}"
        return found

    def check(self, found: Sequence[Found]) -> Errors:
        return field_errors(found, self._check_open)

    def _check_open(self, found: Found) -> None:
        report: StatusReport = found.record
        if not report.is_open:
            raise ValidationError(f"这份填报{report.get_state_display()}，不能在这里修改。")
        require_open(report, self._calendar, self.today)

    def hints(self, found: Sequence[Found]) -> Sequence[Mapping[str, str]]:
        reports = [each.record for each in found]
        return [
            _hint(report, findings)
            for report, findings in zip(reports, check_reports(reports), strict=True)
        ]

    def write(self, found: Sequence[Found], *, reason: str) -> None:
        write_each(found, self._write, reason)
        self._written += [each.record for each in found]

    def _write(self, found: Found) -> None:
        save_report(
            report=found.record,
            today=self.today,
            actor=self.user,
            seen=None if found.is_new else found.old.version,
        )

    def finish(self) -> str:
        if not self.submits or not self._written:
            return ""
        outcomes: list[StatusReport | Exception] = []
        explained = [each for each in self._written if each.explanation]
        plain = [each for each in self._written if not each.explanation]
        for reports, confirmed in ((explained, ALL), (plain, None)):
            outcomes += submit_reports(reports, self.today, self.user, confirmed)
        pairs = zip([*explained, *plain], outcomes, strict=True)
        left = [
            f"{report}（{_why(each)}）" for report, each in pairs if isinstance(each, Exception)
        ]
        return _outcome(len(outcomes) - len(left), left)


def _hint(report: StatusReport, findings: Sequence[Finding]) -> dict[str, str]:
    hints: dict[str, str] = {}
    for each in findings:
        stops = "（不改不能提交）" if each.weight is Weight.ERROR else ""
        if each.weight is Weight.CONFIRM and not report.explanation:
            stops = "（提交前须填“异常说明”）"
        hints[each.field] = hints.get(each.field, "") + each.text + stops
    return hints


def _why(error: Exception) -> str:
    if isinstance(error, ValidationError):
        return error.messages[0].rstrip("。")
    return str(error).rstrip("。")


def _outcome(done: int, left: Sequence[str]) -> str:
    if not left:
        return f"已全部提交 {done} 份，等待复核。"
    more = f"等 {len(left)} 份" if len(left) > MOST_SHOWN else ""
    return f"已提交 {done} 份；{len(left)} 份没有提交，留作草稿：{'；'.join(left[:MOST_SHOWN])}{more}。"
