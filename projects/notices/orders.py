"""Who is told of orders and of the ladder: the agency that has to act, and whoever is called."""

from collections.abc import Iterable, Sequence

from django.urls import reverse

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.notices.kinds import NoticeKind
from kuancheng.notices.services import notify
from kuancheng.records.announcing import Action, Announcement
from projects.models import Escalation, Matter, Order
from projects.notices.people import NEWS

ACT = "projects.change_matter"

ORDER_ISSUED = NoticeKind("order_issued", "交办单、催办单、督办单", duty=True, permission=ACT)
MATTER_ESCALATED = NoticeKind("matter_escalated", "事项升级到您", duty=True, permission=ACT)

KINDS = (ORDER_ISSUED, MATTER_ESCALATED)


def heed(changes: Sequence[Announcement]) -> None:
    """Tells of orders that were written, and of matters that climbed to somebody."""
    made = [each for each in changes if each.action == Action.CREATED]
    orders = [each for each in made if each.kind == Order._meta.label_lower]
    if orders:
        _tell_orders(orders)
    climbed = [each.id for each in made if each.kind == Escalation._meta.label_lower]
    if climbed:
        _tell_escalations(climbed)


def _tell_orders(made: Sequence[Announcement]) -> None:
    written = Order.objects.select_related("matter", "agency").in_bulk([each.id for each in made])
    for each in made:
        order = written[each.id]
        if clock.now() - order.issued_at > NEWS:
            continue
        reasons = "；".join(order.content["reasons"])
        notify(
            to=_able(User.objects.filter(official__agency=order.agency), order.matter),
            kind=ORDER_ISSUED,
            title=f"{order.name}：{order.matter.title}",
            text=f"{order.number}，责任单位{order.agency}，时限 {order.due_on:%Y-%m-%d}。"
            f"{reasons}{'。' if reasons else ''}请签收回执并办理。",
            link=reverse("order", args=[order.pk]),
            about=(each.kind, order.pk),
            key=str(order.pk),
            by=each.actor,
        )


def _tell_escalations(made: Iterable[int]) -> None:
    for record in Escalation.objects.filter(pk__in=made).select_related("matter").order_by("pk"):
        if clock.now() - record.at > NEWS:
            continue
        called = [each["key"] for each in record.called]
        notify(
            to=_able(User.objects.filter(official__in=called), record.matter),
            kind=MATTER_ESCALATED,
            title=f"事项升为 {record.level} 级：{record.matter.title}",
            text=f"{record.matter.number}，{'；'.join(record.reasons)}。请过问督促。",
            link=reverse("matter", args=[record.matter_id]),
            about=(record._meta.label_lower, record.pk),
            key=str(record.pk),
        )


def _able(people: Iterable[User], matter: Matter) -> list[User]:
    """Those who may act on it; never its verifier, who stands apart."""
    return [each for each in people if each.pk != matter.verifier_id and each.has_perm(ACT)]
