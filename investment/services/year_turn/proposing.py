"""年度结转, its undoing and its doing again, as one person puts them forward for another to decide.

A turn moves many projects onto a list, so it takes two people as a joining does.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse

from investment.models import YearTurn, YearTurnLine
from investment.services.year_turn.turning import (
    TURN,
    UNDO,
    NewList,
    Roll,
    check_turn,
    drafted,
    locked_turn,
    turn_again,
    turn_year,
)
from investment.services.year_turn.undoing import undo_turn, undoable
from kuancheng.access.models import User
from kuancheng.access.rights import require
from kuancheng.audit import acts
from kuancheng.proposals.kinds import Change, Moved, ProposalKind, Proposed, Subject, Value
from kuancheng.proposals.models import Proposal
from kuancheng.proposals.services import Draft, propose
from projects.choices import YearClass
from projects.models import Programme, Project

LIST, TURNED = Programme._meta.label_lower, YearTurn._meta.label_lower
TERMS, ROLL, STATE = "terms", "roll:", "state"
UNDONE_WORDS = "撤销，如同没有转过"


class Turning(ProposalKind):
    """Projects roll into next year's list: its terms, and a field a project."""

    code = "year_turn"
    label = "年度结转"
    sees = "investment.view_yearturn"
    decides = TURN

    def current(self, proposal: Proposed, *, lock: bool = False) -> Mapping[str, Value]:
        """Each project's class as it is; Moved where a project or the list is gone."""
        _source(proposal)
        keys = [int(name.removeprefix(ROLL)) for name in proposal.values if name != TERMS]
        classes = dict(Project.objects.filter(pk__in=keys).values_list("pk", "year_class"))
        if len(classes) < len(keys):
            raise Moved("其中一个项目已不在登记里。")
        return {f"{ROLL}{pk}": year_class for pk, year_class in classes.items()}

    def apply(self, proposal: Proposed, *, actor: User) -> None:
        values = proposal.values
        terms: Any = values[TERMS]
        turn_year(
            year=terms["year"],
            source=_source(proposal),
            new_list=NewList(terms["code"], terms["name"]),
            rolls=[_roll(name, value) for name, value in values.items() if name != TERMS],
            document=proposal.document,
            actor=actor,
            approved=True,
        )

    def link(self, proposal: Proposed) -> str:
        return reverse("programme", args=[proposal.subject_code])

    def impact(self, proposal: Proposed) -> Sequence[str]:
        rolls = [value for name, value in proposal.values.items() if name != TERMS]
        plans = [Decimal(each["plan"]) for each in rolls if isinstance(each, dict) and each["plan"]]
        return (
            f"{len(rolls)} 个项目自新年 1 月 1 日起计入新清单，上年清单以前的日子不变。",
            f"填了年度计划的 {len(plans)} 个，合计 {sum(plans):,} 万元。",
        )


class TurnStep(ProposalKind):
    """A turn that was made is undone, or done again."""

    sees = "investment.view_yearturn"
    decides: ClassVar[str] = TURN

    def current(self, proposal: Proposed, *, lock: bool = False) -> Mapping[str, Value]:
        return {STATE: _turn(proposal).state}

    def link(self, proposal: Proposed) -> str:
        return reverse("year-turn-record", args=[proposal.subject_id])


class Undoing(TurnStep):
    """A turn is undone."""

    code = "year_turn_undo"
    label = "撤销年度结转"
    decides = UNDO

    def apply(self, proposal: Proposed, *, actor: User) -> None:
        turn = _turn(proposal)
        why = f"{proposal.reason}（变更申请{proposal.pk}号，{proposal.author}提出）"
        undo_turn(turn=turn, reason=why[:100], seen=turn.version, actor=actor, approved=True)


class Redoing(TurnStep):
    """An undone turn is done again."""

    code = "year_turn_again"
    label = "恢复年度结转"

    def apply(self, proposal: Proposed, *, actor: User) -> None:
        turn = _turn(proposal)
        turn_again(turn=turn, seen=turn.version, actor=actor, approved=True)


TURNING, UNDOING, REDOING = Turning(), Undoing(), Redoing()
KINDS = (TURNING, UNDOING, REDOING)


