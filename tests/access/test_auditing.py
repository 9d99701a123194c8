"""What the audit learns of logins, passwords, accounts, roles and keys."""

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.test import Client
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from kuancheng.access.auditing import name_shown, recent_logins
from kuancheng.access.authentication import ApiKeyAuthentication
from kuancheng.access.models import ApiKey, DisplayToken, User
from kuancheng.access.roles import AUDITOR, REPORTER, REVIEWER, SYSTEM_ADMIN
from kuancheng.audit.choices import Act, Outcome
from kuancheng.audit.models import AuditEntry
from tests import factories

pytestmark = pytest.mark.django_db

PASSWORD = "Kuancheng-2024"
HOME = "192.0.2.7"


@pytest.fixture
def person() -> User:
    made = factories.user(REPORTER, username="zhangsan", full_name="张三")
    made.set_password(PASSWORD)
    made.save()
    return made


@pytest.fixture
def administrator(client: Client) -> User:
    made = factories.user(SYSTEM_ADMIN)
    client.force_login(made)
    return made


def sign_in(client: Client, username: str, password: str, address: str = HOME) -> Any:
    said = {"username": username, "password": password}
    return client.post("/login/", said, REMOTE_ADDR=address)


def acts() -> list[str]:
    return list(AuditEntry.objects.order_by("pk").values_list("act", flat=True))


def test_login_and_logout_say_who_and_from_where(client: Client, person: User) -> None:
    assert sign_in(client, "zhangsan", PASSWORD).status_code == 302
    client.post("/logout/", REMOTE_ADDR=HOME)
    came, went = AuditEntry.objects.order_by("pk")
    assert (came.act, went.act) == (Act.LOGIN, Act.LOGOUT)
    assert {(each.actor, each.address, each.subject_id) for each in (came, went)} == {
        (person, HOME, str(person.pk))
    }


def test_failed_login_keeps_the_name_tried_and_no_password(client: Client, person: User) -> None:
    sign_in(client, "zhangsan", "Wrong-2024")
    sign_in(client, "lisi", "Wrong-2024")
    known, unknown = AuditEntry.objects.order_by("pk")
    assert (known.act, known.outcome) == (Act.LOGIN_FAILED, Outcome.FAILED)
    assert (known.name_tried, known.subject_id) == ("zhangsan", str(person.pk))
    assert (unknown.name_tried, unknown.subject_id) == ("lisi", "")
    assert known.actor is None
    assert known.address == HOME
    for entry in (known, unknown):
        assert "Wrong" not in f"{entry.words}{entry.detail}{entry.subject_label}"


def test_password_typed_into_the_field_of_the_name_is_not_kept(
    client: Client, person: User
) -> None:
    sign_in(client, PASSWORD, "zhangsan")
    entry = AuditEntry.objects.get()
    assert entry.name_tried == "Ku…4"


@pytest.mark.parametrize(
    ("name", "is_known", "kept"),
    [
        ("lisi", False, "lisi"),
        ("li.si", False, "li.si"),
        ("Lisi2024", False, "Li…4"),
        ("Lisi2024", True, "Lisi2024"),
        ("a" * 400, False, "a" * 150),
        ("", False, ""),
    ],
)
def test_only_what_could_be_a_password_is_masked(name: str, is_known: bool, kept: str) -> None:
    assert name_shown(name, is_known=is_known) == kept


def test_lockout_is_told_beside_the_failures(client: Client, person: User) -> None:
    for _ in range(5):
        sign_in(client, "zhangsan", "Wrong-2024")
    found = acts()
    assert found.count(Act.LOGIN_FAILED) == 5
    assert Act.LOCKED_OUT in found
    assert AuditEntry.objects.filter(act=Act.LOCKED_OUT)[0].subject_id == str(person.pk)


def test_own_password_and_recent_logins_on_its_page(client: Client, person: User) -> None:
    sign_in(client, "zhangsan", "Wrong-2024", "203.0.113.9")
    sign_in(client, "zhangsan", PASSWORD)
    page = client.get("/password/").text
    assert "203.0.113.9" in page
    assert page.index(HOME) < page.index("203.0.113.9")
    new = {
        "old_password": PASSWORD,
        "new_password1": "Another-2025",
        "new_password2": "Another-2025",
    }
    assert client.post("/password/", new).status_code == 302
    entry = AuditEntry.objects.latest("pk")
    assert (entry.act, entry.actor, entry.subject_id) == (
        Act.PASSWORD_CHANGED,
        person,
        str(person.pk),
    )
    assert client.post("/password/", new | {"old_password": "no"}).status_code == 200
    assert acts().count(Act.PASSWORD_CHANGED) == 1


def test_recent_logins_are_the_last_five_of_ones_own(client: Client, person: User) -> None:
    factories.user(REVIEWER, username="lisi")
    for number in range(7):
        sign_in(client, "zhangsan", PASSWORD, f"192.0.2.{number}")
        client.post("/logout/")
    sign_in(client, "lisi", "x")
    addresses = [each.address for each in recent_logins(person)]
    assert addresses == [f"192.0.2.{number}" for number in (6, 5, 4, 3, 2)]


