"""提交, 撤回, 复核通过, 撤销: a report's steps, from the list and from its page."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest

from investment.models import StatusReport
from investment.services import approve_report, submit_report, undo_decision, withdraw_report
from investment.services.reports import HINDRANCES
from investment.services.undo import seconds_left, undoable_by
from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.access.rights import account
from kuancheng.records.announcing import together

NAMED = 10
"""So many reports are named in a message; the rest is counted."""


@dataclass(frozen=True)
class Step:
    """A step that a user may take with a report, of the version that he was shown."""

    label: str
    done: str
    permission: str
    take: Callable[[StatusReport, int, User], object]


def _submit(report: StatusReport, seen: int, actor: User) -> None:
    submit_report(report=report, today=clock.today(), seen=seen, actor=actor)


STEPS = {
    "submit": Step(
        "提交",
        "已提交，待复核",
        "investment.change_statusreport",
        _submit,
    ),
    "withdraw": Step(
        "撤回",
        "已撤回为草稿",
        "investment.change_statusreport",
        lambda report, seen, actor: withdraw_report(report=report, seen=seen, actor=actor),
    ),
    "approve": Step(
        "复核通过",
        "已复核通过",
        "investment.approve_statusreport",
        lambda report, seen, actor: approve_report(report=report, seen=seen, actor=actor),
    ),
    "undo": Step(
        "撤销结论",
        "已撤销结论，恢复为待复核",
        "investment.approve_statusreport",
        lambda report, seen, actor: undo_decision(report=report, seen=seen, actor=actor),
    ),
}

MOST_UNDOABLE = 200


@dataclass(frozen=True)
class Undoable:
    """A decision of a moment ago, and the seconds in which it may still be taken back."""

    report: StatusReport
    seconds: int


def undoable(actor: User) -> list[Undoable]:
    """What the reviewer has just decided, the latest first. One query."""
    now = clock.now()
    found = undoable_by(actor, now)[:MOST_UNDOABLE]
    return [Undoable(each, seconds_left(each, actor, now)) for each in found]


def shown_version(report: StatusReport) -> str:
    """What a list calls the version of a report that it shows."""
    return f"version-{report.pk}"


def take_step(
    request: HttpRequest, step: Step, reports: Iterable[tuple[StatusReport, int]]
) -> None:
    """Takes the step with each report that allows it, and tells what was done and what not, and why.

    Beside each report stands the version that the page showed; what was not on the page was not
    seen (0), and is left alone.
    """
    done, refused = [], []
    with transaction.atomic(), together():
        for report, seen in reports:
            if not seen:
                refused.append(f"{report}：不在这一页上，没有看过")
                continue
            try:
                step.take(report, seen, account(request))
            except HINDRANCES as error:
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
