"""Long files: queued with the click, followed on the page, and never left hanging."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kuancheng.access.models import User
from kuancheng.access.roles import REVIEWER, SYSTEM_ADMIN
from kuancheng.audit.choices import Act
from kuancheng.audit.models import AuditEntry
from kuancheng.jobs import heartbeat, runner
from kuancheng.jobs.choices import JobState
from kuancheng.jobs.models import Job
from kuancheng.jobs.tasks import JobContext
from kuancheng.sheets import importing, services
from kuancheng.sheets.choices import ImportState
from kuancheng.sheets.models import SheetImport
from projects.models import Project
from tests import factories
from tests.jobs.clockwork import become_due, fall_silent
from tests.sheets.books import counts, made, taken

pytestmark = pytest.mark.django_db

LIST = "/admin/sheets/sheetimport/"
HEAD = ["项目编号", "项目名称", "计划总投资（万元）"]


def page(record: SheetImport, tail: str = "change/") -> str:
    return f"{LIST}{record.pk}/{tail}"


def text(response: Any) -> str:
    content: str = response.content.decode()
    return content


def renamed(*names: str) -> bytes:
    for number in range(len(names)):
        factories.project(code=f"T-{number}", name="旧名")
    return made("重点项目", HEAD, [[f"T-{n}", name, 10_000] for n, name in enumerate(names)])


def names() -> set[str]:
    return set(Project.objects.values_list("name", flat=True))


def job_of(record: SheetImport) -> Job:
    record.refresh_from_db()
    assert record.job is not None
    return record.job


def begun(record: SheetImport) -> Job:
    """The import's job, as a worker holds it that has just taken it."""
    job = runner.claim(job_of(record).pk, "w")
    assert job is not None
    return job


def worked(record: SheetImport) -> SheetImport:
    """The import after a worker has run its job."""
    runner.run(begun(record))
    record.refresh_from_db()
    return record


@pytest.fixture
def browser(client: Client, office: User) -> Client:
    client.force_login(office)
    return client


