"""The steps that may be taken on one stay: what is asked, what it would be, and who does it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from kuancheng.access.models import User
from kuancheng.reports.programmes.forms import CorrectForm, LeaveForm, StepForm, WhyForm
from projects.models import Listing
from projects.services.lists.listings import (
    CHANGE,
    STILL_ON,
    STRIKE,
    changed,
    correct,
    leave,
    leaving,
    strike,
    undo_leave,
)


@dataclass(frozen=True)
class Step:
    """A step: its name, who may take it, its form, what becomes of the stay, and its service.

    `becomes` gives the stay as it would be, None where there would be none.
    """

    title: str
    permission: str
    hint: str
    done: str
    form: Callable[[Listing, int, QueryDict | None], StepForm]
    becomes: Callable[[Listing, dict[str, Any]], Listing | None]
    take: Callable[[Listing, dict[str, Any], int, User], object]


def _leaving(said: dict[str, Any]) -> dict[str, object]:
    return leaving(
        until=said["until"],
        reason=said["leave_reason"],
        document=said["leave_document"],
        note=said["leave_note"],
    )


def _corrected(said: dict[str, Any]) -> dict[str, object]:
    return {name: value for name, value in said.items() if name not in ("seen_version", "why")}


STEPS: dict[str, Step] = {
    "leave": Step(
        title="调出",
        permission=CHANGE,
        hint="调出以后，各处的个数、合计和比率从次日起不再计入这个项目；以前的日子不变。",
        done="已调出",
        form=lambda listing, seen, data: LeaveForm(seen, data),
        becomes=lambda listing, said: changed(listing, _leaving(said)),
        take=lambda listing, said, seen, actor: leave(
            listing=listing,
            until=said["until"],
            reason=said["leave_reason"],
            document=said["leave_document"],
            note=said["leave_note"],
            seen=seen,
            actor=actor,
        ),
    ),
    "correct": Step(
        title="更正",
        permission=CHANGE,
        hint="只用来改录错的内容；以前的日子也按更正后的算，按当时所知查询的不变。",
        done="已更正",
        form=CorrectForm,
        becomes=lambda listing, said: changed(listing, _corrected(said)),
        take=lambda listing, said, seen, actor: correct(
            listing=listing, values=_corrected(said), why=said["why"], seen=seen, actor=actor
        ),
    ),
    "undo-leave": Step(
        title="撤销调出",
        permission=CHANGE,
        hint="如同没有调出过：这个项目一直在清单上。",
        done="已撤销调出",
        form=lambda listing, seen, data: WhyForm(seen, data),
        becomes=lambda listing, said: changed(listing, STILL_ON),
        take=lambda listing, said, seen, actor: undo_leave(
            listing=listing, why=said["why"], seen=seen, actor=actor
        ),
    ),
    "strike": Step(
        title="撤销列入",
        permission=STRIKE,
        hint="用于登错了项目或清单：如同没有列入过；变更记录里保留。真的列入过的请用调出。",
        done="已撤销列入",
        form=lambda listing, seen, data: WhyForm(seen, data),
        becomes=lambda listing, said: None,
        take=lambda listing, said, seen, actor: strike(
            listing=listing, why=said["why"], seen=seen, actor=actor
        ),
    ),
}
