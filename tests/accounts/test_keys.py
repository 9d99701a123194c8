"""A key that writes in another's name waits for its holder or a second administrator."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from kuancheng.access.keys import issue_key
from kuancheng.access.models import ApiKey, User
from kuancheng.access.rights import NotAllowed
from kuancheng.access.roles import AUDITOR, READER, REPORTER, REVIEWER, SYSTEM_ADMIN
from kuancheng.proposals.models import Proposal
from kuancheng.proposals.services import approve, send_back
from tests import factories

pytestmark = pytest.mark.django_db


def issued(user: User, scope: str = "write", issuer: User | None = None) -> tuple[ApiKey, str]:
    ends = timezone.now() + timedelta(days=30)
    issuer = issuer or factories.user(SYSTEM_ADMIN)
    return issue_key(issuer=issuer, user=user, name="报送", scope=scope, expires_at=ends)


def opens(client: Client, secret: str) -> Any:
    return client.get("/api/v1/agencies/", headers={"authorization": f"Bearer {secret}"})


def test_a_key_that_writes_opens_nothing_before_it_is_confirmed(client: Client) -> None:
    key, secret = issued(factories.user(REPORTER))
    refused = opens(client, secret)
    assert refused.status_code == 401
    assert "还没有经第二人确认" in refused.json()["detail"]
    approve(proposal=Proposal.objects.get(), seen=1, actor=factories.user(SYSTEM_ADMIN))
    assert opens(client, secret).status_code == 200
    key.refresh_from_db()
    assert not key.waiting


def test_its_holder_may_confirm_it_and_its_issuer_not(client: Client) -> None:
    holder, issuer = factories.user(REPORTER), factories.user(SYSTEM_ADMIN)
    _, secret = issued(holder, issuer=issuer)
    made = Proposal.objects.get()
    with pytest.raises(NotAllowed, match="您提出的"):
        approve(proposal=made, seen=1, actor=issuer)
    with pytest.raises(NotAllowed):
        approve(proposal=made, seen=1, actor=factories.user(REVIEWER))
    approve(proposal=made, seen=1, actor=holder)
    assert opens(client, secret).status_code == 200


def test_what_is_sent_back_is_revoked() -> None:
    key, _ = issued(factories.user(REPORTER))
    send_back(
        proposal=Proposal.objects.get(),
        words="没有这个系统",
        seen=1,
        actor=factories.user(SYSTEM_ADMIN),
    )
    key.refresh_from_db()
    assert key.revoked_at is not None


@pytest.mark.parametrize("role", [SYSTEM_ADMIN, AUDITOR, ""])
def test_none_writes_in_the_name_of_who_keeps_or_audits(role: str) -> None:
    user = factories.user(role) if role else factories.user(is_superuser=True)
    with pytest.raises(ValidationError, match="不能签发可写的密钥"):
        issued(user)
    assert not ApiKey.objects.exists()


@pytest.mark.parametrize(
    ("role", "waits"), [(READER, False), (REPORTER, False), (REVIEWER, True), (AUDITOR, True)]
)
def test_a_key_that_reads_waits_for_a_mightier_account_only(role: str, waits: bool) -> None:
    key, _ = issued(factories.user(role), scope="read")
    assert key.waiting is waits
    assert Proposal.objects.exists() is waits


def test_the_command_puts_keys_that_write_to_a_second_person_too() -> None:
    factories.user(REPORTER, username="city")
    err = StringIO()
    arguments = ("city", "--name", "报送", "--scope", "write")
    call_command("issue_key", *arguments, stdout=StringIO(), stderr=err)
    assert ApiKey.objects.get().waiting
    assert "变更申请" in err.getvalue()
    call_command("issue_key", "city", "--name", "取数", stdout=StringIO(), stderr=err)
    assert not ApiKey.objects.get(name="取数").waiting
