"""填报情况: of one month, who has filed, who is missing, and whose it is."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.http import QueryDict
from django.utils import timezone

from investment.choices import OPEN_STATES, ReportState
from investment.models import ReportingWindow, StatusReport, month_text
from investment.rules.reporting import ReportingCalendar, last_month, parse_month
from kuancheng.reports.choices import Unreported
from kuancheng.reports.judging.owing import owing
from kuancheng.reports.models import RuleSet
from kuancheng.reports.questions import BadParameters
from kuancheng.reports.rules.owing import owes_report
from projects.choices import Role
from projects.models import Agency, Assignment, Official, Project

MISSING = Unreported.MISSING.value
STATES = {
    MISSING: str(Unreported.MISSING.label),
    ReportState.RETURNED: "已退回",
    ReportState.DRAFT: "草稿未提交",
    ReportState.SUBMITTED: "待复核",
    ReportState.APPROVED: "已复核",
}
"""Where a project's month stands, what is furthest from done first."""

OUTSTANDING = (MISSING, *OPEN_STATES)
NOBODY = "（未登记）"
MONTHS_OFFERED = 12


@dataclass(frozen=True)
class Filing:
    """One project's month. `late` are days after the due day: filed so late, or missing since."""

    project: Project
    state: str
    report: StatusReport | None
    late: int
    lead_official: Official | None
    liaison_officer: Official | None

    @property
    def label(self) -> str:
        """The state in words."""
        return STATES[self.state]

    @property
    def outstanding(self) -> bool:
        """Whether something is still to be filed."""
        return self.state in OUTSTANDING

    @property
    def lead_agency(self) -> Agency | None:
        """Who answers for the project."""
        return self.project.lead_agency


@dataclass(frozen=True)
class Group:
    """The filings of one agency or official, those that are missing first."""

    name: str
    filings: tuple[Filing, ...]
    reminder: str

    @property
    def outstanding(self) -> tuple[Filing, ...]:
        """What is still to be filed."""
        return tuple(each for each in self.filings if each.outstanding)


GROUPS: dict[str, tuple[str, Callable[[Filing], Any]]] = {
    "lead_agency": ("责任单位", lambda filing: filing.lead_agency),
    "lead_official": ("包保领导", lambda filing: filing.lead_official),
    "liaison_officer": ("项目秘书", lambda filing: filing.liaison_officer),
}
"""How the page may be grouped: label, and whose group a filing is in."""


def reporting(params: QueryDict, today: date) -> dict[str, Any]:
    """The page's context. Six queries. BadParameters for a month or a grouping it does not know."""
    rules = RuleSet.objects.in_force(today)
    calendar = ReportingWindow.objects.calendar(rules.report_due_workday)
    reportable = calendar.reportable(today)
    month, by = _asked(params, reportable[-1])
    filings = filings_of(month, calendar, today)
    label, whose = GROUPS[by]
    counts = {state: sum(each.state == state for each in filings) for state in STATES}
    return {
        "month": month,
        "month_text": month_text(month),
        "months": _months(reportable[-1]),
        "window": calendar.window(month),
        "today": today,
        "by": by,
        "group_label": label,
        "groups": [(name, text) for name, (text, _) in GROUPS.items()],
        "counts": [(state, STATES[state], number) for state, number in counts.items()],
        "total": len(filings),
        "outstanding": sum(each.outstanding for each in filings),
        "late": [each for each in filings if each.late and not each.outstanding],
        "parties": list(_grouped(filings, whose, label, month, calendar.due(month))),
    }


def _asked(params: QueryDict, latest: date) -> tuple[date, str]:
    errors = [f"不认识的参数“{name[:40]}”。" for name in params if name not in {"month", "by"}]
    month, by = latest, params.get("by", "lead_agency")
    try:
        if text := params.get("month"):
            month = parse_month(text)
    except ValueError:
        errors.append(f"month：“{params['month'][:20]}”不是月份，应形如 2024-09。")
    if not date(2000, 1, 1) <= month <= latest:
        errors.append(f"month：{month:%Y-%m} 还没有开放填报，最近可看 {latest:%Y-%m}。")
    if by not in GROUPS:
        errors.append(f"by：“{by[:20]}”不可用，可用：{'、'.join(GROUPS)}。")
    if errors:
        raise BadParameters(errors)
    return month, by


