"""Orders: written with the step or by the daily run that asks for them, and acknowledged once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.access.rights import NotAllowed, require
from kuancheng.audit import acts
from kuancheng.records.announcing import Announcement, announce
from kuancheng.records.versions import require_version
from projects.choices import MatterLevel
from projects.limits import Standers, rules_on, rungs_of, standers_of
from projects.models import Matter, MatterStep, Order
from projects.planning import site_calendars
from projects.rules.calendars import Calendars
from projects.rules.matters.clock import Limits, Reading, read
from projects.rules.matters.orders import (
    KIND_NAMES,
    DueOrder,
    OrderKind,
    cut,
    digest_of,
    is_running,
    orders_due,
    sheet_of,
)
from projects.rules.matters.rungs import HEAD, IN_CHARGE, LEAD_OFFICIAL, Person, Rungs
from projects.rules.matters.steps import STATE_NAMES, Step
from projects.rules.matters.story import Story
from projects.services.matters.parts import OVERSEE_MATTERS, acts_for
from projects.services.matters.turn import MatterRefused, Turn
from projects.services.serials import next_number

LONGEST_WORDS = 200
"""Characters of the office's own words on an order."""


@dataclass(frozen=True)
class Terms:
    """What matters are judged by on a day: limits, rungs, and which days are worked."""

    day: date
    calendars: Calendars
    limits: Limits
    rungs: Rungs


def terms_on(day: date) -> Terms:
    """The terms of a day. Five queries."""
    rules = rules_on(day)
    return Terms(day, site_calendars(), rules.limits(), rungs_of(rules, day))


def order_of_step(turn: Turn, story: Story, row: MatterStep) -> list[Announcement]:
    """What a step that is being taken does to orders: writes its own, or acknowledges the 交办单.

    `story` is the matter's with the step. MatterRefused for a second 催办单 of the round.
    """
    step = Step(row.step)
    if step == Step.SIGN:
        return _sign_for(turn, row)
    kind = sheet_of(step, turn.story)
    if kind is None:
        return []
    terms = Terms(
        turn.today, turn.calendars, turn.limits, rungs_of(rules_on(turn.today), turn.today)
    )
    reading = read(story, turn.today, terms.calendars, terms.limits)
    standers = standers_of([turn.matter], turn.today)
    due = DueOrder(kind, reasons=reading.reasons)
    sheet = Sheet(turn.matter, story, reading, due, terms, standers, row.text)
    return [write_order(sheet, turn.actor)]


def _sign_for(turn: Turn, row: MatterStep) -> list[Announcement]:
    """Whoever signs for the matter has its 交办单 in his hands."""
    assigned = Order.objects.select_for_update(of=("self",)).filter(
        matter=turn.matter,
        kind=OrderKind.ASSIGN.value,
        round=turn.story.round,
        acknowledged_at=None,
    )
    return [_acknowledged(each, turn.actor, row.on_behalf) for each in assigned]


@dataclass(frozen=True)
class Sheet:
    """An order about to be written: the locked matter, why it is due, and whose it is."""

    matter: Matter
    story: Story
    reading: Reading
    due: DueOrder
    terms: Terms
    standers: Standers
    words: str = ""

    @property
    def people(self) -> tuple[Person, ...]:
        """Who of the agency answers for it."""
        rung = IN_CHARGE if self.reading.level == IN_CHARGE else HEAD
        return self.standers.on(self.matter, rung, self.terms.rungs)

    @property
    def leaders(self) -> tuple[Person, ...]:
        """Who of the district supervises it, once it has climbed so far."""
        if self.reading.level < LEAD_OFFICIAL:
            return ()
        return self.standers.on(self.matter, self.reading.level, self.terms.rungs)


def write_order(sheet: Sheet, actor: User) -> Announcement:
    """Numbers, freezes and saves an order of a matter that is locked.

    MatterRefused when there is one of the same round, kind and colour.
    """
    matter, due, agency = sheet.matter, sheet.due, sheet.matter.lead_agency
    if agency is None or sheet.reading.due is None:
        raise MatterRefused(f"“{matter}”还没有交办，没有责任单位和时限，不能签发{due.name}。")
    if said := written_before(matter, sheet.story, due):
        raise MatterRefused(said)
    people = sheet.people
    order = Order(
        matter=matter,
        kind=due.kind.value,
        colour=due.colour,
        round=sheet.story.round,
        number=next_number(KIND_NAMES[due.kind], sheet.terms.day.year),
        issued_on=sheet.terms.day,
        issued_at=clock.now(),
        issued_by=actor,
        level=sheet.reading.level,
        agency=agency,
        person_id=people[0].key if people else None,
        due_on=sheet.reading.due,
    )
    order.content = _content(sheet, order)
    order.digest = digest_of(order.content)
    order.full_clean()
    return order.save_by(actor)


def written_before(matter: Matter, story: Story, due: DueOrder) -> str:
    """That the round has its order of that kind and colour, in Chinese; empty where it has not.

    One query, none where the matter's orders are at hand.
    """
    wanted = (story.round, due.kind.value, due.colour)
    for each in matter.orders.all():
        if (each.round, each.kind, each.colour) == wanted:
            return (
                f"第 {each.round} 轮已于 {each.issued_on:%Y-%m-%d} 签发过{due.name}（{each.number}），"
                "同一轮不再发第二份（一事一单）。"
            )
    return ""


