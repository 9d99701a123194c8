"""What a matter can be raised from: the recorded fact, and what it fills the form with.

A new origin is one more code of `MatterOrigin` and one more `Kind` here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.urls import reverse

from investment.choices import ReportState
from investment.models import StatusReport
from kuancheng import clock
from kuancheng.reports.choices import Basis
from kuancheng.reports.judging import daily
from kuancheng.reports.judging.reasons import KeptReason, is_raisable, reason_key
from kuancheng.reports.models import DailyStatus
from kuancheng.reports.rules.lights import LABELS, RULES, Light
from projects.choices import Factor, MatterOrigin, Phase
from projects.models import Matter, Milestone, Project, WeeklyReview
from projects.rules.matters.origin import Origin

LONGEST_TITLE = 60
"""Characters of a report's problems that still make a title."""

FACTORS = {Phase.SITING: Factor.LAND, Phase.PERMIT: Factor.APPROVAL}
"""What a step of a phase most often lacks; the author chooses another where it is not so."""

WANTED = {
    "gap": "投资完成追上序时进度",
    "start_late": "项目开工",
    "enrolment_late": "完成入统",
    "forecast_late": "预计竣工日回到承诺竣工日以内",
    "report_missing": "报送这个月的进展",
}
"""What is to be achieved where a rule has fired that is about no milestone."""


@dataclass(frozen=True)
class Source:
    """Something on record from which a matter is raised.

    `words` say what it is, `fill` is what it fills the form with, by the form's fields.
    """

    origin: Origin
    project: Project
    words: str
    fill: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Kind:
    """A kind of origin: how one of a project is found, called, and where it is on the project's page.

    `page` leads elsewhere, where it is on another.
    """

    find: Callable[[Project, str], Source | None]
    called: Callable[[Matter], str]
    section: str
    page: Callable[[Matter], str] = lambda matter: ""


def source_of(project: Project, kind: str, key: str) -> Source | None:
    """What is on record under that key; None for nothing of this project. Three queries at most."""
    found = KINDS.get(kind)
    return found.find(project, key) if found else None


def passed(project: Project, kind: str, key: str) -> Source | None:
    """What a form was shown for and what has passed since: a reason fires no more, a step is done.

    None for what never was of this project. A query at most.
    """
    origin = Origin(kind, key)
    about, number = origin.thing
    if about == "milestone":
        step = _milestone(project, number)
        return Source(origin, project, f"节点“{step.name}”") if step else None
    rule = key.split(":", 1)[0]
    if kind == MatterOrigin.REASON and rule in RULES:
        return Source(origin, project, f"亮灯原因：{RULES[rule]}")
    return None


@dataclass(frozen=True)
class Back:
    """What a matter was raised from, in words, and where that is."""

    words: str
    link: str


def way_back(matter: Matter) -> Back | None:
    """Where the matter comes from; None where it came from nothing on record. A query at most."""
    found = KINDS.get(matter.origin_kind)
    if found is None or matter.project is None:
        return None
    page = found.page(matter) or reverse("project", args=[matter.project.code])
    return Back(found.called(matter), f"{page}#{found.section}")


def _reason(project: Project, key: str) -> Source | None:
    """A reason of today's light, red or yellow. Three queries, when today's rows are written."""
    today = clock.today()
    daily.ensure(today, today=today)
    row = DailyStatus.objects.filter(basis=Basis.DAILY, date=today, project=project).first()
    reasons = row.reasons if row else []
    reason = next((each for each in reasons if is_raisable(each) and reason_key(each) == key), None)
    if reason is None:
        return None
    origin = Origin(MatterOrigin.REASON, key)
    step = _milestone_of(project, origin)
    label = LABELS[Light(reason["light"])]
    words = f"{label}：{reason['text']}"
    fill = _filled_by(project, step) | {
        "title": _title(reason),
        "source": f"{_day(today)}{label}",
        "text": f"{_day(today)}亮{label}：{reason['text']}。",
        "expected": _wanted(reason, step),
    }
    return Source(origin, project, words, fill)


