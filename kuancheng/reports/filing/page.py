"""填报情况: of one month, who has filed, who is missing, and whose it is."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils import timezone

from investment.choices import OPEN_STATES, ReportState
from investment.models import StatusReport, month_text
from investment.rules.reporting import ReportingCalendar, last_month
from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.asking.filters import MonthSetting, OneOfFilter
from kuancheng.asking.parameters import BadParameters, Days, KnownParameters
from kuancheng.reports.choices import Unreported
from kuancheng.reports.judging.known import records
from kuancheng.reports.judging.terms import reporting_calendar, rules_on
from kuancheng.reports.models import DailyStatus
from kuancheng.reports.querysets import owing
from kuancheng.reports.questions import statuses_on
from kuancheng.reports.raising.raised import raising
from kuancheng.reports.rules.owing import owes_report
from projects.models import Project, Stop
from projects.rules.stops import stood_still

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
    """One project's month. `late` are days after the due day: filed so late, or missing since.

    `row` is the project's row of the day: who answers for it.
    """

    row: DailyStatus
    state: str
    report: StatusReport | None
    late: int

    @property
    def project(self) -> Project:
        """Whose month it is."""
        return self.row.project

    @property
    def label(self) -> str:
        """The state in words."""
        return STATES[self.state]

    @property
    def outstanding(self) -> bool:
        """Whether something is still to be filed."""
        return self.state in OUTSTANDING


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
    "lead_agency": ("责任单位", lambda filing: filing.row.lead_agency),
    "lead_official": ("包保领导", lambda filing: filing.row.lead_official),
    "liaison_officer": ("项目秘书", lambda filing: filing.row.liaison_officer),
}
"""How the page may be grouped: label, and whose group a filing is in."""


class FilingParameters(KnownParameters):
    """A month, how the page is grouped, and the days."""

    month = MonthSetting(label="月份，不填为最近开放填报的月份")
    by = OneOfFilter(
        choices=[(code, label) for code, (label, _) in GROUPS.items()],
        label="分组，不填按责任单位",
    )


def reporting(asked: FilingParameters, reader: User) -> dict[str, Any]:
    """The page's context. Nine queries. BadParameters for a month that cannot be filed yet."""
    days = asked.days
    rules = rules_on(days.as_of, days.known_at)
    calendar = reporting_calendar(rules, days.known_at)
    latest = calendar.reportable(days.as_of)[-1]
    month = _month(asked, latest)
    by = asked.form.cleaned_data["by"] or "lead_agency"
    filings = filings_of(month, calendar, days)
    label, whose = GROUPS[by]
    counts = {state: sum(each.state == state for each in filings) for state in STATES}
    return {
        "rules": rules,
        "month": month,
        "month_text": month_text(month),
        "months": _months(latest),
        "window": calendar.window(month),
        "as_of": days.as_of,
        "known_at": days.known_at,
        "by": by,
        "group_label": label,
        "groups": [(name, text) for name, (text, _) in GROUPS.items()],
        "counts": [(state, STATES[state], number) for state, number in counts.items()],
        "total": len(filings),
        "outstanding": sum(each.outstanding for each in filings),
        "late": [each for each in filings if each.late and not each.outstanding],
        "raising": raising([each.project.pk for each in filings if each.outstanding], days, reader),
        "parties": list(_grouped(filings, whose, label, month, calendar.due(month))),
    }


def _month(asked: FilingParameters, latest: date) -> date:
    month: date = asked.form.cleaned_data["month"] or latest
    if month > latest:
        said = f"{month:%Y-%m} 还没有开放填报，最近可看 {latest:%Y-%m}。"
        raise BadParameters.of("month", said)
    return month


def _months(latest: date) -> list[date]:
    months = [latest]
    while len(months) < MONTHS_OFFERED:
        months.append(last_month(months[-1]))
    return months


def filings_of(month: date, calendar: ReportingCalendar, days: Days) -> list[Filing]:
    """Every project that owes that month's report or has filed one, by code. Four queries.

    A report stands where it stood at the end of the day: whether it was filed by then is a matter
    of its history, whatever became of it since. What a project that owes none has begun and not
    filed is nobody's lapse, and left out. As known on a day, one query more.
    """
    past = days.latest if days.latest < clock.today() else None
    found = records(StatusReport, Q(month=month), past, related=("submitted_by",))
    reports = {report.project_id: report for report in found}
    filed = [pk for pk, report in reports.items() if report.state not in OUTSTANDING]
    rows = statuses_on(days.as_of, days.known_at)
    still = Q(project__in=_still(month, past))
    ours = rows.filter(owing(Q(done=False)) & ~still | Q(project__in=filed)).for_list()
    due = calendar.due(month)
    return [
        _filing(row, reports.get(row.project_id), due, days.as_of)
        for row in ours.order_by("project__code")
    ]


def _still(month: date, known_on: date | None) -> list[int]:
    """The projects that stood still on every day of the month. One query."""
    stops = records(Stop, Q(stopped_on__lte=month), known_on)
    return [each.project_id for each in stops if stood_still([each.as_fact], month)]


def _filing(row: DailyStatus, report: StatusReport | None, due: date, as_of: date) -> Filing:
    state = report.state if report else MISSING
    filed = report.submitted_at if report and state not in OUTSTANDING else None
    day = timezone.localdate(filed) if filed else as_of
    # One that was completed since did owe it; whoever is 停工 files of his own free will.
    owed = owes_report(row.stage, row.standing, done=False)
    known = owed and (state in OUTSTANDING or filed is not None)
    return Filing(
        row=row, state=state, report=report, late=max(0, (day - due).days) if known else 0
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
        + (f"，项目秘书 {each.row.liaison_officer.name}" if each.row.liaison_officer else "")
        + "）"
        for each in missing
    )
    return (
        f"【催报】{name}：{month_text(month)}进展填报截止 {due.month} 月 {due.day} 日，"
        f"还有 {len(missing)} 个项目没有报送：{named}。请尽快在“填报后台—我的工作”中填报并提交。"
    )
