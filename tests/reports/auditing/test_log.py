"""The auditor's page: what it shows, how it is narrowed, who reads it, and its files."""

import json
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from kuancheng.access.models import User
from kuancheng.access.roles import AUDITOR, READER, REPORTER, REVIEWER, SYSTEM_ADMIN
from kuancheng.audit.chain.sealing import seal
from kuancheng.audit.choices import Act, Outcome
from kuancheng.audit.models import AuditEntry
from kuancheng.audit.origin import Origin, acting
from kuancheng.audit.recording import record, record_failure
from kuancheng.reports.auditing import views
from projects.services.stops.steps import strike_stop
from tests import factories

pytestmark = pytest.mark.django_db

LOG = "/audit/"


@pytest.fixture
def auditor(client: Client) -> User:
    account = factories.user(AUDITOR, full_name="审计员")
    client.force_login(account)
    return account


def shown(client: Client, query: str = "") -> str:
    answer = client.get(f"{LOG}{query}")
    assert answer.status_code == 200, answer.content.decode()
    return answer.content.decode()


def rows_of(client: Client, query: str = "") -> list[str]:
    """The sentences of the entries shown, in their order."""
    page = client.get(f"{LOG}{query}").context["page"]
    return [line.entry.words for line in page.object_list]


@pytest.mark.parametrize("role", [SYSTEM_ADMIN, REVIEWER, REPORTER, READER])
def test_only_the_auditor_reads_it(client: Client, role: str) -> None:
    client.force_login(factories.user(role))
    for address in (LOG, "/audit.xlsx", "/audit.ndjson"):
        assert client.get(address).status_code == 403
    assert 'href="/audit/"' not in client.get("/").content.decode()


def test_nobody_is_sent_to_the_login(client: Client) -> None:
    assert client.get(LOG)["Location"].startswith("/login/")


def test_shows_who_when_from_where_what_and_how_it_ended(client: Client, auditor: User) -> None:
    clerk = factories.user(REPORTER, full_name="张三")
    with acting(Origin(address="10.2.0.9", door="page", account=clerk)):
        record_failure(
            Act.DECIDED,
            subject="粮油仓",
            words="复核通过进展填报",
            detail={"refusal": "您没有这个权限", "rows": 3},
            outcome=Outcome.REFUSED,
        )
    page = shown(client)
    for said in ("张三", "10.2.0.9", "网页", "复核通过进展填报", "粮油仓", "被拒绝", "为何被拒绝"):
        assert said in page
    assert "待封存" in page


def test_newest_comes_first(client: Client, auditor: User) -> None:
    for number in range(3):
        record(Act.EXPORTED, words=f"导出 {number}")
    assert rows_of(client)[:3] == ["导出 2", "导出 1", "导出 0"]


def test_is_narrowed_by_what_is_asked(client: Client, auditor: User) -> None:
    project, clerk = factories.project(name="粮油仓"), factories.user(REPORTER, full_name="张三")
    office = factories.user(REVIEWER, full_name="李四")
    with acting(Origin(address="10.2.0.9", door="api", account=clerk, key="kc_abcde")):
        record(Act.KEY_USED, words="写入")
    record(Act.EXPORTED, actor=office, subject=project, words="导出一表")
    stop = factories.stop(project=project)
    strike_stop(stop=stop, reason="登记错了", seen=factories.seen(stop), actor=office)
    record_failure(Act.LOGIN_FAILED, name="zhangsan", subject=clerk, words="登录失败")
    asked = {
        f"?account={clerk.pk}": {"写入", "登录失败"},
        f"?project={project.code}": {"导出一表", "撤销停工"},
        "?group=decision": {"撤销停工"},
        "?act=file.exported": {"导出一表"},
        "?outcome=failed": {"登录失败"},
        "?door=api": {"写入"},
        "?address=10.2.": {"写入"},
        "?key=kc_ab": {"写入"},
        "?search=zhangsan": {"登录失败"},
        "?search=粮油": {"导出一表", "撤销停工"},
        "?search=不存在": set(),
    }
    for query, expected in asked.items():
        assert set(rows_of(client, query)) == expected, query


def test_days_are_whole_days_by_the_sites_time(client: Client, auditor: User) -> None:
    record(Act.BACKUP, words="今天")
    today = timezone.localdate()
    tomorrow, yesterday = today + timedelta(days=1), today - timedelta(days=1)
    assert "今天" in rows_of(client, f"?since={today}&until={today}")
    assert rows_of(client, f"?since={tomorrow}") == []
    assert rows_of(client, f"?until={yesterday}") == []


