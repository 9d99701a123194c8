"""One sealer puts committed entries into the chain, whoever else writes meanwhile."""

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone

from kuancheng.audit.chain import keeping, sealing
from kuancheng.audit.chain.links import chain_end, links_after
from kuancheng.audit.chain.rounds import Rounds
from kuancheng.audit.chain.sealing import HeadDiffers, seal
from kuancheng.audit.chain.standing import standing
from kuancheng.audit.choices import Act
from kuancheng.audit.models import AuditEntry, AuditSeal
from kuancheng.audit.recording import record
from kuancheng.records.chain import FIRST, Follower, Head
from tests.audit.chain.chains import by_hand, count, entries, places, sealed
from tests.jobs.processes import _environment, until
from tests.only import ON_POSTGRESQL

pytestmark = pytest.mark.django_db


def whole() -> bool:
    """Whether the chain is, and holds every entry."""
    follower = Follower()
    faults = list(follower.follow(links_after(0)))
    return faults == [] and follower.head == Head(count(), chain_end().digest)


def move_last(by: int) -> int:
    """Gives the last entry a number further on, as if others were still to be committed; its old one."""
    last = AuditEntry.objects.latest("id").pk
    by_hand("UPDATE audit_auditentry SET id = %s WHERE id = %s", last + by, last)
    return last


def test_entries_are_sealed_in_their_order_and_once() -> None:
    entries(3)
    assert (seal(), seal()) == (3, 0)
    assert places() == [1, 2, 3]
    assert AuditSeal.objects.get(place=1).previous == FIRST
    record(Act.LOGIN)
    assert seal() == 1
    assert whole()


def test_the_digest_covers_every_column_that_is_not_empty() -> None:
    sealed(1)
    content = next(links_after(0)).content
    assert set(content) == {"place", *(each.attname for each in AuditEntry._meta.concrete_fields)}
    assert content["at"].endswith("Z")
    record(Act.LOGIN)
    seal()
    assert set(next(links_after(1)).content) == {"place", "id", "at", "act", "outcome"}


def test_more_than_a_batch_is_sealed_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "BATCH", 4)
    sealed(10)
    assert whole()


def test_nothing_to_seal_asks_for_no_lock(django_assert_num_queries: Callable) -> None:
    sealed(2)
    with django_assert_num_queries(3):
        seal()


def test_an_entry_that_was_committed_behind_later_ones_is_sealed() -> None:
    entries(3)
    last = move_last(by=40)
    seal()
    AuditEntry(pk=last + 20, act=Act.LOGIN, outcome="done").save()
    assert seal() == 1
    assert places() == [1, 2, 4, 3]
    assert whole()


def test_an_entry_of_any_age_is_found_by_the_daily_look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "LOOK_BACK", 5)
    entries(1)
    last = move_last(by=40)
    seal()
    AuditEntry(pk=last + 20, act=Act.LOGIN, outcome="done").save()
    assert (seal(), seal(everything=True)) == (0, 1)


def test_the_head_is_kept_beside_the_database() -> None:
    sealed(2)
    note = json.loads((Path(settings.KUANCHENG_AUDIT) / "head.json").read_text())
    assert (note["place"], note["digest"]) == (2, AuditSeal.objects.get(place=2).digest)
    assert standing().kept == chain_end()


def test_a_head_that_was_not_kept_is_kept_by_the_next_look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "keep_head", lambda: None)
    sealed(2)
    monkeypatch.undo()
    assert seal() == 0
    assert keeping.read_head() == chain_end()


@pytest.mark.parametrize(
    "note", ['{"place": 9, "digest": "00"}', '{"place": 1, "digest": "00"}', "}"]
)
def test_a_head_that_is_not_on_the_chain_is_never_written_over(note: str) -> None:
    sealed(2)
    file = keeping.folder() / "head.json"
    file.write_text(note)
    record(Act.LOGIN)
    with pytest.raises(HeadDiffers, match="对不上"):
        seal()
    assert file.read_text() == note
    assert whole(), "the sealing itself is done"
    with pytest.raises(CommandError, match="--new-head"):
        call_command("seal_audit")


