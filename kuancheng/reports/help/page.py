"""What the pages of help show."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from kuancheng.access.models import User
from kuancheng.asking.parameters import Days, Parameters
from kuancheng.reports.glossary import GROUPS
from kuancheng.reports.help.doors import Door
from kuancheng.reports.help.guide import Guide, Task
from kuancheng.reports.help.guides import GUIDES
from kuancheng.reports.judging.terms import rules_on


class HelpParameters(Parameters):
    """None: help tells of the present."""

    no_past = "帮助说的是现在的做法，不能指定日期。"


@dataclass(frozen=True)
class ShownTask:
    """A task, and the doors to it that its reader may open: words and address."""

    task: Task
    doors: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ShownGuide:
    """A guide; `own` says that it is of a role that the reader has."""

    guide: Guide
    own: bool
    tasks: tuple[ShownTask, ...]


def help_page(user: User) -> dict[str, Any]:
    """The template's context: the reader's own roles first. One query, beside that for his rights."""
    own = set(user.groups.values_list("name", flat=True))
    guides = [ShownGuide(guide, guide.role in own, tuple(_shown(guide, user))) for guide in GUIDES]
    return {"guides": sorted(guides, key=lambda each: not each.own), "known": bool(own)}


def terms_page(days: Days) -> dict[str, Any]:
    """The template's context: every term under the thresholds of the day. One query, or two."""
    rules = rules_on(days.as_of, days.known_at)
    groups = [
        (name, [(code, term.name, term.meaning(rules)) for code, term in terms.items()])
        for name, terms in GROUPS.items()
    ]
    return {"as_of": days.as_of, "known_at": days.known_at, "rules": rules, "groups": groups}


def _shown(guide: Guide, user: User) -> Iterator[ShownTask]:
    for task in guide.tasks:
        doors = tuple((door.words, reverse(door.name)) for door in task.doors if _open(door, user))
        yield ShownTask(task, doors)


def _open(door: Door, user: User) -> bool:
    if door.of_office and not user.is_staff:
        return False
    return not door.permission or user.has_perm(door.permission)
