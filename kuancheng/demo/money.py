"""The invented portfolio's money: plans, reports, corrections, funding and lights by hand.

Each is recorded at a believable moment, through the services, by those who would do it.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

from django.utils import timezone

from investment.choices import ReportState
from investment.models import MONTH_FIELDS, AnnualPlan, Funding, OpeningFigure, StatusReport
from investment.rules import checks
from investment.rules.reporting import next_month
from investment.services import (
    approve_report,
    check_report,
    return_report,
    save_report,
    submit_report,
)
from investment.services.corrections import approve_correction, propose_correction
from investment.services.evidence import attach_evidence
from investment.services.funding import save_funding
from investment.services.plans import save_plan
from kuancheng import clock
from kuancheng.demo.photo import demo_photo
from kuancheng.reports.models import LightOverride
from kuancheng.reports.services import light_now, set_override
from projects.models import Project

PARTS = ("plan", "opening", "fundings", "override", "reports")
"""What a project's file holds for this module."""

FILED_ON = (2, 3, 4)
"""Days of the next month on which reports are filed, in turn; they are approved a day later."""

EXPLANATION = "演示：已与监理月报核对，情况属实。"

NOON = time(12)


@dataclass(frozen=True)
class Staff:
    """Who files a project's reports, who reviews them, and the second reviewer."""

    clerk: Any
    reviewer: Any
    second: Any


def load(entry: dict[str, Any], project: Project, staff: Staff, registered: datetime) -> None:
    """Everything about one project's money. ValidationError where the file is wrong."""
    if entry["plan"]:
        _plan(entry["plan"], project, staff, registered)
    for row in entry.get("fundings", ()):
        _funding(row, project, staff)
    for filed in entry["reports"]:
        _report(filed, project, staff)
    if "override" in entry:
        _override(entry["override"], project, staff)


def opening_figure(opening: dict[str, Any], project: Project) -> OpeningFigure:
    """What was completed before the months were reported here."""
    month = date.fromisoformat(f"{opening['month']}-01")
    return OpeningFigure(project=project, **opening | {"month": month})


def _noon(day: str | date) -> datetime:
    on = date.fromisoformat(day) if isinstance(day, str) else day
    return timezone.make_aware(datetime.combine(on, NOON))


def _plan(given: dict[str, Any], project: Project, staff: Staff, registered: datetime) -> None:
    """The year's plan; `before` is a first version that it replaced."""
    first = given.get("before")
    months = dict(zip(MONTH_FIELDS, map(Decimal, given.get("months", ())), strict=False))
    plan = AnnualPlan(
        project=project,
        year=given["year"],
        goal=given["goal"],
        amount=Decimal(first["amount"] if first else given["amount"]),
        **({} if first else months),
    )
    with clock.at(registered):
        plan = save_plan(plan=plan, today=clock.today(), actor=staff.reviewer)
    if first:
        plan.amount = Decimal(given["amount"])
        for name, amount in months.items():
            setattr(plan, name, amount)
        with clock.at(_noon(first["on"])):
            save_plan(plan=plan, today=clock.today(), actor=staff.reviewer, reason=first["reason"])


def _funding(row: dict[str, Any], project: Project, staff: Staff) -> None:
    dated = date.fromisoformat(row["dated"])
    amounts = {name: Decimal(row[name]) for name in ("planned", "in_place")}
    funding = Funding(project=project, source=row["source"], dated=dated, **amounts)
    with clock.at(_noon(dated + timedelta(days=5))):
        save_funding(funding=funding, today=clock.today(), actor=staff.clerk)


def _report(filed: dict[str, Any], project: Project, staff: Staff) -> None:
    """One month through its life: filed, perhaps returned, approved, perhaps corrected."""
    correction = filed.get("correction")
    report = StatusReport(
        project=project,
        month=date.fromisoformat(f"{filed['month']}-01"),
        completed=Decimal(correction["was"] if correction else filed["completed"]),
        physical_percent=Decimal(filed["percent"]),
        physical_progress=filed["progress"],
        problems=filed.get("problems", ""),
        next_step=filed.get("next_step", ""),
    )
    day = next_month(report.month).replace(day=FILED_ON[project.pk % len(FILED_ON)])
    state = filed["state"]
    with clock.at(_noon(day)):
        report = save_report(report=report, today=day, actor=staff.clerk)
        _photos(filed.get("photos", ()), report, staff)
        if state != ReportState.DRAFT:
            _submit(report, day, staff)
    if returned := filed.get("returned"):
        with clock.at(_noon(returned["on"])):
            seen, note = _version(report), returned["note"]
            report = return_report(report=report, seen=seen, note=note, actor=staff.reviewer)
        day = date.fromisoformat(returned["on"]) + timedelta(days=1)
        if state != ReportState.RETURNED:
            with clock.at(_noon(day)):
                _submit(report, day, staff)
    if state == ReportState.APPROVED:
        with clock.at(_noon(day + timedelta(days=1))):
            seen = _version(report)
            report = approve_report(report=report, seen=seen, actor=staff.reviewer)
    if correction:
        _correct(report, filed["completed"], correction, staff, approve=True)
    if proposal := filed.get("proposal"):
        _correct(report, proposal["to"], proposal, staff, approve=False)


def _version(report: StatusReport) -> int:
    """The version that stands: the reviewer of the demo always looks at it."""
    report.refresh_from_db(fields=["version"])
    return report.version


def _submit(report: StatusReport, day: date, staff: Staff) -> None:
    submit_report(
        report=report,
        today=day,
        actor=staff.clerk,
        confirmed=checks.ALL,
        explanation=EXPLANATION if check_report(report) else None,
    )


def _photos(captions: Any, report: StatusReport, staff: Staff) -> None:
    for number, caption in enumerate(captions, 1):
        photo = BytesIO(demo_photo(caption))
        photo.name = f"现场照片{number}.jpg"
        attach_evidence(report=report, files=[photo], caption=caption, actor=staff.clerk)


def _correct(
    report: StatusReport, amount: str, how: dict[str, Any], staff: Staff, *, approve: bool
) -> None:
    with clock.at(_noon(how["on"])):
        correction = propose_correction(
            report=report,
            completed=Decimal(amount),
            physical_percent=report.physical_percent,
            reason=how["reason"],
            seen=_version(report),
            actor=staff.clerk,
        )
    if approve:
        with clock.at(_noon(how["on"]) + timedelta(hours=3)):
            seen = _version(report)
            approve_correction(correction=correction, seen=seen, actor=staff.reviewer)


def _override(given: dict[str, Any], project: Project, staff: Staff) -> None:
    days = {name: date.fromisoformat(given[name]) for name in ("since", "until")}
    override = LightOverride(project=project, light=given["light"], reason=given["reason"], **days)
    with clock.at(_noon(given["since"])):
        today = clock.today()
        seen = light_now(project, today)
        set_override(override=override, seen_light=seen, today=today, actor=staff.second)
