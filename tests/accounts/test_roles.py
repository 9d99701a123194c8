"""Roles are asked for by one administrator and granted by another, never to oneself."""

from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.test import Client

from kuancheng.access.models import User
from kuancheng.access.rights import NotAllowed
from kuancheng.access.roles import AUDITOR, READER, REPORTER, REVIEWER, SYSTEM_ADMIN
from kuancheng.accounts.checks import no_account_has_two_of_the_exclusive_roles
from kuancheng.accounts.services.roles import propose_account
from kuancheng.audit.models import AuditEntry
from kuancheng.notices.models import Notice
from kuancheng.proposals.kinds import Moved
from kuancheng.proposals.models import Proposal
from kuancheng.proposals.services import approve, send_back
from tests import factories
from tests.forms import form_values

pytestmark = pytest.mark.django_db

USERS = "/admin/access/user/"
WHY = "接替王某任项目秘书"


def roles(user: User) -> set[str]:
    return set(user.groups.values_list("name", flat=True))


def asked(user: User, *wanted: str, by: User | None = None, **more: Any) -> Proposal:
    made = propose_account(
        account=user, roles=wanted, reason=WHY, actor=by or factories.user(SYSTEM_ADMIN), **more
    )
    assert made is not None
    return made


def test_a_role_is_there_once_a_second_administrator_has_approved() -> None:
    user, second = factories.user(REPORTER), factories.user(SYSTEM_ADMIN)
    made = asked(user, REVIEWER)
    assert roles(user) == {REPORTER}
    approve(proposal=made, seen=1, actor=second)
    assert roles(user) == {REVIEWER}
    entry = AuditEntry.objects.get(act="account.role_changed")
    assert entry.detail == {"before": [REPORTER], "after": [REVIEWER]}
    newest = user.history.first()
    assert newest is not None
    assert f"角色由“{REPORTER}”改为“{REVIEWER}”" in str(newest.history_change_reason)
    assert newest.history_user == second


def test_what_is_sent_back_leaves_the_roles() -> None:
    user = factories.user(REPORTER)
    made = asked(user, REVIEWER)
    send_back(proposal=made, words="不是这个人", seen=1, actor=factories.user(SYSTEM_ADMIN))
    assert roles(user) == {REPORTER}


@pytest.mark.parametrize("superuser", [False, True])
def test_nobody_asks_for_roles_of_his_own(superuser: bool) -> None:
    admin = factories.user(SYSTEM_ADMIN, is_superuser=superuser)
    with pytest.raises(NotAllowed, match="自己的角色"):
        asked(admin, SYSTEM_ADMIN, REPORTER, by=admin)


@pytest.mark.parametrize("superuser", [False, True])
def test_nobody_grants_roles_to_himself(superuser: bool) -> None:
    admin = factories.user(SYSTEM_ADMIN, is_superuser=superuser)
    made = asked(admin, SYSTEM_ADMIN, REPORTER)
    with pytest.raises(NotAllowed, match="您本人的账号"):
        approve(proposal=made, seen=1, actor=admin)
    assert roles(admin) == {SYSTEM_ADMIN}


def test_who_asked_does_not_grant() -> None:
    admin = factories.user(SYSTEM_ADMIN)
    made = asked(factories.user(), READER, by=admin)
    with pytest.raises(NotAllowed, match="您提出的"):
        approve(proposal=made, seen=1, actor=admin)


@pytest.mark.parametrize("role", [REVIEWER, REPORTER, READER, AUDITOR])
def test_others_neither_ask_nor_grant(role: str) -> None:
    other = factories.user(role)
    with pytest.raises(NotAllowed):
        asked(factories.user(), READER, by=other)
    with pytest.raises(NotAllowed):
        approve(proposal=asked(factories.user(), READER), seen=1, actor=other)


