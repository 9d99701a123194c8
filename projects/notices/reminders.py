"""What a working day reminds people of: matters unsigned, unverified, silent, objections waiting."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from kuancheng.access.models import User
from kuancheng.access.rights import holders
from kuancheng.notices.services import Note, notify_all
from projects.limits import limits_on
from projects.models import Matter, MatterStep
from projects.notices.people import able_on, deputies_of, staff_of
from projects.notices.turns import MATTER_LATE, VIEW
from projects.planning import site_calendars
from projects.rules.calendars import WORKING, Line
from projects.rules.matters.clock import Limits, Reading, counted, read
from projects.rules.matters.steps import State, Step
from projects.rules.matters.story import Story
from projects.services.matters.parts import OVERSEE_MATTERS

BATCH = 500
"""Matters read at a time, so that memory does not grow with their number."""

MOST_NAMED = 20
"""Matters that a reminder names; the rest is counted."""

Days = Callable[[Story, Reading, date, Line, Limits], int]


@dataclass(frozen=True)
class Reason:
    """Why somebody is reminded. `days` are working days beyond the limit, 0 where all is well.

    `agency` and `verifier` say whether they are reminded beside the office; `list` is the list's
    address that has these matters.
    """

    code: str
    title: str
    do: str
    days: Days
    list: str
    office: bool = True
    agency: bool = False
    verifier: bool = False


def _objected(story: Story, reading: Reading, day: date, line: Line, limits: Limits) -> int:
    waiting = story.state == State.ISSUED and story.objected
    return max(0, counted(line, story.objected, day)) if waiting and story.objected else 0


def _silent(story: Story, reading: Reading, day: date, line: Line, limits: Limits) -> int:
    return reading.silent if reading.silent >= limits.silence else 0


REASONS = (
    Reason(
        "unsigned", "逾期未签收", "请尽快签收；督查办公室可代签。",
        lambda story, reading, *_: reading.unsigned, "?flag=unsigned", agency=True,
    ),
    Reason(
        "unverified", "逾期未核查", "请核查人销号或退回。",
        lambda story, reading, *_: reading.unverified, "?flag=waiting", verifier=True,
    ),
    Reason(
        "silent", "久无动静", "请填写进展或反馈结果。", _silent, "?flag=silent",
        office=False, agency=True,
    ),
    Reason("objection", "异议待处理", "请维持交办或改派。", _objected, "?state=issued"),
)  # fmt: skip


@dataclass
class Reminder:
    """What one person is reminded of, for one reason: the first few by name, all by number."""

    person: User
    first: Matter
    count: int = 0
    lines: list[str] = field(default_factory=list)

    def add(self, matter: Matter, days: int) -> None:
        """One matter more."""
        self.count += 1
        if len(self.lines) < MOST_NAMED:
            self.lines.append(f"{matter}（{matter.lead_agency}，{days} 个工作日）")


def remind(day: date) -> int:
    """Reminds everybody of the matters that wait for him; how many were told now.

    Each is reminded once a day for each reason, of all his matters together, and of none on days
    on which offices rest. A number of queries for each 500 matters, and one lot for the telling.
    """
    calendars = site_calendars()
    if not calendars.works(day):
        return 0
    limits, line = limits_on(day), calendars.line(WORKING)
    office = list(holders(OVERSEE_MATTERS))
    found: dict[tuple[str, int], Reminder] = {}
    known = Matter.objects.select_related("lead_agency", "verifier").prefetch_related("steps")
    for matters in known.filter(_candidates(day, line, limits)).batches(BATCH):
        agencies = {each.lead_agency_id for each in matters if each.lead_agency_id}
        staff = staff_of(agencies, day)
        verifiers = {each.verifier_id for each in matters if each.verifier_id}
        working = {each.pk for people in staff.values() for each in people}
        deputies = deputies_of(verifiers | working, day)
        for matter in matters:
            story = matter.story()
            reading = read(story, day, calendars, limits)
            for reason in REASONS:
                if days := reason.days(story, reading, day, line, limits):
                    for person in _people(reason, matter, staff, office, deputies):
                        mine = found.setdefault((reason.code, person.pk), Reminder(person, matter))
                        mine.add(matter, days)
    return notify_all(list(_notes(found, office, day)))


def _candidates(day: date, line: Line, limits: Limits) -> Q:
    """Which matters may be late, by their columns; the rules have the last word."""
    last = line.on_or_before(day)
    objections = MatterStep.objects.filter(matter=OuterRef("pk"), step=Step.OBJECT, day__lt=day)
    return (
        Q(state=State.ISSUED, issued_on__lt=line.moved(last, -limits.sign))
        | Q(state=State.ANSWERED, answered_on__lt=line.moved(last, -limits.verify))
        | Q(
            state=State.WORKING,
            spoken_on__lt=line.moved(last, 1 - limits.silence),
            rests_from=None,
        )
        | Q(Exists(objections), state=State.ISSUED)
    )


def _people(
    reason: Reason,
    matter: Matter,
    staff: dict[int, list[User]],
    office: Sequence[User],
    deputies: dict[int, list[User]],
) -> Iterable[User]:
    """Whose affair it is, and who does his duties: what the office may do is lent to nobody."""
    own = list(staff.get(matter.lead_agency_id or 0, ())) if reason.agency else []
    if reason.verifier and matter.verifier:
        own.append(matter.verifier)
    lent = [one for each in own for one in deputies.get(each.pk, ())]
    found = [*(office if reason.office else ()), *own, *lent]
    return {each.pk: each for each in found}.values()


def _notes(
    found: dict[tuple[str, int], Reminder], office: Sequence[User], day: date
) -> Iterator[Note]:
    """The office's first: what it is told is the whole, which is what a group is told."""
    may = able_on(day, VIEW, {pk for _, pk in found})
    overseeing = {each.pk for each in office}
    ordered = sorted(found.items(), key=lambda pair: pair[0][1] not in overseeing)
    for (code, person), mine in ordered:
        if person in may:
            reason = next(each for each in REASONS if each.code == code)
            yield _note(reason, mine, day)


def _note(reason: Reason, mine: Reminder, day: date) -> Note:
    alone = mine.count == 1
    more = mine.count - len(mine.lines)
    page = reverse("matters") + reason.list
    return Note(
        to=[mine.person],
        kind=MATTER_LATE,
        title=f"事项{reason.title}：{mine.first if alone else f'{mine.count} 件'}",
        text="\n".join([reason.do, *mine.lines, *([f"另有 {more} 件。"] if more else [])]),
        link=reverse("matter", args=[mine.first.pk]) if alone else page,
        key=f"{reason.code}:{day:%Y-%m-%d}",
    )
