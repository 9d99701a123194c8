"""挂图作战: one row per project, drawn on sheets of A3, as of a day."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Any

from django.core.paginator import InvalidPage, Paginator
from django.db.models import F, Max, Min
from django.http import Http404, QueryDict

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
    month_of,
    months,
    months_later,
)
from kuancheng.reports.drawing.lanes import FORECAST, flag, pause_spans, started, winters
from kuancheng.reports.models import DailyStatus
from kuancheng.reports.questions import PICKS, BadParameters, ProgressQuestion, ask
from kuancheng.reports.rules.lights import Light
from projects.models import Baseline, Milestone, Pause
from projects.planning import happened, site_calendars
from projects.rules.calendars import ONE_DAY
from projects.rules.standing import is_judged

ROWS, SHEETS = 40, 5
"""Projects on a sheet, and sheets on a page."""
WIDTH, TOP, ROW, FOOT = 2000, 136, 30, 34
CHART_LEFT, CHART_WIDTH = 675, 1080
PHONE_WIDTH, PHONE_TOP, PHONE_ROW = 360, 16, 34

GROUPS = {"lead_official": "包保领导", "lead_agency": "责任单位", "subdistrict": "属地"}
FEWEST, MOST, USUAL, BEFORE = 6, 36, 15, 3
"""Months that can be shown, that are shown, and how many of them lie before the day."""
DRAWN = ("project", "name", "planned_start", "planned_finish", "actual_start", "actual_finish")
"""What is read of a milestone."""
OWN = ("by", "from", "months", "page")
EARLIEST = date(2000, 1, 1)
MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])", re.ASCII)


@dataclass(frozen=True)
class View:
    """What was asked of the chart besides the filters of the progress list."""

    by: str
    first: date
    months: int
    page: str

    def axis(self, left: float, width: float) -> Axis:
        """The window of months, drawn from `left` on."""
        return Axis(self.first, months_later(self.first, self.months), left, width)


@dataclass
class Found:
    """A project's records as far as they are drawn."""

    milestones: list[Milestone] = field(default_factory=list)
    pauses: list[Pause] = field(default_factory=list)
    baseline: tuple[date, date] | None = None


@dataclass(frozen=True)
class Row:
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
class Sheet:
    """One printed sheet. `number` counts through all pages."""

    number: int
    height: int
    floor: int
    groups: tuple[GroupCell, ...]
    rows: tuple[Row, ...]
    winters: tuple[Bar, ...]


