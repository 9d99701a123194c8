"""The database, the disk and the backup, each as it should be and as it should not."""

import os
from collections import namedtuple
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from kuancheng.readiness import checks
from kuancheng.readiness.checks import MEGABYTE, backup, database, disk
from kuancheng.readiness.registry import Finding, State

NOW = timezone.now()
Usage = namedtuple("Usage", "total used free")


@pytest.mark.django_db
class TestDatabase:
    """Answers, may be written, is migrated."""

    def test_in_order(self) -> None:
        assert database(NOW).state is State.OK

    def test_unreachable(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def refused(*given: object) -> None:
            raise OperationalError("password authentication failed for user secret")

        monkeypatch.setattr(connection, "cursor", refused)
        found = database(NOW)
        assert (found.state, found.code) == (State.DOWN, "unreachable")
        assert "secret" not in found.words

    def test_behind_the_program(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(checks, "_migrated", False)
        monkeypatch.setattr(MigrationExecutor, "migration_plan", lambda *given: ["one"])
        found = database(NOW)
        assert (found.state, found.code) == (State.DOWN, "unmigrated")
        assert "manage.py migrate" in found.words

    def test_read_only(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(checks, "_may_be_written", lambda: False)
        assert database(NOW).code == "read_only"


class TestDisk:
    """Room, and a right to write."""

    @pytest.mark.parametrize(
        ("megabytes", "state", "code"),
        [
            (199, State.DOWN, "full"),
            (200, State.WARNING, "low"),
            (799, State.WARNING, "low"),
            (800, State.OK, "ok"),
        ],
    )
    def test_room(
        self,
        megabytes: int,
        state: State,
        code: str,
        monkeypatch: pytest.MonkeyPatch,
        settings: Any,
    ) -> None:
        settings.KUANCHENG_DISK_LEAST = 200
        free = Usage(0, 0, megabytes * MEGABYTE)
        monkeypatch.setattr(checks.shutil, "disk_usage", lambda folder: free)
        found = disk(NOW)
        assert (found.state, found.code) == (state, code)
        assert f"{megabytes:,} MB" in found.words

    def test_folder_that_may_not_be_written(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(checks.os, "access", lambda folder, how: False)
        assert disk(NOW).code == "read_only"

    def test_folder_that_is_not_there_yet_is_judged_by_the_one_above(self, tmp_path: Path) -> None:
        assert checks._there(tmp_path / "a" / "b") == tmp_path


class TestBackup:
    """By the file that it touches."""

    def told(self, settings: Any, mark: Path, hours: float | None = None) -> Finding:
        settings.KUANCHENG_BACKUP_MARK = str(mark)
        if hours is not None:
            mark.touch()
            at = (NOW - timedelta(hours=hours)).timestamp()
            os.utime(mark, (at, at))
        return backup(NOW)

    def test_unset_is_unknown_and_not_failing(self, settings: Any) -> None:
        settings.KUANCHENG_BACKUP_MARK = ""
        assert backup(NOW).state is State.UNKNOWN

    def test_never(self, settings: Any, tmp_path: Path) -> None:
        assert self.told(settings, tmp_path / "mark").code == "never"

    @pytest.mark.parametrize(
        ("hours", "code"), [(0, "ok"), (25.9, "ok"), (26.1, "late"), (-5, "ok")]
    )
    def test_age(self, settings: Any, tmp_path: Path, hours: float, code: str) -> None:
        assert self.told(settings, tmp_path / "mark", hours).code == code
