"""A form that cannot be kept comes back, with and without scripts, and is sent once more."""

from unittest.mock import patch

import pytest
from django.db import OperationalError
from playwright.sync_api import FilePayload, Page, expect

from kuancheng.access.models import User
from kuancheng.access.roles import READER, REVIEWER
from kuancheng.notices.models import Preference
from projects.models import MilestoneEvidence
from tests import factories
from tests.e2e.browser import overflow, sign_in, violations
from tests.e2e.looks import AWAY
from tests.projects.uploads import photo

FULL = OperationalError("database or disk is full")
SAVES = "kuancheng.notices.views.save_preferences"


@pytest.fixture
def reader(live_server: object) -> User:
    return factories.user(READER, is_staff=False, email="jia@example.gov.cn")


def refused(page: Page, error: Exception) -> None:
    page.goto("/notices/settings/")
    page.get_by_label("项目转为红灯").select_option(label="每日汇总发邮件")
    with patch(SAVES, side_effect=error):
        page.get_by_role("button", name="保存设置").click()
        expect(page.get_by_role("button", name="再试一次")).to_be_visible()
    assert not Preference.objects.exists()


def sent_again(page: Page) -> None:
    page.get_by_role("button", name="再试一次").click()
    expect(page.get_by_text("通知设置已保存")).to_be_visible()
    assert Preference.objects.get(kind="light_red").mode == "daily"


@pytest.mark.parametrize("error", [FULL, AWAY], ids=["full", "away"])
def test_settings_that_could_not_be_kept_are_sent_once_more(
    page: Page, reader: User, error: Exception
) -> None:
    sign_in(page, reader)
    refused(page, error)
    assert violations(page) == {}
    sent_again(page)


def test_on_a_phone_it_says_so_on_every_page_meanwhile(phone: Page, reader: User) -> None:
    sign_in(phone, reader)
    refused(phone, FULL)
    assert overflow(phone) == 0
    assert violations(phone) == {}
    box = phone.get_by_role("button", name="再试一次").bounding_box()
    assert box is not None
    assert box["height"] >= 44
    sent_again(phone)
    phone.goto("/help/")
    expect(phone.get_by_text("存储空间不足：现在只能查看")).to_be_visible()
    assert overflow(phone) == 0


def test_without_scripts_it_works_alike(plain: Page, reader: User) -> None:
    sign_in(plain, reader)
    refused(plain, FULL)
    sent_again(plain)


@pytest.fixture
def picture() -> FilePayload:
    file = photo()
    file.seek(0)
    return {"name": "现场.jpg", "mimeType": "image/jpeg", "buffer": file.read()}


def test_file_is_named_to_be_chosen_again(
    page: Page, live_server: object, picture: FilePayload
) -> None:
    milestone = factories.milestone(project=factories.project())
    sign_in(page, factories.user(REVIEWER))
    page.goto(f"/admin/projects/project/{milestone.project_id}/milestones/{milestone.pk}/evidence/")
    page.locator("input[type=file]").set_input_files([picture])
    with patch("projects.services.evidence.keep", side_effect=FULL):
        page.get_by_role("button", name="保存", exact=True).click()
        expect(page.get_by_label("请重新选择文件“现场.jpg”")).to_be_visible()
    page.get_by_label("请重新选择文件“现场.jpg”").set_input_files([picture])
    page.get_by_role("button", name="再试一次").click()
    page.wait_for_load_state()
    assert MilestoneEvidence.objects.count() == 1
