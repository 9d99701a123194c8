"""A chain of four records, and what is done to it: each is named."""

from dataclasses import replace

import pytest

from kuancheng.records.chain import FIRST, Break, Broken, Follower, Head, Link, check, digest_of


def chain(*contents: str) -> list[Link]:
    """Records with those contents, named a, b, c …"""
    made: list[Link] = []
    previous = FIRST
    for place, content in enumerate(contents, 1):
        digest = digest_of({"text": content}, previous)
        made.append(Link(place, "abcdef"[place - 1], {"text": content}, digest, previous))
        previous = digest
    return made


FOUR = chain("一", "二", "三", "四")
HEAD = Head(4, FOUR[3].digest)


def relinked(link: Link, text: str) -> Link:
    """A record written anew with a digest that fits it."""
    content = {"text": text}
    return replace(link, content=content, digest=digest_of(content, link.previous))


INSERTED = Link(3, "x", {"text": "插"}, digest_of({"text": "插"}, FOUR[1].digest), FOUR[1].digest)


@pytest.mark.parametrize(
    ("links", "found"),
    [
        (FOUR, []),
        (list(reversed(FOUR)), []),
        ([FOUR[0], replace(FOUR[1], content={"text": "贰"}), *FOUR[2:]], [(Break.CHANGED, 2, "b")]),
        ([FOUR[0], relinked(FOUR[1], "贰"), *FOUR[2:]], [(Break.CHANGED, 2, "b")]),
        ([*FOUR[:3], relinked(FOUR[3], "肆")], [(Break.CHANGED, 4, "d")]),
        ([FOUR[0], *FOUR[2:]], [(Break.REMOVED, 2, "")]),
        (FOUR[1:], [(Break.REMOVED, 1, "")]),
        ([*FOUR[:2], INSERTED, *FOUR[2:]], [(Break.INSERTED, 3, "x")]),
        (FOUR[:3], [(Break.CUT, 4, "")]),
        (FOUR[:2], [(Break.CUT, 3, ""), (Break.CUT, 4, "")]),
        ([], [(Break.CUT, place, "") for place in (1, 2, 3, 4)]),
    ],
    ids=[
        "whole",
        "in any order",
        "changed",
        "changed with its digest",
        "the last changed with its digest",
        "removed",
        "the first removed",
        "inserted",
        "tail cut",
        "two cut",
        "all gone",
    ],
)
def test_what_was_done_to_a_chain_is_named(
    links: list[Link], found: list[tuple[Break, int, str]]
) -> None:
    assert check(links, HEAD) == [Broken(*each) for each in found]


def test_an_empty_chain_is_whole() -> None:
    assert check([], Head(0, FIRST)) == []


def test_a_later_chain_relinked_behind_a_change_does_not_meet_the_noted_end() -> None:
    forged = chain("一", "贰", "三", "四")
    assert Broken(Break.CHANGED, 4, "d") in check(forged, HEAD)


def test_a_digest_does_not_hang_on_the_order_of_keys() -> None:
    assert digest_of({"a": 1, "b": "一"}, "") == digest_of({"b": "一", "a": 1}, "")


@pytest.mark.parametrize(
    ("links", "found"),
    [
        (FOUR, []),
        ([FOUR[0], replace(FOUR[1], content={"text": "贰"}), *FOUR[2:]], [(Break.CHANGED, 2, "b")]),
        ([FOUR[0], relinked(FOUR[1], "贰"), *FOUR[2:]], [(Break.CHANGED, 2, "b")]),
        ([*FOUR[:2], replace(FOUR[2], previous="0" * 64), FOUR[3]], [(Break.CHANGED, 3, "c")]),
        ([*FOUR[:3], relinked(FOUR[3], "肆")], [(Break.REWRITTEN, 4, "d")]),
        (chain("一", "贰", "三", "四"), [(Break.REWRITTEN, 4, "d")]),
        ([FOUR[0], *FOUR[2:]], [(Break.REMOVED, 2, "")]),
        ([FOUR[0], FOUR[3]], [(Break.REMOVED, 2, "")]),
        (FOUR[1:], [(Break.REMOVED, 1, "")]),
        ([*FOUR[:3], INSERTED, FOUR[3]], [(Break.INSERTED, 3, "x")]),
        (FOUR[:2], [(Break.CUT, 3, "")]),
        ([], [(Break.CUT, 1, "")]),
        (chain("一", "二", "三", "四", "五"), []),
    ],
    ids=[
        "whole",
        "changed",
        "changed with its digest",
        "that of the one before changed",
        "the last changed with its digest",
        "all behind written anew",
        "removed",
        "two removed",
        "the first removed",
        "inserted",
        "two cut",
        "all gone",
        "gone on since",
    ],
)
def test_who_follows_a_chain_names_what_was_done_to_it(
    links: list[Link], found: list[tuple[Break, int, str]]
) -> None:
    follower = Follower([HEAD])
    faults = [*follower.follow(links[:2]), *follower.follow(links[2:]), *follower.end()]
    assert faults == [Broken(*each) for each in found]


def test_who_follows_a_chain_stands_at_its_end() -> None:
    follower = Follower()
    assert (list(follower.follow(FOUR)), follower.head) == ([], HEAD)
