"""What each step of a matter is checked by, beyond who may take it and in which state."""

from collections.abc import Callable

from django.core.exceptions import ValidationError

from kuancheng.access.rights import NotAllowed
from projects.models import Agency, Matter, MatterStep
from projects.rules.matters import dues
from projects.rules.matters.steps import Part, Step
from projects.services.matters.parts import works_for
from projects.services.matters.turn import MatterRefused, Turn
from projects.services.serials import next_number


def _check_issue(turn: Turn, row: MatterStep) -> None:
    matter, given = turn.matter, turn.given
    row.due, row.level = turn.new_due(), given.level or matter.level
    row.agency = given.agency or matter.lead_agency
    if row.agency is None:
        raise ValidationError({"agency": "请选择牵头单位：一件事只有一个牵头单位。"})
    _check_verifier(matter, row.agency)
    matter.lead_agency = row.agency
    matter.number = next_number("交办", turn.today.year)


def _check_verifier(matter: Matter, agency: Agency) -> None:
    verifier = matter.verifier
    if verifier is None:
        raise ValidationError({"verifier": "请指定核查人，办结要由另一人核查。"})
    if works_for(agency, verifier):
        raise ValidationError(
            {"verifier": f"核查人{verifier}是牵头单位“{agency}”的人，不能核查本单位，请换一人。"}
        )


def _check_reassign(turn: Turn, row: MatterStep) -> None:
    row.due, row.agency = turn.new_due(), turn.given.agency
    if row.agency is None or row.agency.pk == turn.matter.lead_agency_id:
        raise ValidationError({"agency": "请选择另一个牵头单位。"})
    _check_verifier(turn.matter, row.agency)
    turn.matter.lead_agency = row.agency


def _check_objection(turn: Turn, row: MatterStep) -> None:
    turn.refuse(dues.wrong_objection(turn.story, turn.today, turn.calendars, turn.limits))
    row.agency = turn.given.agency


def _check_uphold(turn: Turn, row: MatterStep) -> None:
    if not turn.story.objected:
        raise MatterRefused("没有等待处理的异议。")


def _check_remind(turn: Turn, row: MatterStep) -> None:
    if turn.story.resting:
        raise MatterRefused("事项已暂停，时限不走，不催办；恢复办理后再催。")


def _check_answer(turn: Turn, row: MatterStep) -> None:
    row.outcome = turn.given.outcome
    if not row.outcome:
        raise ValidationError({"outcome": "请选择办理结果。"})


def _check_return(turn: Turn, row: MatterStep) -> None:
    row.due = turn.new_due() if turn.given.due else None


def _check_reopen(turn: Turn, row: MatterStep) -> None:
    row.due = turn.new_due()


def _check_asked_extension(turn: Turn, row: MatterStep) -> None:
    row.due = turn.given.due
    said = dues.wrong_extension(turn.story, row.due, turn.today, turn.calendars, turn.limits)
    if said:
        raise ValidationError({"due": said})


def _check_extension(turn: Turn, row: MatterStep) -> None:
    if not turn.story.asked_due:
        raise MatterRefused("没有等待审批的延期申请。")
    who = dues.granter(turn.story)
    if who not in turn.parts:
        raise NotAllowed(
            "第二次延期由包保领导审批，您不是这个项目现任的包保领导。"
            if who == Part.LEAD_OFFICIAL
            else "第一次延期由督查办公室审批，您不是。"
        )
    if turn.asked_himself(Step.ASK_EXTENSION):
        raise NotAllowed("不能审批自己提出的延期。")
    if row.step == Step.EXTEND:
        row.due = turn.story.asked_due


def _check_asked_pause(turn: Turn, row: MatterStep) -> None:
    row.first, row.last = turn.given.first or turn.today, turn.given.last
    said = dues.wrong_pause(
        turn.story, row.first, row.last, turn.today, turn.calendars, turn.limits
    )
    if said:
        raise ValidationError({"first": said})


def _check_pause(turn: Turn, row: MatterStep) -> None:
    if turn.story.asked_rest is None:
        raise MatterRefused("没有等待审批的暂停申请。")
    if turn.asked_himself(Step.ASK_PAUSE):
        raise NotAllowed("不能审批自己提出的暂停。")


def _check_resume(turn: Turn, row: MatterStep) -> None:
    if turn.story.resting is None:
        raise MatterRefused("事项没有暂停，不用恢复。")


def _check_level(turn: Turn, row: MatterStep) -> None:
    row.level = turn.given.level
    if row.level is None or row.level == turn.story.level:
        raise ValidationError({"level": "请选择与现在不同的级别。"})


def _check_merge(turn: Turn, row: MatterStep) -> None:
    survivor = turn.given.survivor
    if survivor is None or survivor.pk == turn.matter.pk:
        raise ValidationError({"survivor": "请选择并入哪一件事项。"})
    kept = Matter.objects.select_for_update(of=("self",)).get(pk=survivor.pk)
    if not kept.story().is_open:
        raise ValidationError({"survivor": f"“{kept}”不在办理中，不能并入。"})
    turn.matter.merged_into = kept


CHECKS: dict[Step, Callable[[Turn, MatterStep], None]] = {
    Step.ISSUE: _check_issue,
    Step.REASSIGN: _check_reassign,
    Step.OBJECT: _check_objection,
    Step.UPHOLD: _check_uphold,
    Step.REMIND: _check_remind,
    Step.ANSWER: _check_answer,
    Step.RETURN: _check_return,
    Step.REOPEN: _check_reopen,
    Step.ASK_EXTENSION: _check_asked_extension,
    Step.EXTEND: _check_extension,
    Step.REFUSE_EXTENSION: _check_extension,
    Step.ASK_PAUSE: _check_asked_pause,
    Step.PAUSE: _check_pause,
    Step.REFUSE_PAUSE: _check_pause,
    Step.RESUME: _check_resume,
    Step.SET_LEVEL: _check_level,
    Step.MERGE: _check_merge,
}
