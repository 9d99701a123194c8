"""Being told, reading it, and saying how one wants to be told, with every button pressed once."""

from datetime import time

import pytest
from playwright.sync_api import Page, expect

from kuancheng.access.models import User
from kuancheng.access.roles import READER, SYSTEM_ADMIN
from kuancheng.notices.models import Bot, Delivery, Notice, Preference, QuietHours
from kuancheng.notices.services import notify
from kuancheng.reports.monitoring.telling import LIGHT_RED, OVERRIDE_ENDING
from tests import factories
from tests.e2e.browser import overflow, sign_in, violations


@pytest.fixture
def reader(live_server: object) -> User:
    person = factories.user(READER, is_staff=False, email="jia@example.gov.cn")
    project = factories.project(name="示例冷库", code="T-LK")
    link = f"/projects/{project.code}/"
    notify(
        to=[person], kind=LIGHT_RED, title="示例冷库转为红灯", text="节点超期", link=link, key="1"
    )
    notify(to=[person], kind=OVERRIDE_ENDING, title="示例冷库调灯到期", link=link, key="2")
    notify(to=[person], kind=LIGHT_RED, title="另一件事", key="3")
    return person


def test_notices_are_opened_and_read_one_by_one_and_all(page: Page, reader: User) -> None:
    sign_in(page, reader)
    page.goto("/overview/")
    page.get_by_role("link", name="通知 3 条未读").click()
    expect(page.get_by_role("heading", name="通知", exact=True)).to_be_visible()
    page.get_by_role("link", name="示例冷库转为红灯").click()
    expect(page).to_have_url("/projects/T-LK/")
    assert Notice.objects.unread().count() == 2
    page.goto("/notices/")
    page.get_by_role("link", name="未读", exact=True).click()
    expect(page.locator(".inbox li")).to_have_count(2)
    page.get_by_label("类别").select_option(label="人工调灯即将到期")
    page.get_by_role("button", name="查看").click()
    expect(page.locator(".inbox li")).to_have_count(1)
    page.get_by_role("button", name="标为已读：示例冷库调灯到期").click()
    expect(page.get_by_text("没有符合条件的通知")).to_be_visible()
    assert [each.title for each in Notice.objects.unread()] == ["另一件事"]
    page.goto("/notices/")
    page.get_by_role("button", name="全部标为已读").click()
    expect(page.get_by_text("1 条通知已标为已读")).to_be_visible()
    assert not Notice.objects.unread().exists()


def test_settings_are_chosen_by_keyboard_on_a_phone(phone: Page, reader: User) -> None:
    sign_in(phone, reader)
    phone.goto("/notices/")
    assert overflow(phone) == 0
    small = phone.locator(
        ".inbox button, .inbox a, .inbox-tools button, .notices-mark"
    ).evaluate_all(
        "all => all.map(each => each.getBoundingClientRect()).filter(box => box.height < 44).length"
    )
    assert small == 0
    phone.get_by_role("link", name="通知设置").click()
    assert overflow(phone) == 0
    phone.get_by_label("项目转为红灯").focus()
    phone.get_by_label("项目转为红灯").select_option(label="每日汇总发邮件")
    phone.get_by_label("起").fill("22:00")
    phone.get_by_role("button", name="保存设置").press("Enter")
    expect(phone.get_by_text("要么都填，要么都不填")).to_be_visible()
    expect(phone.get_by_label("项目转为红灯")).to_have_value("daily")
    expect(phone.get_by_label("起")).to_have_value("22:00")
    assert violations(phone) == {}
    phone.get_by_label("止").fill("07:30")
    phone.get_by_role("button", name="保存设置").press("Enter")
    expect(phone.get_by_text("通知设置已保存")).to_be_visible()
    assert Preference.objects.get(person=reader, kind="light_red").mode == "daily"
    assert QuietHours.objects.get(person=reader).until == time(7, 30)


def test_bot_is_added_tried_and_what_failed_is_sent_again(page: Page, live_server: object) -> None:
    sign_in(page, factories.user(SYSTEM_ADMIN))
    page.goto("/admin/notices/bot/add/")
    page.get_by_label("名称").fill("调度群")
    page.get_by_label("类别").select_option(label="企业微信群机器人")
    page.get_by_label("接口地址").fill("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=abc")
    page.get_by_label("项目转为红灯").check()
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator(".messagelist")).to_contain_text("调度群")
    assert Bot.objects.get().token == "abc"
    page.get_by_role("row").filter(has_text="调度群").get_by_role("checkbox").check()
    page.locator("select[name=action]").select_option(label="发一条测试消息")
    page.get_by_role("button", name="执行").click()
    expect(page.locator(".messagelist")).to_contain_text("测试消息已排队")
    Delivery.objects.update(state="failed", error="对方没有接受（93000）")
    page.goto("/admin/notices/delivery/")
    page.get_by_role("row").filter(has_text="93000").get_by_role("checkbox").check()
    page.locator("select[name=action]").select_option(index=1)
    page.get_by_role("button", name="执行").click()
    expect(page.locator(".messagelist")).to_contain_text("已重新排队")
    assert Delivery.objects.get().state == "waiting"
