"""The log of deliveries and the bots, and that nothing secret is ever shown."""

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.test import Client

from kuancheng.access.models import User
from kuancheng.access.roles import AUDITOR, REVIEWER, SYSTEM_ADMIN
from kuancheng.notices.models import Bot, Delivery, Notice
from tests import factories
from tests.notices.telling import bot, tell, work

pytestmark = pytest.mark.django_db

LIST, BOTS = "/admin/notices/delivery/", "/admin/notices/bot/"
WECOM = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=0a1b-secret-key"


@pytest.fixture
def admin(client: Client) -> User:
    account = factories.user(SYSTEM_ADMIN)
    client.force_login(account)
    return account


def again(client: Client, *deliveries: Delivery) -> str:
    sent = {"action": "send_again", "_selected_action": [each.pk for each in deliveries]}
    return client.post(LIST, sent, follow=True).text


def test_log_says_what_went_where_and_why_not(
    client: Client, admin: User, person: User, post: list[Any]
) -> None:
    tell(person)
    Delivery.objects.update(state="failed", error="邮件服务器拒收（550）：no such user")
    text = client.get(LIST).text
    assert "示例项目转为红灯" in text
    assert "jia@example.gov.cn" in text
    assert '<span class="state state-failed">失败</span>' in text
    assert "邮件服务器拒收（550）" in text
    assert "示例项目转为红灯" in client.get(f"{LIST}?kind=plain&state__exact=failed").text
    assert "示例项目转为红灯" not in client.get(f"{LIST}?kind=letter").text


def clerk_of_deliveries(client: Client) -> None:
    """Somebody who may read the log, and no accounts."""
    clerk = factories.user()
    clerk.user_permissions.add(Permission.objects.get(codename="view_delivery"))
    client.force_login(clerk)


def test_log_hides_mail_addresses_from_who_may_not_see_accounts(
    client: Client, person: User, post: list[Any]
) -> None:
    tell(person)
    Delivery.objects.update(state="failed", error="拒收（550）：<jia@example.gov.cn> unknown")
    clerk_of_deliveries(client)
    text = client.get(LIST).text
    assert "jia@" not in text
    assert text.count("j…@example.gov.cn") == 2
    assert "示例项目转为红灯" not in client.get(f"{LIST}?q=jia@example").text
    for role in (SYSTEM_ADMIN, AUDITOR):
        client.force_login(factories.user(role))
        assert client.get(LIST).text.count("jia@example.gov.cn") == 2
        assert "示例项目转为红灯" in client.get(f"{LIST}?q=jia@example").text


def test_failed_one_is_sent_again_and_that_is_logged(
    client: Client, admin: User, person: User, post: list[Any]
) -> None:
    tell(person)
    delivery = Delivery.objects.get()
    assert "不用再发" in again(client, delivery)
    Delivery.objects.update(state="failed")
    assert "已重新排队" in again(client, delivery)
    work()
    assert len(post) == 1
    assert LogEntry.objects.filter(user=admin, change_message="再发一次").count() == 1


def test_auditor_reads_and_sends_nothing(client: Client, person: User, post: list[Any]) -> None:
    tell(person)
    Delivery.objects.update(state="failed")
    client.force_login(factories.user(AUDITOR))
    assert "再发一次" not in client.get(LIST).text
    again(client, Delivery.objects.get())
    assert Delivery.objects.get().state == "failed"
    client.force_login(factories.user(REVIEWER))
    assert client.get(LIST).status_code == 403


def test_log_finds_out_what_died_on_its_way(
    client: Client, admin: User, person: User, post: list[Any]
) -> None:
    tell(person)
    Delivery.objects.update(state="sending", job="00000000-0000-4000-8000-000000000000")
    assert "不明" in client.get(LIST).text
    assert Delivery.objects.get().state == "unknown"


@pytest.mark.parametrize("count", [1, 30])
def test_log_costs_the_same_for_one_and_for_thirty(
    client: Client, admin: User, post: list[Any], count: int, django_assert_max_num_queries: Any
) -> None:
    tell(*(factories.user(email=f"a{number}@example.gov.cn") for number in range(count)))
    with django_assert_max_num_queries(12):
        client.get(LIST)


def sent(**fields: Any) -> dict[str, Any]:
    defaults = {
        "name": "调度群",
        "channel": "wecom",
        "webhook": WECOM,
        "kinds": ["plain", "light_red"],
        "active": "on",
    }
    return defaults | fields


