"""Which duties somebody holds, and which of them can pass to another on a day."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError

from kuancheng import clock
from kuancheng.records.versions import revision_changes
from projects.choices import SINGLE_ROLES
from projects.models import Assignment, Matter, Official, Project
from projects.rules.matters.steps import OPEN
from projects.rules.people import Holding, Tenure, obstacle
from projects.services.assignments import revisions
from projects.services.matters.verifying import verifying_obstacles

MOST = 400
"""Duties that pass in one step; whoever holds more hands them over in several."""

TOKEN = re.compile(r"([am][0-9]{1,18})-([0-9]{1,18})")
VERIFIER = "核查人"

Picks = Mapping[str, int]
"""The duties that were chosen, by key, each with the revision that was shown."""


@dataclass(frozen=True)
class Duty:
    """Something that a person holds: a role in a project, or the verifying of a matter.

    `seen` is its revision: the last history row of an assignment, the version of a matter.
    """

    record: Assignment | Matter
    seen: int

    @property
    def key(self) -> str:
        """What a form calls it."""
        return f"{'a' if isinstance(self.record, Assignment) else 'm'}{self.record.pk}"

    @property
    def token(self) -> str:
        """The same with the revision, as a form carries it."""
        return f"{self.key}-{self.seen}"

    @property
    def assignment(self) -> Assignment | None:
        """The role, where it is one."""
        return self.record if isinstance(self.record, Assignment) else None

    @property
    def matter(self) -> Matter | None:
        """The matter, where it is one."""
        return self.record if isinstance(self.record, Matter) else None

    @property
    def project(self) -> Project | None:
        """Whose duty it is."""
        return self.record.project

    @property
    def role(self) -> str:
        """What he is: the role in words."""
        return self.record.get_role_display() if isinstance(self.record, Assignment) else VERIFIER

    @property
    def about(self) -> str:
        """Of what: the project, or the matter."""
        return str(self.record.project if isinstance(self.record, Assignment) else self.record)

    def __str__(self) -> str:
        return f"{self.about} {self.role}"


@dataclass(frozen=True)
class Line:
    """One chosen duty, and why it cannot pass; an empty `obstacle` when it can."""

    duty: Duty
    obstacle: str


def duties_of(official: Official) -> list[Duty]:
    """What somebody holds today or will hold, by project; then the open matters he verifies.

    Three queries.
    """
    held = Assignment.objects.held_by(official, clock.today()).select_related("project", "official")
    rows = list(held.order_by("project__code", "role", "since")[:MOST])
    known = revisions(row.pk for row in rows)
    found = [Duty(row, known.get(row.pk, 0)) for row in rows]
    if official.user_id is not None:
        matters = Matter.objects.filter(verifier=official.user_id, state__in=OPEN)
        mine = matters.select_related("project").order_by("due_on", "pk")
        found += [Duty(each, each.version) for each in mine[: MOST - len(found)]]
    return found


def picks_of(tokens: Iterable[str]) -> dict[str, int]:
    """The duties that a form sent. ValidationError on `duties` for what no form of ours says."""
    found: dict[str, int] = {}
    for token in tokens:
        match = TOKEN.fullmatch(token)
        if match is None or len(found) >= MOST:
            raise ValidationError({"duties": "页面不完整，没有办理。请重新打开交接页再选。"})
        found[match[1]] = int(match[2])
    if not found:
        raise ValidationError({"duties": "请至少勾选一项要交接的职责。"})
    return found


def preview(*, giver: Official, receiver: Official, day: date, picks: Picks) -> list[Line]:
    """Every chosen duty in the form's order, with why it cannot pass where it cannot.

    Eight queries, and two for each that somebody changed after it was shown. What is gone for
    good is told by itself: ValidationError on `duties`.
    """
    rows = _assignments(picks)
    matters = _matters(picks)
    gone = len(picks) - len(rows) - len(matters)
    if gone:
        raise ValidationError(
            {"duties": f"选中的职责有 {gone} 项刚被删除，没有办理。请重新打开交接页再选。"}
        )
    return [
        *_of_roles(rows, giver, receiver, day, picks),
        *_of_matters(matters, giver, receiver, day, picks),
    ]


def _ids(picks: Picks, letter: str) -> list[int]:
    return [int(key[1:]) for key in picks if key[0] == letter]


def _assignments(picks: Picks) -> list[Assignment]:
    found = Assignment.objects.filter(pk__in=_ids(picks, "a")).select_related("project", "official")
    return list(found.order_by("project__code", "role", "since", "pk"))


def _matters(picks: Picks) -> list[Matter]:
    found = Matter.objects.filter(pk__in=_ids(picks, "m")).select_related("project", "verifier")
    return list(found.order_by("due_on", "pk"))


def _of_roles(
    rows: Sequence[Assignment], giver: Official, receiver: Official, day: date, picks: Picks
) -> list[Line]:
    known = revisions(row.pk for row in rows)
    others = others_in(rows, receiver)
    lines = []
    for row in rows:
        duty = Duty(row, known.get(row.pk, 0))
        said = moved(row, picks[duty.key], duty.seen)
        if not said and row.official_id != giver.pk:
            said = f"现在由{row.official}担任，不是{giver}的职责；请不勾选这一项。"
        lines.append(Line(duty, said or row_obstacle(row, day, others)))
    return lines


Others = Mapping[tuple[int, str], Sequence[tuple[int, Holding]]]
"""Who holds a role of a project, by both: each row's id and what the rules know of it."""


