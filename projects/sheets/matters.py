"""Matters as a sheet: one row a matter; drafts are written, working ones get their progress."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import QuerySet

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.access.roles import REVIEWER
from kuancheng.records.announcing import together
from kuancheng.sheets.kinds import Column, Ledger, Option, Pick, SheetKind
from kuancheng.sheets.rules.cells import Cell, Choice, Code, Day, Names, Number, Text, words
from projects.choices import AgencyKind, Factor, MatterKind
from projects.limits import limits_on
from projects.models import Agency, Matter
from projects.models.matter import LONGEST
from projects.planning import site_calendars
from projects.querysets import MatterQuerySet
from projects.rules.matters.clock import Reading, read
from projects.rules.matters.steps import State
from projects.sheets.columns import agency, choice, text
from projects.sheets.matter_ledger import MatterLedger, mark_of

REPEAT = "repeat"

RELATED = ("project", "enterprise", "milestone", "lead_agency", "verifier")
COLOURS = {"blue": "蓝", "yellow": "黄", "red": "红"}
BATCH = 500


class Readings:
    """How matters stand today; each is judged once for all the columns that say so."""

    def __init__(self) -> None:
        self._last: tuple[Matter, Reading] | None = None
        self._today = clock.today()
        self._calendars, self._limits = site_calendars(), limits_on(self._today)

    def of(self, matter: Matter) -> Reading:
        """The matter's reading. No query when its steps are prefetched."""
        if self._last is None or self._last[0] is not matter:
            reading = read(matter.story(), self._today, self._calendars, self._limits)
            self._last = (matter, reading)
        return self._last[1]


class MatterSheet(SheetKind):
    name = "matters"
    label = "事项"
    permission = "projects.change_matter"
    help = (
        "一行一件事项。“编号”和“识别码”都空的行是新提出的事项（草拟，由督查办公室交办）。",
        "草拟的事项可以修改各列内容；已经交办的只能填“新进展”一列（办理中的，由牵头单位或督查办公室填）。",
        "“识别码”说明是哪一件、导出时是第几版：导出之后有人改过的，这一行不导入，请重新导出再改。",
        "“项目名称”“状态”到“销号日期”各列由系统得出，导入时不看，改了也不起作用。",
        "同一项目、同一要素、同一单位已有在办事项的（一事一单），不重复新增，除非上传时勾选。",
    )
    options = (Option(REPEAT, "与在办事项重复的也导入（确属另一件事）"),)

    def picks(self, user: User) -> Sequence[Pick]:
        return (
            Pick(
                "scope",
                "范围",
                [
                    ("open", "未销号的"),
                    ("agency", "本单位的"),
                    ("draft", "草拟的"),
                    ("all", "全部"),
                ],
            ),
        )

    def columns(self) -> Sequence[Column]:
        return (*_keys(), *_content(), *_derived(Readings()))

    def records(self, user: User, picked: Mapping[str, str]) -> Iterable[Any]:
        found = Matter.objects.visible_to(user)
        narrowed = {
            "open": found.open(),
            "agency": found.of_agency_of(user),
            "draft": found.filter(state=State.DRAFT),
        }
        return in_batches(narrowed.get(picked.get("scope", ""), found).order_by("pk"))

    def ledger(self, user: User, options: Mapping[str, bool]) -> Ledger:
        return MatterLedger(user, self.columns(), repeat=options.get(REPEAT, False))

    def together(self) -> AbstractContextManager[Any]:
        return together()


def in_batches(found: MatterQuerySet) -> Iterable[Matter]:
    """The matters with all that their rows say, five hundred at a time. Four queries each."""
    whole = found.select_related(*RELATED).prefetch_related("steps", "supporters")
    return whole.iterator(chunk_size=BATCH)


def _keys() -> tuple[Column, ...]:
    return (
        Column(
            "number",
            "编号",
            Text(24),
            lambda matter: words(matter.number),
            help="例如 交办〔2024〕1号；草拟的还没有。没有识别码时按编号认出。",
            width=18,
            key=True,
        ),
        Column(
            "mark",
            "识别码",
            Code(40),
            mark_of,
            help="导出时由系统填好，不能改；新提出的留空。",
            width=12,
            key=True,
        ),
    )


