"""What the page of a day's monitoring shows."""

from datetime import date, timedelta
from typing import Any

from kuancheng import clock
from kuancheng.asking.filters import AsOfFilter
from kuancheng.asking.parameters import Parameters
from kuancheng.reports.judging import daily
from kuancheng.reports.models import MonitorRun
from kuancheng.reports.monitoring.monitor import WEEK, Summary, summarize

KINDS = (
    ("red", "转为红灯", "没有项目转为红灯。"),
    ("yellow", "转为黄灯", "没有项目转为黄灯。"),
    ("recovered", "恢复（由红、黄转蓝、绿）", "没有项目恢复。"),
    ("other", "其他变化", "没有其他变化。"),
)


class DailyParameters(Parameters):
    """The day."""

    date = AsOfFilter(label="日期，不填为今天")


def daily_page(asked: DailyParameters) -> dict[str, Any]:
    """The template's context.

    Today is summarized as it is now; an earlier day shows the summary that its run kept.
    """
    today = clock.today()
    day = asked.form.cleaned_data["date"] or today
    run = MonitorRun.objects.filter(date=day).first()
    summary: Summary | None
    if day == today:
        daily.ensure(today, today=today)
        summary = summarize(today)
    else:
        summary = Summary.from_json(run.summary) if run and run.summary else None
    return {
        "day": day,
        "today": today,
        "run": run,
        "summary": summary,
        "compared_with": date.fromisoformat(summary.compared_with)
        if summary and summary.compared_with
        else None,
        "until": day + WEEK,
        "kinds": [(word, none, summary.of_kind(kind)) for kind, word, none in KINDS]
        if summary
        else [],
        "due": [(each, date.fromisoformat(each.day)) for each in summary.due] if summary else [],
        "earlier": day - timedelta(days=1),
        "later": day + timedelta(days=1) if day < today else None,
    }
