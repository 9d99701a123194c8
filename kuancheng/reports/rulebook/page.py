"""亮灯规则 in words: each light and rule with the thresholds in force, and whom it hits."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count

from kuancheng.asking.parameters import Days
from kuancheng.reports.choices import ProRataBasis
from kuancheng.reports.judging.terms import (
    reporting_calendar,
    rule_versions,
    rules_on,
    seasonal_curves,
)
from kuancheng.reports.models import RuleSet
from kuancheng.reports.querysets import fired
from kuancheng.reports.questions import statuses_on
from kuancheng.reports.rules.lights import RULES, Light
from projects.limits import rules_on as matter_rules_on
from projects.rules.matters.words import limits_in_words


@dataclass(frozen=True)
class Rung:
    """One light of a rule's ladder, and when it fires."""

    light: str
    text: str


@dataclass(frozen=True)
class Rule:
    """A rule in words; `projects` wear it on the day, `link` leads to them, `term` explains it."""

    code: str
    name: str
    rungs: tuple[Rung, ...]
    example: str
    projects: int
    link: str
    term: str


@dataclass(frozen=True)
class Version:
    """A version of the thresholds, and how it differs from the one before."""

    rules: RuleSet
    in_force: bool
    changes: tuple[str, ...]


Words = tuple[list[tuple[Light, str]], str]
"""A rule's ladder, and its worked example."""

EXPLAINING = {
    "milestone_overdue": "overdue",
    "milestone_due": "milestone",
    "gap": "gap",
    "start_late": "start_rate",
    "enrolment_late": "enrolment",
    "forecast_late": "forecast",
    "report_missing": "missing",
    "permit_lapse": "permit_validity",
    "not_judged": "grey",
    "override": "override",
}
"""The term that each rule turns on."""


def rules_page(days: Days) -> dict[str, Any]:
    """The page's context. Seven queries, or eight as known on a day."""
    as_of, known_at = days.as_of, days.known_at
    rules, versions = rules_on(as_of, known_at), rule_versions(known_at)
    calendar, of_matters = reporting_calendar(rules, known_at), matter_rules_on(as_of)
    month = calendar.money_month(as_of)
    return {
        "as_of": as_of,
        "known_at": known_at,
        "rules": rules,
        "matter_rules": of_matters,
        "matter_words": limits_in_words(of_matters.limits()),
        "ladders": list(_ladders(rules, days)),
        "month": month,
        "due": calendar.due(month),
        "curve": seasonal_curves(known_at)[month.year],
        "seasonal": rules.basis == ProRataBasis.SEASONAL,
        "versions": [
            Version(each, each == rules, tuple(_changes(before, each)))
            for before, each in zip([None, *versions], versions, strict=False)
        ][::-1],
    }


def _ladders(rules: RuleSet, days: Days) -> Iterator[Rule]:
    rows = statuses_on(days.as_of, days.known_at)
    hits = rows.order_by().aggregate(**{code: Count("pk", filter=fired(code)) for code in RULES})
    words = _words(rules, days.as_of)
    for code, (rungs, example) in words.items():
        link = f"/?{urlencode({'rule': code} | days.query)}"
        ladder = tuple(Rung(light.value, text) for light, text in rungs)
        yield Rule(code, RULES[code], ladder, example, hits[code], link, EXPLAINING.get(code, ""))


def _words(rules: RuleSet, as_of: date) -> dict[str, Words]:
    """The ladders of each rule, worst first, and a worked example with dates of this day."""
    return (
        _of_milestones(rules, as_of)
        | _of_money(rules)
        | _of_starts(rules, as_of)
        | _of_permits(rules)
        | _of_what_else(rules)
    )


def _of_milestones(rules: RuleSet, as_of: date) -> dict[str, Words]:
    red_days, soon = rules.milestone_red_days, rules.due_soon_days
    promised = as_of - timedelta(days=red_days + 1)
    return {
        "milestone_overdue": (
            [
                (Light.RED, f"未完成的节点超过计划完成日 {red_days} 天以上"),
                (Light.YELLOW, f"超过 1 至 {red_days} 天"),
            ],
            f"计划 {promised} 完成，{as_of} 仍未完成：超期 {red_days + 1} 天，亮红灯。",
        ),
        "milestone_due": (
            [(Light.BLUE, f"未完成的节点在 {soon} 天内到期（含当天）")],
            f"计划 {as_of + timedelta(days=soon)} 完成：还有 {soon} 天，亮蓝灯。",
        ),
    }


