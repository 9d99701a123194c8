"""What may be done to a matter: in which state, by whom, and what it needs.

The state machine is the system's own default; the law asks for one order a matter (一事一单,
政府督查工作条例 §15) and for reviewers who did not decide before (§16-18).
"""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """Where a matter stands. Overdue, colour, pause and level are judged, never states."""

    DRAFT = "draft"
    ISSUED = "issued"
    WORKING = "working"
    ANSWERED = "answered"
    CLOSED = "closed"
    VOID = "void"
    MERGED = "merged"


class Step(StrEnum):
    """What somebody did to a matter."""

    ISSUE = "issue"
    SIGN = "sign"
    OBJECT = "object"
    UPHOLD = "uphold"
    REASSIGN = "reassign"
    NOTE = "note"
    REMIND = "remind"
    ANSWER = "answer"
    CLOSE = "close"
    RETURN = "return"
    ASK_EXTENSION = "ask_extension"
    EXTEND = "extend"
    REFUSE_EXTENSION = "refuse_extension"
    ASK_PAUSE = "ask_pause"
    PAUSE = "pause"
    REFUSE_PAUSE = "refuse_pause"
    RESUME = "resume"
    SET_LEVEL = "set_level"
    REOPEN = "reopen"
    APPEAL = "appeal"
    DENY_APPEAL = "deny_appeal"
    GRANT_APPEAL = "grant_appeal"
    VOID = "void"
    MERGE = "merge"


class Part(StrEnum):
    """What somebody is to a matter; one person may be several."""

    OFFICE = "office"
    LEAD = "lead"
    VERIFIER = "verifier"
    LEAD_OFFICIAL = "lead_official"
    REVIEWER = "reviewer"


STATE_NAMES = {
    State.DRAFT: "草拟",
    State.ISSUED: "已交办",
    State.WORKING: "办理中",
    State.ANSWERED: "已反馈",
    State.CLOSED: "已销号",
    State.VOID: "已作废",
    State.MERGED: "已并案",
}
STEP_NAMES = {
    Step.ISSUE: "交办",
    Step.SIGN: "签收",
    Step.OBJECT: "提出异议",
    Step.UPHOLD: "维持交办",
    Step.REASSIGN: "改派",
    Step.NOTE: "填写进展",
    Step.REMIND: "催办",
    Step.ANSWER: "反馈",
    Step.CLOSE: "销号",
    Step.RETURN: "退回",
    Step.ASK_EXTENSION: "申请延期",
    Step.EXTEND: "同意延期",
    Step.REFUSE_EXTENSION: "不同意延期",
    Step.ASK_PAUSE: "申请暂停",
    Step.PAUSE: "同意暂停",
    Step.REFUSE_PAUSE: "不同意暂停",
    Step.RESUME: "恢复办理",
    Step.SET_LEVEL: "调整级别",
    Step.REOPEN: "重开",
    Step.APPEAL: "申诉",
    Step.DENY_APPEAL: "维持结论",
    Step.GRANT_APPEAL: "支持申诉",
    Step.VOID: "作废",
    Step.MERGE: "并案",
}
PART_NAMES = {
    Part.OFFICE: "督查办公室",
    Part.LEAD: "牵头单位",
    Part.VERIFIER: "核查人",
    Part.LEAD_OFFICIAL: "包保领导",
    Part.REVIEWER: "督查办公室未参与过此事的人",
}


class ToDo(StrEnum):
    """What somebody has to do about a matter that waits for him."""

    SIGN = "sign"
    ANSWER = "answer"
    VERIFY = "verify"
    DECIDE = "decide"
    REVIEW = "review"
    ISSUE = "issue"


TO_DO_NAMES = {
    ToDo.SIGN: "签收",
    ToDo.ANSWER: "办理、反馈",
    ToDo.VERIFY: "核查",
    ToDo.DECIDE: "审批",
    ToDo.REVIEW: "复核",
    ToDo.ISSUE: "交办",
}
"""In the order in which they are listed."""

OPEN = (State.ISSUED, State.WORKING, State.ANSWERED)
"""States of a matter that somebody still has to do something about."""


@dataclass(frozen=True)
class Way:
    """One step of the machine: where it may be taken, by whom, where it leads, what it needs.

    `to` is None where the matter stays as it is, or where what was asked decides (an appeal that
    is granted). `text` and `evidence` say what must be given.
    """

    of: tuple[State, ...]
    by: tuple[Part, ...]
    to: State | None = None
    text: bool = False
    evidence: bool = False


