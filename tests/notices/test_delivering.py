"""What waits is sent once, in order, merged where it must be, and what became of it is known."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from kuancheng.access.models import User
from kuancheng.access.rights import NotAllowed
from kuancheng.access.roles import AUDITOR, SYSTEM_ADMIN
from kuancheng.jobs import runner
from kuancheng.jobs.models import Job
from kuancheng.jobs.tasks import JobContext
from kuancheng.notices import delivering
from kuancheng.notices.channels import bots as bot_channel
from kuancheng.notices.channels import mail as mail_channel
from kuancheng.notices.choices import Channel
from kuancheng.notices.models import Bot, Delivery, Notice
from kuancheng.notices.rules.addresses import parse_networks
from kuancheng.notices.rules.timing import PER_WINDOW
from kuancheng.notices.services import NotNow, send_again
from tests import factories
from tests.notices.servers import Server, http, says, sends, smtp
from tests.notices.telling import LETTER, become_due, bot, tell, work

pytestmark = pytest.mark.django_db

TAKEN = '{"errcode":0,"errmsg":"ok"}'


@pytest.fixture(autouse=True)
def _loopback(settings: Any) -> None:
    settings.KUANCHENG_OUTGOING_PRIVATE = parse_networks("127.0.0.0/8")
    settings.KUANCHENG_URL = "https://zd.example.gov.cn"


def state(delivery: Delivery | None = None) -> tuple[str, str]:
    found = Delivery.objects.get(**({"pk": delivery.pk} if delivery else {}))
    return found.state, found.error


def texts(server: Server) -> list[str]:
    bodies = [json.loads(each.partition("\r\n\r\n")[2]) for each in server.taken]
    return [each["text"]["content"] for each in bodies]


def test_mail_is_sent_once_with_its_way_back(person: User, post: list[Any]) -> None:
    tell(person)
    work()
    delivering.deliver.enqueue()
    work()
    (mail,) = post
    number = Notice.objects.get().pk
    assert (mail.to, mail.subject) == (["jia@example.gov.cn"], "示例项目转为红灯")
    assert "节点超期 31 天" in mail.body
    assert f"https://zd.example.gov.cn/notices/{number}/" in mail.body
    assert "https://zd.example.gov.cn/notices/settings/" in mail.body
    assert mail.extra_headers["Message-ID"] == f"<notice-{number}-1@zd.example.gov.cn>"
    assert state() == ("sent", "")
    assert Delivery.objects.get().attempts == 1


def test_what_waits_for_one_person_comes_in_one_mail_and_letters_by_themselves(
    person: User, post: list[Any]
) -> None:
    other = factories.user(email="b@example.gov.cn")
    for key in "123":
        tell(person, other, key=key, title=f"第{key}件")
    tell(person, kind=LETTER, title="来信", text="您好")
    work()
    assert sorted((mail.to[0], mail.subject) for mail in post) == [
        ("b@example.gov.cn", "【重点项目调度】3 条通知：第1件 等"),
        ("jia@example.gov.cn", "【重点项目调度】3 条通知：第1件 等"),
        ("jia@example.gov.cn", "来信"),
    ]
    body = next(mail.body for mail in post if mail.to == ["b@example.gov.cn"])
    assert all(f"{key}. 第{key}件" in body for key in "123")
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}


def test_what_is_not_due_waits_and_a_job_comes_for_it(person: User, post: list[Any]) -> None:
    tell(person)
    due = timezone.now() + timedelta(hours=3)
    Delivery.objects.update(due_at=due)
    work()
    assert post == []
    (planned,) = Job.objects.waiting()
    assert planned.run_after == due
    delivering.deliver.enqueue()
    work()
    assert Job.objects.waiting().count() == 1, "one is enough"


def test_mail_to_nobody_any_more_fails(person: User, post: list[Any]) -> None:
    tell(person)
    User.objects.filter(pk=person.pk).update(is_active=False)
    work()
    assert state() == ("failed", "账号已停用，或没有填写邮箱。")
    assert post == []


def test_real_mail_server_takes_it(person: User, settings: Any) -> None:
    with smtp() as server:
        by_smtp(settings, server.port)
        tell(person)
        work()
    (mail,) = server.taken
    assert "To: jia@example.gov.cn" in mail
    assert state() == ("sent", "")


def by_smtp(settings: Any, port: int) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, 5


@pytest.mark.parametrize(
    ("refusal", "then", "said"),
    [
        ("550 no such user", "failed", "邮件服务器拒收（550）：no such user"),
        ("451 later", "waiting", "邮件服务器拒收（451）：later"),
    ],
)
def test_refusal_of_a_mail_server_is_final_or_passes(
    person: User, settings: Any, refusal: str, then: str, said: str
) -> None:
    with smtp(refusal) as server:
        by_smtp(settings, server.port)
        tell(person)
        work()
    assert state() == (then, said)


def test_mail_server_that_is_away_is_tried_again_later(person: User, settings: Any) -> None:
    with smtp() as server:
        by_smtp(settings, server.port)
    tell(person)
    work()
    delivery = Delivery.objects.get()
    assert delivery.state == "waiting"
    assert "连接不上" in delivery.error
    assert delivery.due_at > timezone.now() + timedelta(seconds=50)
    with smtp() as server:
        settings.EMAIL_PORT = server.port
        become_due()
        delivering.deliver.enqueue()
        work()
    assert len(server.taken) == 1
    assert state() == ("sent", "")


def test_mail_server_that_hangs_up_after_the_mail_leaves_it_in_doubt(
    person: User, settings: Any
) -> None:
    with smtp(deaf=True) as server:
        by_smtp(settings, server.port)
        tell(person)
        work()
        delivering.deliver.enqueue()
        work()
    assert len(server.taken) == 1
    assert state()[0] == "unknown"


def test_what_fails_for_long_is_given_up(person: User, settings: Any) -> None:
    settings.EMAIL_HOST = "127.0.0.1"
    tell(person)
    with smtp() as server:
        by_smtp(settings, server.port)
    for _ in range(7):
        become_due()
        delivering.deliver.enqueue()
        work()
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.attempts) == ("failed", 7)
    assert delivery.error.endswith("（已试 7 次）")


def test_group_is_sent_title_text_and_link(person: User) -> None:
    with http(says(TAKEN)) as server:
        bot(server.port, keyword="重点项目")
        tell(person)
        work()
    assert server.taken[0].startswith("POST /send?key=token-abc HTTP/1.1")
    assert texts(server) == [
        "【重点项目】示例项目转为红灯\n节点超期 31 天\nhttps://zd.example.gov.cn/projects/T-1/"
    ]
    assert state() == ("sent", "")


@pytest.mark.parametrize(
    ("channel", "answer", "then", "said"),
    [
        (Channel.WECOM, says('{"errcode":93000,"errmsg":"bad token-abc"}'), "failed", "93000"),
        (Channel.WECOM, says('{"errcode":45009,"errmsg":"busy"}'), "waiting", "45009"),
        (Channel.WECOM, says('{"errcode":40058}'), "failed", "长度"),
        (Channel.WECOM, says('{"errcode":1,"errmsg":"bad token-abc"}'), "failed", "bad ***"),
        (Channel.DINGTALK, says('{"errcode":310000,"errmsg":"sign"}'), "failed", "加签密钥"),
        (Channel.DINGTALK, says('{"errcode":130101}'), "waiting", "130101"),
        (Channel.DINGTALK, says(TAKEN), "sent", ""),
        (Channel.FEISHU, says('{"code":0,"msg":"success"}'), "sent", ""),
        (Channel.FEISHU, says('{"code":19021,"msg":"sign"}'), "failed", "服务器时间"),
        (Channel.FEISHU, says('{"code":19024}'), "failed", "关键词"),
        (Channel.FEISHU, says('{"StatusCode":0}'), "unknown", "无法识别"),
        (Channel.WECOM, says("<html>login</html>"), "unknown", "无法识别"),
        (Channel.WECOM, says('{"errcode":"0"}'), "unknown", "无法识别"),
        (Channel.WECOM, says('{"errcode":true}'), "unknown", "无法识别"),
        (Channel.WECOM, says("[" * 50_000), "unknown", "无法识别"),
        (Channel.WECOM, says(TAKEN, "502 Bad Gateway"), "unknown", "HTTP 502"),
        (Channel.WECOM, says("", "302 Found", "Location: /\r\n"), "failed", "HTTP 302"),
        (Channel.WECOM, says("", "404 Not Found"), "failed", "HTTP 404"),
        (Channel.WECOM, says("", "429 Too Many Requests"), "waiting", "HTTP 429"),
        (Channel.WECOM, sends(b"garbage"), "unknown", "不能确定"),
        (Channel.WECOM, sends(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 70_000), "unknown", "不能确定"),
    ],
)
def test_body_of_the_answer_decides(
    person: User, channel: Channel, answer: Any, then: str, said: str
) -> None:
    with http(answer) as server:
        bot(server.port, channel=channel, secret="SECsecret")
        tell(person)
        work()
    assert len(server.taken) == 1
    now, words = state()
    assert now == then
    assert said in words
    assert "token-abc" not in words


def test_signed_messages_are_signed_for_the_moment(
    person: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot_channel.time, "time", lambda: 1700000000.0)
    with http(says('{"errcode":0,"code":0}')) as server:
        bot(server.port, channel=Channel.DINGTALK, secret="SECtest")
        bot(server.port, name="飞书群", channel=Channel.FEISHU, secret="SECtest")
        tell(person)
        work()
    ding, feishu = sorted(server.taken, key=lambda each: "hook" in each or "msg_type" in each)
    assert (
        "?access_token=token-abc&timestamp=1700000000000"
        "&sign=aZLLrriXgn05YbwaGR7knYsLeJADjr9NwLaNNKpxh4g%3D " in ding
    )
    body = json.loads(feishu.partition("\r\n\r\n")[2])
    assert feishu.startswith("POST /send/token-abc HTTP/1.1")
    assert body["timestamp"] == "1700000000"
    assert body["sign"] == "G7XpBpG8NgG02fJOAhX6FRAObIljmFoxVReo8I62pEk="


def test_more_than_a_minute_takes_come_as_one(person: User) -> None:
    with http(says(TAKEN)) as server:
        bot(server.port)
        for number in range(PER_WINDOW + 5):
            tell(person, key=str(number), title=f"第{number}件")
        work()
    (text,) = texts(server)
    assert text.startswith(f"{PER_WINDOW + 5} 条通知：\n1. 第0件\n2. 第1件")
    assert len(text.encode()) <= 2_048
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}


def test_full_minute_puts_off_until_it_has_passed(person: User) -> None:
    with http(says(TAKEN)) as server:
        bot(server.port)
        for number in range(PER_WINDOW):
            tell(person, key=str(number))
        work()
        assert len(server.taken) == PER_WINDOW
        tell(person, key="one more")
        work()
        assert len(server.taken) == PER_WINDOW
    last = Delivery.objects.get(key="plain:one more")
    first = Delivery.objects.filter(state="sent").order_by("tried_at")[0]
    assert last.state == "waiting"
    assert first.tried_at is not None
    assert timedelta(seconds=59) < last.due_at - first.tried_at <= timedelta(minutes=1)


def test_busy_vendor_is_left_alone_and_what_came_meanwhile_is_merged(person: User) -> None:
    with http(says('{"errcode":130101}')) as server:
        ding = bot(server.port, channel=Channel.DINGTALK)
        tell(person)
        work()
        tell(person, key="2")
        work()
        assert len(server.taken) == 1
    until = Bot.objects.get(pk=ding.pk).shut_until
    assert until is not None
    assert until > timezone.now() + timedelta(minutes=9)
    assert all(each.due_at >= until for each in Delivery.objects.waiting())


def test_inactive_bot_sends_nothing(person: User) -> None:
    with http(says(TAKEN)) as server:
        made = bot(server.port)
        tell(person)
        Bot.objects.filter(pk=made.pk).update(active=False)
        work()
    assert server.taken == []
    assert state() == ("failed", "群机器人已停用。")


def test_bot_inside_is_refused_where_it_was_not_allowed(person: User, settings: Any) -> None:
    settings.KUANCHENG_OUTGOING_PRIVATE = ()
    with http(says(TAKEN)) as server:
        bot(server.port, address=f"https://127.0.0.1:{server.port}/send")
        tell(person)
        work()
    assert server.taken == []
    assert state() == ("failed", "127.0.0.1 指向不允许访问的内部地址。")


def test_one_that_breaks_the_program_stops_no_other(
    person: User, post: list[Any], monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    other = factories.user(email="b@example.gov.cn")
    send = mail_channel.send

    def breaks(notices: Any, claim: Callable[[], None]) -> Any:
        if notices[0].recipient == person:
            raise ZeroDivisionError
        return send(notices, claim)

    monkeypatch.setattr(mail_channel, "send", breaks)
    tell(person, other)
    work()
    assert [mail.to for mail in post] == [["b@example.gov.cn"]]
    broken = Delivery.objects.get(address="jia@example.gov.cn")
    assert (broken.state, broken.error) == ("failed", delivering.BROKEN)


def test_message_that_another_worker_took_is_not_sent(person: User, post: list[Any]) -> None:
    tell(person)
    message = delivering.next_message(timezone.now())
    assert message is not None
    Delivery.objects.update(state="sending", job=uuid4(), message=uuid4())
    job = Job.objects.get()
    claimed = runner.claim(job.pk, "tests")
    assert claimed is not None
    assert delivering.send(message, JobContext(claimed)) is False
    assert post == []


def test_what_died_on_its_way_is_in_doubt_and_is_not_sent_again(
    person: User, post: list[Any]
) -> None:
    tell(person)
    Delivery.objects.update(state="sending", job=uuid4(), message=uuid4())
    work()
    assert state() == ("unknown", delivering.CUT_OFF)
    assert post == []


def test_what_a_living_job_sends_is_left_alone(person: User, post: list[Any]) -> None:
    tell(person)
    other = Job.objects.get()
    Delivery.objects.update(state="sending", job=other.pk, message=uuid4())
    assert delivering.give_up_cut_off() == 0
    assert delivering.give_up_cut_off(other.pk) == 1


def test_long_work_makes_room_for_others(
    person: User, post: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivering, "TURN", 0)
    tell(person)
    job = runner.claim_next("tests")
    assert job is not None
    runner.run(job)
    assert post == []
    assert Job.objects.waiting().count() == 1


def test_failed_and_doubtful_ones_are_sent_again_by_whoever_may(
    person: User, post: list[Any]
) -> None:
    tell(person)
    delivery = Delivery.objects.get()
    admin = factories.user(SYSTEM_ADMIN)
    with pytest.raises(NotNow, match="等待"):
        send_again(delivery=delivery, actor=admin)
    Delivery.objects.update(state="unknown", message=uuid4())
    with pytest.raises(NotAllowed):
        send_again(delivery=delivery, actor=factories.user(AUDITOR))
    User.objects.filter(pk=person.pk).update(email="neu@example.gov.cn")
    send_again(delivery=delivery, actor=admin)
    with pytest.raises(NotNow):
        send_again(delivery=delivery, actor=admin)
    work()
    assert [mail.to for mail in post] == [["neu@example.gov.cn"]]
    assert Delivery.objects.get().address == "neu@example.gov.cn"
