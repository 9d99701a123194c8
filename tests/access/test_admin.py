"""Accounts, roles and keys in the admin."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from kuancheng.access.models import ApiKey, User
from kuancheng.access.roles import AUDITOR, REPORTER, REVIEWER, SYSTEM_ADMIN
from tests import factories
from tests.forms import form_values
from tests.second import let_through

pytestmark = pytest.mark.django_db

USERS = "/admin/access/user/"
KEYS = "/admin/access/apikey/"


@pytest.fixture
def keeper(client: Client) -> Client:
    client.force_login(factories.user(SYSTEM_ADMIN, full_name="管理员"))
    return client


@pytest.fixture
def superuser() -> Client:
    client = Client()
    client.force_login(factories.user(is_superuser=True))
    return client


def new_account(keeper: Client, **values: str) -> dict[str, Any]:
    posted = form_values(keeper.get(USERS + "add/")) | {
        "username": "zhangsan",
        "full_name": "张三",
        "is_staff": "on",
        "password1": "Liangcang-88",
        "password2": "Liangcang-88",
    }
    return posted | values


def role_id(name: str) -> str:
    from django.contrib.auth.models import Group

    return str(Group.objects.get(name=name).pk)


class TestAccounts:
    def test_account_is_made_with_name_and_password_and_its_role_by_a_second(
        self, keeper: Client
    ) -> None:
        asked = {"groups": role_id(REPORTER), "reason": "新任项目秘书"}
        keeper.post(USERS + "add/", new_account(keeper) | asked)
        user = User.objects.get(username="zhangsan")
        assert (str(user), user.check_password("Liangcang-88")) == ("张三", True)
        assert not user.groups.exists()
        let_through(actor=factories.user(SYSTEM_ADMIN))
        assert [group.name for group in user.groups.all()] == [REPORTER]
        assert not user.is_superuser

    @pytest.mark.parametrize(
        ("values", "told"),
        [
            ({"password1": "abc", "password2": "abc"}, "至少三类"),
            ({"password1": "liangcang", "password2": "liangcang"}, "至少三类"),
            ({"password1": "Zhangsan-1", "password2": "Zhangsan-1"}, "登录名"),
            ({"password2": "Liangcang-89"}, "两次输入的口令不一样"),
            ({"password1": "", "password2": ""}, "必填"),
            ({"full_name": ""}, "必填"),
        ],
    )
    def test_bad_accounts_are_refused(
        self, keeper: Client, values: dict[str, str], told: str
    ) -> None:
        page = keeper.post(USERS + "add/", new_account(keeper, **values))
        assert page.status_code == 200
        assert told in page.content.decode()
        assert not User.objects.filter(username="zhangsan").exists()

    def test_password_is_kept_when_left_blank_and_reset_when_given(self, keeper: Client) -> None:
        user = factories.user(REPORTER)
        page = f"{USERS}{user.pk}/change/"
        keeper.post(page, form_values(keeper.get(page)) | {"full_name": "改名"})
        user.refresh_from_db()
        assert (user.full_name, user.check_password(factories.PASSWORD)) == ("改名", True)
        new = {"password1": "Xinkouling-9", "password2": "Xinkouling-9"}
        keeper.post(page, form_values(keeper.get(page)) | new)
        user.refresh_from_db()
        assert user.check_password("Xinkouling-9")

    def test_history_tells_roles_and_resets_but_no_password(self, keeper: Client) -> None:
        user = factories.user(REPORTER)
        page = f"{USERS}{user.pk}/change/"
        posted = form_values(keeper.get(page)) | {
            "groups": role_id(REVIEWER),
            "reason": "调任项目中心",
            "password1": "Xinkouling-9",
            "password2": "Xinkouling-9",
        }
        keeper.post(page, posted)
        let_through(actor=factories.user(SYSTEM_ADMIN))
        told = keeper.get(f"{USERS}{user.pk}/history/").content.decode()
        assert f"角色由“{REPORTER}”改为“{REVIEWER}”" in told
        assert "设置了口令" in told
        assert "管理员" in told
        assert "md5$" not in told

    def test_superuser_is_out_of_the_keepers_reach(self, keeper: Client) -> None:
        root = factories.user(is_superuser=True)
        page = f"{USERS}{root.pk}/change/"
        assert "password1" not in form_values(keeper.get(page))
        new = {"username": "root", "password1": "Xinkouling-9", "password2": "Xinkouling-9"}
        assert keeper.post(page, new).status_code == 403
        posted = new_account(keeper) | {"is_superuser": "on", "user_permissions": "1"}
        keeper.post(USERS + "add/", posted)
        assert not User.objects.get(username="zhangsan").is_superuser

    def test_accounts_are_not_deleted_even_by_a_superuser(
        self, keeper: Client, superuser: Client
    ) -> None:
        user = factories.user()
        for client in (keeper, superuser):
            assert client.post(f"{USERS}{user.pk}/delete/", {"post": "yes"}).status_code == 403

    def test_auditor_sees_accounts_and_changes_none(self, client: Client) -> None:
        user = factories.user(REPORTER)
        client.force_login(factories.user(AUDITOR))
        assert client.get(f"{USERS}{user.pk}/change/").status_code == 200
        assert client.get(f"{USERS}{user.pk}/history/").status_code == 200
        assert client.post(f"{USERS}{user.pk}/change/", {"full_name": "改"}).status_code == 403

    def test_locked_account_is_unlocked(self, keeper: Client, client: Client) -> None:
        user = factories.user(REPORTER, username="suo")
        visitor = Client()
        for _ in range(5):
            visitor.post("/login/", {"username": "suo", "password": "wrong"})
        right = {"username": "suo", "password": factories.PASSWORD}
        assert visitor.post("/login/", right).status_code == 429
        keeper.post(USERS, {"action": "unlock", "_selected_action": [user.pk]})
        assert visitor.post("/login/", right).status_code == 302


class TestKeys:
    def issue(self, keeper: Client, **values: str) -> Any:
        user = factories.user(REPORTER)
        posted = form_values(keeper.get(KEYS + "add/")) | {"user": str(user.pk), "name": "市平台"}
        return keeper.post(KEYS + "add/", posted | values)

    def test_key_is_shown_once_and_works(self, keeper: Client) -> None:
        page = self.issue(keeper)
        shown = re.findall(r"kc_[\w-]{43}", page.content.decode())
        assert len(shown) == 1
        record = ApiKey.objects.get()
        assert record.digest == ApiKey.digest_of(shown[0])
        for address in (KEYS, f"{KEYS}{record.pk}/change/", f"{KEYS}{record.pk}/history/"):
            text = keeper.get(address).content.decode()
            assert shown[0] not in text
            assert record.digest not in text

    def test_key_lasts_a_year_unless_said_otherwise(self, keeper: Client) -> None:
        self.issue(keeper)
        expires = ApiKey.objects.get().expires_at
        assert expires is not None
        last = timezone.localdate(expires - timedelta(seconds=1))
        assert (last - timezone.localdate()).days == 365

    @pytest.mark.parametrize("day", ["2020-01-01", "2099-01-01", "2024-02-31", ""])
    def test_impossible_expiry_is_refused(self, keeper: Client, day: str) -> None:
        assert self.issue(keeper, expires_on=day).status_code == 200
        assert not ApiKey.objects.exists()

    def test_key_is_revoked_and_never_changed_or_deleted(
        self, keeper: Client, superuser: Client
    ) -> None:
        self.issue(keeper)
        record = ApiKey.objects.get()
        assert keeper.post(f"{KEYS}{record.pk}/change/", {"name": "改"}).status_code == 403
        assert superuser.post(f"{KEYS}{record.pk}/delete/", {"post": "yes"}).status_code == 403
        keeper.post(KEYS, {"action": "revoke", "_selected_action": [record.pk]})
        record.refresh_from_db()
        assert record.revoked_at is not None
        assert "已吊销" in keeper.get(KEYS).content.decode()


def test_role_page_lists_rights_in_chinese(keeper: Client) -> None:
    text = keeper.get(f"/admin/auth/group/{role_id(REVIEWER)}/change/").content.decode()
    assert "重点项目：" in text
    assert "可修改全部项目（复核）" in text
    assert "view_" not in text
