"""What other systems send to have a schedule computed."""

import re
from datetime import date
from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

from kuancheng.asking.fields import shown
from kuancheng.drf.body import Body, ByDay, Day, Many, OneOf, Strict, Whole, Words
from projects.choices import DayKind, DurationUnit
from projects.rules.calendars import Calendars, MonthDay, swallows_the_year
from projects.rules.plan import MAX_DURATION, MAX_STEPS, Pause, Plan, PlanError, Step

MAX_PAUSES = 100
"""Pauses of a whole body: a step with pauses costs a calendar of its own."""

MAX_HOLIDAYS = 1_000
MONTH_DAY = r"^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"


class YearlyDay(Strict, serializers.RegexField):
    """A day of every year, `MM-DD`, as (month, day)."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(MONTH_DAY, **kwargs)

    def to_internal_value(self, data: object) -> Any:
        try:
            if not isinstance(data, str) or not re.fullmatch(MONTH_DAY, data):
                raise ValueError
            day = date.fromisoformat(f"2024-{data}")
        except ValueError:
            sentence = f"{shown(str(data))}不是存在的月日，应为 MM-DD，例如 11-01。"
            raise ValidationError(sentence, "invalid") from None
        return day.month, day.day

    def run_validators(self, value: object) -> None:
        """None: they are for the text."""


class PauseBody(Body):
    """Days on which a step stands still."""

    about = "步骤暂停的一段日子"

    first = Day(help_text="起")
    last = Day(allow_null=True, default=None, help_text="止；还在暂停时为空，算到截至日期")


def _day(words: str) -> Day:
    return Day(allow_null=True, default=None, help_text=words)


class StepBody(Body):
    """One step; what is wrong with it is told with its name."""

    about = "一个步骤"

    key = Words(max_length=40, help_text="步骤编号，在本次请求中不重复")
    name = Words(max_length=100, allow_blank=True, default="", help_text="步骤名称")
    duration = Whole(min_value=1, max_value=MAX_DURATION, help_text="工期，按 unit 计的天数")
    unit = OneOf(
        DurationUnit.choices,
        default=DurationUnit.WORKING.value,
        help_text="工期单位，默认工作日",
    )
    after = Many(
        child=Words(max_length=40),
        max_length=MAX_STEPS,
        default=list,
        help_text="前置步骤的编号",
    )
    actual_start = _day("实际开始，不晚于截至日期；未开始为空")
    actual_finish = _day("实际完成，不晚于截至日期；未完成为空")
    start_by = _day("这一步承诺最迟在哪天开始")
    finish_by = _day("这一步承诺最迟在哪天完成")
    pauses = Many(
        child=PauseBody(),
        max_length=MAX_PAUSES,
        default=list,
        help_text=f"暂停，期间不计工期；所有步骤一共最多 {MAX_PAUSES} 段",
    )

    def to_internal_value(self, data: object) -> Any:
        try:
            return super().to_internal_value(data)
        except ValidationError as error:
            label = _label(data)
            raise ValidationError(_named(error.detail, label) if label else error.detail) from None


class PreviewBody(Body):
    """A plan to be scheduled."""

    about = "要试算的计划"

    finish = Day(help_text="承诺完成日期")
    as_of = Day(required=False, help_text="截至日期，不填为今天")
    winter = Many(
        child=Many(child=YearlyDay(), min_length=2, max_length=2),
        max_length=10,
        required=False,
        help_text="每年的冬季停工期，起止均为 MM-DD；不填用本系统的冬季停工期，[] 为没有",
    )
    holidays = ByDay(
        child=OneOf(DayKind.choices),
        required=False,
        help_text=f"逐日调整法定工作日历：off 休息，work 上班；最多 {MAX_HOLIDAYS} 天。"
        "不填用本系统的日历调整",
    )
    steps = Many(child=StepBody(), max_length=MAX_STEPS, help_text=f"步骤，1 到 {MAX_STEPS} 个")

    def validate_holidays(self, value: dict[date, str]) -> dict[date, str]:
        if len(value) > MAX_HOLIDAYS:
            raise ValidationError(f"最多 {MAX_HOLIDAYS} 天。", "max_length")
        return value

    def validate_steps(self, value: list[dict[str, Any]]) -> list[dict[str, Any]]:
        pauses = sum(len(step["pauses"]) for step in value)
        if pauses > MAX_PAUSES:
            raise ValidationError(
                f"暂停一共最多 {MAX_PAUSES} 段，现在有 {pauses} 段，请拆分后分别试算。",
                "max_length",
            )
        return value


def plan_of(asked: dict[str, Any], site: Calendars, today: date) -> Plan:
    """The plan that a checked body describes. DRF's ValidationError names what makes no sense."""
    calendars = _calendars(asked, site)
    steps = tuple(
        Step(**each | {"after": tuple(each["after"]), "pauses": _pauses(each["pauses"])})
        for each in asked["steps"]
    )
    try:
        return Plan(asked["finish"], asked.get("as_of", today), steps, calendars)
    except PlanError as error:
        raise refusal(error, calendars) from None


def refusal(error: PlanError, calendars: Calendars) -> ValidationError:
    """What the engine refuses, by the key of the step: `steps.a`."""
    steps: dict[str, list[ErrorDetail]] = {}
    whole: list[ErrorDetail] = []
    for key, sentence in error.errors:
        (steps.setdefault(key, []) if key else whole).append(ErrorDetail(sentence, "plan"))
    place = "winter" if swallows_the_year(calendars.winter) else "steps"
    if not whole:
        return ValidationError({"steps": steps})
    return ValidationError({place: whole} | ({"steps": steps} if steps else {}))


def _calendars(asked: dict[str, Any], site: Calendars) -> Calendars:
    if "holidays" not in asked and "winter" not in asked:
        return site
    overrides, winter, winters = site.overrides, site.winter, site.winters
    if "holidays" in asked:
        overrides = {day: kind == DayKind.WORK for day, kind in asked["holidays"].items()}
    if "winter" in asked:
        windows: list[list[MonthDay]] = asked["winter"]
        winter, winters = tuple((first, last) for first, last in windows), {}
    return Calendars(overrides, winter, winters)


def _pauses(asked: list[dict[str, Any]]) -> tuple[Pause, ...]:
    return tuple(Pause(**each) for each in asked)


def _label(data: object) -> str:
    given = (data.get("name"), data.get("key")) if isinstance(data, dict) else ()
    return next((each for each in given if isinstance(each, str) and each), "")


def _named(detail: Any, label: str) -> Any:
    if isinstance(detail, dict):
        return {name: _named(found, label) for name, found in detail.items()}
    return [ErrorDetail(f"步骤{shown(label)}：{each}", each.code) for each in detail]
