"""How fields of records stand on sheets, and what all kinds about projects share."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet, TextChoices

from kuancheng.access.models import User
from kuancheng.proposals.services import Draft, propose_all
from kuancheng.sheets.kinds import Column, Found, Pick, ReadRow, RowsRefused
from kuancheng.sheets.rules.cells import (
    Cell,
    Choice,
    Code,
    Day,
    Flag,
    Number,
    Text,
    words,
)
from projects.models import Agency, Project
from projects.services.many import Edit, EditsRefused

MINE, ALL = "mine", "all"

NEEDS_SECOND = "须第二人审核，通过后才生效。"
FORESEEN = (
    "其中 {} 行有须第二人审核的内容：导入后提出变更申请，由另一人在“变更申请”里通过后才生效。"
)
PUT_FORWARD = "另提出 {} 份变更申请，待第二人审核，通过后才生效。"

NOT_YOURS = "“{}”不是您负责的项目，不能修改；请删去这一行，或恢复原来的内容。"


def text(name: str, heading: str, limit: int, **more: Any) -> Column:
    """A column of words."""
    return Column(name, heading, Text(limit), lambda record: words(getattr(record, name)), **more)


def amount(name: str, heading: str, **more: object) -> Column:
    """A column of 万元."""
    return number(name, f"{heading}（万元）", Number(2, "万元"), width=14, **more)


def number(name: str, heading: str, cell: Cell, **more: Any) -> Column:
    """A column of numbers."""
    return Column(name, heading, cell, lambda record: getattr(record, name), **more)


def day(name: str, heading: str, **more: Any) -> Column:
    """A column of days."""
    return Column(name, heading, Day(), lambda record: getattr(record, name), **more)


def flag(name: str, heading: str, **more: Any) -> Column:
    """A column of 是 and 否."""
    return Column(
        name, heading, Flag(), lambda record: "是" if getattr(record, name) else "否", **more
    )


def choice(name: str, heading: str, choices: type[TextChoices], **more: Any) -> Column:
    """A column of a code list, shown by its labels."""
    labels = {str(label): value for value, label in choices.choices}
    by_value = {value: label for label, value in labels.items()}

    def content(record: object) -> Any:
        value = getattr(record, name)
        return by_value.get(value, value) or None

    return Column(name, heading, Choice(labels, empty=""), content, **more)


def agency(name: str, heading: str, agencies: QuerySet[Agency], **more: Any) -> Column:
    """A column that names an agency."""
    names = dict(agencies.values_list("name", "pk"))
    cell = Choice(names, empty=None, where="请从下拉列表中选择，或先在“单位”里登记")
    attribute = name.removesuffix("_id")

    def content(record: object) -> Any:
        related = getattr(record, attribute)
        return related.name if related else None

    return Column(name, heading, cell, content, width=20, **more)


def code_of(project: Callable[[Any], Project]) -> Column:
    """The project's code, by which rows are recognised."""
    return Column(
        "code",
        "项目编号",
        Code(32),
        lambda record: project(record).code,
        help="本系统的编号，例如 KC-0001，用来认出是哪个项目，不能改。",
        key=True,
    )


def name_of(project: Callable[[Any], Project]) -> Column:
    """The project's name, to be read."""
    return Column(
        "project_name",
        "项目名称",
        Text(120),
        lambda record: words(project(record).name),
        help="供核对：与编号不符时这一行不导入。",
        width=26,
        fixed=True,
    )


def scope(user: User) -> Pick:
    """Whose projects: a clerk's own unless he asks for all."""
    if user.has_perm("projects.oversee_portfolio"):
        return Pick("scope", "范围", [(ALL, "全部项目")])
    return Pick("scope", "范围", [(MINE, "我负责的项目"), (ALL, "全部项目")])


def scoped(user: User, picked: Mapping[str, str]) -> QuerySet[Project]:
    """The projects of that scope."""
    if picked.get("scope") == MINE:
        return Project.objects.editable_by(user)
    return Project.objects.visible_to(user)


class Projects:
    """The projects that a batch of rows names by code, and which of them the user may change."""

    def __init__(self, rows: Iterable[ReadRow], user: User, queryset: QuerySet[Project]) -> None:
        codes = {row.values.get("code") for row in rows} - {None, ""}
        visible = queryset.filter(code__in=codes).order_by("pk")
        self._by_code = {each.code: each for each in visible}
        own = Project.objects.editable_by(user).filter(code__in=codes)
        self._own = set(own.values_list("pk", flat=True))
        self.all = list(self._by_code.values())

    def find(self, row: ReadRow, found: Found) -> Project | None:
        """The row's project; without one, `found` is told why."""
        code = row.values.get("code")
        project = self._by_code.get(code or "")
        if project is None and "code" not in row.bad:
            said = f"没有编号为“{code}”的项目，请核对。" if code else "请填写项目编号。"
            found.notes.append(said)
        if project is not None and project.pk not in self._own:
            found.foreign = NOT_YOURS.format(project.name)
        return project


def edits(found: Sequence[Found]) -> list[Edit]:
    """What the services of many records take."""
    return [Edit(each.record, None if each.is_new else each.old) for each in found]


def put_forward(drafts: Sequence[Draft], author: User, batch: str) -> str:
    """Proposes all that a file changes and two people decide; what to tell of it."""
    if not drafts:
        return ""
    return PUT_FORWARD.format(len(propose_all(drafts=drafts, author=author, batch=batch)))


def refused(found: Sequence[Found], error: EditsRefused) -> RowsRefused:
    """The same by the rows' numbers."""
    return RowsRefused(
        {found[place].row.number: "；".join(each.messages) for place, each in error.errors.items()}
    )
