"""后台任务 in the admin: who reads it, what it says, and what may be run again."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kuancheng.access.models import User
from kuancheng.access.roles import AUDITOR, SYSTEM_ADMIN
from kuancheng.jobs import heartbeat, runner, services
from kuancheng.jobs.choices import JobState
from kuancheng.jobs.models import Job
from tests import factories
from tests.jobs import declared
from tests.jobs.clockwork import again, enqueued, fall_silent

pytestmark = pytest.mark.django_db

LIST = "/admin/jobs/job/"


@pytest.fixture
def keeper(client: Client) -> Client:
    client.force_login(factories.user(SYSTEM_ADMIN))
    return client


@pytest.fixture
def auditor() -> Client:
    client = Client()
    client.force_login(factories.user(AUDITOR))
    return client


def text(response: Any) -> str:
    content: str = response.content.decode()
    return content


def ran(result: Any) -> Job:
    """The job after its first attempt."""
    job = runner.claim(result.id, "w-1")
    assert job is not None
    runner.run(job)
    return again(job)


def at_work(folder: Path) -> Job:
    job = runner.claim(declared.wait_for_go.enqueue(str(folder)).id, "w-2")
    assert job is not None
    return job


def press(client: Client, *jobs: Job) -> Any:
    values = {"action": "run_again", "_selected_action": [str(job.pk) for job in jobs]}
    return client.post(LIST, values, follow=True)


def test_list_says_in_chinese_where_each_job_stands(keeper: Client, tmp_path: Path) -> None:
    ran(declared.write_line.enqueue(str(tmp_path), "甲"))
    ran(declared.crash.enqueue())
    ran(declared.find_database_busy.enqueue())
    heartbeat.write_progress(at_work(tmp_path).lease_file, heartbeat.Progress("正在写入", 3, 4))
    enqueued(declared.only_once.enqueue(str(tmp_path)))
    shown = text(keeper.get(LIST))
    for words in (
        *("已记下 甲", "程序出错（ValueError）：第一行", "数据库出错（OperationalError）"),
        *("正在写入 3 / 4", "只做一次", "1 / 3", "w-1"),
        *(f">{state.label}</span>" for state in JobState),
    ):
        assert words in shown
    assert "Task" not in shown


@pytest.mark.parametrize(
    ("state", "label"),
    [
        ("waiting", "只做一次"),
        ("retrying", "数据库忙"),
        ("running", "等着"),
        ("done", "记一笔"),
        ("failed", "出错"),
    ],
)
def test_filter_finds_the_jobs_in_a_state(
    keeper: Client, tmp_path: Path, state: str, label: str
) -> None:
    ran(declared.write_line.enqueue(str(tmp_path), "甲"))
    ran(declared.crash.enqueue())
    ran(declared.find_database_busy.enqueue())
    at_work(tmp_path)
    declared.only_once.enqueue(str(tmp_path))
    found = keeper.get(f"{LIST}?state={state}").context["cl"].result_list
    assert [job.label for job in found] == [label]


def test_traceback_is_for_the_system_administrator_only(keeper: Client, auditor: Client) -> None:
    page = f"{LIST}{ran(declared.crash.enqueue()).pk}/change/"
    assert "Traceback" in text(keeper.get(page))
    shown = text(auditor.get(page))
    assert "程序出错（ValueError）：第一行" in shown
    assert "Traceback" not in shown
    assert "declared.py" not in shown


def test_failed_job_waits_again_and_runs(keeper: Client, tmp_path: Path) -> None:
    job = at_work(tmp_path)
    for _ in range(2):
        fall_silent(job)
        runner.recover_lost()
        Job.objects.update(run_after=timezone.now())
        job = runner.claim(job.pk, "w-3") or job
    assert again(job).state == JobState.FAILED
    assert "已重新排队" in text(press(keeper, job))
    assert again(job).state == JobState.WAITING
    (tmp_path / "go").touch()
    assert ran(job.task_result).state == JobState.DONE
    history = text(keeper.get(f"{LIST}{job.pk}/history/"))
    assert "再运行一次" in history


def test_what_does_not_stand_still_or_must_not_be_repeated_is_not_run_again(
    keeper: Client, tmp_path: Path
) -> None:
    refused = {
        at_work(tmp_path): "现在是“运行中”，不能再运行一次",
        enqueued(declared.write_line.enqueue("/", "a")): "现在是“等待”，不能再运行一次",
        ran(declared.find_database_busy.enqueue()): "现在是“等待重试”，不能再运行一次",
        ran(declared.write_line.enqueue(str(tmp_path), "a")): "已完成，不必再运行",
        ran(declared.leave.enqueue()): "这项任务不能重复运行",
    }
    before = {job.pk: again(job).state for job in refused}
    shown = text(press(keeper, *refused))
    for sentence in refused.values():
        assert sentence in shown
    assert "已重新排队" not in shown
    assert {job.pk: again(job).state for job in refused} == before


def test_unknown_job_is_shown_and_not_run_again(keeper: Client) -> None:
    job = ran(declared.crash.enqueue())
    Job.objects.update(task_path="tests.gone")
    assert "tests.gone" in text(keeper.get(LIST))
    assert "程序里已没有这项任务" in text(press(keeper, job))


def test_auditor_reads_and_changes_nothing(auditor: Client) -> None:
    job = ran(declared.crash.enqueue())
    assert "再运行一次" not in text(auditor.get(LIST))
    press(auditor, job)
    assert again(job).state == JobState.FAILED


def test_even_who_may_everything_only_reads(client: Client) -> None:
    boss = User.objects.create_superuser("boss", full_name="主管", password=factories.PASSWORD)
    client.force_login(boss)
    job = ran(declared.crash.enqueue())
    assert client.get(f"{LIST}add/").status_code == 403
    assert client.post(f"{LIST}{job.pk}/delete/").status_code == 403
    assert client.post(f"{LIST}{job.pk}/change/", {"status": "READY"}).status_code == 403
    assert again(job).state == JobState.FAILED


def test_list_asks_as_often_for_thirty_jobs_as_for_one(keeper: Client, tmp_path: Path) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            keeper.get(LIST)
        return len(captured)

    ran(declared.crash.enqueue())
    queries()  # content types are asked for once
    one = queries()
    for _ in range(30):
        ran(declared.write_line.enqueue(str(tmp_path), "a"))
    assert queries() == one


class TestNobodyWorks:
    """Jobs that wait while no worker is there."""

    @pytest.fixture
    def waiting(self) -> Job:
        job = enqueued(declared.write_line.enqueue("/", "a"))
        since = timezone.now() - services.UNATTENDED_AFTER - timedelta(seconds=1)
        Job.objects.update(enqueued_at=since)
        return job

    def test_is_told_where_jobs_are_listed_and_on_the_front_page(
        self, keeper: Client, auditor: Client, waiting: Job
    ) -> None:
        assert "请系统管理员启动 manage.py work" in text(keeper.get(LIST))
        assert "请系统管理员启动 manage.py work" in text(keeper.get("/admin/"))
        assert "manage.py work" not in text(auditor.get("/admin/"))

    def test_is_not_told_while_a_worker_is_there(self, keeper: Client, waiting: Job) -> None:
        file = heartbeat.worker_file("w")
        heartbeat.begin(file, {"name": "w", "started": "2024-10-15T08:00:00+08:00"})
        assert "manage.py work" not in text(keeper.get(LIST))
        assert "manage.py work" not in text(keeper.get("/admin/"))

    @pytest.mark.parametrize(
        "change",
        [
            lambda now: {"enqueued_at": now},
            lambda now: {"run_after": now + timedelta(hours=1)},
            lambda now: {"status": "SUCCESSFUL"},
        ],
        ids=["young", "later", "done"],
    )
    def test_is_not_told_while_nothing_has_to_be_done(
        self, keeper: Client, waiting: Job, change: Any
    ) -> None:
        Job.objects.update(**change(timezone.now()))
        assert "manage.py work" not in text(keeper.get(LIST))
