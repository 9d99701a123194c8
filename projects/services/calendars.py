"""工作日历 and 冬季停工 by two people: every project's schedule rests on them."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.urls import reverse

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.access.rights import require
from kuancheng.audit import acts
from kuancheng.proposals.kinds import Change, Moved, ProposalKind, Proposed, Subject, Value
from kuancheng.proposals.models import Proposal
from kuancheng.proposals.services import Draft, propose
from kuancheng.proposals.values import changes_between, value_of, write
from projects.models import CalendarDay, WinterWindow
from projects.services.planning import delete_calendar, save_calendar
from projects.services.touched import (
    CalendarRecord,
    Touched,
    calendars_with,
    calendars_without,
    touched_by,
)

MODELS: dict[str, type[CalendarRecord]] = {
    model._meta.label_lower: model for model in (CalendarDay, WinterWindow)
}
COLUMNS: dict[str, Sequence[str]] = {
    CalendarDay._meta.label_lower: ("date", "works", "name"),
    WinterWindow._meta.label_lower: ("year", "first", "last"),
}
GONE = "deleted"
NAMED = 8
"""So many projects whose forecast would move are named to whoever decides."""


class CalendarChange(ProposalKind):
    """A day or a winter, added, changed or taken back."""

    code, label = "projects.calendar", "日历和冬季停工期"
    sees, decides = "projects.view_calendarday", "projects.change_calendarday"

    def current(self, proposal: Proposed, *, lock: bool = False) -> Mapping[str, Value]:
        if proposal.subject_id is None:
            return {}
        held = _held(proposal, lock=lock)
        return {name: value_of(held, name) for name in COLUMNS[proposal.subject_kind]} | {
            GONE: False
        }

    def apply(self, proposal: Proposed, *, actor: User) -> None:
        record = self._candidate(proposal)
        record._change_reason = f"变更申请{proposal.pk}号，{proposal.author}提出"
        if GONE in proposal.values:
            delete_calendar(record=record, actor=actor)
        else:
            save_calendar(record=record, actor=actor)

    def link(self, proposal: Proposed) -> str:
        model = MODELS[proposal.subject_kind]._meta.model_name
        return reverse(f"admin:projects_{model}_changelist")

    def impact(self, proposal: Proposed) -> Sequence[str]:
        record = self._candidate(proposal)
        with_it = calendars_without if GONE in proposal.values else calendars_with
        found = touched_by(with_it(record), clock.today())
        if not found:
            return ["没有项目的预计竣工会变。"]
        named = "、".join(f"{each.project.name}（{_moves(each)}）" for each in found[:NAMED])
        more = f"等 {len(found)} 个" if len(found) > NAMED else ""
        broken = sum(each.breaks for each in found)
        said = f"，其中 {broken} 个将晚于承诺" if broken else ""
        return [f"{len(found)} 个项目的预计竣工会变{said}：{named}{more}。"]

    def _candidate(self, proposal: Proposed) -> Any:
        new = proposal.subject_id is None
        record = MODELS[proposal.subject_kind]() if new else _held(proposal, lock=False)
        for name, value in proposal.values.items():
            if name != GONE:
                write(record, name, value)
        return record


CALENDAR = CalendarChange()


@transaction.atomic
@acts.edit("提出日历变更")
def propose_calendar(
    *, record: CalendarRecord, reason: str, actor: User, delete: bool = False
) -> Proposal:
    """Asks for a day or a winter as it was filled in, or for its end. ValidationError as saving it."""
    label = record._meta.label_lower
    verb = "delete" if delete else "change" if record.pk else "add"
    require(actor, f"projects.{verb}_{record._meta.model_name}")
    held = type(record)._default_manager.filter(pk=record.pk).first() if record.pk else None
    if delete:
        changes: Sequence[Change] = [
            Change(GONE, "删除", str(held), "删除，恢复法定日历或默认停工期", False, True)
        ]
    else:
        record.full_clean()
        changes = changes_between(held, record, COLUMNS[label])
    place = "" if held else f"new-{record.date if isinstance(record, CalendarDay) else record.year}"
    subject = Subject(label, record.pk, str(held or record), place=place)
    return propose(draft=Draft(CALENDAR, subject, changes, reason), author=actor)


def _held(proposal: Proposed, *, lock: bool) -> CalendarRecord:
    model: Any = MODELS[proposal.subject_kind]
    found = model.objects.select_for_update() if lock else model.objects.all()
    held: CalendarRecord | None = found.filter(pk=proposal.subject_id).first()
    if held is None:
        raise Moved("这一条日历已被删除。")
    return held


def _moves(touched: Touched) -> str:
    return f"晚 {touched.days} 天" if touched.days > 0 else f"早 {touched.days_earlier} 天"
