"""A child that reads a file keeps to its limits, and whatever becomes of it the site goes on."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest

from kuancheng.files import child, isolated
from kuancheng.files.isolated import MIB, Limits, read_apart, values
from kuancheng.files.plain import from_line, to_line
from kuancheng.files.refusal import Refused

SMALL = Limits(memory=256 * MIB, cpu=2, wall=60.0, output=4 * MIB)


def said(task: str, limits: Limits = SMALL, **arguments: Any) -> list[Any]:
    """What a task of `hogs` says of a file."""
    with read_apart(f"tests.files.hogs:{task}", BytesIO(b"content"), limits, **arguments) as lines:
        return list(values(lines))


def refusal(task: str, limits: Limits = SMALL) -> str:
    with pytest.raises(Refused) as refused:
        said(task, limits)
    return str(refused.value)


def test_child_is_held_to_every_limit_by_the_system() -> None:
    [found] = said("limits")
    assert found == {
        "AS": [256 * MIB, 256 * MIB],
        "CPU": [2, 3],
        "FSIZE": [4 * MIB, 4 * MIB],
        "NOFILE": [64, 64],
        "NPROC": [0, 0],
        "CORE": [0, 0],
    }


def test_child_gets_no_key_no_database_and_no_django(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "s" * 50)
    monkeypatch.setenv("DATABASE_URL", "postgresql://u:p@h/d")
    [found] = said("environment")
    assert set(found["environment"]) - set(isolated.PASSED_ON) <= {"LC_CTYPE"}
    assert (found["django"], found["group"]) == ([], True)


def test_plain_values_come_back_as_they_were() -> None:
    told = [None, True, 1, 1.5, "中\n文", [1, {"a": 2}], {"b": [None]}]
    assert said("echo", values=told) == [*told, b"content"]


@pytest.mark.parametrize(
    "value",
    [
        date(2024, 2, 29),
        datetime(2024, 10, 15, 8, 30, 1),  # noqa: DTZ001 - Excel's have no zone
        time(23, 59),
        timedelta(days=1, seconds=1.5),
        Decimal("1234.50"),
        b"\x00\xff",
        [Decimal("1"), {"day": date(2024, 1, 1)}],
    ],
)
def test_known_kinds_of_values_survive_their_line(value: Any) -> None:
    line = to_line(value)
    assert line.count(b"\n") == 1
    assert from_line(line) == value
    assert type(from_line(line)) is type(value)


def test_nothing_else_is_written_or_read() -> None:
    with pytest.raises(TypeError):
        to_line(object())
    with pytest.raises(ValueError, match="unknown tag"):
        from_line(b'{"$": ["os.system", "true"]}')


class TestLimits:
    """Each is reached, and each has its sentence."""

    def test_memory(self) -> None:
        assert refusal("memory") == isolated.TOO_MUCH_MEMORY

    def test_cpu(self) -> None:
        assert refusal("cpu", Limits(cpu=1)) == isolated.TOO_SLOW

    def test_clock(self) -> None:
        assert refusal("sleep", Limits(wall=0.5)) == isolated.TOO_SLOW

    def test_output(self) -> None:
        assert refusal("talk") == isolated.TOO_MUCH_MEMORY

    def test_crash_of_a_library(self) -> None:
        assert refusal("crash") == isolated.STUMBLED

    def test_error_in_the_middle(self) -> None:
        assert refusal("fail") == isolated.STUMBLED

    def test_end_without_a_last_word(self) -> None:
        assert refusal("lie") == isolated.STUMBLED

    def test_refusal_keeps_its_sentences_apart(self) -> None:
        with pytest.raises(Refused) as refused:
            said("refuse")
        assert refused.value.sentences == ("第一个毛病。", "第二个毛病。")

    def test_too_many_at_a_time_are_told_to_come_again(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(isolated, "LONGEST_WAIT", 0.01)
        with _taken(isolated.AT_A_TIME):
            assert refusal("limits") == isolated.BUSY
        assert said("limits")

    def test_system_without_limits_takes_no_file(self) -> None:
        assert isolated._why(child.UNLIMITED, "x", BytesIO()) == isolated.UNLIMITED


@contextmanager
def _taken(slots: int) -> Iterator[None]:
    for _ in range(slots):
        isolated._slots.acquire()
    yield
    for _ in range(slots):
        isolated._slots.release()
