"""Who stands on each rung of a matter's ladder, from what the register knows of people.

L1 分管领导 and L2 单位主要领导 are the leading agency's, L3 包保领导 is the project's, L4 区主要领导
are named by the office. Posts are free text, so the office also says by which words of a post
people are known.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

IN_CHARGE, HEAD, LEAD_OFFICIAL, DISTRICT = 1, 2, 3, 4
"""The rungs."""

NOT_A_HEAD = "副"
"""What the post of a second in command says before the head's: 副局长 is no 局长."""


@dataclass(frozen=True)
class Person:
    """An official: `key` is the register's, `agency` None for one of the district itself."""

    key: int
    name: str
    post: str = ""
    agency: int | None = None

    def __str__(self) -> str:
        return f"{self.name}（{self.post}）" if self.post else self.name


@dataclass(frozen=True)
class Rungs:
    """By which words of their post people are known, and whom the office has named."""

    in_charge_posts: tuple[str, ...] = ()
    head_posts: tuple[str, ...] = ()
    in_charge: tuple[Person, ...] = ()
    leaders: tuple[Person, ...] = ()

    def on(
        self, level: int, agency: Sequence[Person], lead_officials: Sequence[Person]
    ) -> tuple[Person, ...]:
        """Who stands on a rung; nobody where nobody is on record.

        `agency` are the leading agency's people in the register's order, the first of whom heads
        it unless a post says otherwise.
        """
        if level == DISTRICT:
            return self.leaders
        if level == LEAD_OFFICIAL:
            return tuple(lead_officials)
        return self._heads(agency) if level == HEAD else self._in_charge(agency)

    def _in_charge(self, agency: Sequence[Person]) -> tuple[Person, ...]:
        keys = {each.key for each in agency}
        named = tuple(each for each in self.in_charge if each.key in keys)
        heads = self._known_heads(agency)
        others = [each for each in agency if each not in heads] or agency
        return named or _with_post(agency, self.in_charge_posts) or tuple(others[:1])

    def _heads(self, agency: Sequence[Person]) -> tuple[Person, ...]:
        return self._known_heads(agency) or tuple(agency[:1])

    def _known_heads(self, agency: Sequence[Person]) -> tuple[Person, ...]:
        candidates = [each for each in agency if NOT_A_HEAD not in each.post]
        return _with_post(candidates, self.head_posts)


def _with_post(people: Iterable[Person], words: Sequence[str]) -> tuple[Person, ...]:
    return tuple(each for each in people if any(word in each.post for word in words))


def words_of(text: str) -> tuple[str, ...]:
    """The words of a list as people type it, with whatever comma."""
    return tuple(word for word in re.split(r"[、，,;；\s]+", text) if word)