def wall_chart(params: QueryDict) -> dict[str, Any]:
    """The template's context. A fixed number of queries, whatever the number of projects.

    BadParameters that name everything wrong at once; Http404 past the last page.
    """
    question, view = _asked(params)
    page = _page(question, view)
    axis = view.axis(CHART_LEFT, CHART_WIDTH)
    phone = view.axis(0, PHONE_WIDTH)
    rows = _rows(page, question, view, axis, phone)
    cold = winters(site_calendars(), axis.first, axis.end)
    first = (page.number - 1) * SHEETS + 1
    parts = [rows[start : start + ROWS] for start in range(0, len(rows), ROWS)]
    return _asked_for(question, view) | {
        "page": page,
        "sheets": [_sheet(first + place, part, axis, cold) for place, part in enumerate(parts)],
        "sheets_total": -(-page.paginator.count // ROWS),
        "rows": rows,
        "axis": axis,
        "months": months(axis),
        "today_x": _today(axis, question.as_of),
        "phone": _phone(phone, cold, question.as_of),
        "width": WIDTH,
        "floor": TOP,
    }


def _asked_for(question: ProgressQuestion, view: View) -> dict[str, Any]:
    """What the template says of the question, and offers to ask."""
    form = question.filterset.form
    return {
        "as_of": question.as_of,
        "form": form,
        "picks": [form[name] for name in PICKS],
        "lights": LightChoice.choices,
        "view": view,
        "groups": GROUPS.items(),
        "grouped": GROUPS[view.by],
        "others": GROUPS[_other(view.by)],
    }


def _asked(params: QueryDict) -> tuple[ProgressQuestion, View]:
    errors: list[str] = []
    question: ProgressQuestion | None = None
    try:
        question = ask(params, besides=OWN, knows=False)
    except BadParameters as error:
        errors += error.errors
    by = params.get("by") or "lead_official"
    if by not in GROUPS:
        errors.append(f"by：“{by[:40]}”不是分组方式，应为 {'、'.join(GROUPS)}。")
    number = params.get("months") or str(USUAL)
    # Length first: int() of a very long number is slow.
    if not (_is_number(number, 3) and FEWEST <= int(number) <= MOST):
        errors.append(f"months：“{number[:40]}”不对，应为 {FEWEST} 到 {MOST} 的整数。")
    first = params.get("from", "")
    if first and not MONTH.fullmatch(first):
        errors.append(f"from：“{first[:40]}”不是月份，应形如 2024-07。")
    page = params.get("page", "1")
    if not _is_number(page, 9):
        errors.append(f"page：“{page[:40]}”不是页码。")
    if errors or question is None:
        raise BadParameters(errors)
    begin = date.fromisoformat(f"{first}-01") if first else months_before(question.as_of)
    return question, View(by, begin, int(number), page)


def _is_number(text: str, longest: int) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= longest


def months_before(day: date) -> date:
    """Where the window begins unless it is said otherwise."""
    return max(months_later(month_of(day), -BEFORE), EARLIEST)


def _page(question: ProgressQuestion, view: View) -> Any:
    order = question.rows.query.order_by or ("project__code",)
    grouped = question.rows.order_by(
        F(f"{view.by}__order").asc(nulls_last=True), F(view.by).asc(nulls_last=True), *order
    )
    try:
        return Paginator(grouped, ROWS * SHEETS).page(int(view.page))
    except InvalidPage as error:
        raise Http404 from error


def _other(by: str) -> str:
    """Who else is named in a row: the agency beside a lead official, else the lead official."""
    return "lead_agency" if by == "lead_official" else "lead_official"


def _rows(page: Any, question: ProgressQuestion, view: View, axis: Axis, phone: Axis) -> list[Row]:
    """The page's projects. Five queries: ids, names, milestones, pauses, baselines."""
    ids = list(page.object_list.values_list("pk", flat=True))
    statuses = DailyStatus.objects.for_list().in_bulk(ids)
    found = _gather(each.project_id for each in statuses.values())
    rows = []
    for place, pk in enumerate(ids):
        status = statuses[pk]
        records, y = found[status.project_id], TOP + place % ROWS * ROW
        spans = list(_spans(status, records, question.as_of))
        points = list(_points(status, records, question.as_of))
        drawn = lane(axis, spans, points, y, ROW)
        rows.append(
            Row(
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


def _gather(project_ids: Iterable[int]) -> dict[int, Found]:
    ids = list(project_ids)
    found: dict[int, Found] = defaultdict(Found)
    milestones = Milestone.objects.filter(project__in=ids).only(*DRAWN).order_by("order", "pk")
    for milestone in milestones:
        found[milestone.project_id].milestones.append(milestone)
    for pause in Pause.objects.filter(project__in=ids).order_by("first"):
        found[pause.project_id].pauses.append(pause)
    baselines = Baseline.objects.filter(project__in=ids, number=1).annotate(
        begins=Min("entries__planned_start"), ends=Max("entries__planned_finish")
    )
    for project_id, promised, begins, ends in baselines.values_list(
        "project_id", "promised_completion", "begins", "ends"
    ):
        days = [each for each in (begins, ends, promised) if each]
        if days:
            found[project_id].baseline = min(days), max(days)
    return found


def _spans(status: DailyStatus, found: Found, as_of: date) -> Iterator[Span]:
    if found.baseline:
        first, last = found.baseline
        yield Span("baseline", first, last, f"基线1（首次批准）{first} 至 {last}")
    planned = _planned(status, found)
    if planned:
        yield Span("plan", *planned, f"计划 {planned[0]} 至 {planned[1]}")
    yield from _actual(status, found, as_of)
    yield from pause_spans(found.pauses, as_of)
    promised, forecast = status.promised_completion, status.forecast_completion
    if promised and forecast and forecast > promised:
        late = f"预计 {forecast} 竣工，比承诺 {promised} 晚 {status.forecast_late_days} 天"
        yield Span("overrun", promised + ONE_DAY, forecast, late)


def _planned(status: DailyStatus, found: Found) -> tuple[date, date] | None:
    """From the first planned day of the milestones to the last, or of the project itself."""
    project = status.project
    days = [
        day
        for each in found.milestones
        for day in (each.planned_start, each.planned_finish)
        if day is not None
    ]
    days = days or [day for day in (project.planned_start, project.planned_completion) if day]
    return (min(days), max(days)) if days else None


def _actual(status: DailyStatus, found: Found, as_of: date) -> Iterator[Span]:
    begun = [day for each in found.milestones if (day := started(each, as_of))]
    first = min(begun, default=happened(status.project.actual_start, as_of))
    if first is None:
        return
    last = _completed(status, found, as_of) or as_of
    done = f"完成节点 {status.milestones_done} / {status.milestones_total}"
    until = f"{last} 完成" if last < as_of else f"{as_of} 仍在进行"
    yield Span("actual", first, max(first, last), f"实际 {first} 开始，{until}，{done}")


def _completed(status: DailyStatus, found: Found, as_of: date) -> date | None:
    finishes = [happened(each.actual_finish, as_of) for each in found.milestones]
    if finishes and all(finishes):
        return max(day for day in finishes if day)
    return happened(status.project.actual_completion, as_of) if not finishes else None


def _points(status: DailyStatus, found: Found, as_of: date) -> Iterator[Point]:
    judged = is_judged(status.standing)
    flags = (flag(each, as_of, judged=judged) for each in found.milestones)
    yield from (point for point in flags if point)
    if status.forecast_completion and status.forecast_late_days:
        late = f"预计 {status.forecast_completion} 竣工，比承诺晚 {status.forecast_late_days} 天"
        yield Point(FORECAST, status.forecast_completion, late)


def days_text(status: DailyStatus) -> str:
    """How late in a word: the worst overdue days, else the forecast's, else the light's word."""
    if status.max_overdue_days:
        return f"超期 {status.max_overdue_days} 天"
    if status.forecast_late_days:
        return f"预计晚 {status.forecast_late_days} 天"
    return "已竣工" if status.done else LIGHT_WORDS[Light(status.light)]


def _note(spans: list[Span], points: list[Point], drawn: Lane) -> str:
    if drawn.bars or drawn.marks:
        return ""
    return "计划不在所选月份内" if spans or points else "没有登记计划日期"


def _sheet(number: int, rows: list[Row], axis: Axis, cold: list[Span]) -> Sheet:
    height = len(rows) * ROW
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
