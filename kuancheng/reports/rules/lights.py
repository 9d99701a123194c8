"""Lights: what a project's facts say on a day, worst first, each with its reason.

The default thresholds are ours; Yinchuan (2025) and Wuhan publish ladders of the same shape.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from kuancheng.reports.rules.owing import owes_report
from projects.rules.standing import is_judged


class Light(StrEnum):
    """Codes of the lights, as they travel through the API."""

    RED = "red"
    YELLOW = "yellow"
    BLUE = "blue"
    GREEN = "green"
    GREY = "grey"


LABELS = {
    Light.RED: "红灯",
    Light.YELLOW: "黄灯",
    Light.BLUE: "蓝灯",
    Light.GREEN: "绿灯",
    Light.GREY: "灰灯",
}
"""What people call the lights."""

SEVERITY = {Light.GREY: 0, Light.GREEN: 1, Light.BLUE: 2, Light.YELLOW: 3, Light.RED: 4}
"""For sorting: the worse, the larger; grey is not judged."""

RULES = {
    "milestone_overdue": "节点超期",
    "milestone_due": "节点临期",
    "gap": "投资落后序时",
    "start_late": "超期未开工",
    "enrolment_late": "开工未入统",
    "forecast_late": "预计竣工晚于承诺",
    "report_missing": "进展未报送",
    "matter_overdue": "事项超期",
    "permit_lapse": "手续失效",
    "not_judged": "不研判",
    "override": "人工调灯",
}
"""What people call the rules, by the code that reasons carry."""


@dataclass(frozen=True)
class Thresholds:
    """The numbers that the ladders turn on. Days are calendar days, points 个百分点.

    Without `permit_yellow_workdays`, which are working days, permits light nothing.
    """

    milestone_red_days: int = 30
    due_soon_days: int = 14
    gap_red: Decimal = Decimal(30)
    gap_yellow: Decimal = Decimal(10)
    start_red_days: int = 90
    enrolment_yellow_days: int = 30
    enrolment_red_days: int = 60
    matter_red_level: int = 3
    forecast_red_days: int = 30
    permit_yellow_workdays: int | None = None


@dataclass(frozen=True)
class MilestoneFact:
    """A milestone that is not finished on the day of judgement and has a promised day.

    `key` outlasts a change of its name, here and below; `works` says that a stop halts it.
    """

    name: str
    planned_finish: date
    agency: str = ""
    key: str = ""
    works: bool = False


@dataclass(frozen=True)
class MatterFact:
    """An open matter with a due day; level 1 (district) … 4 (highest)."""

    title: str
    level: int
    due: date
    agency: str = ""
    key: str = ""


@dataclass(frozen=True)
class PermitFact:
    """A permit that is still needed, its last valid day, and the working days up to that day.

    `key` is that of the milestone that obtained it; `document` the number of its document.
    """

    name: str
    until: date
    workdays_left: int
    agency: str = ""
    key: str = ""
    document: str = ""


@dataclass(frozen=True)
class Override:
    """A light that somebody set by hand, why, and the last day on which it holds."""

    light: Light
    reason: str
    author: str
    until: date
    key: str = ""


@dataclass(frozen=True)
class Facts:
    """All that a light is judged by, as of a day.

    `gap` is in unrounded percentage points, None where rate or plan is missing. Actual days
    later than the day of judgement have not happened: the caller leaves them out. `forecast` is the
    completion that the schedule still allows, `forecast_late_by` its days after the promise.
    `stopped_days` count up to the day of a stop that lasts on it; `stood_still` says that one covers
    the whole money month.
    """

    as_of: date
    standing: str = "normal"
    stage: str = "construction"
    has_plan: bool = True
    has_dated_milestone: bool = True
    milestones: tuple[MilestoneFact, ...] = ()
    matters: tuple[MatterFact, ...] = ()
    permits: tuple[PermitFact, ...] = ()
    planned_start: date | None = None
    actual_start: date | None = None
    actual_completion: date | None = None
    forecast: date | None = None
    forecast_late_by: int = 0
    enrolled_on: date | None = None
    gap: Decimal | None = None
    months_missing: int = 0
    money_month: date | None = None
    money_report_filed: bool = True
    stood_still: bool = False
    stopped_days: int = 0
    agency: str = ""
    override: Override | None = None


@dataclass(frozen=True)
class Subject:
    """What a reason is about within its project: a milestone, a matter, a month, an override.

    Two reasons of one rule are about the same thing when `kind` and `key` are the same; `name` is
    what people call it, and may change.
    """

    kind: str
    key: str
    name: str


@dataclass(frozen=True)
class Reason:
    """One rule that fired. `points` is set for gaps only, `days` for delays only.

    Without a `subject` it is about the project as a whole.
    """

    rule: str
    light: Light
    text: str
    days: int | None = None
    points: Decimal | None = None
    agency: str = ""
    subject: Subject | None = None


@dataclass(frozen=True)
class Judgement:
    """The light, every reason worst first, and whether the project is finished.

    `computed` is what the rules alone say; `light` differs from it only by an override, which
    then is the first reason.
    """

    light: Light
    reasons: tuple[Reason, ...]
    done: bool
    computed: Light

    @property
    def judged(self) -> bool:
        """Whether the rules could say anything: what is not judged is not late either."""
        return self.computed is not Light.GREY


def status_light(facts: Facts, thresholds: Thresholds) -> Judgement:
    """The worst light that any rule gives, with all that fired.

    Grey and nothing else where nothing can be judged. A finished project is judged by its
    milestones alone. An override in force replaces the light and hides no reason.
    """
    judged = _by_rules(facts, thresholds)
    override = facts.override
    if override is None:
        return judged
    text = (
        f"人工调整为{LABELS[override.light]}（规则判定为{LABELS[judged.computed]}）："
        f"{override.reason}（{override.author}，有效至 {override.until}）"
    )
    subject = Subject("override", override.key, f"{override.author}，有效至 {override.until}")
    first = Reason("override", override.light, text, agency=facts.agency, subject=subject)
    return replace(judged, light=override.light, reasons=(first, *judged.reasons))


def _by_rules(facts: Facts, thresholds: Thresholds) -> Judgement:
    done = facts.actual_completion is not None and facts.actual_completion <= facts.as_of
    unjudged = _unjudged(facts)
    if unjudged:
        return Judgement(Light.GREY, (unjudged,), done, Light.GREY)
    fired = list(_milestones(facts, thresholds))
    if not done:
        fired += _gap(facts, thresholds)
        fired += _start(facts, thresholds)
        fired += _enrolment(facts, thresholds)
        fired += _forecast(facts, thresholds)
        fired += _report(facts)
        fired += _matters(facts, thresholds)
        fired += _permits(facts, thresholds)
    reasons = tuple(sorted(fired, key=_worst_first))
    light = reasons[0].light if reasons else Light.GREEN
    return Judgement(light, reasons, done, light)


def _worst_first(reason: Reason) -> tuple[int, int, Decimal]:
    # Days still to go are negative: what is due tomorrow stands before what is due next week.
    return (-SEVERITY[reason.light], -(reason.days or 0), reason.points or Decimal(0))


def _unjudged(facts: Facts) -> Reason | None:
    if not is_judged(facts.standing):
        label = {"deferred": "暂缓", "withdrawn": "退出"}[facts.standing]
        return Reason("not_judged", Light.GREY, f"项目{label}，不参与研判", agency=facts.agency)
    if not facts.has_plan and not facts.has_dated_milestone:
        text = f"没有{_other_year(facts)}年度计划，也没有带计划日期的节点，无法研判"
        return Reason("not_judged", Light.GREY, text, agency=facts.agency)
    return None


def _other_year(facts: Facts) -> str:
    """The year whose money is judged, where that is not the day's: in January the old one still is."""
    month = facts.money_month
    return f" {month.year} 年的" if month is not None and month.year != facts.as_of.year else ""


