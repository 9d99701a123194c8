"""What the page of a day's monitoring shows."""

from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.http import QueryDict

from kuancheng.asking.fields import AsOfField
from kuancheng.reports.judging import daily
from kuancheng.reports.models import MonitorRun
from kuancheng.reports.monitoring.monitor import WEEK, Summary, summarize
from kuancheng.reports.questions import BadParameters

KINDS = (
    ("red", "转为红灯", "没有项目转为红灯。"),
    ("yellow", "转为黄灯", "没有项目转为黄灯。"),
    ("recovered", "恢复（由红、黄转蓝、绿）", "没有项目恢复。"),
    ("other", "其他变化", "没有其他变化。"),
)


def daily_page(params: QueryDict, today: date) -> dict[str, Any]:
    """The template's context. BadParameters for a day that cannot be shown.

    Today is summarized as it is now; an earlier day shows the summary that its run kept.
    """
    day = _day_asked(params, today)
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


def _day_asked(params: QueryDict, today: date) -> date:
    errors = [f"不认识的参数“{name[:40]}”。" for name in params if name != "date"]
    try:
        day = AsOfField(required=False).clean(params.get("date")) or today
    except ValidationError as error:
        raise BadParameters([*errors, f"date：{error.messages[0]}"]) from error
    if errors:
        raise BadParameters(errors)
    return day
