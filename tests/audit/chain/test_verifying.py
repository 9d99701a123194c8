"""The chain is tampered with in every way that a database's password allows, and each is found."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from kuancheng.audit.chain import archiving, keeping
from kuancheng.audit.chain.archiving import archive, links_of, months_before
from kuancheng.audit.chain.links import chain_end, content_of, links_after
from kuancheng.audit.chain.sealing import seal
from kuancheng.audit.chain.verifying import verify
from kuancheng.audit.models import AuditArchive, AuditEntry, AuditSeal
from kuancheng.records.chain import Head, digest_of, digest_of_bytes
from tests.audit.chain.chains import by_hand, entries, entry_at, sealed

pytestmark = pytest.mark.django_db

OTHER = "0" * 64
INSERT_SEAL = (
    "INSERT INTO audit_auditseal (place, digest, previous, entry_id) VALUES (%s, %s, %s, %s)"
)


def change(column: str, value: Any) -> Callable[[], None]:
    """Of the entry at place 5."""
    return lambda: by_hand(
        f"UPDATE audit_auditentry SET {column} = %s WHERE id = %s",  # noqa: S608 - a column of ours
        value,
        entry_at(5),
    )


def change_seal(column: str, value: Any) -> Callable[[], None]:
    """Of the fifth link."""
    statement = f"UPDATE audit_auditseal SET {column} = %s WHERE place = 5"  # noqa: S608 - ours
    return lambda: by_hand(statement, value)


def remove_entry(place: int) -> Callable[[], None]:
    return lambda: by_hand("DELETE FROM audit_auditentry WHERE id = %s", entry_at(place))


def remove(*places: int) -> Callable[[], None]:
    """Entries with their links."""

    def run() -> None:
        for place in places:
            number = entry_at(place)
            by_hand("DELETE FROM audit_auditseal WHERE place = %s", place)
            by_hand("DELETE FROM audit_auditentry WHERE id = %s", number)

    return run


def swap_words() -> None:
    by_hand("UPDATE audit_auditentry SET words = %s WHERE id = %s", "导出第 6 份", entry_at(5))
    by_hand("UPDATE audit_auditentry SET words = %s WHERE id = %s", "导出第 5 份", entry_at(6))


def swap_links() -> None:
    for old, new in ((5, 50), (6, 5), (50, 6)):
        by_hand("UPDATE audit_auditseal SET place = %s WHERE place = %s", new, old)


def swap_entries_of_links() -> None:
    fifth, sixth = entry_at(5), entry_at(6)
    for place, number in ((5, 1_000_000), (6, fifth), (5, sixth)):
        by_hand("UPDATE audit_auditseal SET entry_id = %s WHERE place = %s", number, place)


def rewrite_from(place: int) -> None:
    """Changes an entry and makes every digest behind it anew, as one who knows how would."""
    by_hand("UPDATE audit_auditentry SET words = '' WHERE id = %s", entry_at(place))
    previous = AuditSeal.objects.get(place=place).previous
    for link in list(links_after(place - 1)):
        digest = digest_of(link.content, previous)
        by_hand(
            "UPDATE audit_auditseal SET digest = %s, previous = %s WHERE place = %s",
            digest,
            previous,
            link.place,
        )
        previous = digest


def rewrite_one() -> None:
    """Changes an entry and its own digest."""
    by_hand("UPDATE audit_auditentry SET words = '' WHERE id = %s", entry_at(5))
    link = next(links_after(4))
    change_seal("digest", digest_of(link.content, link.previous))()


def insert_in_between() -> None:
    """A new entry at place 5: all behind it move on, with digests that fit."""
    for place in range(10, 4, -1):
        by_hand("UPDATE audit_auditseal SET place = %s WHERE place = %s", place + 1, place)
    entries(1)
    newest = AuditEntry.objects.latest("id").pk
    by_hand(INSERT_SEAL, 5, OTHER, OTHER, newest)
    previous = AuditSeal.objects.get(place=4).digest
    for link in list(links_after(4)):
        digest = digest_of(link.content, previous)
        by_hand(
            "UPDATE audit_auditseal SET digest = %s, previous = %s WHERE place = %s",
            digest,
            previous,
            link.place,
        )
        previous = digest


def cut_and_grow_again() -> None:
    """The tail cut, and as many other entries sealed in its place."""
    remove(9, 10)()
    keeping.put_aside([keeping.HEAD], "hidden")
    entries(3)
    seal()
    (keeping.folder() / "head-hidden.json").rename(keeping.folder() / "head.json")


def note(place: int, digest: str) -> Callable[[], None]:
    return lambda: keeping.write(keeping.HEAD, {"place": place, "digest": digest})


TAMPERED: dict[str, tuple[Callable[[], None], str]] = {
    "its time": (change("at", timezone.now()), "第 5 环"),
    "its act": (change("act", "entry.login"), "第 5 环"),
    "its outcome": (change("outcome", "failed"), "第 5 环"),
    "its account": (change("actor_id", None), "第 5 环"),
    "its actor's name": (change("actor_name", "钱进"), "第 5 环"),
    "the name tried": (change("name_tried", ""), "第 5 环"),
    "its address": (change("address", "10.1.2.4"), "第 5 环"),
    "its door": (change("door", "api"), "第 5 环"),
    "its key": (change("key", ""), "第 5 环"),
    "its subject's kind": (change("subject_type", "projects.project"), "第 5 环"),
    "its subject's number": (change("subject_id", "0"), "第 5 环"),
    "its subject's label": (change("subject_label", "别的"), "第 5 环"),
    "its words": (change("words", "导出第 5 份。"), "第 5 环"),
    "its detail": (change("detail", '{"rows": 6}'), "第 5 环"),
    "its number": (change("id", 5_000), "第 5 环"),
    "a digest": (change_seal("digest", OTHER), "第 5 环"),
    "that of the one before": (change_seal("previous", OTHER), "第 5 环"),
    "its place": (change_seal("place", 500), "第 5 环被删除"),
    "an entry and its digest": (rewrite_one, "第 5 环"),
    "words swapped": (swap_words, "第 5 环"),
    "links swapped": (swap_links, "第 5 环"),
    "entries of links swapped": (swap_entries_of_links, "第 5 环"),
    "an entry removed": (remove_entry(5), "第 5 环被删除"),
    "the last entry removed": (remove_entry(10), "第 10 环"),
    "the first removed": (remove(1), "第 1 环被删除"),
    "one removed": (remove(5), "第 5 环被删除"),
    "three removed": (remove(5, 6, 7), "第 5 环被删除"),
    "the last removed": (remove(10), "第 10 环起被截去"),
    "the tail cut": (remove(8, 9, 10), "第 8 环起被截去"),
    "all removed": (remove(*range(1, 11)), "第 1 环起被截去"),
    "the tail cut and grown again": (cut_and_grow_again, "第 10 环"),
    "all rewritten": (lambda: rewrite_from(1), "第 10 环"),
    "the last rewritten": (lambda: rewrite_from(10), "第 10 环"),
    "inserted": (insert_in_between, "第 10 环"),
    "a head of another chain": (note(10, OTHER), "第 10 环"),
    "a head that goes further": (note(12, OTHER), "第 11 环起被截去"),
    "a head that is none": (
        lambda: keeping.replace(keeping.folder() / "head.json", b"?"),
        "head.json 不能识别",
    ),
}


@pytest.mark.parametrize("what", TAMPERED)
def test_what_was_tampered_with_is_found_at_its_place(what: str) -> None:
    sealed(10)
    assert verify().whole
    tamper, named = TAMPERED[what]
    tamper()
    verdict = verify()
    assert not verdict.whole
    assert named in verdict.faults[0], verdict.faults


def test_a_whole_chain_is_followed_in_stretches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kuancheng.audit.chain.links.CHUNK", 3)
    sealed(9)
    verdict = verify()
    assert (verdict.whole, verdict.head, verdict.unsealed) == (True, chain_end(), 0)


def test_the_noted_head_may_be_older_than_the_chain() -> None:
    sealed(3)
    old = chain_end()
    entries(2)
    seal()
    assert verify([old]).whole
    assert not verify([Head(2, OTHER)]).whole


def test_what_is_not_sealed_is_counted() -> None:
    sealed(2)
    entries(3)
    verdict = verify()
    assert (verdict.whole, verdict.unsealed) == (True, 3)
    assert verdict.oldest_unsealed is not None


def test_the_command_names_the_first_broken_link_and_fails(capsys: Any) -> None:
    sealed(10)
    change("words", "别的")()
    change_seal("digest", OTHER)()
    with pytest.raises(CommandError, match="核对没有通过：第 5 环（记录 "):
        call_command("verify_audit")
    assert "内容或摘要被改动" in capsys.readouterr().out
    told = AuditEntry.objects.latest("id")
    assert (told.act, told.outcome) == ("system.verified", "failed")


def test_the_command_says_where_the_chain_ends(capsys: Any) -> None:
    entries(4)
    call_command("verify_audit")
    said = capsys.readouterr().out
    assert f"4:{AuditSeal.objects.get(place=4).digest}" in said
    assert said.endswith("全部一致。\n")


def test_the_command_takes_a_head_from_a_file_or_as_text(tmp_path: Path) -> None:
    sealed(4)
    file = tmp_path / "head.json"
    file.write_text((keeping.folder() / "head.json").read_text())
    call_command("verify_audit", "--head", str(file), "--head", f"4:{chain_end().digest}")
    with pytest.raises(CommandError, match="第 4 环"):
        call_command("verify_audit", "--head", f"4:{OTHER}")
    with pytest.raises(CommandError, match="既不是"):
        call_command("verify_audit", "--head", "nowhere")


def test_many_faults_are_counted_and_the_first_are_named(
    monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.setattr("kuancheng.audit.chain.verifying.MOST_NAMED", 2)
    sealed(6)
    by_hand("UPDATE audit_auditentry SET words = 'x'")
    with pytest.raises(CommandError):
        call_command("verify_audit")
    assert "共 6 处不符" in capsys.readouterr().out


# Archives


@pytest.fixture
def archived(monkeypatch: pytest.MonkeyPatch) -> list[AuditArchive]:
    """Two archives of four and two old entries, and four young ones in the tables."""
    monkeypatch.setattr(archiving, "LONGEST", 4)
    entries(10)
    old = months_before(timezone.now(), 8)
    sixth = list(AuditEntry.objects.order_by("id"))[5].pk
    by_hand("UPDATE audit_auditentry SET at = %s WHERE id <= %s", old, sixth)
    seal()
    made = archive(months_before(timezone.now(), 7))
    assert [(each.first_place, each.last_place) for each in made] == [(1, 4), (5, 6)]
    return made


def path(made: AuditArchive) -> Path:
    return keeping.archives() / made.file_name


def scratch(made: AuditArchive) -> None:
    """One bit of the file."""
    content = bytearray(path(made).read_bytes())
    content[len(content) // 2] ^= 1
    keeping.replace(path(made), bytes(content))


def shorten(made: AuditArchive) -> None:
    keeping.replace(path(made), path(made).read_bytes()[:-20])


def forge(made: AuditArchive, place: int) -> None:
    """A line rewritten, with digests that fit behind it, and the file's own in the database."""
    previous, lines = "", []
    for link in links_of(path(made)):
        previous = previous or link.previous
        content = link.content | ({"words": "别的"} if link.place == place else {})
        digest = digest_of(content, previous)
        lines.append(json.dumps({"digest": digest, "previous": previous, "content": content}))
        previous = digest
    keeping.replace(path(made), gzip.compress("\n".join(lines).encode()))
    by_hand(
        "UPDATE audit_auditarchive SET file_digest = %s, last_digest = %s WHERE id = %s",
        digest_of_bytes(path(made).read_bytes()),
        previous,
        made.pk,
    )