def test_asked_for_nothing_it_shows_the_last_thirty_days(client: Client, auditor: User) -> None:
    AuditEntry(act=Act.BACKUP, words="旧", at=timezone.now() - timedelta(days=31)).save()
    AuditEntry(act=Act.BACKUP, words="新", at=timezone.now() - timedelta(days=29)).save()
    assert rows_of(client, "?group=system") == ["新", "旧"]
    assert [each for each in rows_of(client) if each in "新旧"] == ["新"]


def test_says_what_it_does_not_understand(client: Client, auditor: User) -> None:
    for query in ("?act=nonsense", "?since=2024-13-01", "?who=1", "?project=NO-1", "?page=99"):
        assert client.get(f"{LOG}{query}").status_code in (400, 404), query


def test_sums_by_act_and_by_day(client: Client, auditor: User) -> None:
    for _ in range(2):
        record(Act.EXPORTED, words="导出")
    record_failure(Act.EXPORTED, words="导出")
    context = client.get(f"{LOG}?act=file.exported").context
    assert context["kinds"] == [("导出", 3, 1)]
    assert context["days"] == [(timezone.localdate(), 3)]


def test_says_how_far_the_chain_goes_and_what_the_last_check_found(
    client: Client, auditor: User
) -> None:
    assert "还没有封存" in shown(client)
    assert seal() > 0
    record(Act.VERIFIED, words="共 1 环")
    page = shown(client)
    assert "到第 1 环" in page
    assert "完整" in page
    record(Act.VERIFIED, words="第 1 环内容被改动", outcome=Outcome.FAILED)
    assert "不完整：第 1 环内容被改动" in shown(client)


def test_says_when_entries_wait_too_long_for_their_seal(client: Client, auditor: User) -> None:
    AuditEntry(act=Act.BACKUP, at=timezone.now() - timedelta(hours=1)).save()
    assert "条审计记录没有封存：后台任务是否在运行？" in shown(client)


def test_says_so_where_there_is_nothing(client: Client, auditor: User) -> None:
    assert "没有符合条件的记录" in shown(client, "?search=不存在")


def test_thirty_entries_ask_no_more_than_one(
    client: Client, auditor: User, django_assert_max_num_queries: Any
) -> None:
    record(Act.EXPORTED, subject=factories.project(), words="导出")
    shown(client)  # renews the session
    with django_assert_max_num_queries(40) as one:
        shown(client)
    for _ in range(30):
        record(Act.EXPORTED, subject=factories.project(), words="导出")
    with django_assert_max_num_queries(40) as many:
        shown(client)
    assert len(many) == len(one)


def test_leads_from_the_project_and_the_account(client: Client, auditor: User) -> None:
    project = factories.project()
    assert f"/audit/?project={project.code}" in client.get(f"/projects/{project.code}/").text
    history = client.get(f"/admin/access/user/{auditor.pk}/history/").text
    auditor.is_staff = True
    auditor.save()
    history = client.get(f"/admin/access/user/{auditor.pk}/history/").text
    assert f"/audit/?account={auditor.pk}" in history


def test_workbook_holds_what_was_asked_and_is_an_entry_itself(
    client: Client, auditor: User
) -> None:
    record(Act.BACKUP, words="备份", detail={"reason": "每日"})
    record(Act.EXPORTED, words="=1+1")
    answer = client.get("/audit.xlsx?group=file&group=system")
    sheet = load_workbook(BytesIO(b"".join(answer))).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    assert [row[6] for row in rows[1:]] == ["=1+1", "备份"]
    assert rows[2][11] == "原因：每日"
    taken = AuditEntry.objects.latest("pk")
    assert (taken.act, taken.detail["rows"]) == (Act.EXPORTED, 2)
    assert taken.detail["query"] == "group=file&group=system"


def test_lines_of_json_hold_every_column(client: Client, auditor: User) -> None:
    record(Act.BACKUP, words="备份", detail={"reason": "每日"})
    answer = client.get("/audit.ndjson?group=system")
    [line] = [json.loads(each) for each in b"".join(answer).splitlines()]
    assert (line["act"], line["words"], line["detail"]) == (
        "system.backup",
        "备份",
        {"reason": "每日"},
    )
    columns = {field.name for field in AuditEntry._meta.concrete_fields}
    assert set(line) == columns | {"seal"}


def test_file_too_long_is_refused_with_what_to_do(
    client: Client, auditor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "MOST", 0)
    answer = client.get("/audit.xlsx?group=entry", follow=True)
    assert "请用“自”“至”分段导出" in answer.content.decode()
    assert not AuditEntry.objects.filter(act=Act.EXPORTED).exists()
