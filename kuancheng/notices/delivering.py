"""The background job that sends what waits: claimed, sent, and its outcome written, one by one.

A delivery is claimed after the other side has answered the call and before anything is written to
it. So whatever dies before leaves it waiting, and it is sent by the next attempt; what dies after
leaves it 发送中, which the next attempt turns into 不明, and nothing is ever sent twice of itself.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.db import Error, InterfaceError, OperationalError
from django.db.models import F, Min
from django.urls import reverse
from django.utils import timezone

from kuancheng.jobs.models import Job
from kuancheng.jobs.tasks import JobContext, job
from kuancheng.notices import kinds
from kuancheng.notices.channels import bots, mail
from kuancheng.notices.channels.outcome import Outcome, failed, unknown
from kuancheng.notices.choices import Channel, DeliveryState
from kuancheng.notices.models import Bot, Delivery
from kuancheng.notices.querysets import DeliveryQuerySet
from kuancheng.notices.rules.timing import PER_WINDOW, WINDOW, wait_after
from kuancheng.notices.rules.wording import Item, digest, single

log = logging.getLogger("kuancheng.notices")

TURN = 60.0
"""Seconds after which a job makes room for other jobs, and another goes on."""

MOST_MERGED = 200
"""So many notices go into one message; the rest into the next."""

CUT_OFF = "发送时后台进程中断，不能确定对方是否收到。"
BROKEN = "程序出错，没有发出，请联系系统管理员。"
BROKEN_ON_THE_WAY = "发送途中程序出错，不能确定对方是否收到。"


class Taken(Exception):  # noqa: N818 - not an error: somebody else is at it
    """Another worker sends these, or has used up the bot's minute."""


@dataclass(frozen=True)
class Message:
    """What goes out in one piece: deliveries of one bot, or mails to one person."""

    id: UUID
    deliveries: tuple[Delivery, ...]

    @property
    def first(self) -> Delivery:
        """The one that waits longest."""
        return self.deliveries[0]

    @property
    def keys(self) -> list[int]:
        """Of its deliveries."""
        return [each.pk for each in self.deliveries]


def queue_time() -> datetime:
    """By which deliveries wait and are tried: the computer's own, as of all background jobs.

    A pinned day would never pass, and its mornings never come.
    """
    return timezone.now()


def _go_on(job_id: UUID, error: BaseException) -> None:
    """After a job that failed for good: what was on its way is in doubt, and another goes on."""
    give_up_cut_off(job_id)
    deliver.using(run_after=queue_time() + timedelta(minutes=5)).enqueue()


@job(
    "发送通知",
    attempts=5,
    backoff=timedelta(seconds=5),
    retry_on=(OperationalError, InterfaceError),
    repeatable=True,
    on_failure=_go_on,
)
def deliver(context: JobContext) -> str:
    """Sends what is due, then sees to it that another job comes when the next is due."""
    give_up_cut_off(context.job.pk)
    ends, sent = time.monotonic() + TURN, 0
    while time.monotonic() < ends:
        context.report("发送通知", sent, sent + 1)
        message = next_message(queue_time())
        if message is None:
            break
        sent += send(message, context)
    plan_next()
    return f"发出 {sent} 条消息"


def give_up_cut_off(job_id: UUID | None = None) -> int:
    """Marks as 不明 what a job left that died while sending, or an attempt of this job; how many."""
    return Delivery.objects.cut_off(job_id).update(
        state=DeliveryState.UNKNOWN, error=CUT_OFF, attempts=F("attempts") + 1
    )


def plan_next() -> None:
    """Makes sure that a job is there when the next delivery is due. Three queries at most."""
    due = Delivery.objects.waiting().aggregate(first=Min("due_at"))["first"]
    if due is None:
        return
    moment = max(due, queue_time())
    planned = Job.objects.waiting().filter(task_path=deliver.module_path)
    if not planned.filter(run_after__lte=moment).exists():
        deliver.using(run_after=moment).enqueue()


def next_message(now: datetime) -> Message | None:
    """What is to be sent next; None when nothing is due. Bots beyond their minute are put off."""
    while True:
        due = Delivery.objects.due(now)
        first = due.select_related("notice__recipient", "bot").first()
        if first is None:
            return None
        if first.bot is None:
            return _mail(first, now)
        room = PER_WINDOW - len(_recent(first.bot, now))
        if room > 0:
            return _to_group(first, now, room)
        due.together_with(first).update(due_at=min(_recent(first.bot, now)) + WINDOW)


def _mail(first: Delivery, now: datetime) -> Message:
    letters = [kind.code for kind in kinds.kinds() if kind.letter]
    if first.notice.kind in letters:
        return Message(uuid4(), (first,))
    due = Delivery.objects.due(now).together_with(first).exclude(notice__kind__in=letters)
    return _merged(due)


def _to_group(first: Delivery, now: datetime, room: int) -> Message:
    """One by one as long as the bot's minute has room for all, else all in one."""
    due = Delivery.objects.due(now).together_with(first)
    return _merged(due) if due.count() > room else Message(uuid4(), (first,))