@pytest.fixture(autouse=True)
def long(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two rows are many."""
    monkeypatch.setattr(services, "AT_ONCE", 1)


@pytest.fixture
def record(office: User) -> SheetImport:
    """Two rows, taken in and waiting."""
    return taken("register", office, renamed("甲", "乙"))


@pytest.fixture
def ready(record: SheetImport) -> SheetImport:
    """The same, checked."""
    return worked(record)


@pytest.fixture
def alive(tmp_path: Any) -> Iterator[None]:
    """A worker is there."""
    file = heartbeat.worker_file("there")
    heartbeat.begin(file, {"name": "there", "started": "2024-10-15T08:00:00+08:00"})
    yield
    file.unlink()


def test_long_file_waits_for_a_worker_and_is_checked_and_applied_by_it(
    browser: Client, record: SheetImport
) -> None:
    assert (record.state, job_of(record).state) == (ImportState.CHECKING, JobState.WAITING)
    assert worked(record).state == ImportState.READY
    assert counts(record) == (0, 2, 0, 0)
    browser.post(page(record, "apply/"))
    record.refresh_from_db()
    assert record.state == ImportState.APPLYING
    assert names() == {"旧名"}
    assert worked(record).state == ImportState.DONE
    assert names() == {"甲", "乙"}
    outcomes = Job.objects.order_by("enqueued_at").values_list("return_value", flat=True)
    assert list(outcomes) == [
        "表.xlsx：可以导入，新增 0 行，变更 2 行，未变 0 行，有误 0 行。",
        "表.xlsx：已导入，新增 0 行，变更 2 行，未变 0 行，有误 0 行。",
    ]


def test_short_file_is_never_seen_waiting_but_is_a_job_like_the_long_one(
    office: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "AT_ONCE", 2)
    record = taken("register", office, renamed("甲", "乙"))
    assert record.state == ImportState.READY
    job = job_of(record)
    assert (job.state, job.attempts) == (JobState.DONE, 1)
    assert job.worker.startswith("web-")


def test_job_is_enqueued_with_the_state_or_not_at_all(
    ready: SheetImport, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*arguments: Any, **named: Any) -> None:
        raise OperationalError("database or disk is full")

    before = ready.job_id
    monkeypatch.setattr(services, "_enqueue", full)
    with pytest.raises(OperationalError):
        services.apply(record=ready)
    ready.refresh_from_db()
    assert (ready.state, ready.job_id) == (ImportState.READY, before)
    assert Job.objects.count() == 1


def test_second_click_applies_nothing_and_is_told(ready: SheetImport) -> None:
    same = SheetImport.objects.get(pk=ready.pk)
    services.apply(record=ready)
    with pytest.raises(services.NotNow, match="导入中"):
        services.apply(record=same)
    assert Job.objects.count() == 2


class TestPage:
    """What the person who waits is shown."""

    def test_comes_again_by_itself_and_shows_how_far_it_is(
        self, browser: Client, record: SheetImport, alive: None
    ) -> None:
        shown = text(browser.get(page(record)))
        assert 'http-equiv="refresh"' in shown
        assert "排队等待后台处理。" in shown
        assert "manage.py work" not in shown
        job = begun(record)
        JobContext(job).report(importing.CHECKING, 1, 2)
        shown = text(browser.get(page(record)))
        assert "正在检查</strong>：1 / 2 行" in shown
        runner.run(job)
        shown = text(browser.get(page(record)))
        assert 'http-equiv="refresh"' not in shown
        assert "变更 2 行" in shown

    def test_says_how_many_wait_before_it(self, browser: Client, record: SheetImport) -> None:
        colleague = factories.user(REVIEWER, full_name="同事")
        second = taken("register", colleague, made("重点项目", HEAD, [["T-0", "丙", 1]] * 2))
        assert "前面还有" not in text(browser.get(page(record)))
        assert "前面还有 1 项" in text(browser.get(page(second)))

    def test_says_what_to_do_where_nobody_works(self, browser: Client, record: SheetImport) -> None:
        shown = text(browser.get(page(record)))
        assert "请系统管理员启动 manage.py work" in shown
        assert "不必重新上传" in shown

    def test_looking_on_writes_nothing(self, browser: Client, record: SheetImport) -> None:
        begun(record)
        with CaptureQueriesContext(connection) as captured:
            browser.get(page(record))
        assert all(each["sql"].startswith("SELECT") for each in captured)

    def test_is_not_stopped_by_a_busy_database(
        self, browser: Client, record: SheetImport, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def locked() -> int:
            raise OperationalError("database is locked")

        monkeypatch.setattr(runner, "recover_lost", locked)
        assert browser.get(page(record)).status_code == 200


class TestDeadWorker:
    """The next look finds it, on the import's page or in the list."""

    @pytest.mark.parametrize("tail", ["{}/change/", ""])
    def test_is_found_and_the_check_begins_anew(
        self, browser: Client, record: SheetImport, tail: str
    ) -> None:
        job = begun(record)
        fall_silent(job)
        browser.get(LIST + tail.format(record.pk))
        assert job_of(record).state == JobState.RETRYING
        assert "系统会自动再试" in text(browser.get(page(record)))
        become_due(job)
        assert worked(record).state == ImportState.READY
        assert counts(record) == (0, 2, 0, 0)

    def test_that_dies_each_time_leaves_an_import_that_can_be_checked_again(
        self, browser: Client, record: SheetImport
    ) -> None:
        for _ in range(3):
            job = begun(record)
            fall_silent(job)
            browser.get(page(record))
            become_due(job)
        shown = text(browser.get(page(record)))
        assert "已中断，没有导入任何一行" in shown
        assert "重新检查" in shown
        browser.post(page(record, "recheck/"))
        assert worked(record).state == ImportState.READY

    def test_job_that_the_administrator_runs_again_takes_the_import_up(
        self, browser: Client, ready: SheetImport
    ) -> None:
        services.apply(record=ready)
        for _ in range(3):
            job = begun(ready)
            fall_silent(job)
            runner.recover_lost()
            become_due(job)
        ready.refresh_from_db()
        assert ready.state == ImportState.INTERRUPTED
        keeper = Client()
        keeper.force_login(factories.user(SYSTEM_ADMIN))
        keeper.post(
            "/admin/jobs/job/", {"action": "run_again", "_selected_action": [str(ready.job_id)]}
        )
        assert worked(ready).state == ImportState.DONE
        assert names() == {"甲", "乙"}

    def test_job_of_an_import_that_was_checked_again_since_changes_nothing(
        self, ready: SheetImport
    ) -> None:
        services.apply(record=ready)
        first = job_of(ready)
        for _ in range(3):
            fall_silent(begun(ready))
            runner.recover_lost()
            become_due(first)
        ready.refresh_from_db()
        services.recheck(record=ready)
        Job.objects.filter(pk=first.pk).update(status="READY", run_after=timezone.now())
        again = runner.claim(first.pk, "w")
        assert again is not None
        runner.run(again)
        assert Job.objects.get(pk=first.pk).return_value == importing.SETTLED
        ready.refresh_from_db()
        assert (ready.state, names()) == (ImportState.CHECKING, {"旧名"})

    def test_apply_of_a_worker_that_was_given_up_writes_nothing(self, ready: SheetImport) -> None:
        services.apply(record=ready)
        asleep = begun(ready)
        fall_silent(asleep)
        runner.recover_lost()
        runner.run(asleep)
        ready.refresh_from_db()
        assert (ready.state, names()) == (ImportState.APPLYING, {"旧名"})

    def test_second_run_of_an_apply_that_was_done_changes_nothing(self, ready: SheetImport) -> None:
        """Killed after the import was written, and before its job was."""
        services.apply(record=ready)
        job = begun(ready)
        write: Any = importing.write_import.func
        write(JobContext(job), ready.pk)
        fall_silent(job)
        runner.recover_lost()
        become_due(job)
        history = Project.history.count()
        assert worked(ready).state == ImportState.DONE
        assert job_of(ready).return_value == importing.SETTLED
        assert Project.history.count() == history

    @pytest.mark.parametrize("state", [ImportState.CHECKING, ImportState.APPLYING])
    def test_import_that_ran_in_a_thread_before_the_upgrade_is_told_as_interrupted(
        self, browser: Client, ready: SheetImport, state: str
    ) -> None:
        SheetImport.objects.update(state=state, job=None)
        assert "已中断，没有导入任何一行" in text(browser.get(page(ready)))
        services.recheck(record=SheetImport.objects.get())
        assert worked(ready).state == ImportState.READY

    def test_import_whose_job_ended_without_it_is_told_as_interrupted(
        self, record: SheetImport
    ) -> None:
        Job.objects.update(status="FAILED")
        services.settle()
        record.refresh_from_db()
        assert record.state == ImportState.INTERRUPTED


class TestFailure:
    """What went wrong is a state with its sentence."""

    def test_crash_says_that_nothing_was_imported(
        self, ready: SheetImport, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        services.apply(record=ready)
        monkeypatch.setattr(importing, "_moved", lambda *_: 1 / 0)
        worked(ready)
        assert (ready.state, ready.message) == (ImportState.FAILED, importing.CRASHED)
        assert job_of(ready).state == JobState.FAILED
        assert names() == {"旧名"}

    def test_busy_database_is_tried_again_and_told_in_the_end(
        self, browser: Client, ready: SheetImport, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def busy(*_: Any) -> None:
            raise OperationalError("database is locked")

        services.apply(record=ready)
        monkeypatch.setattr(importing, "_moved", busy)
        for _ in range(2):
            assert worked(ready).state == ImportState.APPLYING
            assert "系统会自动再试" in text(browser.get(page(ready)))
            become_due(job_of(ready))
        worked(ready)
        assert (ready.state, ready.message) == (ImportState.FAILED, importing.BUSY)

    def test_upload_that_was_forgotten_meanwhile_is_told(self, record: SheetImport) -> None:
        SheetImport.objects.update(upload="")
        worked(record)
        assert (record.state, record.message) == (ImportState.WRONG, importing.GONE)

    def test_worker_acts_as_who_uploaded(self, record: SheetImport) -> None:
        User.objects.filter(full_name="复核员").update(is_active=False)
        worked(record)
        assert "账号已停用" in record.message


def test_worker_that_stops_in_the_middle_of_an_apply_leaves_nothing_of_it(
    ready: SheetImport,
) -> None:
    services.apply(record=ready)
    runner.run(begun(ready), must_stop=lambda: True)
    ready.refresh_from_db()
    assert (ready.state, names()) == (ImportState.APPLYING, {"旧名"})
    assert job_of(ready).state == JobState.WAITING
    assert worked(ready).state == ImportState.DONE
    assert names() == {"甲", "乙"}


class TestLarge:
    """A file of many bytes is not even read while its owner waits."""

    @pytest.fixture(autouse=True)
    def large(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(services, "READ_AT_ONCE", 0)

    def test_worker_reads_it_once_and_keeps_its_rows(self, record: SheetImport) -> None:
        assert (record.is_read, record.total_rows) == (False, 0)
        worked(record)
        assert (record.is_read, record.total_rows, record.state) == (True, 2, ImportState.READY)

    def test_refusal_is_told_on_its_page_and_nothing_is_kept(
        self, browser: Client, office: User, uploads: Path
    ) -> None:
        headings = ["项目编号", "总投资", "备注"]
        record = taken("register", office, made("重点项目", headings, []))
        assert record.state == ImportState.CHECKING
        worked(record)
        assert (record.state, record.upload.name) == (ImportState.REFUSED, "")
        assert not [each for each in uploads.rglob("*") if each.is_file()]
        shown = text(browser.get(page(record)))
        assert "未接收" in shown
        assert "不认识表头“总投资”、“备注”" in shown
        assert "重新检查" not in shown
        entry = AuditEntry.objects.get(act=Act.FILE_REFUSED)
        assert (entry.actor_id, entry.subject_label) == (office.pk, "导入的表格 表.xlsx")

    def test_file_that_was_changed_on_the_disk_is_not_read(
        self, record: SheetImport, uploads: Path
    ) -> None:
        [kept] = [each for each in uploads.rglob("*") if each.is_file()]
        kept.chmod(0o600)
        kept.write_bytes(made("重点项目", HEAD, [["T-0", "别的", 1]]))
        worked(record)
        assert record.state == ImportState.REFUSED
        assert "与上传时不同" in record.message
