"""What is old goes into sealed files, and is gone from the tables only when it is safe there."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from kuancheng.audit.chain import archiving, keeping
from kuancheng.audit.chain.archiving import NotArchived, archive, months_before
from kuancheng.audit.chain.links import chain_end
from kuancheng.audit.chain.sealing import seal
from kuancheng.audit.chain.syslog import Collector
from kuancheng.audit.chain.verifying import verify
from kuancheng.audit.models import AuditArchive, AuditEntry
from tests.audit.chain.chains import by_hand, count, entries

pytestmark = pytest.mark.django_db


def old(number: int, months: int = 8) -> None:
    """So many sealed entries of so many months ago."""
    entries(number)
    moment = months_before(timezone.now(), months)
    by_hand("UPDATE audit_auditentry SET at = %s", moment)
    assert seal() == number


def seven_months_ago() -> datetime:
    return months_before(timezone.now(), 7)


def files() -> list[str]:
    return sorted(each.name for each in keeping.archives().iterdir())


@pytest.mark.parametrize(
    ("day", "months", "found"),
    [
        ((2024, 10, 15), 6, (2024, 4, 15)),
        ((2024, 8, 31), 6, (2024, 2, 29)),
        ((2023, 8, 31), 6, (2023, 2, 28)),
        ((2024, 6, 30), 6, (2023, 12, 30)),
        ((2024, 1, 1), 12, (2023, 1, 1)),
    ],
)
def test_months_are_counted_back_by_the_calendar(
    day: tuple[int, int, int], months: int, found: tuple[int, int, int]
) -> None:
    assert months_before(datetime(*day, 8, tzinfo=UTC), months) == datetime(*found, 8, tzinfo=UTC)


def test_the_last_six_months_are_never_archived() -> None:
    old(3, months=5)
    for before in (timezone.now(), months_before(timezone.now(), 6) + timedelta(days=1)):
        with pytest.raises(NotArchived, match="不少于六个月"):
            archive(before)
    assert (count(), files()) == (3, [])


def test_only_whole_stretches_from_the_beginning_are_archived() -> None:
    old(3)
    entries(2)
    seal()
    by_hand(
        "UPDATE audit_auditentry SET at = %s WHERE id = (SELECT MAX(id) FROM audit_auditentry)",
        months_before(timezone.now(), 8),
    )
    made = archive(seven_months_ago())
    assert [(each.first_place, each.last_place) for each in made] == [(1, 3)]
    assert count() == 2


def test_a_second_run_finds_nothing_to_do() -> None:
    old(3)
    assert len(archive(seven_months_ago())) == 1
    assert archive(seven_months_ago()) == []
    assert (count(), len(files())) == (0, 1)


def test_the_chain_goes_on_behind_an_archive_that_took_everything() -> None:
    old(3)
    archive(seven_months_ago())
    entries(1)
    seal()
    assert chain_end().length == 4
    assert verify().whole


class PowerCut(Exception):  # noqa: N818 - says what happened
    """The machine went away at this point."""


@pytest.mark.parametrize("step", ["_checked", "_take_out", "digest_of_bytes"])
def test_a_crash_at_any_step_loses_nothing_and_the_next_run_ends_it(
    step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    old(3)

    def crash(*arguments: Any) -> None:
        raise PowerCut

    with monkeypatch.context() as patch:
        patch.setattr(archiving, step, crash)
        with pytest.raises(PowerCut):
            archive(seven_months_ago())
    assert count() == 3
    assert not AuditArchive.objects.exists()
    assert verify().whole
    assert len(archive(seven_months_ago())) == 1
    assert (count(), len(files())) == (0, 1)
    assert verify().whole


@pytest.mark.parametrize(
    "tamper",
    [
        lambda: by_hand("UPDATE audit_auditentry SET words = 'x' WHERE words LIKE %s", "%2 份"),
        lambda: by_hand("DELETE FROM audit_auditseal WHERE place = 1"),
        lambda: by_hand("DELETE FROM audit_auditseal WHERE place = 2"),
    ],
)
def test_a_broken_chain_is_not_archived(tamper: Callable[[], None]) -> None:
    old(3)
    tamper()
    with pytest.raises(NotArchived, match="verify_audit"):
        archive(seven_months_ago())
    assert count() == 3


def test_what_was_not_forwarded_is_not_archived(settings: Any) -> None:
    settings.KUANCHENG_SYSLOG = Collector("127.0.0.1", 9)
    old(3)
    assert archive(seven_months_ago()) == []
    keeping.write(keeping.FORWARDED, {"place": 2, "digest": ""})
    assert [each.last_place for each in archive(seven_months_ago())] == [2]


def test_two_runs_at_once_are_refused() -> None:
    old(3)
    with keeping.locked("archive"), pytest.raises(NotArchived, match="正在进行"):
        archive(seven_months_ago())


def test_the_file_is_read_only_and_the_same_when_made_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    old(3)
    with monkeypatch.context() as patch:
        patch.setattr(archiving, "_take_out", lambda stretch: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            archive(seven_months_ago())
    path = keeping.archives() / files()[0]
    first = path.read_bytes()
    archive(seven_months_ago())
    assert path.read_bytes() == first
    assert path.stat().st_mode & 0o777 == 0o400


def test_the_command_says_what_it_archived(capsys: Any) -> None:
    old(3)
    call_command("archive_audit", "--older-than", "7m")
    made = AuditArchive.objects.get()
    assert f"第 1—3 环，SHA-256 {made.file_digest}" in capsys.readouterr().out
    assert AuditEntry.objects.get().act == "system.archived"
    call_command("archive_audit")
    assert "没有需要归档" in capsys.readouterr().out


@pytest.mark.parametrize("length", ["5m", "180", "1h", "170d", "-7m"])
def test_the_command_refuses_what_is_too_young_or_no_length(length: str) -> None:
    old(3)
    with pytest.raises(CommandError, match=r"六个月|应形如"):
        call_command("archive_audit", f"--older-than={length}")
    assert count() == 3