def _merged(due: DeliveryQuerySet) -> Message:
    found = due.select_related("notice__recipient", "bot")[:MOST_MERGED]
    return Message(uuid4(), tuple(found))


def _recent(bot: Bot, now: datetime) -> list[datetime]:
    """When the bot's messages of the last minute went out. One query."""
    recent = bot.deliveries.filter(tried_at__gt=now - WINDOW, message__isnull=False)
    moments = recent.values("message").annotate(at=Min("tried_at"))
    return [each["at"] for each in moments]


def send(message: Message, context: JobContext) -> bool:
    """Sends one message and writes what became of it; whether it is known to be sent."""
    claimed = False

    def claim() -> None:
        nonlocal claimed
        _claim(message, context)
        claimed = True

    try:
        outcome = _outcome(message, claim)
    except Taken:
        return False
    except Error:
        raise  # the database's: the job is tried again, and finds what was claimed in doubt
    except Exception:
        log.exception("通知 %s 没有发成", message.keys)
        outcome = unknown(BROKEN_ON_THE_WAY) if claimed else failed(BROKEN)
    _settle(message, claimed, outcome)
    return outcome.state == DeliveryState.SENT


def _claim(message: Message, context: JobContext) -> None:
    """Takes the message for this job. Taken, with nothing changed, where another was faster."""
    now = queue_time()
    with context.writing():
        if message.first.bot_id is not None:
            bot = Bot.objects.select_for_update().get(pk=message.first.bot_id)
            if len(_recent(bot, now)) >= PER_WINDOW:
                raise Taken
        waiting = Delivery.objects.waiting().filter(pk__in=message.keys).order_by("pk")
        if len(waiting.select_for_update().values_list("pk")) < len(message.keys):
            raise Taken
        waiting.update(
            state=DeliveryState.SENDING,
            job=context.job.pk,
            tried_at=now,
            message=message.id,
            address=_address(message),
        )


def _address(message: Message) -> str:
    """Where it goes now, whatever the address was when it was caused."""
    first = message.first
    return first.bot.name if first.bot else first.notice.recipient.email


def _outcome(message: Message, claim: Callable[[], None]) -> Outcome:
    first = message.first
    if first.bot is not None:
        if not first.bot.active:
            return failed("群机器人已停用。")
        return bots.send(first.bot, _text(message, first.bot), claim)
    person = first.notice.recipient
    if not person.is_active or not person.email:
        return failed("账号已停用，或没有填写邮箱。")
    if not settings.EMAIL_HOST:
        return failed("网站没有设置邮件服务器（EMAIL_HOST）。")
    return mail.send([each.notice for each in message.deliveries], claim)


def _text(message: Message, bot: Bot) -> str:
    """What a group reads, no longer than its messenger takes."""
    limit = bots.VENDORS[Channel(bot.channel)].limit
    site = settings.KUANCHENG_URL
    items = [
        Item(each.notice.title, each.notice.text, site + each.notice.link if site else "")
        for each in message.deliveries
    ]
    if len(items) == 1:
        return single(items[0], limit=limit, keyword=bot.keyword)
    link = site + reverse("notices") if site else ""
    return digest(items, limit=limit, link=link, keyword=bot.keyword)


def _settle(message: Message, claimed: bool, outcome: Outcome) -> None:
    """Writes the outcome. What was claimed may have been given up for 不明 meanwhile: now it is known."""
    now = queue_time()
    if claimed:
        rows = Delivery.objects.filter(message=message.id, pk__in=message.keys)
        rows = rows.filter(state__in=(DeliveryState.SENDING, DeliveryState.UNKNOWN))
    else:
        rows = Delivery.objects.waiting().filter(pk__in=message.keys)
    for attempts in {each.attempts + 1 for each in message.deliveries}:
        of_these = rows.filter(
            pk__in=[e.pk for e in message.deliveries if e.attempts + 1 == attempts]
        )
        of_these.update(tried_at=now, attempts=attempts, **_columns(outcome, attempts, now))
    if outcome.shut is not None and message.first.bot_id is not None:
        _shut(message.first.bot_id, now + outcome.shut)


def _columns(outcome: Outcome, attempts: int, now: datetime) -> dict[str, object]:
    if outcome.state != DeliveryState.WAITING:
        return {"state": outcome.state, "error": outcome.words[:200]}
    wait = wait_after(attempts)
    if wait is None:
        return {
            "state": DeliveryState.FAILED,
            "error": f"{outcome.words[:180]}（已试 {attempts} 次）",
        }
    return {"state": DeliveryState.WAITING, "error": outcome.words[:200], "due_at": now + wait}


def _shut(bot: int, until: datetime) -> None:
    """The bot's messages wait until its vendor takes them again."""
    Bot.objects.filter(pk=bot).update(shut_until=until)
    Delivery.objects.waiting().filter(bot=bot, due_at__lt=until).update(due_at=until)