def reminded(step: Step, matter: Matter, story: Story) -> str:
    """Why a 催办 comes too late: the round has its 催办单. As costly as `written_before`."""
    again = step == Step.REMIND
    return written_before(matter, story, DueOrder(OrderKind.REMIND)) if again else ""


def _content(sheet: Sheet, order: Order) -> Mapping[str, Any]:
    """All that the sheet prints, in words; long texts as far as they fit on it."""
    matter, by_system = sheet.matter, order.issued_by.is_system
    return {
        "name": KIND_NAMES[sheet.due.kind],
        "colour": sheet.due.colour,
        "number": order.number,
        "matter_number": matter.number,
        "round": order.round,
        "title": matter.title,
        "kind": matter.get_kind_display(),
        "factor": matter.get_factor_display(),
        "source": matter.source,
        "project": f"{matter.project.name}（{matter.project.code}）" if matter.project else "",
        "enterprise": matter.enterprise.name if matter.enterprise else "",
        "text": cut(matter.text, 400),
        "expected": cut(matter.expected, 240),
        "words": cut(sheet.words, LONGEST_WORDS),
        "reasons": list(sheet.due.reasons),
        "agency": order.agency.name,
        "supporters": cut("、".join(each.name for each in matter.supporters.all()), 120),
        "people": cut("、".join(map(str, sheet.people)), 80),
        "leaders": cut("、".join(map(str, sheet.leaders)), 80),
        "level": MatterLevel(order.level).label,
        "due": f"{order.due_on:%Y-%m-%d}",
        "verifier": matter.verifier.full_name if matter.verifier else "",
        "issued_on": f"{order.issued_on:%Y-%m-%d}",
        "issuer": "督查办公室（日监测自动签发）" if by_system else f"督查办公室 {order.issued_by}",
        "is_demo": matter.is_demo,
    }


def supervision_due(matter: Matter, terms: Terms) -> tuple[Story, Reading, DueOrder | None]:
    """How a matter stands, and the 督办单 that its colour asks for; None where there is none."""
    story = matter.story()
    reading = read(story, terms.day, terms.calendars, terms.limits)
    due = orders_due(story, reading, terms.limits)
    return story, reading, next((each for each in due if each.kind == OrderKind.SUPERVISE), None)


@transaction.atomic
@acts.decision("签发督办单", "matter")
def issue_order(*, matter: Matter, actor: User, seen: int, words: str = "") -> Order:
    """The office writes the 督办单 of the matter's colour by hand, before the daily run does.

    NotAllowed, StaleRecord; MatterRefused while no colour is due and when it is written already;
    ValidationError for words that the sheet has no room for.
    """
    held = Matter.objects.select_for_update(of=("self",)).get(pk=matter.pk)
    require(actor, "projects.change_matter")
    if not actor.has_perm(OVERSEE_MATTERS):
        raise NotAllowed("督办单由督查办公室签发，您不是。")
    require_version(held, seen)
    if len(words.strip()) > LONGEST_WORDS:
        raise ValidationError({"text": f"最多 {LONGEST_WORDS} 字，现有 {len(words.strip())} 字。"})
    terms = terms_on(clock.today())
    story, reading, due = supervision_due(held, terms)
    if due is None:
        raise MatterRefused(why_no_order(held, story, reading, terms.limits))
    sheet = Sheet(held, story, reading, due, terms, standers_of([held], terms.day), words)
    written = write_order(sheet, actor)
    announce(written)
    return Order.objects.get(pk=written.id)


def why_no_order(matter: Matter, story: Story, reading: Reading, limits: Limits) -> str:
    """Why no 督办单 is due, in Chinese."""
    if not is_running(story, reading):
        state = "暂停中" if reading.paused else STATE_NAMES[story.state]
        return f"事项现在是“{state}”，不发督办单；督办单只在单位办理、时限在走时签发。"
    return (
        f"还不到督办的时候：时限 {matter.due_on:%Y-%m-%d}，还有 {reading.left} 个工作日，"
        f"不多于 {limits.soon} 个工作日时发蓝色督办单。"
    )


@transaction.atomic
@acts.decision("签收督办单", "order")
def acknowledge_order(*, order: Order, actor: User) -> Order:
    """签收回执: by the agency's person or his deputy, or by the office for it, said so (代签).

    NotAllowed for others; MatterRefused when it is acknowledged already.
    """
    held = Order.objects.select_for_update(of=("self",)).select_related("agency").get(pk=order.pk)
    require(actor, "projects.change_matter")
    own = acts_for(held.agency, actor)
    if not own and not actor.has_perm(OVERSEE_MATTERS):
        raise NotAllowed(f"签收由责任单位“{held.agency}”的人或督查办公室（代签）办理，您不是。")
    if held.acknowledged_at:
        raise MatterRefused(f"{held}已由{held.acknowledged_by}签收，不用再签。")
    announce(_acknowledged(held, actor, on_behalf=not own))
    return held


def _acknowledged(order: Order, actor: User, on_behalf: bool) -> Announcement:
    order.acknowledged_at, order.acknowledged_by = clock.now(), actor
    order.on_behalf = on_behalf
    return order.save_by(actor)