@pytest.mark.parametrize(
    "pair", [(SYSTEM_ADMIN, AUDITOR), (SYSTEM_ADMIN, REVIEWER), (AUDITOR, REVIEWER)]
)
def test_roles_that_exclude_each_other_are_refused(pair: tuple[str, str]) -> None:
    with pytest.raises(ValidationError, match="不能由同一个账号担任"):
        asked(factories.user(), *pair)


def test_a_clash_that_came_about_meanwhile_is_refused_at_the_approval() -> None:
    user = factories.user(REPORTER)
    made = asked(user, REPORTER, AUDITOR)
    user.groups.add(Group.objects.get(name=REVIEWER))
    with pytest.raises(Moved, match="角色"):
        approve(proposal=made, seen=1, actor=factories.user(SYSTEM_ADMIN))
    assert AUDITOR not in roles(user)


def test_a_closed_account_comes_in_again_by_two_people() -> None:
    user = factories.user(REPORTER, is_active=False)
    made = asked(user, REPORTER, reactivate=True)
    approve(proposal=made, seen=1, actor=factories.user(SYSTEM_ADMIN))
    user.refresh_from_db()
    assert user.is_active


def test_the_check_names_accounts_whose_roles_exclude_each_other() -> None:
    factories.user(REVIEWER, REPORTER)
    both = factories.user(SYSTEM_ADMIN, AUDITOR, username="both")
    (found,) = no_account_has_two_of_the_exclusive_roles(databases=["default"])
    assert "both" in found.msg
    both.is_active = False
    both.save()
    assert not no_account_has_two_of_the_exclusive_roles(databases=["default"])


class TestForm:
    @pytest.fixture
    def keeper(self, client: Client) -> Client:
        client.force_login(factories.user(SYSTEM_ADMIN, full_name="管理员"))
        return client

    def change(self, keeper: Client, user: User, **values: Any) -> Any:
        page = f"{USERS}{user.pk}/change/"
        return keeper.post(page, form_values(keeper.get(page)) | values, follow=True)

    def role_id(self, name: str) -> str:
        return str(Group.objects.get(name=name).pk)

    def test_the_rest_is_saved_and_the_role_waits(self, keeper: Client) -> None:
        user = factories.user(REPORTER)
        page = self.change(
            keeper, user, full_name="张三", groups=self.role_id(READER), reason=WHY
        ).content.decode()
        user.refresh_from_db()
        made = Proposal.objects.get()
        assert (user.full_name, roles(user)) == ("张三", {REPORTER})
        assert str(made) in page
        assert "没有第二位系统管理员" not in page or "grant_role" in page
        shown = keeper.get(f"{USERS}{user.pk}/change/").content.decode()
        assert f"角色：{REPORTER} → {READER}" in shown

    def test_without_a_second_administrator_it_is_said_what_to_do(self, keeper: Client) -> None:
        user = factories.user(REPORTER)
        values = {"groups": self.role_id(READER), "reason": WHY}
        assert "grant_role" in self.change(keeper, user, **values).content.decode()

    def test_a_change_of_roles_wants_a_reason(self, keeper: Client) -> None:
        user = factories.user(REPORTER)
        page = self.change(keeper, user, groups=self.role_id(READER)).content.decode()
        assert "须写明理由" in page
        assert not Proposal.objects.exists()

    def test_a_second_change_is_refused_naming_the_first(self, keeper: Client) -> None:
        user = factories.user(REPORTER)
        first = asked(user, READER)
        page = self.change(keeper, user, groups=self.role_id(AUDITOR), reason=WHY)
        assert f"已有待审核的申请（{first}" in page.content.decode()

    def test_closing_is_immediate_and_reopening_waits(self, keeper: Client) -> None:
        user = factories.user(REPORTER)
        page = f"{USERS}{user.pk}/change/"
        values = form_values(keeper.get(page))
        del values["is_active"]
        keeper.post(page, values)
        user.refresh_from_db()
        assert not user.is_active
        self.change(keeper, user, is_active="on", reason="休假归来，恢复使用")
        user.refresh_from_db()
        assert not user.is_active
        assert [each.name for each in Proposal.objects.get().fields.all()] == ["is_active"]

    def test_his_own_roles_are_out_of_reach(self, client: Client) -> None:
        admin = factories.user(SYSTEM_ADMIN)
        client.force_login(admin)
        page = f"{USERS}{admin.pk}/change/"
        values = form_values(client.get(page)) | {
            "groups": [self.role_id(SYSTEM_ADMIN), self.role_id(REPORTER)],
            "reason": WHY,
            "full_name": "改名",
        }
        values.pop("is_active", None)
        client.post(page, values)
        admin.refresh_from_db()
        assert (admin.full_name, roles(admin)) == ("改名", {SYSTEM_ADMIN})
        assert admin.is_active
        assert not Proposal.objects.exists()


