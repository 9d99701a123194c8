"""Who is told of a month's report: what waits for review, what was returned, what is to be corrected."""

from collections.abc import Sequence
from hashlib import sha256

from django.urls import reverse

from investment.choices import CorrectionState, ReportState
from investment.models import Correction, StatusReport, month_text
from investment.services.reports import APPROVE
from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.access.rights import holders
from kuancheng.notices.kinds import NoticeKind
from kuancheng.notices.services import Note, notify, notify_all, settle
from kuancheng.records.announcing import Action, Announcement
from projects.choices import Role
from projects.notices.people import NEWS, accounts_of
from projects.services.rights import OVERSEE

FILE = "investment.change_statusreport"
GROUP = "月度填报"

REPORT_WAITING = NoticeKind(
    "report_waiting", "填报待复核", duty=True, permission=APPROVE, group=GROUP
)
REPORT_RETURNED = NoticeKind(
    "report_returned", "填报被退回", duty=True, permission=FILE, group=GROUP
)
CORRECTION_WAITING = NoticeKind(
    "correction_waiting", "更正待批准", duty=True, permission=APPROVE, group=GROUP
)
CORRECTION_DECIDED = NoticeKind("correction_decided", "更正有结果", permission=FILE, group=GROUP)

KINDS = (REPORT_WAITING, REPORT_RETURNED, CORRECTION_WAITING, CORRECTION_DECIDED)

DECIDED: dict[str, str] = {
    CorrectionState.APPROVED: "更正已批准",
    CorrectionState.REJECTED: "更正未采纳",
}

MOST_NAMED = 20
"""Reports that a notice names; the rest is counted."""


def heed(changes: Sequence[Announcement]) -> None:
    """Tells of reports that changed their state, and of corrections that were proposed."""
    moved = {
        each.id: each.actor
        for each in changes
        if each.kind == StatusReport._meta.label_lower and "state" in each.fields
    }
    if moved:
        _tell_reports(moved)
    proposed = {
        each.id: each.actor
        for each in changes
        if each.kind == Correction._meta.label_lower and each.action == Action.CREATED
    }
    if proposed:
        _tell_corrections(proposed)
    decided = {
        each.id: each.actor
        for each in changes
        if each.kind == Correction._meta.label_lower
        and each.action == Action.CHANGED
        and "state" in each.fields
    }
    if decided:
        _tell_decisions(decided)


def _tell_reports(moved: dict[int, int]) -> None:
    found = StatusReport.objects.filter(pk__in=moved).order_by("project__code")
    reports = list(found.select_related("project", "submitted_by", "returned_by"))
    _settle_reports(reports)
    for actor in sorted(set(moved.values())):
        by_actor = [each for each in reports if moved[each.pk] == actor]
        _tell_waiting([each for each in by_actor if each.state == ReportState.SUBMITTED], actor)
        for report in by_actor:
            if report.state == ReportState.RETURNED:
                _tell_returned(report, actor)


def _settle_reports(reports: Sequence[StatusReport]) -> None:
    """What waited for review need not any more, nor what was returned and is filed again."""
    kind = StatusReport._meta.label_lower
    moved_on = {
        each.pk: f"{each.get_state_display()}，不用再复核。"
        for each in reports
        if each.state != ReportState.SUBMITTED
    }
    settle(about=kind, outcomes=moved_on, kinds=[REPORT_WAITING])
    again = {each.pk: "已重新提交。" for each in reports if each.state == ReportState.SUBMITTED}
    settle(about=kind, outcomes=again, kinds=[REPORT_RETURNED])


def _tell_waiting(reports: Sequence[StatusReport], actor: int) -> None:
    """One notice for all that one person submits at once."""
    if not reports:
        return
    first, alone = reports[0], len(reports) == 1
    reviewers = holders(APPROVE, OVERSEE).filter(is_staff=True)
    if alone:
        link = reverse("admin:investment_statusreport_change", args=[first.pk])
        authors = (first.submitted_by_id, first.completed_by_id, first.percent_by_id)
        reviewers = reviewers.exclude(pk__in=[each for each in authors if each])
    else:
        link = reverse("admin:investment_statusreport_review")
    notify(
        to=reviewers,
        kind=REPORT_WAITING,
        title=f"填报待复核：{_named(first)}" if alone else f"{len(reports)} 份填报待复核",
        text=f"{first.submitted_by} 提交。" if alone else _list(reports),
        link=link,
        about=(first._meta.label_lower, first.pk) if alone else None,
        key=_key(reports),
        by=actor,
    )


