"""How tests tell somebody something, and let it be sent."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from kuancheng.access.models import User
from kuancheng.jobs import runner
from kuancheng.notices.choices import Channel
from kuancheng.notices.kinds import NoticeKind
from kuancheng.notices.models import Bot, Delivery
from kuancheng.notices.services import notify

PLAIN = NoticeKind("plain", "普通通知")
LETTER = NoticeKind("letter", "来信", letter=True)


def tell(*people: User, key: str = "1", kind: NoticeKind = PLAIN, **fields: Any) -> int:
    """“示例项目转为红灯”, of the project's page."""
    defaults = {"title": "示例项目转为红灯", "text": "节点超期 31 天", "link": "/projects/T-1/"}
    return notify(to=people, kind=kind, key=key, **defaults | fields)


def work() -> int:
    """Runs the jobs that are due; how many."""
    done = 0
    while (job := runner.claim_next("tests")) is not None:
        runner.run(job)
        done += 1
    return done


def become_due() -> None:
    """The time of all that waits has come."""
    Delivery.objects.waiting().update(due_at=timezone.now() - timedelta(seconds=1))


def bot(port: int = 1, **fields: Any) -> Bot:
    """A WeCom bot on loopback that is told of plain notices."""
    defaults = {
        "name": "调度群",
        "channel": Channel.WECOM,
        "address": f"http://127.0.0.1:{port}/send",
        "token": "token-abc",
        "kinds": [PLAIN.code],
    }
    return Bot.objects.create(**defaults | fields)