def bring_back(made: AuditArchive) -> None:
    """A new entry at an archive's place, in the tables."""
    entries(1)
    newest = AuditEntry.objects.latest("id").pk
    by_hand(INSERT_SEAL, 2, OTHER, OTHER, newest)


TAMPERED_ARCHIVES: dict[str, tuple[Callable[[list[AuditArchive]], None], str]] = {
    "a bit of the file": (lambda made: scratch(made[0]), "被改动"),
    "the file cut": (lambda made: shorten(made[0]), "被改动"),
    "the file gone": (lambda made: path(made[1]).unlink(), "不见了"),
    "the file empty": (lambda made: keeping.replace(path(made[0]), b""), "被改动"),
    "another file under its name": (
        lambda made: keeping.replace(path(made[1]), path(made[0]).read_bytes()),
        "被改动",
    ),
    "its record gone": (
        lambda made: by_hand("DELETE FROM audit_auditarchive WHERE id = %s", made[1].pk),
        "第 5 环被删除",
    ),
    "the first record gone": (
        lambda made: by_hand("DELETE FROM audit_auditarchive WHERE id = %s", made[0].pk),
        "第 1 环起的归档不见了",
    ),
    "its end in the record": (
        lambda made: by_hand(
            "UPDATE audit_auditarchive SET last_digest = %s WHERE id = %s", OTHER, made[1].pk
        ),
        "与登记的链尾不符",
    ),
    "its digest in the record": (
        lambda made: by_hand(
            "UPDATE audit_auditarchive SET file_digest = %s WHERE id = %s", OTHER, made[0].pk
        ),
        "被改动",
    ),
    "forged with the record": (lambda made: forge(made[0], 2), "第 4 环"),
    "the last forged with the record": (lambda made: forge(made[1], 6), "第 6 环"),
    "the first row behind it": (lambda made: remove(7)(), "第 7 环被删除"),
    "a row of an archived place": (lambda made: bring_back(made[0]), "第 2 环"),
}


@pytest.mark.parametrize("what", TAMPERED_ARCHIVES)
def test_an_archive_that_was_tampered_with_is_found(
    what: str, archived: list[AuditArchive]
) -> None:
    assert verify().whole
    tamper, named = TAMPERED_ARCHIVES[what]
    tamper(archived)
    verdict = verify()
    assert not verdict.whole
    assert any(named in each for each in verdict.faults[:2]), verdict.faults


def test_archives_and_tables_are_one_chain(archived: list[AuditArchive]) -> None:
    verdict = verify()
    assert (verdict.whole, verdict.archives, verdict.head.length) == (True, 2, 10)
    assert AuditEntry.objects.count() == AuditSeal.objects.count() == 4
    content = next(links_of(path(archived[0]))).content
    assert content["words"] == "导出第 1 份"
    assert content == content_of(1, {k: v for k, v in content.items() if k != "place"})
