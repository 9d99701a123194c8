"""One attempt, from the claim to its outcome; and what is done about attempts without one."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kuancheng.jobs import heartbeat, runner
from kuancheng.jobs.choices import JobState
from kuancheng.jobs.errors import LeaseLost, WorkerLost
from kuancheng.jobs.models import Job
from kuancheng.jobs.tasks import JobContext
from tests.jobs import declared
from tests.jobs.clockwork import again, become_due, enqueued, fall_silent

pytestmark = pytest.mark.django_db


def attempted(result: Any) -> Job:
    """The job after one attempt."""
    claimed = runner.claim(result.id, "w")
    assert claimed is not None
    runner.run(claimed)
    return again(claimed)


def begun(result: Any) -> Job:
    """The job as a worker holds it that has just claimed it."""
    claimed = runner.claim(result.id, "w")
    assert claimed is not None
    return claimed


def context_of(job: Job) -> JobContext:
    return JobContext(job)


def test_job_is_enqueued_with_the_change_or_not_at_all() -> None:
    with transaction.atomic():
        declared.write_line.enqueue("/nowhere", "1")
        transaction.set_rollback(True)
    assert not Job.objects.exists()


def test_jobs_are_taken_in_their_order_once_each(tmp_path: Path) -> None:
    for line in "abc":
        declared.write_line.enqueue(str(tmp_path), line)
    while job := runner.claim_next("w"):
        runner.run(job)
    assert declared.done(tmp_path) == ["a", "b", "c"]
    assert {each.state for each in Job.objects.all()} == {JobState.DONE}


def test_end_of_a_job_is_kept_with_what_it_returned(tmp_path: Path, signs: Path) -> None:
    job = attempted(declared.write_line.enqueue(str(tmp_path), "a"))
    assert (job.state, job.return_value, job.attempts) == (JobState.DONE, "已记下 a", 1)
    assert job.started_at is not None
    assert job.finished_at is not None
    assert job.started_at <= job.finished_at
    assert list(signs.iterdir()) == []


def test_job_that_is_taken_is_not_taken_again(tmp_path: Path) -> None:
    job = begun(declared.write_line.enqueue(str(tmp_path), "a"))
    assert runner.claim(job.pk, "other") is None
    assert runner.claim_next("other") is None


def test_looking_for_work_asks_once_where_there_is_none() -> None:
    with CaptureQueriesContext(connection) as captured:
        assert runner.claim_next("w") is None
    assert len(captured) == 1
    assert captured[0]["sql"].startswith("SELECT")


def test_error_that_the_job_names_is_tried_again_later_and_then_given_up() -> None:
    job = enqueued(declared.find_database_busy.enqueue())
    for attempt, seconds in ((1, 40), (2, 80)):
        before = timezone.now()
        job = attempted(job.task_result)
        assert job.state == JobState.RETRYING
        wait = timedelta(seconds=seconds)
        assert before + wait <= job.run_after <= timezone.now() + wait
        assert job.attempts == attempt
        assert runner.claim_next("w") is None
        assert declared.failures == []
        become_due(job)
    job = attempted(job.task_result)
    assert (job.state, job.attempts) == (JobState.FAILED, 3)
    assert job.error_in_words == "数据库出错（OperationalError）：database is locked"
    assert [(number, type(error)) for number, error in declared.failures] == [
        (job.pk, OperationalError)
    ]


def test_success_after_a_failure_takes_its_error_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = declared.write_line.enqueue(str(tmp_path), "a")
    job = begun(result)
    fall_silent(job)
    runner.recover_lost()
    assert again(job).error_in_words
    become_due(job)
    job = attempted(result)
    assert (job.state, job.error_in_words, job.attempts) == (JobState.DONE, "", 2)


@pytest.mark.parametrize(
    ("job", "words"),
    [
        (declared.crash, "程序出错（ValueError）：第一行"),
        (declared.leave, "程序出错（SystemExit）：3"),
        (
            declared.give_what_is_no_json,
            "程序出错（TypeError）：Unsupported type: <class 'object'>",
        ),
    ],
)
def test_other_error_fails_at_once_and_is_kept_in_words_and_whole(job: Any, words: str) -> None:
    failed = attempted(job.enqueue())
    assert (failed.state, failed.attempts) == (JobState.FAILED, 1)
    assert failed.error_in_words == words
    assert "Traceback" in failed.traceback


def test_failure_is_kept_though_its_follow_up_fails_too() -> None:
    job = attempted(declared.crash_twice.enqueue())
    assert job.state == JobState.FAILED


def test_job_that_the_program_no_longer_has_fails_and_says_so() -> None:
    result = declared.write_line.enqueue("/nowhere", "a")
    Job.objects.update(task_path="tests.jobs.declared.gone")
    job = attempted(result)
    assert job.state == JobState.FAILED
    assert job.error_in_words == "程序里已没有这项任务：tests.jobs.declared.gone"
    assert job.label == "tests.jobs.declared.gone"


def test_running_job_with_signs_of_life_is_left_alone(tmp_path: Path) -> None:
    job = begun(declared.write_line.enqueue(str(tmp_path), "a"))
    assert runner.recover_lost() == 0
    assert again(job).state == JobState.RUNNING


def test_repeatable_job_of_a_dead_worker_waits_again_and_the_second_time_fails(
    tmp_path: Path,
) -> None:
    result = declared.wait_for_go.enqueue(str(tmp_path))
    for state, attempt in ((JobState.RETRYING, 1), (JobState.FAILED, 2)):
        job = begun(result)
        fall_silent(job)
        assert runner.recover_lost() == 1
        assert (again(job).state, again(job).attempts) == (state, attempt)
        assert not job.lease_file.exists()
        become_due(job)
    assert again(job).error_in_words == runner.CUT_OFF
    assert [(number, type(error)) for number, error in declared.failures] == [(job.pk, WorkerLost)]


def test_job_that_may_run_only_once_is_not_begun_again(tmp_path: Path) -> None:
    job = begun(declared.only_once.enqueue(str(tmp_path)))
    job.lease_file.unlink()
    assert runner.recover_lost() == 1
    job = again(job)
    assert (job.state, job.attempts) == (JobState.FAILED, 1)
    assert "没有自动重来" in job.error_in_words


def test_lost_job_that_the_program_no_longer_has_is_not_left_running(tmp_path: Path) -> None:
    job = begun(declared.write_line.enqueue(str(tmp_path), "a"))
    Job.objects.update(task_path="tests.jobs.declared.gone")
    fall_silent(job)
    runner.recover_lost()
    assert again(job).state == JobState.FAILED


def test_outcome_of_an_attempt_that_was_given_up_is_not_written(tmp_path: Path) -> None:
    """A worker that was asleep for long wakes up when another has taken its job over."""
    (tmp_path / "go").touch()
    result = declared.wait_for_go.enqueue(str(tmp_path))
    asleep = begun(result)
    fall_silent(asleep)
    runner.recover_lost()
    become_due(asleep)
    second = runner.claim(result.id, "second")
    assert second is not None

    runner.run(asleep)
    assert again(asleep).state == JobState.RUNNING
    assert not Group.objects.filter(name="一半").exists()
    assert second.lease_file.exists()
    runner.run(second)
    assert again(second).return_value == "等到了"
    assert declared.done(tmp_path) == ["begun", "ended"]


def test_job_that_was_given_up_learns_it_when_it_writes_and_when_it_reports(
    tmp_path: Path,
) -> None:
    job = begun(declared.wait_for_go.enqueue(str(tmp_path)))
    context = context_of(job)
    context.report("正在", 1, 2)
    fall_silent(job)
    runner.recover_lost()
    with pytest.raises(LeaseLost):
        context.report("正在", 2, 2)
    with pytest.raises(LeaseLost), context.writing():
        pytest.fail("nothing may be written any more")


def test_job_is_handed_back_when_the_worker_must_stop(tmp_path: Path, signs: Path) -> None:
    job = begun(declared.wait_for_go.enqueue(str(tmp_path)))
    runner.run(job, must_stop=lambda: True)
    job = again(job)
    assert (job.state, job.attempts, job.started_at) == (JobState.WAITING, 0, None)
    assert list(signs.iterdir()) == []
    assert runner.claim(job.pk, "next") is not None


def test_job_that_may_run_only_once_is_finished_before_the_worker_stops(tmp_path: Path) -> None:
    (tmp_path / "go").touch()
    job = begun(declared.only_once.enqueue(str(tmp_path)))
    runner.run(job, must_stop=lambda: True)
    assert again(job).state == JobState.DONE


def test_progress_is_seen_while_the_transaction_is_open(tmp_path: Path) -> None:
    job = begun(declared.wait_for_go.enqueue(str(tmp_path)))
    with context_of(job).writing():
        context_of(job).report("正在写入", 3, 4)
        progress = heartbeat.read_progress(again(job).lease_file)
    assert (progress.step, progress.percent) == ("正在写入", 75)


class TestDatabaseAway:
    """The outcome is written when the database is back."""

    @pytest.mark.django_db(transaction=True)
    def test_outcome_waits_for_the_database(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        job = begun(declared.write_line.enqueue(str(tmp_path), "a"))
        lock, failures = runner.lock, iter([OperationalError, OperationalError])

        def sometimes(job: Job) -> Job:
            for failure in failures:
                raise failure("the connection is closed")
            return lock(job)

        monkeypatch.setattr(runner, "lock", sometimes)
        monkeypatch.setattr(runner, "PAUSES", (0.0, 0.0))
        runner.run(job)
        assert again(job).state == JobState.DONE
        assert declared.done(tmp_path) == ["a"]

    @pytest.mark.django_db(transaction=True)
    def test_job_whose_outcome_cannot_be_written_is_found_as_lost(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        job = begun(declared.write_line.enqueue(str(tmp_path), "a"))

        def never(job: Job) -> Job:
            raise OperationalError("the connection is closed")

        with monkeypatch.context() as patch:
            patch.setattr(runner, "lock", never)
            patch.setattr(runner, "PAUSES", (0.0,))
            with pytest.raises(OperationalError):
                runner.run(job)
        assert runner.recover_lost() == 1
        assert again(job).state == JobState.RETRYING
