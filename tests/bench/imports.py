"""Times an import of the register: every row changed, checked and then applied."""

import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from time import perf_counter
from typing import Any
from unittest.mock import patch

import xlsxwriter
from django.core.files.base import ContentFile
from django.db import connection

from kuancheng.access.roles import REVIEWER
from kuancheng.sheets import services
from kuancheng.sheets.choices import ImportState
from kuancheng.sheets.models import SheetImport
from kuancheng.sheets.registry import kind_named
from projects.models import Project
from tests import factories

SIZES = (1_000, 10_000)
HEADINGS = ("项目编号", "项目名称", "计划总投资（万元）", "建设地点", "实际开工")


@dataclass(frozen=True)
class Import:
    """What a step of an import costs: seconds, queries, and MiB of Python at the peak.

    The peak is taken from a second run, since looking at memory slows what is timed.
    """

    name: str
    seconds: float
    queries: int
    peak: float


def measure_imports() -> list[Import]:
    """Check and apply for each size that the portfolio has projects for."""
    user = factories.user(REVIEWER)
    there = Project.objects.count()
    return [each for size in SIZES if size <= there for each in _measure(size, user)]


def _measure(size: int, user: Any) -> list[Import]:
    found = []
    at_once = patch.multiple(services, AT_ONCE=size, READ_AT_ONCE=2**30)
    with at_once:
        checked = timed(lambda: _check(_book(size, 1), user))
        applied = timed(lambda: _apply(checked[2]))
        again = peak_of(lambda: _check(_book(size, 2), user))
        found.append(Import(f"import of {size:,} rows, check", *checked[:2], again[0]))
        peak = peak_of(lambda: _apply(again[1]))[0]
        found.append(Import(f"import of {size:,} rows, apply", *applied[:2], peak))
    return found


def _book(size: int, turn: int) -> bytes:
    stream = BytesIO()
    with xlsxwriter.Workbook(stream, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("重点项目")
        sheet.write_row(0, 0, HEADINGS)
        projects = Project.objects.order_by("code").values_list("code", "name")[:size]
        for line, (code, name) in enumerate(projects, 1):
            sheet.write_row(line, 0, (code, name, 10_000 + turn, f"北三环 {line} 号"))
            sheet.write_string(line, 4, f"2024年{turn}月1日")
    return stream.getvalue()


def _check(content: bytes, user: Any) -> SheetImport:
    kind = kind_named("register")
    if kind is None:
        raise RuntimeError("the register's kind is not registered")
    record = services.take_in(
        kind=kind, upload=ContentFile(content), file_name="bench.xlsx", user=user
    )
    if record.state != ImportState.READY:
        raise RuntimeError(f"{record.state}: {record.message}")
    return record


def _apply(record: SheetImport) -> None:
    services.apply(record=record)
    if record.state != ImportState.DONE:
        raise RuntimeError(f"{record.state}: {record.message}")


def timed(work: Callable[[], Any]) -> tuple[float, int, Any]:
    """Seconds, queries and the result of a piece of work."""
    with _counted() as count:
        start = perf_counter()
        result = work()
        return perf_counter() - start, count[0], result


def peak_of(work: Callable[[], Any]) -> tuple[float, Any]:
    """MiB of Python at the peak of a piece of work, and its result."""
    tracemalloc.start()
    result = work()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak / 2**20, result


@contextmanager
def _counted() -> Iterator[list[int]]:
    """Counts queries without keeping them."""
    count = [0]

    def note(execute: Any, *arguments: Any) -> Any:
        count[0] += 1
        return execute(*arguments)

    with connection.execute_wrapper(note):
        yield count
