"""What became of what reviews decided: from the steps of the matters, as of a day and as known."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils import timezone

from projects.choices import Outcome
from projects.limits import limits_on
from projects.models import Decision, MatterStep
from projects.planning import site_calendars
from projects.rules.matters.clock import Reading, read
from projects.rules.matters.steps import STATE_NAMES, State, Step
from projects.rules.matters.story import Story, fold


@dataclass(frozen=True)
class Became:
    """A decision, and how its matter stood on a day.

    `late` are the working days past the due day in force, `answer` what the agency said last, with
    its result in words; empty where it said nothing yet.
    """

    decision: Decision
    story: Story
    reading: Reading
    answer: str
    outcome: str

    @property
    def state(self) -> State:
        """Where its matter stood."""
        return self.story.state

    @property
    def due(self) -> date:
        """The day in force: an extension or a pause moves it; before it is issued, as decided."""
        return self.reading.due or self.decision.due

    @property
    def late(self) -> int:
        """Working days past the day in force; also of one that was closed late."""
        return self.reading.late

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done about it."""
        return self.story.is_open or self.story.state == State.DRAFT

    @property
    def is_unanswered(self) -> bool:
        """Whether its agency has not said what came of it."""
        return self.story.state in {State.ISSUED, State.WORKING}

    @property
    def word(self) -> str:
        """How it stands, in words: 已销号（按时）, 办理中（超期 2 个工作日）, 待核查."""
        if self.decision.withdrawn:
            return "已撤回"
        if self.story.state == State.DRAFT:
            return "待交办"
        name = "已反馈，待核查" if self.story.state == State.ANSWERED else STATE_NAMES[self.state]
        if self.late:
            return f"{name}（超期 {self.late} 个工作日）"
        return f"{name}（按时）" if self.story.state == State.CLOSED else name


def followups(
    decisions: Iterable[Decision], as_of: date, known_at: date | None = None
) -> list[Became]:
    """What became of each decision by the end of a day, in their order. Three queries.

    A step is never changed, so what was known is what had been written.
    """
    wanted = list(decisions)
    if not wanted:
        return []
    written = MatterStep.objects.filter(
        matter__in=[each.matter_id for each in wanted], day__lte=as_of
    )
    if known_at is not None:
        end = timezone.make_aware(datetime.combine(known_at, time.max))
        written = written.filter(at__lte=end)
    by_matter: dict[int, list[MatterStep]] = defaultdict(list)
    for step in written.order_by("matter_id", "number"):
        by_matter[step.matter_id].append(step)
    limits, calendars = limits_on(as_of), site_calendars()
    found = []
    for each in wanted:
        steps = by_matter[each.matter_id]
        story = fold(step.taken for step in steps)
        reading = read(story, as_of, calendars, limits)
        found.append(Became(each, story, reading, *_answer(steps)))
    return found


def _answer(steps: Sequence[MatterStep]) -> tuple[str, str]:
    """What the agency answered last, and with which result."""
    answers = [each for each in steps if each.step == Step.ANSWER]
    if not answers:
        return "", ""
    last = answers[-1]
    return last.text, Outcome(last.outcome).label if last.outcome else ""
