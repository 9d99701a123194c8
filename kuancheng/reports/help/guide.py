"""What a guide is: a role's tasks in the order in which they are done, each with the pages it leads to."""

from dataclasses import dataclass

from kuancheng.reports.help.doors import Door


@dataclass(frozen=True)
class Task:
    """Something that a person comes for, and its steps."""

    name: str
    steps: tuple[str, ...]
    doors: tuple[Door, ...] = ()


@dataclass(frozen=True)
class Guide:
    """A role's tasks. `role` is the role's own name."""

    role: str
    title: str
    gist: str
    tasks: tuple[Task, ...]
