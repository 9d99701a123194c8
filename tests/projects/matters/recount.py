"""A matter counted one day after another, by hand: shares no code with the clock that it checks."""

from datetime import date, timedelta
from typing import Protocol

from projects.rules.workdays import is_workday

BEGIN = date(2024, 9, 2)


class Recount:
    """The same matter, counted one day after another: who has it, and may its clock run?"""

    def __init__(self, closed_days: frozenset[date]) -> None:
        self.closed_days = closed_days
        self.charged: list[date] = []
        self.spoken = self.due_set = BEGIN
        self.budget = 0
        self.held = False
        self.rests: list[tuple[date, date | None]] = []

    def works(self, day: date) -> bool:
        return is_workday(day) and day not in self.closed_days

    def night(self, day: date) -> None:
        """Counts a day that began with whoever held it the evening before."""
        if self.held and self.works(day):
            self.charged.append(day)

    def resting(self, day: date) -> bool:
        return any(first <= day and (last is None or day <= last) for first, last in self.rests)

    def set_due(self, due: date, day: date) -> None:
        """So many working days of grace as lie between now and the day."""
        while not self.works(due):
            due += timedelta(1)
        self.due_set = day
        self.budget = sum(self.works(each) for each in days(day + timedelta(1), due))

    def due(self) -> date:
        """The day on which the grace is used up; days of pauses that have ended use nothing."""
        left, day = self.budget, self.due_set
        while left > 0:
            day += timedelta(1)
            ended = any(last is not None and first <= day <= last for first, last in self.rests)
            left -= self.works(day) and not ended
        return day


def days(first: date, last: date) -> list[date]:
    return [first + timedelta(number) for number in range((last - first).days + 1)]


class Row(Protocol):
    """A step as it was written."""

    step: str
    day: date
    due: date | None
    first: date | None
    last: date | None
    level: int | None


class Retelling(Recount):
    """What became of a matter, from the rows of its steps: their effects told once more."""

    def __init__(self, closed_days: frozenset[date]) -> None:
        super().__init__(closed_days)
        self.day = BEGIN
        self.level = 1
        self.bad: date | None = None
        self.lifted = date.min
        self.returns = 0
        self.closed = self.against_closing = False
        self.wish: tuple[date, date | None] = (BEGIN, None)

    def until(self, day: date) -> None:
        """Lets the days pass."""
        while self.day < day:
            self.day += timedelta(1)
            self.night(self.day)

    def takes(self, row: Row) -> None:
        """One step, on its day."""
        self.until(row.day)
        effect = getattr(self, f"_{row.step}", None)
        if effect:
            effect(row)
        if row.step in {"issue", "reassign", "sign", "note", "resume", "return", "reopen"}:
            self.spoken = row.day

    def late(self) -> list[date]:
        return [each for each in self.charged if not self.resting(each) and each > self.due()]

    def colour(self, running: bool) -> str:
        """Of a matter that the agency has and that is not paused."""
        if not running or self.resting(self.day):
            return ""
        worked = [each for each in self.charged if not self.resting(each)]
        bad = [each for each in self.late() if each > self.lifted]
        since = min([*bad, *([self.bad] if self.bad else [])], default=None)
        if since:
            return "red" if len([each for each in worked if each > since]) >= 5 else "yellow"
        left = [each for each in days(self.day + timedelta(1), self.due()) if self.works(each)]
        return "blue" if not self.late() and len(left) <= 3 else ""

    def called(self) -> int:
        """The level in force."""
        late = len([each for each in self.late() if each > self.lifted])
        rung = 1 if late < 1 else 2 if late < 5 else 3 if late < 15 else 4
        return max(self.level, 4 if self.returns >= 2 else rung)

    def _anew(self, row: Row) -> None:
        assert row.due
        self.set_due(row.due, row.day)
        self.held, self.bad, self.closed = True, None, False

    def _issue(self, row: Row) -> None:
        self._anew(row)
        self.level = row.level or self.level

    def _reassign(self, row: Row) -> None:
        self._anew(row)
        self.charged, self.rests, self.returns, self.lifted = [], [], 0, date.min

    def _reopen(self, row: Row) -> None:
        self._anew(row)

    def _set_level(self, row: Row) -> None:
        self.level = row.level or self.level

    def _answer(self, row: Row) -> None:
        self._resume(row)
        self.held = False

    def _close(self, row: Row) -> None:
        self.closed = True

    def _return(self, row: Row) -> None:
        self.held, self.bad = True, row.day
        self.returns += 1
        if row.due:
            self.set_due(row.due, row.day)

    def _extend(self, row: Row) -> None:
        assert row.due
        self.set_due(row.due, row.day)

    def _ask_pause(self, row: Row) -> None:
        self.wish = (row.first or row.day, row.last)

    def _pause(self, row: Row) -> None:
        self.rests.append(self.wish)

    def _resume(self, row: Row) -> None:
        before = row.day - timedelta(1)
        self.rests = [
            (first, before if last is None or last > before else last)
            for first, last in self.rests
            if first <= before
        ]

    def _appeal(self, row: Row) -> None:
        self.against_closing = self.closed

    def _grant_appeal(self, row: Row) -> None:
        self.lifted, self.returns, self.bad = row.day, 0, None
        if self.against_closing:
            self._anew(row)
            self.spoken = row.day
        elif row.due:
            self.set_due(row.due, row.day)

    def _void(self, row: Row) -> None:
        self.held = False

    def _merge(self, row: Row) -> None:
        self.held = False