def _months(latest: date) -> list[date]:
    months = [latest]
    while len(months) < MONTHS_OFFERED:
        months.append(last_month(months[-1]))
    return months


def filings_of(month: date, calendar: ReportingCalendar, today: date) -> list[Filing]:
    """Every project that owes that month's report or has filed one, by code. Four queries.

    What a project that owes none has begun and not filed is nobody's lapse, and left out.
    """
    found = StatusReport.objects.filter(month=month).select_related("submitted_by")
    reports = {report.project_id: report for report in found}
    filed = [pk for pk, report in reports.items() if report.state not in OUTSTANDING]
    owes = owing(Project.objects.all(), today).values("pk")
    projects = Project.objects.filter(Q(pk__in=owes) | Q(pk__in=filed))
    people = _people(today)
    due = calendar.due(month)
    return [
        _filing(project, reports.get(project.pk), people.get(project.pk, {}), due, today)
        for project in projects.select_related("lead_agency").order_by("code")
    ]


def _people(today: date) -> dict[int, dict[str, Official]]:
    found: dict[int, dict[str, Official]] = {}
    for each in Assignment.objects.on(today).leading().select_related("official").order_by("since"):
        found.setdefault(each.project_id, {})[each.role] = each.official
    return found


def _filing(
    project: Project,
    report: StatusReport | None,
    people: dict[str, Official],
    due: date,
    today: date,
) -> Filing:
    state = report.state if report else MISSING
    filed = report.submitted_at if report and state not in OUTSTANDING else None
    day = timezone.localdate(filed) if filed else today
    # One that was completed since did owe it; whoever is 停工 files of his own free will.
    owed = owes_report(project.stage, project.standing, done=False)
    known = owed and (state in OUTSTANDING or filed is not None)
    return Filing(
        project=project,
        state=state,
        report=report,
        late=max(0, (day - due).days) if known else 0,
        lead_official=people.get(Role.LEAD_OFFICIAL),
        liaison_officer=people.get(Role.LIAISON_OFFICER),
    )


def _grouped(
    filings: Sequence[Filing], whose: Callable[[Filing], Any], label: str, month: date, due: date
) -> Iterator[Group]:
    """Groups with something missing first, the most first; each in the order of its record."""
    by_party: dict[Any, list[Filing]] = {}
    for filing in filings:
        by_party.setdefault(whose(filing), []).append(filing)
    ranked = sorted(by_party.items(), key=lambda pair: _place(*pair))
    for party, found in ranked:
        order = list(STATES)
        ordered = sorted(found, key=lambda each: (order.index(each.state), each.project.code))
        name = party.name if party else NOBODY
        yield Group(name, tuple(ordered), _reminder(name, ordered, month, due))


def _place(party: Any, filings: Iterable[Filing]) -> tuple[int, int, str]:
    missing = sum(each.outstanding for each in filings)
    return (-missing, party.order if party else 9999, party.name if party else "")


def _reminder(name: str, filings: Sequence[Filing], month: date, due: date) -> str:
    """A text to send to whoever has something missing."""
    missing = [each for each in filings if each.outstanding]
    if not missing:
        return ""
    named = "；".join(
        f"{each.project.name}（{each.label}"
        + (f"，项目秘书 {each.liaison_officer.name}" if each.liaison_officer else "")
        + "）"
        for each in missing
    )
    return (
        f"【催报】{name}：{month_text(month)}进展填报截止 {due.month} 月 {due.day} 日，"
        f"还有 {len(missing)} 个项目没有报送：{named}。请尽快在“填报后台—我的工作”中填报并提交。"
    )
