"""Code lists of what people are told, and how."""

from django.db.models import TextChoices


class Mode(TextChoices):
    """How one person wants to be told of one kind of notice; the inbox has it unless it is off."""

    AT_ONCE = "at_once", "即时发邮件"
    DAILY = "daily", "每日汇总发邮件"
    INBOX = "inbox", "只在站内"
    OFF = "off", "不接收"


BY_MAIL = (Mode.AT_ONCE, Mode.DAILY)


class Channel(TextChoices):
    """The ways out of the house. The inbox is none of them: a notice is there once it is written."""

    MAIL = "mail", "邮件"
    WECOM = "wecom", "企业微信群机器人"
    DINGTALK = "dingtalk", "钉钉群机器人"
    FEISHU = "feishu", "飞书群机器人"


BOT_CHANNELS = [(each.value, each.label) for each in Channel if each != Channel.MAIL]


class DeliveryState(TextChoices):
    """Where a delivery stands. 不明: the other side may have it, and nobody can say."""

    WAITING = "waiting", "等待"
    SENDING = "sending", "发送中"
    SENT = "sent", "已发出"
    FAILED = "failed", "失败"
    UNKNOWN = "unknown", "不明"