def _wanted(reason: KeptReason, step: Milestone | None) -> str:
    if step is None:
        return WANTED[reason["rule"]]
    if reason["rule"] == "permit_lapse":
        lapsed = reason["light"] == Light.RED
        return f"重新办理“{step.name}”" if lapsed else f"开工，或办理“{step.name}”延期"
    return f"完成节点“{step.name}”"


def _title(reason: KeptReason) -> str:
    """What fired, and about what; without its days, which pass."""
    subject = reason.get("subject")
    return f"{RULES[reason['rule']]}：{subject['name']}" if subject else RULES[reason["rule"]]


def _milestone_of(project: Project, origin: Origin) -> Milestone | None:
    kind, key = origin.thing
    return _milestone(project, key) if kind == "milestone" else None


def _milestone(project: Project, key: str) -> Milestone | None:
    if not key.isdecimal():
        return None
    steps = Milestone.objects.filter(project=project, pk=min(int(key), 2**63 - 1))
    return steps.select_related("agency").first()


def _filled_by(project: Project, step: Milestone | None) -> dict[str, object]:
    agency = step.agency_id if step and step.agency_id else project.lead_agency_id
    return {
        "project": project.code,
        "milestone": step.pk if step else None,
        "factor": FACTORS.get(Phase(step.phase), Factor.OTHER) if step else Factor.OTHER,
        "lead_agency": agency,
    }


def _report(project: Project, key: str) -> Source | None:
    """The problems of a report that was submitted. One query."""
    report = _report_of(project, key)
    if report is None or not report.problems:
        return None
    plain = " ".join(report.problems.split())
    title = plain if len(plain) <= LONGEST_TITLE else f"{report.month_text}填报的存在问题"
    words = f"{report.month_text}填报的存在问题"
    fill = _filled_by(project, None) | {
        "title": title,
        "source": f"{report.month_text}进展填报",
        "text": report.problems,
    }
    return Source(Origin(MatterOrigin.REPORT, key), project, words, fill)


def _report_of(project: Project, key: str) -> StatusReport | None:
    if not key.isdecimal():
        return None
    filed = StatusReport.objects.exclude(state=ReportState.DRAFT)
    return filed.filter(project=project, pk=min(int(key), 2**63 - 1)).first()


def _step(project: Project, key: str) -> Source | None:
    """A milestone that is not finished. One query."""
    step = _milestone(project, key)
    if step is None or step.actual_finish is not None:
        return None
    due = f"（计划 {step.planned_finish} 完成）" if step.planned_finish else ""
    fill = _filled_by(project, step) | {
        "title": f"节点受阻：{step.name}",
        "source": "节点与工期",
        "expected": f"完成节点“{step.name}”{due}",
    }
    return Source(Origin(MatterOrigin.MILESTONE, key), project, f"节点“{step.name}”", fill)


def _called_reason(matter: Matter) -> str:
    rule = matter.origin_key.split(":", 1)[0]
    about = f"“{matter.milestone.name}”" if matter.milestone else ""
    return f"亮灯原因：{RULES.get(rule, rule)}{about}"


def _called_report(matter: Matter) -> str:
    report = _report_of(matter.project, matter.origin_key) if matter.project else None
    return f"{report.month_text if report else ''}填报的存在问题"


def _called_step(matter: Matter) -> str:
    return f"节点“{matter.milestone.name}”" if matter.milestone else "节点"


def _nothing(project: Project, key: str) -> Source | None:
    """A decision is raised by its review alone."""
    return None


def _called_review(matter: Matter) -> str:
    return f"{matter.source}议定事项"


def _review_page(matter: Matter) -> str:
    found = WeeklyReview.objects.filter(decisions__matter=matter).first()
    return found.get_absolute_url() if found else ""


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


KINDS: Mapping[str, Kind] = {
    MatterOrigin.REASON: Kind(_reason, _called_reason, "judgement"),
    MatterOrigin.REPORT: Kind(_report, _called_report, "reports"),
    MatterOrigin.MILESTONE: Kind(_step, _called_step, "steps"),
    MatterOrigin.REVIEW: Kind(_nothing, _called_review, "agenda", _review_page),
}
