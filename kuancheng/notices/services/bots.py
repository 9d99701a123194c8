"""Group bots: kept with their secrets, and tried."""

from uuid import uuid4

from django.core.exceptions import ValidationError
from django.db import transaction

from kuancheng.access.models import User
from kuancheng.access.rights import require
from kuancheng.audit import acts
from kuancheng.notices.channels.bots import taken_apart
from kuancheng.notices.choices import Channel, Mode
from kuancheng.notices.delivering import deliver, queue_time
from kuancheng.notices.kinds import NoticeKind, group_labels
from kuancheng.notices.models import Bot, Delivery, Notice

TRY = "notices.change_bot"

BOT_TEST = NoticeKind(
    "bot_test", "群机器人测试", mode=Mode.INBOX, duty=True, letter=True, permission=TRY
)


@transaction.atomic
@acts.setting("设定群机器人", "bot")
def save_bot(*, bot: Bot, webhook: str, secret: str, actor: User) -> Bot:
    """Saves a bot. An empty `webhook` or `secret` leaves what is kept.

    NotAllowed without the right; ValidationError, by field, for a new bot without an address, one
    that is not its vendor's, or a kind of notice that no group is told.
    """
    require(actor, f"notices.{'add' if bot.pk is None else 'change'}_bot")
    if webhook:
        try:
            bot.address, bot.token = taken_apart(Channel(bot.channel), webhook)
        except ValueError as error:
            raise ValidationError({"webhook": str(error)}) from None
    elif not bot.token:
        raise ValidationError({"webhook": "请粘贴机器人的接口地址。"})
    elif bot.pk and Bot.objects.get(pk=bot.pk).channel != bot.channel:
        raise ValidationError({"webhook": "换了类别，请粘贴新的接口地址。"})
    bot.secret = secret or bot.secret
    if set(bot.kinds) - dict(group_labels()).keys():
        raise ValidationError({"kinds": "有不能发到群里的通知类别，请重新勾选。"})
    bot.full_clean()
    bot._history_user = actor  # type: ignore[attr-defined]
    bot.save()
    return bot


@transaction.atomic
@acts.edit("试发群机器人", "bot")
def try_bot(*, bot: Bot, actor: User) -> Delivery:
    """Sends the group a message that says that it is a test; what becomes of it is in the log."""
    require(actor, TRY)
    notice = Notice.objects.create(
        recipient=actor,
        kind=BOT_TEST.code,
        title=f"测试消息：群机器人“{bot.name}”已接通",
        text=f"{actor} 在重点项目调度系统里发出，收到即为正常。",
        key=f"{BOT_TEST.code}:{uuid4()}",
    )
    delivery = Delivery.objects.create(
        notice=notice,
        channel=bot.channel,
        bot=bot,
        key=notice.key,
        address=bot.name,
        due_at=queue_time(),
    )
    deliver.enqueue()
    return delivery
