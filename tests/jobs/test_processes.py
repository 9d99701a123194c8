"""Real workers, killed, stopped, put to sleep, and side by side."""

import signal
import subprocess
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.contrib.auth.models import Group

from kuancheng.jobs import heartbeat, runner
from kuancheng.jobs.choices import JobState
from kuancheng.jobs.models import Job
from tests.jobs import declared
from tests.jobs.clockwork import again, become_due, enqueued, fall_silent
from tests.jobs.processes import WORK, kill, until, worker

pytestmark = pytest.mark.django_db(transaction=True)

JOBS = 50


def begun(folder: Path, times: int = 1) -> None:
    until(lambda: declared.done(folder).count("begun") >= times, "the work's beginning")


def ended(job: Job) -> None:
    until(lambda: again(job).state in (JobState.DONE, JobState.FAILED), "the end")


def test_two_workers_run_fifty_jobs_once_each(tmp_path: Path) -> None:
    for number in range(JOBS):
        declared.write_line.enqueue(str(tmp_path), f"{number:02}")
    with ExitStack() as both:
        for _ in range(2):
            both.enter_context(worker())
        until(lambda: Job.objects.in_state("done").count() == JOBS, "the end of all")
    assert sorted(declared.done(tmp_path)) == [f"{number:02}" for number in range(JOBS)]
    assert {job.attempts for job in Job.objects.all()} == {1}
    share = Counter(job.worker for job in Job.objects.all())
    assert len(share) == 2, share


def test_job_of_a_killed_worker_is_finished_by_the_next(tmp_path: Path) -> None:
    job = enqueued(declared.wait_for_go.enqueue(str(tmp_path)))
    with worker() as first:
        begun(tmp_path)
        kill(first)
    assert again(job).state == JobState.RUNNING
    assert runner.recover_lost() == 0, "its lease has not run out"
    fall_silent(again(job))
    (tmp_path / "go").touch()
    with worker():
        until(lambda: again(job).state == JobState.RETRYING, "the recovery")
        become_due(job)
        ended(job)
    job = again(job)
    assert (job.state, job.attempts, job.return_value) == (JobState.DONE, 2, "等到了")
    assert declared.done(tmp_path) == ["begun", "begun", "ended"]
    assert Group.objects.filter(name__in=("整个1", "整个2")).count() == 1


def test_job_that_may_run_only_once_does_not_run_again_after_a_kill(tmp_path: Path) -> None:
    job = enqueued(declared.only_once.enqueue(str(tmp_path)))
    with worker() as first:
        begun(tmp_path)
        kill(first)
    fall_silent(again(job))
    (tmp_path / "go").touch()
    with worker():
        ended(job)
    assert again(job).state == JobState.FAILED
    assert declared.done(tmp_path) == ["begun"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_worker_that_is_stopped_hands_its_job_back_and_leaves(
    tmp_path: Path, number: signal.Signals
) -> None:
    job = enqueued(declared.wait_for_go.enqueue(str(tmp_path)))
    with worker() as first:
        begun(tmp_path)
        first.send_signal(number)
        assert first.wait(timeout=30) == 0
    job = again(job)
    assert (job.state, job.attempts) == (JobState.WAITING, 0)
    assert heartbeat.live_workers() == []


def test_worker_that_is_stopped_finishes_what_ends_in_time(tmp_path: Path) -> None:
    job = enqueued(declared.wait_for_go.enqueue(str(tmp_path)))
    with worker("manage.py", "work", "--poll", "0.05", "--grace", "60") as first:
        begun(tmp_path)
        first.send_signal(signal.SIGTERM)
        (tmp_path / "go").touch()
        assert first.wait(timeout=30) == 0
    assert again(job).return_value == "等到了"


def test_second_signal_ends_the_worker_at_once(tmp_path: Path) -> None:
    job = enqueued(declared.only_once.enqueue(str(tmp_path)))
    with worker() as first:
        begun(tmp_path)
        first.send_signal(signal.SIGTERM)
        with pytest.raises(subprocess.TimeoutExpired):
            first.wait(timeout=0.5)
        first.send_signal(signal.SIGTERM)
        assert first.wait(timeout=30) == -signal.SIGTERM
    assert again(job).state == JobState.RUNNING


def test_worker_that_slept_through_its_lease_does_nothing_twice(tmp_path: Path) -> None:
    """A machine that was suspended wakes up, and another has done the work meanwhile."""
    job = enqueued(declared.wait_for_go.enqueue(str(tmp_path)))
    with worker() as asleep:
        begun(tmp_path)
        asleep.send_signal(signal.SIGSTOP)
        fall_silent(again(job))
        with worker():
            until(lambda: again(job).state == JobState.RETRYING, "the recovery")
            become_due(job)
            begun(tmp_path, times=2)
            (tmp_path / "go").touch()
            ended(job)
        asleep.send_signal(signal.SIGCONT)
        asleep.send_signal(signal.SIGTERM)
        assert asleep.wait(timeout=30) == 0
    job = again(job)
    assert (job.state, job.attempts, job.return_value) == (JobState.DONE, 2, "等到了")
    assert declared.done(tmp_path) == ["begun", "begun", "ended"]
    assert [group.name for group in Group.objects.filter(name__startswith="整个")] == ["整个2"]


def test_worker_does_what_there_is_and_leaves_when_asked_for_once(tmp_path: Path) -> None:
    for line in "ab":
        declared.write_line.enqueue(str(tmp_path), line)
    with worker(*WORK, "--once") as process:
        assert process.wait(timeout=30) == 0
    assert declared.done(tmp_path) == ["a", "b"]
