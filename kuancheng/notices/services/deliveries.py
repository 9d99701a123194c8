"""What is done with deliveries besides sending them."""

from contextlib import suppress
from datetime import timedelta

from django.db import OperationalError, transaction

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.access.rights import require
from kuancheng.audit import acts
from kuancheng.notices import delivering
from kuancheng.notices.choices import DeliveryState
from kuancheng.notices.models import Delivery, Notice

KEEP_READ = timedelta(days=180)
"""So long read notices are kept, and how they were delivered."""

BATCH = 1000
"""Notices deleted in one transaction, so that nobody waits for long."""

RESEND = "notices.resend_delivery"


class NotNow(Exception):  # noqa: N818 - says in Chinese why it cannot be sent again now
    """The delivery is not in the state that the step starts from."""


@transaction.atomic
@acts.edit("重新发送通知", "delivery")
def send_again(*, delivery: Delivery, actor: User) -> None:
    """Puts a failed or doubtful delivery back among the waiting, to be sent at once.

    NotAllowed without the right, NotNow for any other: also where somebody else was faster.
    """
    require(actor, RESEND)
    row = Delivery.objects.select_for_update().get(pk=delivery.pk)
    if row.state not in (DeliveryState.FAILED, DeliveryState.UNKNOWN):
        raise NotNow(f"现在是“{row.get_state_display()}”，不用再发。")
    row.state, row.due_at = DeliveryState.WAITING, delivering.queue_time()
    row.attempts, row.job, row.message = 0, None, None
    row.save()
    delivering.deliver.enqueue()


def recover() -> None:
    """Says 不明 of what died on its way; where the database is busy, the next look does."""
    with suppress(OperationalError):
        delivering.give_up_cut_off()


def tidy() -> None:
    """What is to be done every day: what waits has a job again, what is old is forgotten."""
    recover()
    delivering.plan_next()
    delete_old()


def delete_old() -> int:
    """Forgets what was read long ago, with how it was delivered; how many notices."""
    old = Notice.objects.forgettable(clock.now() - KEEP_READ).order_by("pk")
    gone = 0
    while batch := list(old.values_list("pk", flat=True)[:BATCH]):
        Notice.objects.filter(pk__in=batch).delete()
        gone += len(batch)
    return gone
