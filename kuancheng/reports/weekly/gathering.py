"""The facts that bring projects on a review's agenda, since the review before."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q

from kuancheng import clock
from kuancheng.asking.parameters import Days
from kuancheng.reports.choices import Basis
from kuancheng.reports.judging import daily
from kuancheng.reports.judging.matters.standing import open_where
from kuancheng.reports.judging.reasons import added
from kuancheng.reports.models import DailyStatus, LightAnswer
from kuancheng.reports.rules.lights import LABELS, SEVERITY, Light
from projects.choices import MatterLevel, ReviewState
from projects.followups import Became, followups
from projects.models import AgendaItem, Decision, Escalation, Matter, WeeklyReview
from projects.planning import site_calendars
from projects.rules.matters.steps import OPEN
from projects.rules.reviews import (
    CARRIED,
    ESCALATED,
    MOST_ITEMS,
    OVERDUE,
    PROMISE,
    UNANSWERED,
    Cause,
    Drawn,
    Subject,
    draw,
    turned,
)
from projects.services.reviews.agenda import before_of, carried_items

WEEK = timedelta(days=7)
LONGEST = 60
"""Characters of a decision that are told as a reason."""

MOST_REASONS = 2
"""So many new reasons of a light are told."""


@dataclass(frozen=True)
class Gathered:
    """What was drawn, the worst first, and how many more there would have been."""

    drawn: tuple[Drawn, ...]
    more: int


def gather(review: WeeklyReview) -> Gathered:
    """What the review's agenda is drawn from today, against the day of the one before.

    Lights of that day are kept first where nobody kept them. Twenty-odd queries, whatever the
    number of projects.
    """
    today, before = clock.today(), before_of(review)
    since = before.day if before else None
    daily.ensure(today, today=today)
    if since is not None and since < today:
        daily.keep(since, today=today)
    rows = {row.project_id: row for row in _kept(today)}
    carried = list(carried_items(review))
    decided = _decided(review, today)
    decisions = {each.decision.matter_id for each in decided}
    causes = [
        *_carried(carried, before),
        *_turned(rows, since, today),
        *_late_steps(rows.values()),
        *_late_matters(today, decisions),
        *_answers(rows, since or today - WEEK, today),
        *_decisions(decided, since or today - WEEK, today),
        *_escalated(since or today - WEEK, today),
    ]
    lights = {pk: row.light for pk, row in rows.items()}
    found = draw(causes, lights, {_subject(each): each.pk for each in carried})
    return Gathered(tuple(found[:MOST_ITEMS]), max(0, len(found) - MOST_ITEMS))


def _kept(day: date) -> Iterable[DailyStatus]:
    rows = DailyStatus.objects.filter(basis=Basis.DAILY, date=day)
    kept = ("project__code", "project__name", "light", "reasons", "date", "basis")
    return rows.select_related("project").only(*kept)


def _subject(item: AgendaItem) -> Subject:
    return Subject(item.project_id, item.matter_id, item.project.code if item.project else "")


def _of(row: DailyStatus) -> Subject:
    return Subject(row.project_id, None, row.project.code)


def _about(matter: Matter) -> Subject:
    if matter.project is not None:
        return Subject(matter.project_id, None, matter.project.code)
    return Subject(None, matter.pk)


def _carried(items: Iterable[AgendaItem], before: WeeklyReview | None) -> Iterator[Cause]:
    """What the review before put off; a thing named by hand is added by hand again."""
    for each in items:
        if before is not None and (each.project_id or each.matter_id):
            word = "顺延" if each.outcome else "没有议到"
            note = f"：{each.note}" if each.note else ""
            yield Cause(_subject(each), CARRIED, f"{before}{word}{note}")


def _turned(rows: Mapping[int, DailyStatus], since: date | None, today: date) -> Iterator[Cause]:
    earlier = {row.project_id: row for row in _kept(since)} if since and since < today else {}
    for pk, row in rows.items():
        then = earlier.get(pk)
        kind = turned(then.light if then else None, row.light)
        if not kind:
            continue
        came = [
            each["text"]
            for each in added(row.reasons, then.reasons if then else [])
            if SEVERITY[Light(each["light"])] >= SEVERITY[Light.YELLOW]
        ]
        now = LABELS[Light(row.light)]
        change = f"{LABELS[Light(then.light)]}转{now}" if then else f"现为{now}"
        why = f"：{'；'.join(came[:MOST_REASONS])}" if came else ""
        yield Cause(_of(row), kind, f"{change}{why}")


def _late_steps(rows: Iterable[DailyStatus]) -> Iterator[Cause]:
    """Milestones that are late, as the light tells them, in days."""
    for row in rows:
        for each in row.reasons:
            if each["rule"] == "milestone_overdue":
                yield Cause(_of(row), OVERDUE, each["text"], each["days"] or 0)


def _late_matters(today: date, decisions: set[int]) -> Iterator[Cause]:
    """Open matters past their day, in working days; what reviews decided is told by itself."""
    open_ones = open_where(Q(state__in=OPEN), Days(today, None), site_calendars())
    for each in open_ones:
        if each.reading.late and each.matter.pk not in decisions:
            text = f"事项“{each.matter.title}”超期 {each.reading.late} 个工作日（{each.agency}）"
            yield Cause(_about(each.matter), OVERDUE, text, each.reading.late)


def _answers(rows: Mapping[int, DailyStatus], since: date, today: date) -> Iterator[Cause]:
    """What owners of red lights had promised for a day since, and what the light is now."""
    given = LightAnswer.objects.filter(promised__gt=since, promised__lte=today)
    latest: dict[int, LightAnswer] = {}
    for answer in given.order_by("at", "pk"):
        latest[answer.project_id] = answer
    for pk, answer in latest.items():
        row = rows.get(pk)
        if row is not None:
            kept = row.light != Light.RED
            now = LABELS[Light(row.light)]
            word = f"现为{now}，已兑现" if kept else "仍为红灯，未兑现"
            days = 0 if kept else (today - answer.promised).days
            yield Cause(_of(row), PROMISE, f"承诺 {answer.promised} 转好，{word}", days)


def _decided(review: WeeklyReview, today: date) -> list[Became]:
    """What reviews before this one decided and that is open, or was due lately. Four queries."""
    earlier = Decision.objects.standing().filter(
        review__state=ReviewState.FINAL, review__day__lte=review.day
    )
    recent = Q(matter__state__in=OPEN) | Q(due__gte=today - 2 * WEEK)
    related = ("matter__project", "agency", "review")
    wanted = earlier.filter(recent).exclude(review=review.pk)
    return followups(wanted.select_related(*related).order_by("due", "pk"), today)


def _decisions(decided: Iterable[Became], since: date, today: date) -> Iterator[Cause]:
    """Decisions that nobody has answered, and what became of those that were due since."""
    for each in decided:
        text = each.decision.text
        short = text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
        where = f"（{each.decision.agency}，时限 {each.due}）"
        if each.is_unanswered:
            late = f"，超期 {each.late} 个工作日" if each.late else ""
            said = f"议定事项“{short}”未反馈{late}{where}"
            yield Cause(_about(each.decision.matter), UNANSWERED, said, each.late)
        elif since < each.due <= today:
            said = f"议定事项“{short}”{each.word}{where}"
            yield Cause(_about(each.decision.matter), PROMISE, said, each.late)


def _escalated(since: date, today: date) -> Iterator[Cause]:
    """Matters that climbed a rung since, each by the highest that it came to."""
    found = Escalation.objects.filter(day__gt=since, day__lte=today, matter__state__in=OPEN)
    highest: dict[int, Escalation] = {}
    for each in found.select_related("matter__project").order_by("level", "at", "pk"):
        if each.level > MatterLevel.IN_CHARGE:
            highest[each.matter_id] = each
    for each in highest.values():
        rung = MatterLevel(each.level).label
        yield Cause(_about(each.matter), ESCALATED, f"事项“{each.matter.title}”升到 {rung}")
