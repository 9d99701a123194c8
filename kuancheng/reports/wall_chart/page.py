"""挂图作战: one row per project, drawn on sheets of A3, as of a day."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Any

from django.db.models import F, Max, Min, Q

from investment.rules.reporting import first_day
from kuancheng.asking.filters import MonthSetting, NumberFilter, OneOfFilter
from kuancheng.asking.paging import page_of
from kuancheng.asking.parameters import Days
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
    months_later,
)
from kuancheng.reports.drawing.lanes import FORECAST, flag, pause_spans, started, winters
from kuancheng.reports.judging.known import end_of, records, sort_records
from kuancheng.reports.judging.terms import calendars_on
from kuancheng.reports.models import DailyStatus
from kuancheng.reports.questions import PICKS, PageFilter, ProgressQuestion, progress_question
from kuancheng.reports.rules.lights import Light
from projects.models import Baseline, Milestone, Pause, Project
from projects.planning import happened
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
UNREAD = ("after", "document_number", "late_reason", "note")
"""Columns of a milestone that are not drawn."""
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


@dataclass
class Found:
    """A project and its records as far as they are drawn, as they are or were on record."""

    project: Project
    milestones: list[Milestone] = field(default_factory=list)
    pauses: list[Pause] = field(default_factory=list)
    baseline: tuple[date, date] | None = None


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
class Sheet:
    """One printed sheet. `number` counts through all pages."""

    number: int
    height: int
    floor: int
    groups: tuple[GroupCell, ...]
    rows: tuple[ChartRow, ...]
    winters: tuple[Bar, ...]


def wall_chart(asked: WallChartParameters) -> dict[str, Any]:
    """The template's context. A fixed number of queries, whatever the number of projects.

    NoSuchPage past the last page.
    """
    question, view, as_of = progress_question(asked), asked.view, asked.days.as_of
    page = page_of(_grouped(question, view), asked.form.cleaned_data["page"], ROWS * SHEETS)
    axis = view.axis(CHART_LEFT, CHART_WIDTH)
    phone = view.axis(0, PHONE_WIDTH)
    rows = _rows(page, question, view, axis, phone)
    cold = winters(calendars_on(question.days.known_at), axis.first, axis.end)
    first = (page.number - 1) * SHEETS + 1
    parts = [rows[start : start + ROWS] for start in range(0, len(rows), ROWS)]
    return _asked_for(asked) | {
        "page": page,
        "sheets": [_sheet(first + place, part, axis, cold) for place, part in enumerate(parts)],
        "sheets_total": -(-page.paginator.count // ROWS),
        "rows": rows,
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
    page: Any, question: ProgressQuestion, view: View, axis: Axis, phone: Axis
) -> list[ChartRow]:
    """The page's projects. Five queries: ids, names, milestones, pauses, baselines.

    One more as known on a day: the projects.
    """
    ids = list(page.object_list.values_list("pk", flat=True))
    statuses = DailyStatus.objects.for_list().in_bulk(ids)
    found = _gather([each.project for each in statuses.values()], question.days)
    rows = []
    for place, pk in enumerate(ids):
        status = statuses[pk]
        own, y = found[status.project_id], TOP + place % ROWS * ROW
        spans = list(_spans(status, own, question.days.as_of))
        points = list(_points(status, own, question.days.as_of))
        drawn = lane(axis, spans, points, y, ROW)
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


def _gather(projects: Sequence[Project], days: Days) -> dict[int, Found]:
    ids, known_at = [each.pk for each in projects], days.known_at
    if known_at is not None:
        projects = records(Project, Q(id__in=ids), known_at)
    found = {each.pk: Found(each) for each in projects}
    ours = Q(project__in=ids)
    for milestone in sort_records(records(Milestone, ours, known_at, unread=UNREAD), "order"):
        found[milestone.project_id].milestones.append(milestone)
    for pause in sort_records(records(Pause, ours, known_at), "first"):
        found[pause.project_id].pauses.append(pause)
    # What is approved never changes: its day says who knew of it.
    first = Baseline.objects.filter(ours, number=1, approved_at__lte=end_of(days.latest))
    baselines = first.annotate(
        begins=Min("entries__planned_start"), ends=Max("entries__planned_finish")
    )
    for project_id, promised, begins, ends in baselines.values_list(
        "project_id", "promised_completion", "begins", "ends"
    ):
        drawn = [each for each in (begins, ends, promised) if each]
        if drawn:
            found[project_id].baseline = min(drawn), max(drawn)
    return found


def _spans(status: DailyStatus, found: Found, as_of: date) -> Iterator[Span]:
    if found.baseline:
        first, last = found.baseline
        yield Span("baseline", first, last, f"基线1（首次批准）{first} 至 {last}")
    planned = _planned(found)
    if planned:
        yield Span("plan", *planned, f"计划 {planned[0]} 至 {planned[1]}")
    yield from _actual(status, found, as_of)
    yield from pause_spans(found.pauses, as_of)
    promised, forecast = status.promised_completion, status.forecast_completion
    if promised and forecast and forecast > promised:
        late = f"预计 {forecast} 竣工，比承诺 {promised} 晚 {status.forecast_late_days} 天"
        yield Span("overrun", promised + ONE_DAY, forecast, late)


def _planned(found: Found) -> tuple[date, date] | None:
    """From the first planned day of the milestones to the last, or of the project itself."""
    project = found.project
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
    first = min(begun, default=happened(found.project.actual_start, as_of))
    if first is None:
        return
    last = _completed(found, as_of) or as_of
    done = f"完成节点 {status.milestones_done} / {status.milestones_total}"
    until = f"{last} 完成" if last < as_of else f"{as_of} 仍在进行"
    yield Span("actual", first, max(first, last), f"实际 {first} 开始，{until}，{done}")


def _completed(found: Found, as_of: date) -> date | None:
    finishes = [happened(each.actual_finish, as_of) for each in found.milestones]
    if finishes and all(finishes):
        return max(day for day in finishes if day)
    return happened(found.project.actual_completion, as_of) if not finishes else None


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


def _sheet(number: int, rows: list[ChartRow], axis: Axis, cold: list[Span]) -> Sheet:
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
