"""挂图作战: one row per project, drawn on sheets of A3, as of a day."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.db.models import F

from investment.rules.reporting import first_day
from kuancheng.access.models import User
from kuancheng.asking.filters import MonthSetting, NumberFilter, OneOfFilter
from kuancheng.asking.paging import page_of
from kuancheng.reports.choices import LIGHT_WORDS, LightChoice
from kuancheng.reports.drawing.gantt import (
    Axis,
    Bar,
    Lane,
    Month,
    Point,
    Span,
    bands,
    lane,
    months,
)
from kuancheng.reports.drawing.lanes import winters
from kuancheng.reports.judging.terms import calendars_on
from kuancheng.reports.models import DailyStatus
from kuancheng.reports.questions import PICKS, PageFilter, ProgressQuestion, progress_question
from kuancheng.reports.raising.raised import raising
from kuancheng.reports.rules.lights import Light
from kuancheng.reports.wall_chart.plan import gather, points_of, spans_of
from projects.rules.periods import months_later

ROWS, SHEETS = 45, 5
"""Projects on a sheet at most, and sheets on a page."""
WIDTH, TOP, FOOT = 2000, 136, 34
ROOM, TALLEST = 1170, 44
"""What an A3 sheet has for its rows; they share it evenly, none taller than that."""
CHART_LEFT, CHART_WIDTH = 675, 1080
PHONE_WIDTH, PHONE_TOP, PHONE_ROW = 360, 16, 34

GROUPS = {"lead_official": "包保领导", "lead_agency": "责任单位", "subdistrict": "属地"}
FEWEST, MOST, USUAL, BEFORE = 6, 36, 15, 3
"""Months that can be shown, that are shown, and how many of them lie before the day."""
EARLIEST = date(2000, 1, 1)


class WallChartParameters(PageFilter):
    """The filters of the progress list, the grouping, and the window of months."""

    by = OneOfFilter(choices=list(GROUPS.items()), label="分组，不填按包保领导")
    months = NumberFilter(minimum=FEWEST, maximum=MOST, label=f"月数，不填为 {USUAL}")

    @classmethod
    def get_filters(cls) -> dict[str, Any]:
        """`from` as well, a word that Python keeps for itself."""
        first = MonthSetting(label=f"起始月份，不填为截至日期前 {BEFORE} 个月")
        return super().get_filters() | {"from": first}

    @property
    def view(self) -> "View":
        """The grouping and the window."""
        said = self.form.cleaned_data
        return View(
            by=said["by"] or "lead_official",
            first=said["from"] or months_before(self.days.as_of),
            months=said["months"] or USUAL,
        )


@dataclass(frozen=True)
class View:
    """What was asked of the chart besides the filters of the progress list."""

    by: str
    first: date
    months: int

    def axis(self, left: float, width: float) -> Axis:
        """The window of months, drawn from `left` on."""
        return Axis(self.first, months_later(self.first, self.months), left, width)


@dataclass(frozen=True)
class ChartRow:
    """One project: its row on a sheet, and the same by itself for a phone.

    `note` stands in an empty row: why nothing is drawn.
    """

    status: DailyStatus
    group: str
    other: str
    days: str
    note: str
    y: int
    lane: Lane
    phone: Lane


@dataclass(frozen=True)
class GroupCell:
    """A group's name beside its rows."""

    name: str
    y: int