def _milestones(facts: Facts, limits: Thresholds) -> Iterator[Reason]:
    for milestone in facts.milestones:
        days = (facts.as_of - milestone.planned_finish).days
        agency = milestone.agency or facts.agency
        subject = Subject("milestone", milestone.key, milestone.name)
        if days > 0:
            light = Light.RED if days > limits.milestone_red_days else Light.YELLOW
            halted = _halted(facts) if milestone.works else ""
            text = f"节点“{milestone.name}”超期 {days} 天{halted}"
            yield Reason("milestone_overdue", light, text, days, agency=agency, subject=subject)
        elif -days <= limits.due_soon_days:
            when = "今天到期" if days == 0 else f"还有 {-days} 天到期"
            text = f"节点“{milestone.name}”{when}"
            yield Reason("milestone_due", Light.BLUE, text, days, agency=agency, subject=subject)


def _halted(facts: Facts) -> str:
    """What a stop adds to a reason that it explains; it costs nothing by itself."""
    return f"（停工第 {facts.stopped_days} 天）" if facts.stopped_days else ""


def _gap(facts: Facts, limits: Thresholds) -> Iterator[Reason]:
    if facts.gap is None or facts.gap >= 0:
        return
    if facts.gap < -limits.gap_red:
        light = Light.RED
    elif facts.gap < -limits.gap_yellow:
        light = Light.YELLOW
    else:
        light = Light.BLUE
    behind = (-facts.gap).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
    missing = f"（缺 {facts.months_missing} 个月填报，未计入）" if facts.months_missing else ""
    text = f"投资完成落后序时 {behind or '不足 0.1'} 个百分点{missing}"
    yield Reason("gap", light, text, points=facts.gap, agency=facts.agency)