@transaction.atomic
@acts.edit("提出年度结转")
def propose_turn(
    *,
    year: int,
    source: Programme,
    new_list: NewList,
    rolls: Sequence[Roll],
    actor: User,
    document: str = "",
) -> Proposal:
    """Asks that projects roll: all of them, or none. Refused as `turn_year` refuses."""
    require(actor, TURN)
    made, lines = drafted(
        year=year, source=source, new_list=new_list, rolls=rolls, document=document, author=actor
    )
    found, projects = check_turn(made, lines, {each.project: each.seen for each in rolls})
    label = f"{year} 年度结转：{source} → {found or new_list.name}"
    subject = Subject(LIST, source.pk, label, source.code, f"turn:{year}:{source.pk}")
    changes = [_terms(made, document), *(_rolls(each, projects) for each in lines)]
    reason = f"{year} 年度结转，转入 {len(lines)} 个项目"
    return propose(draft=Draft(TURNING, subject, changes, reason, document), author=actor)


@transaction.atomic
@acts.edit("提出撤销年度结转", "turn")
def propose_undoing(*, turn: YearTurn, reason: str, seen: int, actor: User) -> Proposal:
    """Asks that a turn is undone. Refused as `undo_turn` refuses."""
    require(actor, UNDO)
    held, lines = undoable(turn, reason, seen)
    change = _step(held, lines, UNDONE_WORDS)
    return propose(draft=Draft(UNDOING, _subject(held), [change], reason), author=actor)


@transaction.atomic
@acts.edit("提出重新办理年度结转", "turn")
def propose_again(*, turn: YearTurn, seen: int, actor: User) -> Proposal:
    """Asks that an undone turn is done again. Refused as `turn_again` refuses."""
    require(actor, TURN)
    held, lines = locked_turn(turn, seen)
    if held.stands:
        raise ValidationError("这次结转正在生效，不用再办；要改请先撤销。")
    check_turn(held, lines, {})
    change = _step(held, lines, "恢复，按原来的类别和金额转入")
    reason = f"恢复 {held.year} 年度结转"
    return propose(draft=Draft(REDOING, _subject(held), [change], reason), author=actor)


def _terms(made: YearTurn, document: str) -> Change:
    said = f"{made.to_name}（{made.to_code}）{f'，{document}' if document else ''}"
    new: Value = {"year": made.year, "code": made.to_code, "name": made.to_name}
    return Change(TERMS, "转入清单", "", said, None, new)


def _rolls(line: YearTurnLine, projects: Mapping[int, Project]) -> Change:
    project = projects[line.project_id]
    new: Value = {
        "year_class": line.year_class,
        "plan": _text(line.plan_amount),
        "opening": _text(line.opening_amount),
    }
    return Change(
        name=f"{ROLL}{project.pk}",
        label=f"{project.code} {project.name}",
        before=project.get_year_class_display(),
        after="，".join(_said(line)),
        old=project.year_class,
        new=new,
    )


def _said(line: YearTurnLine) -> Iterator[str]:
    yield str(dict(YearClass.choices).get(line.year_class, line.year_class))
    if line.plan_amount is not None:
        yield f"年度计划 {line.plan_amount:,} 万元"
    if line.opening_amount is not None:
        yield f"核定累计完成 {line.opening_amount:,} 万元"


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else str(amount)


def _roll(name: str, value: Any) -> Roll:
    return Roll(
        project=int(name.removeprefix(ROLL)),
        seen=None,
        year_class=value["year_class"],
        plan=None if value["plan"] is None else Decimal(value["plan"]),
        opening=None if value["opening"] is None else Decimal(value["opening"]),
    )


def _step(held: YearTurn, lines: Sequence[YearTurnLine], after: str) -> Change:
    before = f"{held.get_state_display()}，{len(lines)} 个项目"
    return Change(STATE, "结转", before, after, held.state, None)


def _subject(held: YearTurn) -> Subject:
    return Subject(TURNED, held.pk, f"{held.year} 年度结转：{held}", held.to_code)


def _source(proposal: Proposed) -> Programme:
    found = Programme.objects.filter(pk=proposal.subject_id or 0).first()
    if found is None:
        raise Moved("上年清单已被删除。")
    return found


def _turn(proposal: Proposed) -> YearTurn:
    found = YearTurn.objects.filter(pk=proposal.subject_id or 0).first()
    if found is None:
        raise Moved("这次结转已不在。")
    return found
