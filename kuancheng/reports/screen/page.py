"""大屏: the duty room's wall: lights, the latest ten, what changed today, what is due, in four panels."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F, Max

from kuancheng.asking.filters import NumberFilter
from kuancheng.asking.parameters import Parameters
from kuancheng.reports.choices import LIGHT_WORDS, LightChoice, ProRataBasis
from kuancheng.reports.judging.terms import rules_on
from kuancheng.reports.models import DailyStatus
from kuancheng.reports.monitoring.monitor import WEEK, Change, Summary, summarize
from kuancheng.reports.querysets import DailyStatusQuerySet, Totals
from kuancheng.reports.questions import statuses_on
from kuancheng.reports.rules.lights import Light

PANELS = ("总体情况", "滞后最重", "今日变化", "七天到期")

FETCH_SECONDS, TURN_SECONDS = 60, 15
"""How often a screen asks for what is new, and turns to its next panel."""

WORST, NAMED = 10, 8
"""So many projects, and so many changes or milestones, have room on a panel."""

LATE = (Light.RED.value, Light.YELLOW.value)

BAR_WIDTH = 1000


class PresentParameters(Parameters):
    """Nothing: a screen knows no other day."""

    no_past = "大屏只显示此刻，不能问以前的日子。"


class ScreenParameters(PresentParameters):
    """Which panel a screen begins with: what turns without scripts asks for the next."""

    turn = NumberFilter(minimum=1, maximum=len(PANELS), label="从第几屏起")


@dataclass(frozen=True)
class RateBar:
    """How far the year's investment is, and how far it should be, on one scale of SVG units."""

    done: float
    due: float
    whole: float


def screen_page(turn: int, today: date) -> dict[str, Any]:
    """The page's context: the present, beginning with a panel, and how it goes on."""
    return present(today) | {
        "panels": list(enumerate(PANELS, 1)),
        "turn": turn,
        "next": turn % len(PANELS) + 1,
        "fetch_seconds": FETCH_SECONDS,
        "turn_seconds": TURN_SECONDS,
    }


def present(today: date) -> dict[str, Any]:
    """What all panels show now. A fixed number of queries, whatever the number of projects."""
    rows = statuses_on(today)
    rules = rules_on(today)
    totals, summary = rows.totals(basis=rules.basis), summarize(today)
    linear = rules.basis == ProRataBasis.LINEAR
    elapsed = totals.pro_rata_linear if linear else totals.pro_rata_seasonal
    last = rows.order_by().aggregate(at=Max("computed_at"), month=Max("money_month"))
    return {
        "turn": 1,
        "day": today,
        "last": last["at"],
        "month": last["month"],
        "totals": totals,
        "linear_drives": linear,
        "elapsed": elapsed,
        "bar": _bar(totals, elapsed),
        "lights": _lights(rows),
        "worst": _worst(rows),
        "summary": summary,
        "changed": _by_kind(summary),
        "changes": _gravest(summary),
        "compared_with": _day(summary.compared_with),
        "due": [(each, _day(each.day)) for each in summary.due[:NAMED]],
        "until": today + WEEK,
    }


def _lights(rows: DailyStatusQuerySet) -> list[tuple[LightChoice, str, int]]:
    """Each light with its word and how many wear it, the worst first."""
    counts = rows.by_light()
    return [(each, LIGHT_WORDS[Light(each.value)], counts.get(each, 0)) for each in LightChoice]


def _worst(rows: DailyStatusQuerySet) -> list[DailyStatus]:
    """The ten that are latest: red before yellow, then the longest overdue, then the widest gap."""
    late = rows.filter(light__in=LATE).for_list()
    gap = F("gap").asc(nulls_last=True)
    return list(late.order_by("-severity", "-max_overdue_days", gap, "project__code")[:WORST])


def _bar(totals: Totals, elapsed: Decimal | None) -> RateBar | None:
    """None where there is no plan or nothing approved: then there is no rate."""
    rate = totals.completion_rate
    if rate is None or elapsed is None:
        return None
    scale = BAR_WIDTH / max(100, float(rate), float(elapsed))
    return RateBar(*(round(float(each) * scale, 1) for each in (rate, elapsed, Decimal(100))))


def _by_kind(summary: Summary) -> list[tuple[str, int]]:
    return [
        ("转为红灯", len(summary.red)),
        ("转为黄灯", len(summary.yellow)),
        ("恢复", len(summary.recovered)),
        ("其他变化", len(summary.other)),
    ]


def _gravest(summary: Summary) -> list[Change]:
    """What turned red first, then yellow, then what recovered."""
    found = (*summary.red, *summary.yellow, *summary.recovered, *summary.other)
    return list(found[:NAMED])


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
