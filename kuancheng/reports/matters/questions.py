"""What can be asked of matters."""

from dataclasses import dataclass
from datetime import date
from typing import cast

from django.db.models import Case, IntegerField, When
from django.forms import CheckboxSelectMultiple

from kuancheng import clock
from kuancheng.access.models import User, Visitor
from kuancheng.asking.filters import (
    CodesFilter,
    NumberFilter,
    OneOfFilter,
    OrderingFilter,
    RecordFilter,
    SearchFilter,
)
from kuancheng.asking.parameters import Parameters
from kuancheng.reports.choices import ListPage
from kuancheng.reports.models import MatterSpan
from kuancheng.reports.services.lists import ViewedList
from projects.choices import Factor, MatterKind, MatterLevel
from projects.limits import limits_on
from projects.models import Agency, Matter, Project
from projects.planning import site_calendars
from projects.querysets import MatterQuerySet
from projects.rules.calendars import WORKING, Calendars, Line
from projects.rules.matters.clock import Limits
from projects.rules.matters.steps import OPEN, STATE_NAMES, State

TURNS = [
    ("mine", "等我办"),
    ("agency", "本单位的"),
    ("raised", "我提出的"),
]
FLAGS = [
    ("open", "未销号"),
    ("overdue", "超期"),
    ("unsigned", "逾期未签收"),
    ("silent", "久无动静"),
    ("paused", "暂停中"),
    ("waiting", "待核查"),
    ("office", "待督查办公室"),
]
"""Where something is wrong, or somebody else's turn."""

ORDERS = {
    "open": Case(When(state__in=OPEN, then=0), default=1, output_field=IntegerField()),
    "due": "due_on",
    "issued": "issued_on",
    "level": "level",
    "number": "pk",
    "title": "title",
    "state": Case(
        *(When(state=each, then=place) for place, each in enumerate(State)),
        output_field=IntegerField(),
    ),
}


class MatterFilter(Parameters):
    """What the list of matters is narrowed to, and its order."""

    no_past = "事项清单只回答现在；一件事项过去每一步看它自己的页面，亮灯按当时的事项计算。"

    search = SearchFilter("search_key", label="事项、编号、拼音或首字母")
    turn = OneOfFilter(choices=TURNS, label="归属")
    flag = OneOfFilter(choices=FLAGS, label="情况")
    state = CodesFilter(
        choices=[(each.value, name) for each, name in STATE_NAMES.items()],
        label="状态",
        widget=CheckboxSelectMultiple,
    )
    kind = CodesFilter(choices=MatterKind.choices, label="类别", widget=CheckboxSelectMultiple)
    factor = CodesFilter(choices=Factor.choices, label="要素", widget=CheckboxSelectMultiple)
    level = CodesFilter(
        choices=[(str(each), name) for each, name in MatterLevel.choices],
        label="级别",
        widget=CheckboxSelectMultiple,
    )
    lead_agency = RecordFilter(
        queryset=Agency.objects.filter(pk__in=Matter.objects.values("lead_agency")),
        label="牵头单位",
        empty_label="全部牵头单位",
    )
    project = RecordFilter(
        queryset=Project.objects.all(), to_field_name="code", label="项目", empty_label="全部项目"
    )
    ordering = OrderingFilter(columns=ORDERS, default="open,due")
    page = NumberFilter(minimum=1, label="页码，从 1 起")
    view = NumberFilter(minimum=0, label="视图的记录号；0 为不用默认视图")


LIST = ViewedList(ListPage.MATTERS, MatterFilter, "matters", "全部事项", "projects.view_matter")


def flagged(
    found: MatterQuerySet, flag: str, today: date, line: Line, limits: Limits
) -> MatterQuerySet:
    """Those of which one of FLAGS is true today; `line` are the working days."""
    if flag == "overdue":
        return found.filter(pk__in=MatterSpan.objects.late(today).values("matter"))
    if flag == "office":
        return found.for_office()
    paused = MatterSpan.objects.lasting(today).filter(paused=True).values("matter")
    if flag == "unsigned":
        return found.unsigned(line.moved(line.on_or_before(today), -limits.sign))
    if flag == "silent":
        silent = found.silent(line.moved(line.on_or_before(today), 1 - limits.silence))
        return silent.exclude(pk__in=paused)
    if flag == "paused":
        return found.filter(pk__in=paused)
    if flag == "waiting":
        return found.filter(state="answered")
    return found.open()


def of_turn(found: MatterQuerySet, turn: str, user: Visitor) -> MatterQuerySet:
    """Those that are the user's affair in one of TURNS."""
    if turn == "mine":
        return found.waiting_for(user)
    if turn == "agency":
        return found.of_agency_of(user)
    return found.filter(author=user) if turn == "raised" else found


@dataclass(frozen=True)
class MatterQuestion:
    """What somebody asks of matters today: the list, its export and the ledger share it.

    `every` are those that he may see, `narrowed` those that are his affair as asked, `rows` those
    that answer, in their order.
    """

    asked: MatterFilter
    reader: User
    today: date
    calendars: Calendars
    limits: Limits
    every: MatterQuerySet
    narrowed: MatterQuerySet
    rows: MatterQuerySet

    def with_flag(self, flag: str) -> MatterQuerySet:
        """Those of his affair of which one of FLAGS is true."""
        return flagged(self.narrowed, flag, self.today, self.calendars.line(WORKING), self.limits)


def matter_question(asked: MatterFilter, reader: User) -> MatterQuestion:
    """The question as understood. Two queries, for the calendar."""
    said, today = asked.form.cleaned_data, clock.today()
    calendars, limits = site_calendars(), limits_on(today)
    every = Matter.objects.visible_to(reader)
    narrowed = of_turn(every, said["turn"], reader)
    flag, line = said["flag"], calendars.line(WORKING)
    found = flagged(narrowed, flag, today, line, limits) if flag else narrowed
    rows = cast("MatterQuerySet", asked.filter_queryset(found))
    return MatterQuestion(asked, reader, today, calendars, limits, every, narrowed, rows)
