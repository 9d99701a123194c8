"""On PostgreSQL the site's role adds to the audit, and can change nothing that is there."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, connections, transaction
from django.test import Client

from kuancheng.access.roles import REVIEWER
from kuancheng.audit.chain.privileges import TABLES, changeable
from kuancheng.audit.chain.sealing import seal
from kuancheng.audit.chain.verifying import verify
from kuancheng.audit.choices import Act
from kuancheng.audit.models import AuditEntry, AuditSeal
from kuancheng.audit.recording import record, record_failure
from projects.models import Project
from tests import factories
from tests.only import ON_POSTGRESQL

on_postgresql = pytest.mark.skipif(not ON_POSTGRESQL, reason="SQLite knows no roles")

ROLE = f"kuancheng_site_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
"""Roles are the server's, not a database's: each worker has one of its own."""

PASSWORD = "Kuancheng-2024"


def owner_says(*statements: str) -> None:
    with connection.cursor() as cursor:
        for each in statements:
            cursor.execute(each)


@contextmanager
def as_role(name: str) -> Iterator[None]:
    """Every connection is that role's meanwhile."""
    before = connection.settings_dict["USER"]
    _reconnect(name)
    try:
        yield
    finally:
        _reconnect(before)


def _reconnect(user: str) -> None:
    connections.close_all()
    connection.close_pool()  # type: ignore[attr-defined]
    connection.settings_dict["USER"] = user


@pytest.fixture
def role(transactional_db: None) -> Iterator[str]:
    """A role that may run the site, as `audit_grants` leaves it."""
    owner_says(f"CREATE ROLE {ROLE} LOGIN")
    call_command("audit_grants", "--role", ROLE, "--run")
    try:
        yield ROLE
    finally:
        owner_says(f"DROP OWNED BY {ROLE}", f"DROP ROLE {ROLE}")


@on_postgresql
def test_the_site_works_under_its_own_role(role: str) -> None:
    clerk = factories.user(REVIEWER, username="zhou")
    clerk.set_password(PASSWORD)
    clerk.save()
    with as_role(role):
        client = Client()
        answer = client.post("/login/", {"username": "zhou", "password": PASSWORD})
        assert answer.status_code == 302
        assert client.get("/").status_code == 200
        made = factories.project()
        Project.objects.filter(pk=made.pk).update(address="一号")
        with transaction.atomic():
            record(Act.LOGIN, actor=clerk)
        record_failure(Act.LOGIN_FAILED, name="zhou")
        before = AuditSeal.objects.count()
        assert seal() >= 2
        assert AuditSeal.objects.count() > before
        assert verify().whole
        assert changeable() == []
    assert changeable() == sorted(TABLES)


@on_postgresql
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_auditentry SET words = 'x'",
        "DELETE FROM audit_auditentry",
        "TRUNCATE audit_auditentry",
        "DROP TABLE audit_auditentry",
        "ALTER TABLE audit_auditentry DISABLE TRIGGER ALL",
        "UPDATE audit_auditseal SET digest = 'x'",
        "DELETE FROM audit_auditseal",
        "TRUNCATE audit_auditseal",
        "UPDATE audit_auditarchive SET file_digest = 'x'",
        "DELETE FROM audit_auditarchive",
        "INSERT INTO audit_auditseal VALUES (1, 'x', 'x', 1) ON CONFLICT (place) DO UPDATE SET digest = 'x'",
        "CREATE TABLE mine (id int)",
        "UPDATE django_migrations SET name = 'x'",
        "SET ROLE postgres",
    ],
)
def test_its_role_is_refused_by_the_database_itself(role: str, statement: str) -> None:
    record(Act.LOGIN, words="原来的")
    seal()
    with as_role(role), pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
        owner_says(statement)
    assert AuditEntry.objects.get().words == "原来的"
    assert verify().whole


@on_postgresql
def test_its_role_cannot_give_itself_more(role: str) -> None:
    with as_role(role):
        owner_says(f"GRANT UPDATE ON audit_auditentry TO {ROLE}")  # PostgreSQL only warns
        assert changeable() == []


@on_postgresql
def test_its_role_is_told_who_archives(role: str) -> None:
    with as_role(role), pytest.raises(CommandError, match="DATABASE_OWNER_URL"):
        call_command("archive_audit")


@on_postgresql
def test_tables_that_are_made_later_are_the_sites_too(role: str) -> None:
    owner_says("CREATE TABLE later (id serial)")
    with as_role(role):
        owner_says("INSERT INTO later DEFAULT VALUES", "DELETE FROM later")
    owner_says("DROP TABLE later")


@on_postgresql
def test_a_member_of_the_owner_is_told_of(role: str, capsys: Any) -> None:
    owner_says(f"GRANT postgres TO {ROLE}")
    with as_role(role):
        assert changeable() == sorted(TABLES)
        call_command("verify_audit")
    assert "还能修改审计表" in capsys.readouterr().out


@on_postgresql
@pytest.mark.django_db
def test_the_statements_may_be_read_before_they_are_said(capsys: Any) -> None:
    call_command("audit_grants", "--role", 'a"b')
    said = capsys.readouterr().out
    tables = ", ".join(f'"{each}"' for each in TABLES)
    assert f'GRANT SELECT, INSERT ON {tables} TO "a""b";\n' in said
    assert 'TO "a""b";\n' in said


@pytest.mark.skipif(ON_POSTGRESQL, reason="PostgreSQL knows roles")
@pytest.mark.django_db
def test_sqlite_has_no_roles_to_tell_of() -> None:
    assert changeable() is None
    with pytest.raises(CommandError, match="PostgreSQL"):
        call_command("audit_grants", "--role", "site")