def test_after_a_restore_the_chain_goes_on_and_the_old_head_is_put_aside(capsys: Any) -> None:
    sealed(2)
    keeping.write("head.json", {"place": 9, "digest": "00"})
    call_command("seal_audit", "--new-head")
    assert "重新留存链尾" in capsys.readouterr().out
    assert keeping.read_head() == chain_end()
    assert AuditEntry.objects.latest("id").act == Act.CHAIN_RESUMED
    aside = next(keeping.folder().glob("head-*.json"))
    assert json.loads(aside.read_text())["place"] == 9


def test_a_worker_seals_between_its_jobs_and_tells_of_a_strange_head_once(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kuancheng.audit.chain.rounds.EVERY", -1)
    sealed(1)
    keeping.write("head.json", {"place": 9, "digest": "00"})
    record(Act.LOGIN)
    rounds = Rounds()
    rounds.turn()
    rounds.turn()
    assert len(caplog.records) == 1
    assert whole()


def test_standing_says_what_somebody_should_look_at() -> None:
    entries(2)
    now = timezone.now()
    assert standing().concerns(now) == []
    assert "2 条审计记录没有封存" in standing().concerns(now + timedelta(minutes=6))[0]
    seal()
    assert (standing().head, standing().unsealed) == (chain_end(), 0)
    keeping.write("head.json", {"place": 9, "digest": "00"})
    assert "对不上" in standing().concerns(now)[0]


@pytest.mark.django_db(transaction=True)
def test_many_writers_and_two_sealers_leave_one_whole_chain() -> None:
    writing = threading.Barrier(5)
    errors: list[Exception] = []

    def beside(work: Callable[[], object]) -> threading.Thread:
        def run() -> None:
            try:
                writing.wait()
                work()
            except Exception as error:
                errors.append(error)
            finally:
                connection.close()

        thread = threading.Thread(target=run)
        thread.start()
        return thread

    def write() -> None:
        for number in range(15):
            with transaction.atomic():
                record(Act.DECIDED, words=str(number))

    def keep_sealing() -> None:
        while AuditSeal.objects.count() < 45:
            seal()

    threads = [beside(work) for work in (write, write, write, keep_sealing, keep_sealing)]
    for thread in threads:
        thread.join(60)
    assert errors == []
    assert whole()
    assert keeping.read_head() == chain_end() == Head(45, chain_end().digest)


SEALING = """
import django; django.setup()
from kuancheng.audit.chain import sealing
sealing.BATCH = 1
print("begun", flush=True)
sealing.seal()
"""


@pytest.mark.django_db(transaction=True)
def test_a_killed_sealer_leaves_whole_links_and_the_next_goes_on() -> None:
    entries(300)
    command = [sys.executable, "-c", SEALING]
    with subprocess.Popen(command, env=_environment(30), cwd=settings.BASE_DIR) as process:
        until(lambda: AuditSeal.objects.count() > 5, "the sealing's beginning")
        process.send_signal(signal.SIGKILL)
    assert AuditSeal.objects.count() < 300
    seal()
    assert whole()


@pytest.mark.skipif(not ON_POSTGRESQL, reason="SQLite lets one write at a time anyway")
@pytest.mark.django_db(transaction=True)
def test_a_long_transaction_neither_waits_for_the_sealer_nor_stops_it() -> None:
    begun, over = threading.Event(), threading.Event()

    def write_long() -> None:
        with transaction.atomic():
            record(Act.DECIDED, words="早")
            begun.set()
            over.wait(30)
        connection.close()

    thread = threading.Thread(target=write_long)
    thread.start()
    begun.wait(30)
    record(Act.DECIDED, words="晚")
    assert seal() == 1
    over.set()
    thread.join()
    assert seal() == 1
    words = AuditSeal.objects.order_by("place").values_list("entry__words", flat=True)
    assert list(words) == ["晚", "早"]
    assert whole()