def _start(facts: Facts, limits: Thresholds) -> Iterator[Reason]:
    if facts.planned_start is None or facts.actual_start is not None:
        return
    days = (facts.as_of - facts.planned_start).days
    if days > 0:
        light = Light.RED if days > limits.start_red_days else Light.YELLOW
        text = f"超过计划开工日 {days} 天尚未开工"
        yield Reason("start_late", light, text, days, agency=facts.agency)


def _enrolment(facts: Facts, limits: Thresholds) -> Iterator[Reason]:
    if facts.actual_start is None or facts.enrolled_on is not None:
        return
    days = (facts.as_of - facts.actual_start).days
    if days > limits.enrolment_yellow_days:
        light = Light.RED if days > limits.enrolment_red_days else Light.YELLOW
        text = f"开工 {days} 天尚未入统"
        yield Reason("enrolment_late", light, text, days, agency=facts.agency)


def _forecast(facts: Facts, limits: Thresholds) -> Iterator[Reason]:
    days = facts.forecast_late_by
    if facts.forecast is not None and days > 0:
        light = Light.RED if days > limits.forecast_red_days else Light.YELLOW
        text = f"按现有进度最早 {facts.forecast} 竣工，比承诺晚 {days} 天{_halted(facts)}"
        yield Reason("forecast_late", light, text, days, agency=facts.agency)


def _report(facts: Facts) -> Iterable[Reason]:
    # Asked only while the project is not completed.
    still = facts.stood_still
    owed = owes_report(facts.stage, facts.standing, done=False, stood_still=still)
    if facts.money_report_filed or not owed or facts.money_month is None:
        return ()
    month = facts.money_month
    subject = Subject("month", f"{month:%Y-%m}", f"{month.year}年{month.month}月")
    text = f"{month.month}月进展未报送"
    return (Reason("report_missing", Light.YELLOW, text, agency=facts.agency, subject=subject),)


def _matters(facts: Facts, limits: Thresholds) -> Iterator[Reason]:
    for matter in facts.matters:
        days = (facts.as_of - matter.due).days
        if matter.level >= limits.matter_red_level and days > 0:
            text = f"{matter.level} 级事项“{matter.title}”超期 {days} 天"
            agency = matter.agency or facts.agency
            subject = Subject("matter", matter.key, matter.title)
            yield Reason("matter_overdue", Light.RED, text, days, agency=agency, subject=subject)


def _permits(facts: Facts, limits: Thresholds) -> Iterator[Reason]:
    soon = limits.permit_yellow_workdays
    if soon is None or facts.actual_start is not None:
        return
    for permit in facts.permits:
        days = (facts.as_of - permit.until).days
        called = f"“{permit.name}”" + (f"（{permit.document}）" if permit.document else "")
        agency = permit.agency or facts.agency
        subject = Subject("milestone", permit.key, permit.name)
        if days > 0:
            text = f"{called}有效期至 {permit.until}，已失效 {days} 天"
            yield Reason("permit_lapse", Light.RED, text, days, agency=agency, subject=subject)
        elif permit.workdays_left <= soon:
            text = f"{called}有效期至 {permit.until}，{_left(permit, days)}"
            yield Reason("permit_lapse", Light.YELLOW, text, days, agency=agency, subject=subject)


def _left(permit: PermitFact, days: int) -> str:
    if days == 0:
        return "今天到期"
    if permit.workdays_left == 0:
        return "不足 1 个工作日到期"
    return f"还有 {permit.workdays_left} 个工作日到期"
