"""The account that is nobody's: loads and timed runs write in its name, and nobody logs in as it."""

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from kuancheng.access.models import ApiKey, User
from kuancheng.access.roles import SYSTEM_ADMIN
from projects.models import Programme, ScheduleTemplate
from tests import factories

pytestmark = pytest.mark.django_db


def test_it_is_there_and_may_do_what_services_ask() -> None:
    system = User.objects.system()
    assert str(system) == "系统"
    assert system.has_perm("projects.oversee_portfolio")
    assert system.has_perm("investment.approve_statusreport")


def test_nobody_logs_in_as_it(client: Client) -> None:
    system = User.objects.system()
    assert not system.has_usable_password()
    for password in ("!", "", "system"):
        client.post("/login/", {"username": system.username, "password": password})
        assert "_auth_user_id" not in client.session
    client.force_login(system, "django.contrib.auth.backends.ModelBackend")
    assert client.get("/").status_code == 302


def test_it_takes_no_key() -> None:
    record, _ = ApiKey.issue(user=User.objects.system(), name="x", scope=ApiKey.Scope.READ)
    assert not ApiKey.objects.live(timezone.now()).filter(pk=record.pk).exists()


def test_it_cannot_be_made_active_and_has_no_double() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(is_system=True).update(is_active=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(username="zweites", is_system=True, is_active=False)


def test_administrator_reads_it_and_changes_nothing(client: Client) -> None:
    client.force_login(factories.user(SYSTEM_ADMIN))
    url = f"/admin/access/user/{User.objects.system().pk}/change/"
    assert client.get(url).status_code == 200
    assert client.post(url, {"username": "x"}).status_code == 403


def test_loads_write_in_its_name() -> None:
    call_command("load_reference", verbosity=0)
    system = User.objects.system()
    for model in (Programme, ScheduleTemplate):
        authors = set(model.history.values_list("history_user", flat=True))
        assert authors == {system.pk}