def _content() -> tuple[Column, ...]:
    bodies = Agency.objects.exclude(kind=AgencyKind.ENTERPRISE)
    return (
        Column(
            "project_code",
            "项目编号",
            Code(32),
            lambda matter: matter.project.code if matter.project else None,
            help="例如 KC-0001；只有助企诉求可以没有项目。",
        ),
        Column(
            "project_name",
            "项目名称",
            Text(120),
            lambda matter: words(matter.project.name) if matter.project else None,
            width=24,
            info=True,
        ),
        text("title", "事项", 120, width=30, required=True),
        choice("kind", "类别", MatterKind, required=True),
        choice("factor", "要素", Factor, required=True, defaults=True, help="新增不填为其他。"),
        text("source", "来源", 120, width=20),
        text("text", "问题和要求", LONGEST, width=40),
        text("expected", "要达到的结果", LONGEST, width=30),
        agency("enterprise_id", "企业", Agency.objects.filter(kind=AgencyKind.ENTERPRISE)),
        Column(
            "milestone_name",
            "卡住的节点",
            Text(80),
            lambda matter: words(matter.milestone.name) if matter.milestone else None,
            help="这个项目还没有完成的一个节点的名称。",
            width=18,
        ),
        agency("lead_agency_id", "牵头单位", bodies),
        Column(
            "supporter_names",
            "配合单位",
            Names(),
            lambda matter: words("；".join(_supporters(matter))),
            width=20,
        ),
        _verifier(),
        Column(
            "note",
            "新进展",
            Text(LONGEST),
            lambda matter: None,
            help="办理中的事项这次要填的进展；不填就不动。",
            width=40,
        ),
    )


def _supporters(matter: Matter) -> list[str]:
    return sorted(each.name for each in matter.supporters.all())


def _verifier() -> Column:
    """Who may verify, by name; the login stands behind where two have the same."""
    people: QuerySet[User] = get_user_model().objects.filter(is_active=True, groups__name=REVIEWER)
    rows = list(people.order_by("full_name", "pk").values_list("full_name", "username", "pk"))
    names = [full_name for full_name, _, _ in rows]
    labels = {
        f"{full_name}（{username}）"
        if not full_name or names.count(full_name) > 1
        else full_name: pk
        for full_name, username, pk in rows
    }
    by_pk = {pk: label for label, pk in labels.items()}

    def content(matter: Matter) -> str | None:
        verifier = matter.verifier
        return by_pk.get(verifier.pk, str(verifier)) if verifier else None

    cell = Choice(labels, empty=None, where="请从下拉列表中选择复核人员")
    return Column("verifier_id", "核查人", cell, content, help="不能是牵头单位的人。")


def _derived(readings: Readings) -> tuple[Column, ...]:
    """What the system knows of a matter, told and not read back."""

    def told(name: str, heading: str, cell: Cell, content: Any, width: int = 12) -> Column:
        return Column(name, heading, cell, content, width=width, info=True)

    def level(matter: Matter) -> int | None:
        return readings.of(matter).level if matter.issued_on else None

    def last_word(matter: Matter) -> str | None:
        said = matter.last_word()
        return words(f"{said.day:%Y-%m-%d} {said.text}") if said else None

    return (
        told("state", "状态", Text(), lambda matter: matter.get_state_display()),
        told("issued_on", "交办日期", Day(), lambda matter: matter.issued_on),
        told("due", "时限", Day(), lambda matter: readings.of(matter).due),
        told("level", "级别", Number(0), level, 8),
        told(
            "colour",
            "颜色",
            Text(),
            lambda matter: COLOURS.get(readings.of(matter).colour),
            width=8,
        ),
        told("late", "超期工作日", Number(0), lambda matter: readings.of(matter).late or None),
        told(
            "silent", "无动静工作日", Number(0), lambda matter: readings.of(matter).silent or None
        ),
        told("last_word", "最近进展", Text(), last_word, 40),
        told("closed_on", "销号日期", Day(), lambda matter: matter.closed_on),
    )
