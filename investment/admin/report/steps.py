"""提交, 撤回, 复核通过: a report's steps, from the list and from its page."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest

from investment.models import StatusReport
from investment.services import WrongState, approve_report, submit_report, withdraw_report
from kuancheng import clock
from projects import facts
from projects.models import Project

NAMED = 10
"""So many reports are named in a message; the rest is counted."""


@dataclass(frozen=True)
class Step:
    """A step that a user may take with a report whose project he may change."""

    label: str
    done: str
    permission: str
    take: Callable[[StatusReport, Any], object]


STEPS = {
    "submit": Step(
        "提交",
        "已提交，待复核",
        "investment.change_statusreport",
        lambda report, actor: submit_report(report=report, today=clock.today(), actor=actor),
    ),
    "withdraw": Step(
        "撤回",
        "已撤回为草稿",
        "investment.change_statusreport",
        lambda report, actor: withdraw_report(report=report, actor=actor),
    ),
    "approve": Step(
        "复核通过",
        "已复核通过",
        "investment.approve_statusreport",
        lambda report, actor: approve_report(report=report, actor=actor),
    ),
}


def take_step(request: HttpRequest, step: Step, reports: Iterable[StatusReport]) -> None:
    """Takes the step with each report that allows it, and tells what was done and what not, and why."""
    reports = list(reports)
    projects = {report.project_id for report in reports}
    own = Project.objects.editable_by(request.user).filter(pk__in=projects)
    own_ids = set(own.values_list("pk", flat=True))
    done, refused = [], []
    with transaction.atomic(), facts.together():
        for report in reports:
            if report.project_id not in own_ids:
                refused.append(f"{report}：不是您负责的项目")
                continue
            try:
                step.take(report, request.user)
            except (WrongState, ValidationError, StatusReport.DoesNotExist) as error:
                refused.append(_why(report, error))
            else:
                done.append(str(report))
    if done:
        messages.success(request, f"{step.done} {len(done)} 份：{_named(done)}。")
    if refused:
        messages.warning(request, f"没有{step.label} {len(refused)} 份：{_named(refused)}。")


def _why(report: StatusReport, error: Exception) -> str:
    if isinstance(error, StatusReport.DoesNotExist):
        return f"{report}：已被删除"
    if isinstance(error, ValidationError):
        return f"{report}：{'；'.join(error.messages)}".rstrip("。")
    return str(error).rstrip("。")


def _named(texts: list[str]) -> str:
    more = f"，另有 {len(texts) - NAMED} 份" if len(texts) > NAMED else ""
    return "；".join(texts[:NAMED]) + more
