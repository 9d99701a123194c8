"""Signs of life: what counts as one, and what is made of files that somebody else wrote."""

import os
import time
from pathlib import Path
from typing import Any

import pytest

from kuancheng.jobs import heartbeat
from kuancheng.jobs.errors import LeaseLost
from kuancheng.jobs.heartbeat import Progress


@pytest.fixture
def file(signs: Path) -> Path:
    made = heartbeat.lease_file("a", "w")
    heartbeat.begin(made, {})
    return made


@pytest.mark.parametrize(
    ("seconds", "alive"), [(0, True), (-29, True), (-31, False), (29, True), (31, False)]
)
def test_sign_of_life_is_good_for_a_lease_on_either_side_of_the_clock(
    file: Path, seconds: int, alive: bool
) -> None:
    moment = time.time() + seconds
    os.utime(file, (moment, moment))
    assert heartbeat.is_alive(file) is alive


def test_who_left_no_sign_is_not_alive(signs: Path) -> None:
    assert not heartbeat.is_alive(signs / "none")
    assert heartbeat.live_workers() == []


def test_progress_is_read_as_it_was_written(file: Path) -> None:
    heartbeat.write_progress(file, Progress("正在写入", 3, 4))
    assert heartbeat.read_progress(file) == Progress("正在写入", 3, 4)
    assert heartbeat.read_progress(file).percent == 75
    assert Progress("", 5, 0).percent == 0
    assert Progress("", 5, 4).percent == 100


@pytest.mark.parametrize("content", ["", "[", "[]", '{"else": 1}', "null"])
def test_progress_that_cannot_be_read_is_none(file: Path, content: str) -> None:
    file.write_text(content)
    assert heartbeat.read_progress(file) == Progress()


def test_file_that_was_taken_away_is_not_written_again(file: Path) -> None:
    file.unlink()
    with pytest.raises(LeaseLost):
        heartbeat.write_progress(file, Progress("", 1, 2))
    assert not file.exists()


def test_disk_that_is_full_stops_no_work(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*arguments: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(heartbeat, "begin", full)
    heartbeat.write_progress(file, Progress("", 1, 2))


def test_sign_is_renewed_while_the_work_lasts_and_gone_after_it(file: Path, settings: Any) -> None:
    settings.KUANCHENG_JOB_LEASE = 0.2
    os.utime(file, (0, 0))
    with heartbeat.beating(file):
        deadline = time.monotonic() + 10
        while not heartbeat.is_alive(file) and time.monotonic() < deadline:
            time.sleep(0.01)
        assert heartbeat.is_alive(file)
    assert not file.exists()


def test_live_workers_are_those_with_a_fresh_sign(signs: Path) -> None:
    for name in ("b", "a", "dead"):
        content = {"name": name, "started": "2024-10-15T08:00:00+08:00"}
        heartbeat.begin(heartbeat.worker_file(name), content)
    os.utime(heartbeat.worker_file("dead"), (0, 0))
    (signs / "worker-odd.json").write_text("{}")
    assert [each.name for each in heartbeat.live_workers()] == ["a", "b"]


def test_files_that_crashes_left_are_cleared_after_a_day(file: Path) -> None:
    old = heartbeat.lease_file("b", "w")
    heartbeat.begin(old, {})
    heartbeat.begin(heartbeat.worker_file("gone"), {})
    for each in (old, heartbeat.worker_file("gone")):
        yesterday = time.time() - 24 * 3600 - 1
        os.utime(each, (yesterday, yesterday))
    heartbeat.clear_old()
    assert list(file.parent.iterdir()) == [file]