WAYS = {
    Step.ISSUE: Way((State.DRAFT,), (Part.OFFICE,), State.ISSUED),
    Step.SIGN: Way((State.ISSUED,), (Part.LEAD, Part.OFFICE), State.WORKING),
    Step.OBJECT: Way((State.ISSUED,), (Part.LEAD,), text=True),
    Step.UPHOLD: Way((State.ISSUED,), (Part.OFFICE,), text=True),
    Step.REASSIGN: Way((State.ISSUED, State.WORKING), (Part.OFFICE,), State.ISSUED, text=True),
    Step.NOTE: Way((State.WORKING,), (Part.LEAD, Part.OFFICE), text=True),
    Step.REMIND: Way((State.ISSUED, State.WORKING), (Part.OFFICE,), text=True),
    Step.ANSWER: Way((State.WORKING,), (Part.LEAD,), State.ANSWERED, text=True, evidence=True),
    Step.CLOSE: Way((State.ANSWERED,), (Part.VERIFIER,), State.CLOSED, text=True),
    Step.RETURN: Way((State.ANSWERED,), (Part.VERIFIER,), State.WORKING, text=True),
    Step.ASK_EXTENSION: Way((State.ISSUED, State.WORKING), (Part.LEAD,), text=True),
    Step.EXTEND: Way((State.ISSUED, State.WORKING), (Part.OFFICE, Part.LEAD_OFFICIAL)),
    Step.REFUSE_EXTENSION: Way(
        (State.ISSUED, State.WORKING), (Part.OFFICE, Part.LEAD_OFFICIAL), text=True
    ),
    Step.ASK_PAUSE: Way((State.WORKING,), (Part.LEAD,), text=True, evidence=True),
    Step.PAUSE: Way((State.WORKING,), (Part.OFFICE,)),
    Step.REFUSE_PAUSE: Way((State.WORKING,), (Part.OFFICE,), text=True),
    Step.RESUME: Way((State.WORKING,), (Part.LEAD, Part.OFFICE)),
    Step.SET_LEVEL: Way(OPEN, (Part.OFFICE,), text=True),
    Step.REOPEN: Way((State.CLOSED,), (Part.OFFICE, Part.VERIFIER), State.WORKING, text=True),
    Step.APPEAL: Way((*OPEN, State.CLOSED), (Part.LEAD,), text=True),
    Step.DENY_APPEAL: Way((*OPEN, State.CLOSED), (Part.REVIEWER,), text=True),
    Step.GRANT_APPEAL: Way((*OPEN, State.CLOSED), (Part.REVIEWER,), text=True),
    Step.VOID: Way((State.DRAFT, *OPEN), (Part.OFFICE,), State.VOID, text=True),
    Step.MERGE: Way((State.DRAFT, *OPEN), (Part.OFFICE,), State.MERGED, text=True),
}
"""The whole machine. An objection that is upheld is final; a moved matter is issued anew.

An appeal (申诉) is against the closing once the matter is closed, before that against its red. It is
reviewed by somebody who had no part in the matter, and stops nothing meanwhile.
"""


DECIDES = {
    Step.UPHOLD: Step.OBJECT,
    Step.REASSIGN: Step.OBJECT,
    Step.CLOSE: Step.ANSWER,
    Step.RETURN: Step.ANSWER,
    Step.EXTEND: Step.ASK_EXTENSION,
    Step.REFUSE_EXTENSION: Step.ASK_EXTENSION,
    Step.PAUSE: Step.ASK_PAUSE,
    Step.REFUSE_PAUSE: Step.ASK_PAUSE,
    Step.DENY_APPEAL: Step.APPEAL,
    Step.GRANT_APPEAL: Step.APPEAL,
}
"""What somebody had asked for or answered, by the step that decides on it."""


def refusal(step: Step, state: State, parts: frozenset[Part]) -> str:
    """Why somebody who is these parts may not take the step here, in Chinese; empty if he may."""
    way = WAYS[step]
    name = STEP_NAMES[step]
    who = "、".join(PART_NAMES[each] for each in way.by)
    if state not in way.of:
        where = "、".join(STATE_NAMES[each] for each in way.of)
        return f"事项现在是“{STATE_NAMES[state]}”，不能{name}；{name}只在“{where}”时由{who}办理。"
    if not parts & set(way.by):
        return f"事项现在是“{STATE_NAMES[state]}”：{name}由{who}办理，您不是。"
    return ""


def lacks(step: Step, text: str, evidence: int) -> dict[str, str]:
    """What the step needs and was not given: a sentence by field."""
    way, name = WAYS[step], STEP_NAMES[step]
    found = {}
    if way.text and not text.strip():
        found["text"] = f"{name}须写明理由或情况。"
    if way.evidence and not evidence:
        found["evidence"] = f"{name}须附至少一份佐证。"
    return found