def test_account_created_changed_and_deactivated(client: Client, administrator: User) -> None:
    said = {
        "username": "lisi",
        "full_name": "李四",
        "is_active": "on",
        "password1": PASSWORD,
        "password2": PASSWORD,
        "groups": [Group.objects.get(name=REPORTER).pk],
        "reason": "接替王某任项目秘书",
    }
    client.post("/admin/access/user/add/", said)
    made = User.objects.get(username="lisi")
    assert acts()[-3:] == [Act.ACCOUNT_CREATED, Act.PASSWORD_SET, Act.PROPOSED]
    change = f"/admin/access/user/{made.pk}/change/"
    seen = client.get(change).context["adminform"].form.initial.get("seen_version", 0)
    said |= {"password1": "", "password2": "", "full_name": "李四四", "seen_version": seen}
    del said["groups"]
    client.post(change, said)
    entry = AuditEntry.objects.latest("pk")
    assert (entry.act, entry.detail) == (Act.ACCOUNT_CHANGED, {"姓名": ["李四", "李四四"]})
    assert (entry.actor, entry.subject_label) == (administrator, "李四四")


def test_keys_are_told_when_issued_revoked_looked_at_and_used_from_elsewhere(
    client: Client, administrator: User, person: User
) -> None:
    found, key = ApiKey.issue(user=person, name="市平台", scope="write")
    issued = AuditEntry.objects.latest("pk")
    assert issued.act == Act.KEY_ISSUED
    assert key not in f"{issued.words}{issued.detail}{issued.subject_label}"
    client.get("/admin/access/apikey/")
    looked = AuditEntry.objects.latest("pk")
    assert (looked.act, looked.actor, looked.words) == (
        Act.KEY_VIEWED,
        administrator,
        "查看接口密钥清单",
    )
    client.get(f"/admin/access/apikey/{found.pk}/change/")
    assert AuditEntry.objects.latest("pk").subject_id == str(found.pk)
    api = Client(headers={"Authorization": f"Bearer {key}"})
    for address in ("192.0.2.1", "192.0.2.1", "192.0.2.2", "192.0.2.1"):
        api.get("/api/v1/projects/", REMOTE_ADDR=address)
    moved = AuditEntry.objects.filter(act=Act.KEY_NEW_ADDRESS)
    assert [each.address for each in moved.order_by("pk")] == ["192.0.2.1", "192.0.2.2"]
    assert {each.key for each in moved} == {found.prefix}
    found.refresh_from_db()
    found.revoke()
    found.revoke()
    assert acts().count(Act.KEY_REVOKED) == 1


def test_key_that_writes_leaves_an_entry_and_one_that_reads_none(person: User) -> None:
    found, key = ApiKey.issue(user=person, name="市平台", scope="write")
    for method in ("get", "post"):
        plain = getattr(APIRequestFactory(), method)("/api/v1/x/")
        plain.META["HTTP_AUTHORIZATION"] = f"Bearer {key}"
        ApiKeyAuthentication().authenticate(Request(plain))
    [entry] = AuditEntry.objects.filter(act=Act.KEY_USED)
    assert (entry.actor, entry.detail["path"], entry.subject_id) == (
        person,
        "/api/v1/x/",
        str(found.pk),
    )


def test_dead_key_is_told_once_an_hour_and_one_that_never_was_not_at_all(person: User) -> None:
    found, key = ApiKey.issue(user=person, name="市平台", scope="read")
    found.revoke()
    for said in (key, key, "kc_abcdefghijklmnop"):
        plain = APIRequestFactory().get("/api/v1/x/")
        plain.META["HTTP_AUTHORIZATION"] = f"Bearer {said}"
        with pytest.raises(AuthenticationFailed):
            ApiKeyAuthentication().authenticate(Request(plain))
    [entry] = AuditEntry.objects.filter(act=Act.LOGIN_FAILED)
    assert (entry.outcome, entry.subject_id) == (Outcome.FAILED, str(found.pk))


def test_displays_are_told_too(client: Client, administrator: User) -> None:
    found, token = DisplayToken.issue(name="值班室")
    client.get("/admin/access/displaytoken/")
    DisplayToken.opened_by(token, "192.0.2.1")
    found.revoke()
    assert acts()[1:] == [
        Act.DISPLAY_ISSUED,
        Act.KEY_VIEWED,
        Act.KEY_NEW_ADDRESS,
        Act.DISPLAY_REVOKED,
    ]


def test_unlocking_is_told(client: Client, administrator: User, person: User) -> None:
    client.post("/admin/access/user/", {"action": "unlock", "_selected_action": [person.pk]})
    entry = AuditEntry.objects.get(act=Act.UNLOCKED)
    assert (entry.actor, entry.subject_id) == (administrator, str(person.pk))


def test_auditor_who_looks_at_keys_is_told_of_too(client: Client) -> None:
    client.force_login(factories.user(AUDITOR))
    client.get("/admin/access/apikey/")
    assert acts()[-1] == Act.KEY_VIEWED


def test_accounts_made_at_the_machine_are_told(person: User, monkeypatch: Any) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    given = {"username": "root", "full_name": "值守"}
    call_command("createsuperuser", interactive=False, **given)
    entry = AuditEntry.objects.latest("pk")
    assert (entry.act, entry.subject_label) == (Act.ACCOUNT_CREATED, "值守")
    monkeypatch.setattr("getpass.getpass", lambda prompt="": "Another-2025")
    call_command("changepassword", "zhangsan")
    entry = AuditEntry.objects.latest("pk")
    assert (entry.act, entry.subject_id) == (Act.PASSWORD_SET, str(person.pk))
