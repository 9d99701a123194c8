"""A disk that is full, a database that may only be read: people read on, and lose nothing they typed."""

import errno
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from html import unescape
from typing import Any

import psycopg
import pytest
from django.core.files.storage import storages
from django.db import OperationalError, connection, connections
from django.test import Client

from investment.models import StatusReport
from kuancheng.access.models import ApiKey, User
from kuancheng.access.roles import READER, REVIEWER
from kuancheng.database import faults
from kuancheng.records import forward
from kuancheng.reports.judging import daily
from kuancheng.reports.models import Follow
from projects.models import Agency, MilestoneEvidence
from projects.services.evidence import attach_evidence
from tests import factories
from tests.factories import PASSWORD
from tests.projects.uploads import photo

pytestmark = pytest.mark.django_db(transaction=True)

FULL, READ_ONLY = "存储空间不足", "数据库只读，暂时不能保存"


@contextmanager
def full() -> Iterator[None]:
    """No page more than there is; PostgreSQL's disk is not ours to fill, so it says so."""
    if connection.vendor == "postgresql":
        pytest.skip("a disk of PostgreSQL's own is not filled here: test_faults knows its words")
    with connection.cursor() as cursor:
        most = cursor.execute("PRAGMA max_page_count").fetchone()[0]
        cursor.execute("PRAGMA max_page_count = 1")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA max_page_count = {most}")