def _tell_returned(report: StatusReport, actor: int) -> None:
    if report.returned_at is None or clock.now() - report.returned_at > NEWS:
        return
    liaison = accounts_of([report.project_id], clock.today(), Role.LIAISON_OFFICER)
    authors = [report.submitted_by] if report.submitted_by else []
    notify(
        to=_at_a_desk([*authors, *liaison.get(report.project_id, ())]),
        kind=REPORT_RETURNED,
        title=f"填报被退回：{_named(report)}",
        text=f"{report.returned_by} 的意见：{report.return_note}",
        link=reverse("admin:investment_statusreport_change", args=[report.pk]),
        about=(report._meta.label_lower, report.pk),
        key=_key([report]),
        by=actor,
    )


def _tell_corrections(proposed: dict[int, int]) -> None:
    waiting = Correction.objects.proposed().filter(pk__in=proposed)
    for each in waiting.select_related("report__project", "author"):
        notify(
            to=holders(APPROVE, OVERSEE).filter(is_staff=True).exclude(pk=each.author_id),
            kind=CORRECTION_WAITING,
            title=f"更正待批准：{_named(each.report)}",
            text=f"{each.author} 提出：{each.reason}",
            link=reverse("admin:investment_correction_change", args=[each.pk]),
            about=(each._meta.label_lower, each.pk),
            key=str(each.pk),
            by=proposed[each.pk],
        )


def _tell_decisions(decided: dict[int, int]) -> None:
    """The author and the liaison officer know what became of a correction; nobody else decides."""
    found = Correction.objects.exclude(state=CorrectionState.PROPOSED).filter(pk__in=decided)
    corrections = list(found.select_related("report__project", "author", "approver"))
    projects = [each.report.project_id for each in corrections]
    liaison = accounts_of(projects, clock.today(), Role.LIAISON_OFFICER)
    settle(
        about=Correction._meta.label_lower,
        outcomes={
            each.pk: f"{each.approver}：{each.get_state_display()}。" for each in corrections
        },
        kinds=[CORRECTION_WAITING],
    )
    notify_all(
        [
            Note(
                to=_at_a_desk(
                    [*filter(None, [each.author]), *liaison.get(each.report.project_id, ())]
                ),
                kind=CORRECTION_DECIDED,
                title=f"{DECIDED[each.state]}：{_named(each.report)}",
                text=_decision(each),
                link=reverse("admin:investment_correction_change", args=[each.pk]),
                about=(each._meta.label_lower, each.pk),
                key=str(each.pk),
                by=decided[each.pk],
            )
            for each in corrections
            if each.decided_at and clock.now() - each.decided_at <= NEWS
        ]
    )


def _decision(correction: Correction) -> str:
    said = f"{correction.approver} 的意见：{correction.decision_note}"
    first = said if correction.decision_note else f"{correction.approver} 办理。"
    if correction.state == CorrectionState.REJECTED:
        return f"{first}\n填报的数字不变。"
    return f"{first}\n本月完成投资由 {correction.before_completed} 万元更正为 {correction.completed} 万元。"


def _at_a_desk(people: Sequence[User]) -> list[User]:
    """Those who can open the forms of the admin."""
    return [each for each in people if each.is_staff]


def _named(report: StatusReport) -> str:
    return f"{report.project.name} {month_text(report.month)}"


def _list(reports: Sequence[StatusReport]) -> str:
    lines = [_named(each) for each in reports[:MOST_NAMED]]
    if len(reports) > MOST_NAMED:
        lines.append(f"另有 {len(reports) - MOST_NAMED} 份。")
    return "\n".join(lines)


def _key(reports: Sequence[StatusReport]) -> str:
    """Names these reports in these versions."""
    if len(reports) == 1:
        return f"{reports[0].pk}.{reports[0].version}"
    named = ",".join(f"{each.pk}.{each.version}" for each in reports)
    return sha256(named.encode()).hexdigest()[:40]
