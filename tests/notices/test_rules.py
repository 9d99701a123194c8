"""When, in which words, signed how, and to which addresses: without a database."""

from datetime import datetime, time, timedelta
from urllib.parse import quote
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuancheng.notices.rules import addresses, signing, timing, wording
from kuancheng.notices.rules.timing import QuietSpan
from kuancheng.notices.rules.wording import Item

CHANGCHUN = ZoneInfo("Asia/Shanghai")


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2024, 10, day, hour, minute, tzinfo=CHANGCHUN)


NIGHT = QuietSpan(time(22), time(7, 30))
NOON = QuietSpan(time(12), time(13, 30))


@pytest.mark.parametrize(
    ("span", "moment", "end"),
    [
        (NIGHT, at(15, 21, 59), at(15, 21, 59)),
        (NIGHT, at(15, 22), at(16, 7, 30)),
        (NIGHT, at(15, 23, 15), at(16, 7, 30)),
        (NIGHT, at(16, 0), at(16, 7, 30)),
        (NIGHT, at(16, 7, 29), at(16, 7, 30)),
        (NIGHT, at(16, 7, 30), at(16, 7, 30)),
        (NIGHT, at(31, 23), datetime(2024, 11, 1, 7, 30, tzinfo=CHANGCHUN)),
        (NOON, at(15, 11, 59), at(15, 11, 59)),
        (NOON, at(15, 12), at(15, 13, 30)),
        (NOON, at(15, 13, 30), at(15, 13, 30)),
    ],
)
def test_what_falls_in_quiet_hours_waits_for_their_end(
    span: QuietSpan, moment: datetime, end: datetime
) -> None:
    assert span.end_after(moment) == end


def test_quiet_hours_without_length_are_refused() -> None:
    with pytest.raises(ValueError, match="same time"):
        QuietSpan(time(8), time(8))


@pytest.mark.parametrize(
    ("now", "daily", "quiet", "due"),
    [
        (at(15, 9), False, None, at(15, 9)),
        (at(15, 7, 59), True, None, at(15, 8)),
        (at(15, 8), True, None, at(16, 8)),
        (at(15, 9), True, None, at(16, 8)),
        (at(15, 23), False, NIGHT, at(16, 7, 30)),
        (at(15, 23), True, QuietSpan(time(22), time(9)), at(16, 9)),
    ],
)
def test_mail_is_due_at_once_with_the_digest_or_after_the_quiet_hours(
    now: datetime, daily: bool, quiet: QuietSpan | None, due: datetime
) -> None:
    assert timing.due_at(now, daily=daily, quiet=quiet) == due


def test_waits_grow_and_end() -> None:
    waits = [timing.wait_after(attempts) for attempts in range(1, 9)]
    assert waits[:2] == [timedelta(minutes=1), timedelta(minutes=5)]
    assert waits[5:] == [timedelta(hours=12), None, None]


def test_signatures_are_those_of_the_manuals() -> None:
    ding = quote(signing.dingtalk_sign("SECtest", 1700000000000), safe="")
    assert ding == "aZLLrriXgn05YbwaGR7knYsLeJADjr9NwLaNNKpxh4g%3D"
    feishu = "G7XpBpG8NgG02fJOAhX6FRAObIljmFoxVReo8I62pEk="
    assert signing.feishu_sign("SECtest", 1700000000) == feishu


@pytest.mark.parametrize(
    ("text", "limit", "left"),
    [
        ("宽城区", 9, "宽城区"),
        ("宽城区", 8, "宽…"),
        ("宽城区", 7, "宽…"),
        ("宽城区", 6, "宽…"),
        ("宽城区", 5, "…"),
        ("abc", 3, "abc"),
        ("🚧🚧", 7, "🚧…"),
    ],
)
def test_text_is_cut_between_characters(text: str, limit: int, left: str) -> None:
    assert wording.cut(text, limit) == left


ITEMS = st.builds(
    Item,
    title=st.text(min_size=1, max_size=200),
    text=st.text(max_size=1000),
    link=st.just("https://zd.example.gov.cn/notices/1/"),
)


@given(items=st.lists(ITEMS, min_size=1, max_size=60), limit=st.integers(1_000, 2_048))
def test_no_message_is_longer_than_the_limit(items: list[Item], limit: int) -> None:
    site = "https://zd.example.gov.cn/notices/"
    many = wording.digest(items, limit=limit, link=site, keyword="重点项目")
    one = wording.single(items[0], limit=limit, keyword="重点项目")
    assert len(many.encode()) <= limit
    assert len(one.encode()) <= limit
    assert many.endswith(site)
    assert one.endswith(items[0].link)
    assert "重点项目" in many
    assert "重点项目" in one


def test_digest_says_how_many_it_leaves_out() -> None:
    items = [Item("示例项目转为红灯" * 5, "", "") for _ in range(50)]
    text = wording.digest(items, limit=2_048)
    lines = text.split("\n")
    shown = len(lines) - 2
    assert lines[0] == "50 条通知："
    assert lines[1].startswith("1. 示例项目转为红灯")
    assert lines[-1] == f"另有 {50 - shown} 条，请登录系统查看。"
    assert 10 < shown < 50


def test_keyword_stands_in_front_where_the_text_has_it_not() -> None:
    assert wording.with_keyword("转红", "重点项目") == "【重点项目】转红"
    assert wording.with_keyword("重点项目转红", "重点项目") == "重点项目转红"
    assert wording.with_keyword("转红", "") == "转红"


@pytest.mark.parametrize(
    ("address", "reached"),
    [
        ("8.8.8.8", True),
        ("240e::1", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),  # noqa: S104
        ("224.0.0.1", False),
        ("239.255.255.250", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("ff0e::1", False),
        ("::ffff:10.0.0.1", False),
        ("2002:0a00:0001::", False),
        ("64:ff9b::7f00:1", False),
        ("64:ff9b::808:808", True),
    ],
)
def test_only_public_addresses_are_reached(address: str, reached: bool) -> None:
    assert addresses.may_reach(address) is reached


def test_private_networks_are_reached_where_they_were_allowed() -> None:
    allowed = addresses.parse_networks("10.20.0.0/16, fd00::/8")
    assert addresses.may_reach("10.20.3.4", allowed)
    assert addresses.may_reach("fd00::5", allowed)
    assert addresses.may_reach("::ffff:10.20.3.4", allowed)
    assert not addresses.may_reach("10.21.3.4", allowed)
    assert addresses.parse_networks("") == ()


@pytest.mark.parametrize("text", ["10.20.0.1/16", "intranet", "10.0.0.0/33"])
def test_what_is_no_network_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        addresses.parse_networks(text)
