"""What stands for a name, a number or an address that a reader has no right to.

Only the surname stays: 王** for 王建国. In texts, which people write freely, the names of everybody
on record are looked for: each app that keeps people registers where they are (`people_are_in`).
"""

import re
from collections.abc import Callable, Iterable

STARS = "**"

COMPOUND_SURNAMES = """
欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 宗政 濮阳 公冶
太叔 申屠 公孙 慕容 仲孙 钟离 长孙 宇文 司徒 鲜于 司空 闾丘 子车 亓官 司寇 巫马 公西 颛孙 壤驷
公良 漆雕 乐正 宰父 谷梁 拓跋 夹谷 轩辕 令狐 段干 百里 呼延 东郭 南门 羊舌 微生 公户 公玉 公仪
梁丘 公仲 公上 公门 公山 公坚 左丘 公伯 西门 公祖 第五 公乘 贯丘 公皙 南荣 东里 东宫 仲长 子书
子桑 即墨 达奚 褚师 吴铭 纳兰 叶赫 完颜 爱新觉罗
"""
"""Surnames of more than one character; we know of no longer list that is still borne."""

_COMPOUND = frozenset(COMPOUND_SURNAMES.split())

PERSONAL = re.compile(r"[一-鿿㐀-䶿]{2,4}\d{0,3}|[一-鿿㐀-䶿]+(?:[·•‧][一-鿿㐀-䶿]+)+")
OFFICE = re.compile(r"(局|委|办|院|处|科|中心|公司|街道|账号|员|系统|管理|镇|组)$")
"""Accounts that are no person's, by what they are called: a text that names an office keeps it."""

MOBILE = re.compile(r"(?<!\d)(1[3-9]\d)\d{4}(\d{4})(?!\d)")
MAIL = re.compile(r"[A-Za-z0-9._%+-]+(@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)")
IDENTITY = re.compile(r"(?<![0-9A-Za-z])(\d{6})(?:19|20)\d{9}[\dXx](?![0-9A-Za-z])")

Source = Callable[[], Iterable[str]]

_sources: list[Source] = []


def people_are_in(source: Source) -> None:
    """Names of people are found there, by one query; called once, at start-up."""
    if source not in _sources:
        _sources.append(source)


def masked_name(name: str) -> str:
    """The surname and two stars, whatever the length: “欧阳**” of 欧阳修; nothing of nothing."""
    if not name:
        return name
    for length in (4, 2):
        if name[:length] in _COMPOUND and len(name) > length:
            return name[:length] + STARS
    return name[0] + STARS


def masked_contacts(text: str) -> str:
    """The text with mobile numbers, mail addresses and identity numbers made unreadable."""
    text = MAIL.sub(r"***\1", text)
    return MOBILE.sub(r"\1****\2", IDENTITY.sub(r"\1************", text))


class Roster:
    """Everybody whose name is not to be read in a text."""

    def __init__(self, names: Iterable[str]) -> None:
        personal = {name for name in names if PERSONAL.fullmatch(name) and not OFFICE.search(name)}
        # The longer first: 王小明 is not 王小 and 明.
        ordered = sorted(personal, key=lambda name: (-len(name), name))
        self._pattern = re.compile("|".join(map(re.escape, ordered))) if ordered else None

    def masked(self, text: str) -> str:
        """The text without anybody's name, number or address."""
        text = masked_contacts(text)
        if self._pattern is None:
            return text
        return self._pattern.sub(lambda found: masked_name(found[0]), text)


def roster() -> Roster:
    """Everybody on record now or before. One query for each app that keeps people."""
    return Roster(name for source in _sources for name in source())
