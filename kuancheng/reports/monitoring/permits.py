"""What the day's monitoring tells of permits: 30 and 10 working days before they lapse, and then."""

from collections.abc import Sequence
from datetime import date

from django.urls import reverse

from kuancheng.access.models import User
from kuancheng.access.rights import holders
from kuancheng.asking.parameters import Days
from kuancheng.notices.kinds import NoticeKind
from kuancheng.notices.services import Note, notify_all
from kuancheng.reports.judging.permits import Permit, needed_on, permits_on
from kuancheng.reports.judging.terms import rules_on
from kuancheng.reports.monitoring.letter import GROUP
from projects.choices import Role
from projects.models import Milestone
from projects.notices.people import accounts_of
from projects.planning import site_calendars
from projects.rules.permits import State
from projects.services.rights import OVERSEE

PERMIT_LAPSE = NoticeKind(
    "permit_lapse", "手续将到期、失效", permission="projects.view_project", group=GROUP
)

KINDS = (PERMIT_LAPSE,)

STEPS = (10, 30)
"""Working days before the lapse on which people are told, the nearer first."""


def tell_permits(day: date) -> int:
    """Tells whoever keeps a permit that it lapses soon, or has; how many notices were written now.

    Each turn of each last day is told once, a run that was missed is made up for by the nearest
    turn alone. Nothing is told while the rules in force judge no permits. Fourteen queries.
    """
    rules = rules_on(day)
    if rules.permit_yellow_workdays is None:
        return 0
    days = Days(day, None)
    found = permits_on(needed_on(days), days, site_calendars(), max(STEPS))
    turns = [(each, turn) for each in found if (turn := _turn(each))]
    if not turns:
        return 0
    projects = {each.project.pk for each, _ in turns}
    serving = accounts_of(projects, day, Role.LIAISON_OFFICER)
    leading = accounts_of(projects, day, Role.LEAD_OFFICIAL)
    office = list(holders(OVERSEE))
    notes = []
    for permit, turn in turns:
        people = [*serving.get(permit.project.pk, ()), *office]
        if turn == State.LAPSED:
            people += leading.get(permit.project.pk, ())
        notes.append(_note(permit, turn, people))
    return notify_all(notes)


def _turn(permit: Permit) -> str:
    """Which turn it has come to; empty where there is nothing to tell."""
    left = permit.reading.left
    if permit.reading.state == State.LAPSED:
        return State.LAPSED
    return next((str(step) for step in STEPS if left is not None and left <= step), "")


def _note(permit: Permit, turn: str, people: Sequence[User]) -> Note:
    step, until = permit.milestone, permit.reading.until
    lapsed = turn == State.LAPSED
    remedy = "请重新办理" if lapsed else "请在到期前开工"
    if permit.ask_by:
        remedy += f"，或最晚 {permit.ask_by} 申请延期（{permit.held.term.source}）"
    return Note(
        to=people,
        kind=PERMIT_LAPSE,
        title=f"手续{'已失效' if lapsed else '将到期'}：{permit.project.name} {step.name}",
        text=f"“{step.name}”有效期至 {until}，{permit.countdown}。{remedy}。",
        link=reverse("project", args=[permit.project.code]),
        about=(Milestone._meta.label_lower, step.pk),
        key=f"{step.pk}:{until}:{turn}",
    )