class TestCommand:
    def grant(self, *arguments: str) -> str:
        out = StringIO()
        call_command("grant_role", *arguments, stdout=out)
        return out.getvalue()

    def test_whoever_holds_the_machine_names_the_second_administrator(self) -> None:
        user = factories.user(username="er")
        said = self.grant("er", "--role", SYSTEM_ADMIN, "--reason", "任命第二位管理员")
        assert "er" in said
        assert roles(user) == {SYSTEM_ADMIN}
        assert "服务器命令任命" in AuditEntry.objects.get(act="account.role_changed").words

    @pytest.mark.parametrize(
        ("arguments", "sentence"),
        [
            (("nobody", "--role", READER, "--reason", "说明理由"), "没有登录名"),
            (("er", "--role", READER, "--reason", "无"), "理由"),
            (("er", "--role", AUDITOR, "--reason", "说明理由"), "不能由同一个账号担任"),
        ],
    )
    def test_bad_requests_grant_nothing(self, arguments: tuple[str, ...], sentence: str) -> None:
        user = factories.user(REVIEWER, username="er")
        with pytest.raises(CommandError, match=sentence):
            self.grant(*arguments)
        assert roles(user) == {REVIEWER}


def test_the_holder_hears_of_his_new_role_and_of_a_password_set_by_another(client: Client) -> None:
    user, admin = factories.user(REPORTER), factories.user(SYSTEM_ADMIN, full_name="管理甲")
    approve(proposal=asked(user, READER), seen=1, actor=admin)
    client.force_login(admin)
    page = f"{USERS}{user.pk}/change/"
    new = {"password1": "Xinkouling-9", "password2": "Xinkouling-9"}
    client.post(page, form_values(client.get(page)) | new | {"is_active": "on"})
    told = Notice.objects.filter(recipient=user, kind="account_touched").order_by("pk")
    assert [each.title for each in told] == [
        f"您的账号：角色改为“{READER}”",
        "您的账号：口令已被重设",
    ]
    assert all("管理甲" in each.text for each in told)


def test_the_password_of_a_mighty_account_is_set_by_two(client: Client) -> None:
    reviewer, admin = factories.user(REVIEWER), factories.user(SYSTEM_ADMIN)
    client.force_login(admin)
    page = f"{USERS}{reviewer.pk}/change/"
    new = {"password1": "Xinkouling-9", "password2": "Xinkouling-9"}
    refused = client.post(page, form_values(client.get(page)) | new)
    assert "须写明理由" in refused.content.decode()
    client.post(page, form_values(client.get(page)) | new | {"reason": "本人忘记口令"})
    reviewer.refresh_from_db()
    assert reviewer.check_password(factories.PASSWORD)
    made = Proposal.objects.get()
    with pytest.raises(NotAllowed):
        approve(proposal=made, seen=1, actor=admin)
    second = factories.user(SYSTEM_ADMIN)
    client.force_login(second)
    assert "md5$" not in client.get(made.get_absolute_url()).content.decode()
    approve(proposal=made, seen=1, actor=second)
    reviewer.refresh_from_db()
    assert reviewer.check_password("Xinkouling-9")
    assert made.fields.get().new is None
    assert AuditEntry.objects.filter(act="entry.password_set").exists()