@contextmanager
def read_only() -> Iterator[None]:
    """The database takes nothing."""
    statements = {
        "sqlite": ("PRAGMA query_only = 1", "PRAGMA query_only = 0"),
        "postgresql": (
            "SET default_transaction_read_only = on",
            "SET default_transaction_read_only = off",
        ),
    }
    shut, opened = statements[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(shut)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(opened)


@pytest.fixture
def reviewer() -> User:
    return factories.user(REVIEWER)


@pytest.fixture
def office(client: Client, reviewer: User) -> Client:
    """Somebody who has been here today, before it happened."""
    factories.project()
    client.force_login(reviewer)
    assert client.get("/").status_code == 200
    client.raise_request_exception = False
    return client


PAGES = (
    *("/", "/daily/", "/overview/", "/reporting/", "/rules/", "/help/", "/notices/", "/admin/"),
    *("/matters/", "/reviews/", "/league/", "/bulletins/", "/wall-chart/", "/map/", "/permits/"),
    *("/data-quality/", "/search/?q=甲", "/screen/", "/password/", "/documents/templates/"),
    *("/admin/projects/project/", "/admin/projects/agency/add/", "/api/v1/projects/"),
)


@pytest.mark.parametrize("state", [full, read_only])
def test_pages_are_read_as_before(office: Client, state: Any) -> None:
    with state():
        answers = {page: office.get(page).status_code for page in PAGES}
    assert answers == dict.fromkeys(PAGES, 200)


def test_pages_are_read_where_the_session_is_due_to_be_written(office: Client) -> None:
    session = office.session
    session["renewed"] -= 120
    session.save()
    with read_only():
        page = office.get("/")
    assert page.status_code == 200
    assert READ_ONLY in office.get("/help/").content.decode()
    assert office.get("/help/").status_code == 200


def test_warning_goes_once_something_was_kept_again(office: Client) -> None:
    faults.note(faults.Fault.FULL)
    said = f"{FULL}：现在只能查看"
    assert said in office.get("/help/").content.decode()
    session = office.session
    session["renewed"] -= 120
    session.save()
    office.get("/help/")
    assert said not in office.get("/help/").content.decode()


def test_first_page_of_a_day_shows_the_lights_of_the_day_before(
    office: Client, settings: Any
) -> None:
    settings.KUANCHENG_TODAY = "2024-10-16"
    with read_only():
        page = office.get("/")
        assert page.status_code == 200
        assert "示例项目" in page.content.decode()
        assert READ_ONLY in office.get("/help/").content.decode()
    assert daily.newest_kept(None).isoformat() == "2024-10-15"  # type: ignore[union-attr]


def test_form_comes_back_with_everything_typed_and_is_sent_once_more(office: Client) -> None:
    project = factories.project()
    typed = {"follow": "on", "next": "/?search=甲&light=red", "note": "\r\n第二行\r\n第三行"}
    with read_only():
        page = office.post(f"/projects/{project.code}/follow/?a=1", typed)
    said = page.content.decode()
    assert page.status_code == 503
    assert int(page["Retry-After"]) > 0
    assert READ_ONLY in said
    assert "再试一次" in said
    sent = re.findall(r'<textarea name="(\w+)" hidden>\n(.*?)</textarea>', said, re.DOTALL)
    assert {name: unescape(value) for name, value in sent} == typed
    action = re.search(r'method="post" action="(/projects/[^"]+)"', said)
    assert action is not None
    assert office.post(action[1], typed).status_code == 302
    assert Follow.objects.count() == 1


@pytest.mark.parametrize(("state", "title"), [(full, FULL), (read_only, READ_ONLY)])
def test_save_of_a_report_leaves_the_draft_as_it_was(
    office: Client, state: Any, title: str
) -> None:
    report = factories.status_report(project=factories.project())
    address = f"/admin/investment/statusreport/{report.pk}/change/"
    fields = office.get(address).context["adminform"].form.initial
    typed = {name: value for name, value in fields.items() if value not in (None, [])}
    text = "用地未批。" * 199
    typed["month"] = "2024-09"
    with state():
        page = office.post(address, typed | {"problems": text, "next_step": text, "_save": "1"})
    assert page.status_code == 503
    assert title in page.content.decode()
    assert text in page.content.decode()
    assert StatusReport.objects.get().version == report.version


def test_no_password_is_written_into_the_page(client: Client, reviewer: User) -> None:
    client.raise_request_exception = False
    with read_only():
        page = client.post("/login/", {"username": reviewer.username, "password": PASSWORD})
    said = page.content.decode()
    assert page.status_code == 503
    assert READ_ONLY in said
    assert PASSWORD not in said
    assert "<textarea" not in said
    assert "后退" in said


def test_api_reads_on_and_answers_a_write_with_a_problem() -> None:
    factories.project()
    person = factories.user(READER)
    _, key = ApiKey.issue(user=person, name="取数", scope=ApiKey.Scope.READ)
    client = Client(headers={"authorization": f"Bearer {key}"}, raise_request_exception=False)
    assert client.get("/api/v1/projects/").status_code == 200
    ApiKey.objects.update(last_used_at=None)
    with read_only():
        assert client.get("/api/v1/projects/").status_code == 200
        assert client.get("/api/v1/progress/").status_code in {200, 503}


def test_what_stops_a_read_of_the_api_is_a_problem(
    api: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def shut(*args: object, **kwargs: object) -> None:
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(daily, "ensure", shut)
    factories.project()
    api.raise_request_exception = False
    answer = api.get("/api/v1/progress/")
    assert answer.status_code == 503
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["Retry-After"] == "300"
    assert answer.json()["title"] == FULL


def test_disk_that_is_full_half_way_through_a_file_keeps_neither_row_nor_file(
    office: Client, reviewer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    storage: Any = storages["evidence"]
    before = storage.listdir(".")[1]
    milestone = factories.milestone(project=factories.project())
    write, written = type(storage)._save, []

    def second_fails(self: Any, name: str, content: Any) -> str:
        written.append(name)
        if len(written) == 2:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(self, name, content)

    monkeypatch.setattr(type(storage), "_save", second_fails)
    with pytest.raises(OSError, match="No space"):
        attach_evidence(milestone=milestone, files=[photo()], actor=reviewer)
    assert MilestoneEvidence.objects.count() == 0
    assert not storage.exists(written[0])
    assert storage.listdir(".")[1] == before


def test_page_without_its_head_where_the_database_is_away(
    office: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*args: object, **kwargs: object) -> None:
        raise OperationalError("refused") from psycopg.OperationalError("connection refused")

    monkeypatch.setattr(daily, "ensure", away)
    page = office.get("/?light=red")
    said = page.content.decode()
    assert page.status_code == 503
    assert "数据库暂时连接不上" in said
    assert 'href="/?light=red"' in said
    assert "主导航" not in said


def test_restarted_postgresql_answers_the_next_request(office: Client) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no server")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        own = cursor.fetchone()[0]
    with psycopg.connect(**{**_server(), "dbname": connection.settings_dict["NAME"]}) as other:
        other.execute("SELECT pg_terminate_backend(%s)", [own])
    first = office.get("/help/")
    assert first.status_code in {200, 503}
    connection.close_if_unusable_or_obsolete()
    assert office.get("/help/").status_code == 200


def _server() -> dict[str, Any]:
    params = connection.get_connection_params()
    return {name: params[name] for name in ("user", "host") if name in params}


def test_clock_that_was_set_back_refuses_with_what_was_typed(office: Client, settings: Any) -> None:
    settings.KUANCHENG_TODAY = ""
    forward.believe(date(2999, 1, 1))
    typed = {"name": "示例单位新", "kind": "department", "order": "1", "_save": "1"}
    page = office.post("/admin/projects/agency/add/", typed)
    said = page.content.decode()
    assert page.status_code == 503
    assert "本机时钟为" in said
    assert "2999-01-01" in said
    assert "示例单位新" in said
    assert Agency.objects.filter(name="示例单位新").count() == 0
    forward.believe(None)
    assert office.post("/admin/projects/agency/add/", typed).status_code == 302


def test_database_that_cannot_be_opened_is_told_by_a_page_that_asks_it_nothing(
    office: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Met where the session is read, before any view, and again in the head of the page that says so."""

    def shut(*args: Any, **options: Any) -> None:
        raise OperationalError("disk I/O error") from full_disk

    full_disk = sqlite3.OperationalError("disk I/O error")
    full_disk.sqlite_errorcode = sqlite3.SQLITE_IOERR
    office.raise_request_exception = False
    monkeypatch.setattr(connections["default"], "cursor", shut)
    page = office.get("/")
    monkeypatch.undo()
    assert page.status_code == 503
    assert FULL in page.content.decode()
    assert page["Retry-After"] == "300"