def _of_money(rules: RuleSet) -> dict[str, Words]:
    red, yellow = f"{rules.gap_red.normalize():f}", f"{rules.gap_yellow.normalize():f}"
    return {
        "gap": (
            [
                (Light.RED, f"本年累计完成率落后序时进度 {red} 个百分点以上"),
                (Light.YELLOW, f"落后 {yellow} 以上、不超过 {red} 个百分点"),
                (Light.BLUE, f"落后不超过 {yellow} 个百分点"),
            ],
            f"序时 80%，完成率 {80 - int(rules.gap_yellow) - 1}%："
            f"落后 {int(rules.gap_yellow) + 1} 个百分点，亮黄灯。",
        ),
    }


def _of_starts(rules: RuleSet, as_of: date) -> dict[str, Words]:
    start = as_of - timedelta(days=5)
    begun = as_of - timedelta(days=rules.enrolment_yellow_days + 1)
    return {
        "start_late": (
            [
                (Light.RED, f"超过计划开工日 {rules.start_red_days} 天以上没有开工"),
                (Light.YELLOW, f"超过 1 至 {rules.start_red_days} 天没有开工"),
            ],
            f"计划 {start} 开工，{as_of} 还没有开工：晚 5 天，亮黄灯。",
        ),
        "enrolment_late": (
            [
                (Light.RED, f"实际开工 {rules.enrolment_red_days} 天以上没有入统"),
                (
                    Light.YELLOW,
                    f"开工 {rules.enrolment_yellow_days} 天以上、{rules.enrolment_red_days} 天以内没有入统",
                ),
            ],
            f"{begun} 开工，{as_of} 没有入统：{rules.enrolment_yellow_days + 1} 天，亮黄灯。",
        ),
    }


def _of_permits(rules: RuleSet) -> dict[str, Words]:
    """Nothing under a version that judges no permits."""
    soon = rules.permit_yellow_workdays
    if soon is None:
        return {}
    return {
        "permit_lapse": (
            [
                (Light.RED, "还没有开工，取得的手续（核准、施工许可、环评等）已过有效期"),
                (Light.YELLOW, f"{soon} 个工作日内到期（含第 {soon} 个工作日和到期当天）"),
            ],
            "开工以后手续不再失效；项目暂缓、退出或已竣工的不研判。延期从批准之日起算数。",
        ),
    }


def _of_what_else(rules: RuleSet) -> dict[str, Words]:
    return {
        "forecast_late": (
            [
                (Light.RED, f"按现有进度顺排，预计竣工比承诺晚 {rules.forecast_red_days} 天以上"),
                (Light.YELLOW, f"晚 1 至 {rules.forecast_red_days} 天"),
            ],
            "倒排工期的顺排结果晚于承诺竣工日，就提前亮灯，不等到期。",
        ),
        "report_missing": (
            [(Light.YELLOW, "统计月的进展没有提交（草稿、退回都算没有提交）")],
            "只对前期至竣工阶段、状态正常、还没有竣工的项目。",
        ),
        "matter_overdue": (
            [(Light.RED, f"{rules.matter_red_level} 级及以上的事项超过办理期限")],
            "级别越高，越要上级协调。",
        ),
        "not_judged": (
            [(Light.GREY, "没有年度计划，也没有带计划日期的节点；或者项目暂缓、退出")],
            "灰灯不是好消息：是无法研判。",
        ),
        "override": (
            [(Light.YELLOW, "项目中心写明理由和期限，可以把灯调为任何一种")],
            "规则判定的灯照样列在原因里；到期或撤销后恢复。",
        ),
    }


EXPLAINED = (
    "milestone_red_days",
    "due_soon_days",
    "gap_red",
    "gap_yellow",
    "start_red_days",
    "enrolment_yellow_days",
    "enrolment_red_days",
    "matter_red_level",
    "forecast_red_days",
    "permit_yellow_workdays",
    "answer_days",
    "report_due_workday",
    "basis",
)


def _changes(before: RuleSet | None, after: RuleSet) -> Iterator[str]:
    if before is None:
        return
    for name in EXPLAINED:
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            label = RuleSet._meta.get_field(name).verbose_name  # type: ignore[union-attr]
            yield f"{label}：{_worded(old)} → {_worded(new)}"


def _worded(value: object) -> str:
    if value is None:
        return "未启用"
    labels = {str(code): str(label) for code, label in ProRataBasis.choices}
    return labels.get(str(value), str(value))