def others_in(rows: Iterable[Assignment], receiver: Official) -> Others:
    """Everybody in the projects and roles of these rows. One query."""
    found: dict[tuple[int, str], list[tuple[int, Holding]]] = defaultdict(list)
    projects = {row.project_id for row in rows}
    for each in Assignment.objects.filter(project__in=projects).select_related("official"):
        holding = Holding(
            each.official.name, each.since, each.until, each.official_id == receiver.pk
        )
        found[each.project_id, each.role].append((each.pk, holding))
    return found


def row_obstacle(row: Assignment, day: date, others: Others) -> str:
    """Why a role cannot pass on a day, by the rules."""
    beside = [each for pk, each in others.get((row.project_id, row.role), ()) if pk != row.pk]
    tenure = Tenure(row.role, row.since, row.until)
    return obstacle(tenure, day, beside, single=row.role in SINGLE_ROLES)


def moved(row: Assignment, shown: int, now: int) -> str:
    """What was done to a row after it was shown; nothing when it is as it was. Two queries at most."""
    if shown == now:
        return ""
    changes = revision_changes(row, shown)
    told = "；".join(f"{each.who}：{each}" for each in changes[:2])
    return (
        f"刚被改过（{told}），请重新打开交接页再选。"
        if told
        else "刚被改过，请重新打开交接页再选。"
    )


def _of_matters(
    matters: Sequence[Matter], giver: Official, receiver: Official, day: date, picks: Picks
) -> list[Line]:
    if not matters:
        return []
    unfit = verifying_obstacles(list(matters), receiver.user)
    return [
        Line(
            Duty(each, each.version),
            _matter_moved(each, picks[f"m{each.pk}"], giver, day) or unfit.get(each.pk, ""),
        )
        for each in matters
    ]


def _matter_moved(matter: Matter, shown: int, giver: Official, day: date) -> str:
    if matter.verifier_id != giver.user_id:
        return f"核查人已是{matter.verifier or '（未定）'}，不用交接；请不勾选这一项。"
    if matter.standing not in OPEN:
        return f"事项已是“{matter.get_state_display()}”，不用交接；请不勾选这一项。"
    if matter.version != shown:
        return "刚有人办理过这件事项，请重新打开交接页再选。"
    if day != clock.today():
        return "核查人没有起止日期，只能当天交接；请在生效当天办理，或不勾选这一项。"
    return ""
