"""The steps that may be asked of one stay: what is filled in, what it would be, what is put forward."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from kuancheng.reports.programmes.forms import CorrectForm, LeaveForm, StepForm, WhyForm
from projects.models import Listing
from projects.services.lists.listings import (
    CHANGE,
    STILL_ON,
    STRIKE,
    changed,
    leaving,
)
from projects.services.proposing.listings import (
    Asked,
    asked_correction,
    asked_leaving,
    asked_return,
    asked_striking,
)


@dataclass(frozen=True)
class Step:
    """A step: its name, who may ask it, its form, what becomes of the stay, and what is asked.

    `becomes` gives the stay as it would be, None where there would be none.
    """

    title: str
    permission: str
    hint: str
    form: Callable[[Listing, int, QueryDict | None], StepForm]
    becomes: Callable[[Listing, dict[str, Any]], Listing | None]
    asked: Callable[[dict[str, Any]], Asked]


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
        form=lambda listing, seen, data: LeaveForm(seen, data),
        becomes=lambda listing, said: changed(listing, _leaving(said)),
        asked=lambda said: asked_leaving(
            until=said["until"],
            reason=said["leave_reason"],
            document=said["leave_document"],
            note=said["leave_note"],
        ),
    ),
    "correct": Step(
        title="更正",
        permission=CHANGE,
        hint="只用来改录错的内容；以前的日子也按更正后的算，按当时所知查询的不变。",
        form=CorrectForm,
        becomes=lambda listing, said: changed(listing, _corrected(said)),
        asked=lambda said: asked_correction(_corrected(said), said["why"]),
    ),
    "undo-leave": Step(
        title="撤销调出",
        permission=CHANGE,
        hint="如同没有调出过：这个项目一直在清单上。",
        form=lambda listing, seen, data: WhyForm(seen, data),
        becomes=lambda listing, said: changed(listing, STILL_ON),
        asked=lambda said: asked_return(said["why"]),
    ),
    "strike": Step(
        title="撤销列入",
        permission=STRIKE,
        hint="用于登错了项目或清单：如同没有列入过；变更记录里保留。真的列入过的请用调出。",
        form=lambda listing, seen, data: WhyForm(seen, data),
        becomes=lambda listing, said: None,
        asked=lambda said: asked_striking(said["why"]),
    ),
}
