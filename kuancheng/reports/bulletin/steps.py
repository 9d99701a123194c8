"""What can be done with a bulletin as a whole: which steps its reader is offered, and how each is taken."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from kuancheng.access.models import User
from kuancheng.records.forms import ActionForm, FormData
from kuancheng.reports.bulletin.forms import IssueForm, NoteForm, StepForm
from kuancheng.reports.choices import BulletinState
from kuancheng.reports.models import Bulletin
from kuancheng.reports.services.bulletin.drafting import discard_draft, redraft
from kuancheng.reports.services.bulletin.issuing import (
    issue,
    may_approve,
    send_back,
    submit,
    withdraw,
)

CHANGE, APPROVE = "reports.change_bulletin", "reports.approve_bulletin"

Take = Callable[[Bulletin, ActionForm, date, User], object]


@dataclass(frozen=True)
class Step:
    """A button: what stands on it, what is said when it is done, and the service that does it.

    `folded` says that it stands in a fold, since it is seldom wanted.
    """

    code: str
    label: str
    done: str
    take: Take
    form: type[ActionForm] = StepForm
    hint: str = ""
    primary: bool = False
    folded: bool = False


STEPS: Mapping[str, Step] = {
    each.code: each
    for each in (
        Step(
            "submit",
            "提交审核",
            "已提交审核，由没有经手的另一位同事批准",
            lambda bulletin, form, today, actor: submit(
                bulletin=bulletin, seen=form.seen, today=today, actor=actor
            ),
            primary=True,
        ),
        Step(
            "redraft",
            "重新起草",
            "已按现在的登记重新取数，改过的段落没有动",
            lambda bulletin, form, today, actor: redraft(
                bulletin=bulletin, seen=form.seen, today=today, actor=actor
            ),
            hint="按现在的登记重新取数；改过的段落不动，写明哪些数变了。",
        ),
        Step(
            "discard",
            "删除草稿",
            "已删除草稿",
            lambda bulletin, form, today, actor: discard_draft(
                bulletin=bulletin, seen=form.seen, actor=actor
            ),
            hint="连同改过的文字一起删除，不能恢复。",
            folded=True,
        ),
        Step(
            "issue",
            "批准并发布",
            "已发布，文字、数字和附件留存，不再改动",
            lambda bulletin, form, today, actor: issue(
                bulletin=bulletin,
                seen=form.seen,
                today=today,
                actor=actor,
                number=form.cleaned_data["number"],
            ),
            form=IssueForm,
            hint="编发文字号，文字、数字和附件留存，不再改动。",
            primary=True,
        ),
        Step(
            "return",
            "退回",
            "已退回起草人修改",
            lambda bulletin, form, today, actor: send_back(
                bulletin=bulletin, note=form.cleaned_data["note"], seen=form.seen, actor=actor
            ),
            form=NoteForm,
        ),
        Step(
            "withdraw",
            "撤回",
            "已撤回，可以继续修改",
            lambda bulletin, form, today, actor: withdraw(
                bulletin=bulletin, seen=form.seen, actor=actor
            ),
        ),
    )
}


@dataclass(frozen=True)
class Offered:
    """A step with its form, empty or as it was refused."""

    step: Step
    form: ActionForm


def offered(bulletin: Bulletin, reader: User, given: Mapping[str, ActionForm]) -> list[Offered]:
    """The steps that the reader may take now; `given` are forms that were refused. A query where it waits."""
    codes = [code for code in STEPS if _may(code, bulletin, reader)]
    return [Offered(STEPS[code], given.get(code) or blank(code, bulletin)) for code in codes]


def blank(code: str, bulletin: Bulletin, data: FormData = None) -> ActionForm:
    """A step's form. KeyError for a step that there is not."""
    return STEPS[code].form(bulletin.version, data)


def may_edit(bulletin: Bulletin, reader: User) -> bool:
    """Whether he may change its text now."""
    return bulletin.is_draft and reader.has_perm(CHANGE)


def why_waits(bulletin: Bulletin, reader: User) -> str:
    """What one is told who sees a bulletin waiting and may not approve it; empty otherwise."""
    if bulletin.state != BulletinState.SUBMITTED or may_approve(bulletin, reader):
        return ""
    return "等待没有起草、送审、也没有改过它的另一位同事批准。"


def _may(code: str, bulletin: Bulletin, reader: User) -> bool:
    waits = bulletin.state == BulletinState.SUBMITTED
    sent: tuple[Any, ...] = (bulletin.submitter_id, bulletin.author_id)
    if code == "issue":
        return may_approve(bulletin, reader)
    if code == "return":
        return waits and reader.has_perm(APPROVE) and reader.pk != bulletin.submitter_id
    if code == "withdraw":
        return waits and reader.has_perm(CHANGE) and reader.pk in sent
    return may_edit(bulletin, reader)
