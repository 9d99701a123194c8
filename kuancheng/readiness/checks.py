"""What the ground itself stands on: the database, room on the disk, and a backup."""

import os
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.files.storage import storages
from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.executor import MigrationExecutor

from kuancheng.readiness.registry import DATABASE, Check, Finding, State

MEGABYTE = 1024 * 1024

LOW = 4
"""With less than so many times the least room there is a warning."""

BACKUP_EVERY = timedelta(hours=26)
"""Once a day, and two hours to do it in."""

_migrated = False


def database(now: datetime) -> Finding:
    """Whether it answers, may be written to, and has the form that the program expects."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        written = _may_be_written()
    except (DatabaseError, InterfaceError, OSError):
        return Finding(
            State.DOWN, "unreachable", "数据库连接不上，请检查数据库服务和 DATABASE_URL。"
        )
    if not written:
        return Finding(State.DOWN, "read_only", "数据库只能读、不能写，请检查它的权限或主备状态。")
    if not _is_migrated():
        return Finding(
            State.DOWN, "unmigrated", "数据库的表结构与程序不一致，请运行 manage.py migrate。"
        )
    return Finding(State.OK, "ok", "连接正常，表结构与程序一致。")


def _may_be_written() -> bool:
    if connection.vendor == "sqlite":
        file = Path(str(connection.settings_dict["NAME"]))
        return not file.exists() or os.access(file, os.W_OK)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_is_in_recovery() OR current_setting('transaction_read_only')::bool"
        )
        return not cursor.fetchone()[0]


def _is_migrated() -> bool:
    """Whether nothing is left to migrate: read until it is so, for it stays so."""
    global _migrated
    if not _migrated:
        executor = MigrationExecutor(connection)
        _migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _migrated


def disk(now: datetime) -> Finding:
    """Whether there is room, and a right to write, wherever the site keeps something."""
    least = settings.KUANCHENG_DISK_LEAST * MEGABYTE
    room = []
    for what, folder in _folders():
        if not os.access(folder, os.W_OK):
            return Finding(State.DOWN, "read_only", f"{what}所在的目录不能写入，请检查权限。")
        room.append((shutil.disk_usage(folder).free, what))
    free, what = min(room)
    words = f"{what}所在的磁盘还剩 {free // MEGABYTE:,} MB"
    if free < least:
        return Finding(
            State.DOWN, "full", f"{words}，少于 {settings.KUANCHENG_DISK_LEAST} MB，请清理。"
        )
    if free < LOW * least:
        return Finding(State.WARNING, "low", f"{words}，请尽快清理或扩容。")
    return Finding(State.OK, "ok", f"{words}。")


def _folders() -> Iterator[tuple[str, Path]]:
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite" and "memory" not in name:
        yield "数据库", _there(Path(name).parent)
    yield "佐证", _there(Path(storages["evidence"].path("")))
    yield "导入文件", _there(Path(storages["sheets"].path("")))
    yield "后台任务", _there(Path(settings.KUANCHENG_JOBS))


def _there(folder: Path) -> Path:
    """The folder, or the nearest above it that is there already."""
    return next(each for each in (folder, *folder.resolve().parents) if each.is_dir())


def backup(now: datetime) -> Finding:
    """How old the last backup is, by the file that it touches at its end."""
    if not settings.KUANCHENG_BACKUP_MARK:
        return Finding(
            State.UNKNOWN, "unset", "没有设置 KUANCHENG_BACKUP_MARK，系统不知道备份做了没有。"
        )
    try:
        touched = os.stat(settings.KUANCHENG_BACKUP_MARK).st_mtime
    except OSError:
        return Finding(State.WARNING, "never", "没有找到备份标记文件，可能还没有备份过。")
    age = now - datetime.fromtimestamp(touched, tz=now.tzinfo)
    hours = max(0, int(age.total_seconds() // 3600))
    if age > BACKUP_EVERY:
        return Finding(State.WARNING, "late", f"上次备份是 {hours} 小时以前，请检查备份任务。")
    return Finding(State.OK, "ok", f"上次备份在 {hours} 小时以内。" if hours else "刚备份过。")


GROUND = (
    Check(DATABASE, "数据库", database),
    Check("disk", "存储空间", disk, asks_database=False),
    Check("backup", "备份", backup, asks_database=False),
)
"""In the order in which they are told; the database first, since others wait for it."""
