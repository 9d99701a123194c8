"""Who is told of orders and of the ladder: the agency that has to act, and whoever is called."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from django.urls import reverse

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.notices.kinds import NoticeKind
from kuancheng.notices.services import Note, notify_all
from kuancheng.records.announcing import Action, Announcement
from projects.models import Escalation, Matter, Order
from projects.notices.people import NEWS, only_with, staff_of, with_deputies
from projects.notices.turns import GROUP
from projects.rules.matters.orders import OrderKind

ACT = "projects.change_matter"

ORDER_ISSUED = NoticeKind("order_issued", "催办单、督办单", duty=True, permission=ACT, group=GROUP)
MATTER_ESCALATED = NoticeKind(
    "matter_escalated", "事项升级到您", duty=True, permission=ACT, group=GROUP
)

KINDS = (ORDER_ISSUED, MATTER_ESCALATED)

ORDER, ESCALATION = Order._meta.label_lower, Escalation._meta.label_lower


def heed(changes: Sequence[Announcement]) -> None:
    """Tells of orders that were written, and of matters that climbed to somebody.

    A number of queries that does not depend on how many there are.
    """
    made = [each for each in changes if each.action == Action.CREATED]
    orders = {each.id: each.actor for each in made if each.kind == ORDER}
    climbed = [each.id for each in made if each.kind == ESCALATION]
    if not orders and not climbed:
        return
    notes = [*_of_orders(orders), *_of_escalations(climbed)]
    today = clock.today()
    notify_all(only_with(ACT, with_deputies(notes, today), today))


def _of_orders(made: Mapping[int, int | None]) -> Iterator[Note]:
    """One for each order but the 交办单: that goes with its step, which is told. Two queries."""
    written = Order.objects.filter(pk__in=made, issued_at__gt=clock.now() - NEWS)
    found = written.exclude(kind=OrderKind.ASSIGN).select_related("matter", "agency")
    orders = list(found.order_by("pk"))
    staff = staff_of({each.agency_id for each in orders}, clock.today())
    for order in orders:
        reasons = "；".join(order.content["reasons"])
        yield Note(
            to=_apart(staff.get(order.agency_id, ()), order.matter),
            kind=ORDER_ISSUED,
            title=f"{order.name}：{order.matter.title}",
            text=f"{order.number}，责任单位{order.agency}，时限 {order.due_on:%Y-%m-%d}。"
            f"{reasons}{'。' if reasons else ''}请签收回执并办理。",
            link=reverse("order", args=[order.pk]),
            about=(ORDER, order.pk),
            key=str(order.pk),
            by=made[order.pk],
        )


def _of_escalations(made: Sequence[int]) -> Iterator[Note]:
    """One for each rung, to whoever was called. Two queries."""
    found = Escalation.objects.filter(pk__in=made, at__gt=clock.now() - NEWS)
    records = list(found.select_related("matter").order_by("pk"))
    called = {each["key"] for record in records for each in record.called}
    people = User.objects.filter(official__in=called).select_related("official")
    by_official = {each.official.pk: each for each in people}
    for record in records:
        reached = [by_official[each["key"]] for each in record.called if each["key"] in by_official]
        yield Note(
            to=_apart(reached, record.matter),
            kind=MATTER_ESCALATED,
            title=f"事项升为 {record.level} 级：{record.matter.title}",
            text=f"{record.matter.number}，{'；'.join(record.reasons)}。请过问督促。",
            link=reverse("matter", args=[record.matter_id]),
            about=(ESCALATION, record.pk),
            key=str(record.pk),
        )


def _apart(people: Iterable[User], matter: Matter) -> list[User]:
    """Never the matter's verifier, who stands apart."""
    return [each for each in people if each.pk != matter.verifier_id]
