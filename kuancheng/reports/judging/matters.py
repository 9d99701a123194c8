"""Open matters as facts of a light: as of a day, and as known at the end of one."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby

from django.db.models import Q

from kuancheng.reports.judging.known import end_of
from kuancheng.reports.rules.lights import MatterFact
from projects.models import MatterStep
from projects.rules.calendars import Calendars
from projects.rules.matters.clock import read
from projects.rules.matters.steps import State
from projects.rules.matters.story import fold


def matters_on(
    projects: Iterable[int], as_of: date, known_on: date | None, calendars: Calendars
) -> dict[int, list[MatterFact]]:
    """What agencies had to do on a day, by project: neither answered nor paused. One query.

    A step is never changed, so what was known is what had been written.
    """
    written = Q(day__lte=as_of)
    if known_on is not None:
        written &= Q(at__lte=end_of(known_on))
    steps = (
        MatterStep.objects.filter(written, matter__project__in=projects)
        .select_related("matter", "agency")
        .order_by("matter_id", "number")
    )
    found: dict[int, list[MatterFact]] = defaultdict(list)
    for _, taken in groupby(steps, key=lambda step: step.matter_id):
        rows = list(taken)
        fact = _fact(rows, as_of, calendars)
        project = rows[0].matter.project_id
        if fact and project is not None:
            found[project].append(fact)
    return found


def _fact(steps: Sequence[MatterStep], as_of: date, calendars: Calendars) -> MatterFact | None:
    story = fold(each.taken for each in steps)
    reading = read(story, as_of, calendars)
    held = story.state in {State.ISSUED, State.WORKING} and not reading.paused
    if not held or reading.due is None:
        return None
    agency = next((each.agency for each in reversed(steps) if each.agency), None)
    matter = steps[0].matter
    return MatterFact(
        title=matter.title,
        level=reading.level,
        due=reading.due,
        agency=agency.name if agency else "",
        key=str(matter.pk),
    )
