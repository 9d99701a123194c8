"""What SQL gathers of notices and their deliveries."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Exists, OuterRef

from kuancheng.access.models import User, Visitor
from kuancheng.jobs.models import Job
from kuancheng.notices.choices import Channel, DeliveryState

UNDELIVERED = (DeliveryState.WAITING, DeliveryState.SENDING)


class NoticeQuerySet(models.QuerySet[Any]):
    """Notices by their readers: each reads his own."""

    def visible_to(self, user: Visitor) -> "NoticeQuerySet":
        """His own, and nobody else's."""
        return self.filter(recipient=user) if isinstance(user, User) else self.none()

    def unread(self) -> "NoticeQuerySet":
        """Not read yet."""
        return self.filter(read_at=None)

    def about(self, kind: str, record: int) -> "NoticeQuerySet":
        """Those about a record, by the kind and the id that announcements have."""
        return self.filter(about_kind=kind, about_id=record)

    def unsettled(self) -> "NoticeQuerySet":
        """Those of which nobody has said that they are done with."""
        return self.filter(outcome="")

    def forgettable(self, before: datetime) -> "NoticeQuerySet":
        """Read before that moment, with nothing left to deliver."""
        return self.filter(read_at__lt=before).exclude(deliveries__state__in=UNDELIVERED)


class DeliveryQuerySet(models.QuerySet[Any]):
    """Deliveries by where they stand."""

    def waiting(self) -> "DeliveryQuerySet":
        """Not sent yet, due or not."""
        return self.filter(state=DeliveryState.WAITING)

    def due(self, now: datetime) -> "DeliveryQuerySet":
        """Those to be sent now, the oldest first."""
        return self.waiting().filter(due_at__lte=now).order_by("due_at", "pk")

    def together_with(self, first: Any) -> "DeliveryQuerySet":
        """What may go out in one message with that one: of the same bot, or to the same person."""
        if first.bot_id is not None:
            return self.filter(bot=first.bot_id)
        return self.filter(channel=Channel.MAIL, notice__recipient=first.notice.recipient_id)

    def cut_off(self, job: UUID | None = None) -> "DeliveryQuerySet":
        """Those whose sending nobody is at any more: its job has ended, or is `job`, begun anew."""
        alive = Job.objects.alive().filter(pk=OuterRef("job"))
        if job is not None:
            alive = alive.exclude(pk=job)
        return self.filter(~Exists(alive), state=DeliveryState.SENDING)


class BotQuerySet(models.QuerySet[Any]):
    """Group bots."""

    def told_of(self, kinds: Iterable[str]) -> "dict[str, list[Any]]":
        """The active ones by the kinds of notice that they take. One query, a handful of rows."""
        active = list(self.filter(active=True))
        return {kind: [bot for bot in active if kind in bot.kinds] for kind in kinds}
