"""Who is told that the year has turned: each who has to do with a project, of his projects at once."""

from collections.abc import Iterable, Iterator, Sequence

from django.urls import reverse

from investment.models import AnnualPlan, YearTurn, YearTurnLine
from investment.rules.turn import first_day
from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.notices.kinds import NoticeKind
from kuancheng.notices.services import Note, notify_all
from kuancheng.records.announcing import Announcement
from projects.choices import Role
from projects.notices.people import NEWS, accounts_of, only_with, staff_of
from projects.notices.plans import GROUP

VIEW = "investment.view_yearturn"

TURNED = NoticeKind("year_turned", "年度结转", permission=VIEW, group=GROUP)

KINDS = (TURNED,)
NAMED = 10
"""So many projects are named in a notice; the page has them all."""


def heed(changes: Sequence[Announcement]) -> None:
    """Tells of turns that were done, undone or done again."""
    ours = {each.id: each.actor for each in changes if each.kind == YearTurn._meta.label_lower}
    for turn in YearTurn.objects.filter(pk__in=ours):
        if clock.now() - (turn.undone_at or turn.at) <= NEWS:
            notify_all(only_with(VIEW, list(_notes(turn, ours[turn.pk])), clock.today()))


def _notes(turn: YearTurn, actor: int) -> Iterator[Note]:
    """One for each person, with his projects. Five queries, whatever the number of projects."""
    lines = list(turn.lines.select_related("project").order_by("project__code"))
    ids = [each.project_id for each in lines]
    plans = AnnualPlan.objects.for_year(turn.year).filter(project__in=ids)
    planned = set(plans.values_list("project", flat=True))
    for person, mine in _by_person(turn, lines):
        lacking = [each for each in mine if each.project_id not in planned]
        yield Note(
            to=[person],
            kind=TURNED,
            title=_title(turn, mine),
            text=_text(turn, mine, lacking),
            link=reverse("year-turn-record", args=[turn.pk]),
            about=(YearTurn._meta.label_lower, turn.pk),
            # Done, undone and done again are three events of one record.
            key=f"{turn.pk}:{turn.version}",
            by=actor,
        )


def _by_person(
    turn: YearTurn, lines: Iterable[YearTurnLine]
) -> Iterator[tuple[User, list[YearTurnLine]]]:
    """Whose projects these are: of the agency in charge, the lead official, the liaison officer."""
    found = list(lines)
    day = max(first_day(turn.year), clock.today())
    staff = staff_of({each.project.lead_agency_id or 0 for each in found}, day)
    roles = (Role.LEAD_OFFICIAL, Role.LIAISON_OFFICER)
    people = accounts_of([each.project_id for each in found], day, *roles)
    accounts: dict[int, User] = {}
    theirs: dict[int, list[YearTurnLine]] = {}
    for line in found:
        agency = staff.get(line.project.lead_agency_id or 0, [])
        concerned = {each.pk: each for each in (*agency, *people.get(line.project_id, ()))}
        accounts |= concerned
        for pk in concerned:
            theirs.setdefault(pk, []).append(line)
    for pk, mine in theirs.items():
        yield accounts[pk], mine


def _title(turn: YearTurn, mine: Sequence[YearTurnLine]) -> str:
    if not turn.stands:
        return f"年度结转已撤销：{len(mine)} 个项目不再转入{turn.to_name}"
    return f"年度结转：{len(mine)} 个项目转入{turn.to_name}"


def _text(turn: YearTurn, mine: Sequence[YearTurnLine], lacking: Sequence[YearTurnLine]) -> str:
    if not turn.stands:
        return f"撤销原因：{turn.undo_reason}。{_named(mine)}。"
    first = f"自 {first_day(turn.year)} 起计入：{_named(mine)}。"
    if not lacking:
        return f"{first}{turn.year} 年计划都已填写。"
    return (
        f"{first}还没有 {turn.year} 年计划的 {len(lacking)} 个：{_named(lacking)}，请报项目中心。"
    )


def _named(lines: Sequence[YearTurnLine]) -> str:
    named = "、".join(each.project.name for each in lines[:NAMED])
    return f"{named}等 {len(lines)} 个" if len(lines) > NAMED else named