@dataclass(frozen=True)
class Layout:
    """How a page's rows share its sheets: so many on each, all of one height."""

    per_sheet: int
    height: int

    @classmethod
    def of(cls, count: int) -> "Layout":
        """For one row or more: as few sheets as hold them, none left half empty."""
        sheets = -(-count // ROWS)
        per_sheet = -(-count // sheets)
        return cls(per_sheet, min(TALLEST, ROOM // per_sheet))

    def y(self, place: int) -> int:
        """Where the row at that place of the page begins on its sheet."""
        return TOP + place % self.per_sheet * self.height

    @property
    def middle(self) -> float:
        """Half of a row, for the lamp."""
        return self.height / 2

    @property
    def baseline(self) -> float:
        """Where a row's text stands."""
        return self.middle + 6


@dataclass(frozen=True)
class Sheet:
    """One printed sheet. `number` counts through all pages."""

    number: int
    height: int
    floor: int
    groups: tuple[GroupCell, ...]
    rows: tuple[ChartRow, ...]
    winters: tuple[Bar, ...]


def wall_chart(asked: WallChartParameters, reader: User) -> dict[str, Any]:
    """The template's context. A fixed number of queries, whatever the number of projects.

    NoSuchPage past the last page.
    """
    question, view, as_of = progress_question(asked), asked.view, asked.days.as_of
    page = page_of(_grouped(question, view), asked.form.cleaned_data["page"], ROWS * SHEETS)
    axis = view.axis(CHART_LEFT, CHART_WIDTH)
    phone = view.axis(0, PHONE_WIDTH)
    layout = Layout.of(page.end_index() - page.start_index() + 1)
    rows = _rows(page, question, view, layout, axis, phone)
    cold = winters(calendars_on(question.days.known_at), axis.first, axis.end)
    first = (page.number - 1) * SHEETS + 1
    parts = [
        rows[start : start + layout.per_sheet] for start in range(0, len(rows), layout.per_sheet)
    ]
    return _asked_for(asked) | {
        "page": page,
        "sheets": [
            _sheet(first + place, part, layout, axis, cold) for place, part in enumerate(parts)
        ],
        "layout": layout,
        "sheets_total": -(-page.paginator.count // ROWS),
        "rows": rows,
        "raising": raising([row.status.project_id for row in rows], asked.days, reader),
        "axis": axis,
        "months": months(axis),
        "today_x": _today(axis, as_of),
        "phone": _phone(phone, cold, as_of),
        "width": WIDTH,
        "floor": TOP,
    }


def _asked_for(asked: WallChartParameters) -> dict[str, Any]:
    """What the template says of the question, and offers to ask."""
    form, view = asked.form, asked.view
    return {
        "as_of": asked.days.as_of,
        "known_at": asked.days.known_at,
        "form": form,
        "picks": [form[name] for name in PICKS],
        "lights": LightChoice.choices,
        "view": view,
        "groups": GROUPS.items(),
        "grouped": GROUPS[view.by],
        "others": GROUPS[_other(view.by)],
    }


def months_before(day: date) -> date:
    """Where the window begins unless it is said otherwise."""
    return max(months_later(first_day(day), -BEFORE), EARLIEST)


def _grouped(question: ProgressQuestion, view: View) -> Any:
    """The rows group by group, in the order asked for."""
    return question.rows.order_by(
        F(f"{view.by}__order").asc(nulls_last=True),
        F(view.by).asc(nulls_last=True),
        *question.rows.query.order_by,
    )


def _other(by: str) -> str:
    """Who else is named in a row: the agency beside a lead official, else the lead official."""
    return "lead_agency" if by == "lead_official" else "lead_official"


def _rows(
    page: Any, question: ProgressQuestion, view: View, layout: Layout, axis: Axis, phone: Axis
) -> list[ChartRow]:
    """The page's projects. Seven queries at most: ids, names, milestones, pauses, stops, baselines, percents.

    One more as known on a day: the projects.
    """
    ids = list(page.object_list.values_list("pk", flat=True))
    statuses = DailyStatus.objects.for_list().in_bulk(ids)
    found = gather([each.project for each in statuses.values()], question.days)
    rows = []
    for place, pk in enumerate(ids):
        status = statuses[pk]
        own, y = found[status.project_id], layout.y(place)
        spans = list(spans_of(status, own, question.days.as_of))
        points = list(points_of(status, own, question.days.as_of))
        drawn = lane(axis, spans, points, y, layout.height)
        rows.append(
            ChartRow(
                status=status,
                group=str(getattr(status, view.by) or f"未定{GROUPS[view.by]}"),
                other=str(getattr(status, _other(view.by)) or "—"),
                days=days_text(status),
                note=_note(spans, points, drawn),
                y=y,
                lane=drawn,
                phone=lane(phone, spans, points, PHONE_TOP, PHONE_ROW),
            )
        )
    return rows


def days_text(status: DailyStatus) -> str:
    """How late in a word: the worst overdue days, else the forecast's, else the light's word.

    Grey is never late.
    """
    if status.light == LightChoice.GREY:
        return LIGHT_WORDS[Light.GREY]
    if status.max_overdue_days:
        return f"超期 {status.max_overdue_days} 天"
    if status.forecast_late_days:
        return f"预计晚 {status.forecast_late_days} 天"
    return "已竣工" if status.done else LIGHT_WORDS[Light(status.light)]


def _note(spans: list[Span], points: list[Point], drawn: Lane) -> str:
    if drawn.bars or drawn.marks:
        return ""
    return "计划不在所选月份内" if spans or points else "没有登记计划日期"


def _sheet(
    number: int, rows: list[ChartRow], layout: Layout, axis: Axis, cold: list[Span]
) -> Sheet:
    height = len(rows) * layout.height
    groups = tuple(
        GroupCell(name, next(members).y)
        for name, members in groupby(rows, key=lambda each: each.group)
    )
    return Sheet(
        number=number,
        height=TOP + height + FOOT,
        floor=TOP + height,
        groups=groups,
        rows=tuple(rows),
        winters=bands(axis, cold, TOP, height),
    )


@dataclass(frozen=True)
class PhoneAxis:
    """What lies behind every row of the phone's list; drawn once, used by all."""

    width: int
    height: int
    top: int
    months: tuple[Month, ...]
    winters: tuple[Bar, ...]
    today_x: float | None


def _phone(axis: Axis, cold: list[Span], as_of: date) -> PhoneAxis:
    height = PHONE_TOP + PHONE_ROW
    return PhoneAxis(
        width=PHONE_WIDTH,
        height=height,
        top=PHONE_TOP,
        months=months(axis),
        winters=bands(axis, cold, PHONE_TOP, PHONE_ROW),
        today_x=_today(axis, as_of),
    )


def _today(axis: Axis, as_of: date) -> float | None:
    return axis.middle(as_of) if axis.shows(as_of) else None