def test_bot_is_kept_and_its_secrets_are_never_shown_again(client: Client, admin: User) -> None:
    added = client.post(f"{BOTS}add/", sent(new_secret="SECvery-secret"), follow=True)
    assert added.redirect_chain
    made = Bot.objects.get()
    assert made.address == "https://qyapi.weixin.qq.com/cgi-bin/webhook/send"
    assert (made.token, made.secret) == ("0a1b-secret-key", "SECvery-secret")
    assert made.kinds == ["plain", "light_red"]
    pages = (BOTS, f"{BOTS}{made.pk}/change/", f"{BOTS}{made.pk}/history/")
    shown = added.text + "".join(client.get(page).text for page in pages)
    client.force_login(factories.user(AUDITOR))
    shown += "".join(client.get(page).text for page in pages)
    assert "0a1b-secret-key" not in shown
    assert "SECvery-secret" not in shown
    columns = {field.attname for field in made.history.model._meta.fields}
    assert not {"token", "secret"} & columns
    assert made.history.get().history_user == admin


def test_bot_is_changed_without_giving_its_secrets_again(client: Client, admin: User) -> None:
    client.post(f"{BOTS}add/", sent(new_secret="SECa"))
    made = Bot.objects.get()
    page = f"{BOTS}{made.pk}/change/"
    seen = client.get(page).context["adminform"].form["seen_version"].value()
    changed = sent(webhook="", name="新名称", seen_version=seen)
    assert client.post(page, changed).status_code == 302
    made.refresh_from_db()
    assert (made.name, made.token, made.secret) == ("新名称", "0a1b-secret-key", "SECa")
    late = client.post(page, sent(webhook="", name="再改", seen_version=seen))
    assert "其他人已经保存过" in late.text
    made.refresh_from_db()
    assert made.name == "新名称"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"webhook": ""}, "请粘贴机器人的接口地址。"),
        ({"webhook": "https://example.com/hook"}, "请粘贴完整的接口地址，形如 https://qyapi"),
        ({"webhook": WECOM.replace("https", "http")}, "接口地址应以 https:// 开头。"),
        ({"channel": "feishu"}, "形如 https://open.feishu.cn"),
        ({"kinds": []}, "请至少勾选一类通知。"),
        ({"kinds": ["letter"]}, "letter"),
        ({"name": ""}, "errorlist"),
    ],
)
def test_wrong_bot_is_refused_by_field(
    client: Client, admin: User, fields: dict[str, Any], said: str
) -> None:
    answer = client.post(f"{BOTS}add/", sent(**fields))
    assert answer.status_code == 200
    assert said in answer.text
    assert "0a1b-secret-key" not in answer.text
    assert not Bot.objects.exists()


@pytest.mark.parametrize(
    ("channel", "webhook", "address", "token"),
    [
        (
            "dingtalk",
            "https://oapi.dingtalk.com/robot/send?access_token=abc1",
            "robot/send",
            "abc1",
        ),
        ("feishu", "https://open.feishu.cn/open-apis/bot/v2/hook/ab-c2", "bot/v2/hook", "ab-c2"),
    ],
)
def test_each_vendors_address_is_taken_apart(
    client: Client, admin: User, channel: str, webhook: str, address: str, token: str
) -> None:
    client.post(f"{BOTS}add/", sent(channel=channel, webhook=webhook))
    made = Bot.objects.get()
    assert made.address.endswith(address)
    assert made.token == token


def test_another_vendor_wants_another_address(client: Client, admin: User) -> None:
    client.post(f"{BOTS}add/", sent())
    made = Bot.objects.get()
    page = f"{BOTS}{made.pk}/change/"
    seen = client.get(page).context["adminform"].form["seen_version"].value()
    answer = client.post(page, sent(webhook="", channel="dingtalk", seen_version=seen))
    assert "换了类别，请粘贴新的接口地址。" in answer.text


def test_bot_is_tried_with_a_message(client: Client, admin: User) -> None:
    made = bot()
    text = client.post(BOTS, {"action": "try_it", "_selected_action": [made.pk]}, follow=True).text
    assert "测试消息已排队" in text
    assert Delivery.objects.get().bot == made
    assert Notice.objects.get().recipient == admin


def test_auditor_reads_bots_and_changes_none(client: Client) -> None:
    made = bot()
    client.force_login(factories.user(AUDITOR))
    text = client.get(f"{BOTS}{made.pk}/change/").text
    assert "普通通知" in text
    assert "token-abc" not in text
    client.post(BOTS, {"action": "try_it", "_selected_action": [made.pk]})
    assert not Delivery.objects.exists()
    assert client.post(f"{BOTS}{made.pk}/change/", sent()).status_code == 403
