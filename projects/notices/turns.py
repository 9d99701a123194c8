"""Of each step of a matter: who is told, as what kind of notice, in which words.

A step is added in one place: its line in TURNS, and in ENDS what it makes an end of. 催办 is told
by the order that it writes.
"""

from dataclasses import dataclass
from enum import StrEnum

from kuancheng.notices.choices import Mode
from kuancheng.notices.kinds import NoticeKind
from projects.rules.matters.steps import Step

VIEW = "projects.view_matter"
GROUP = "事项"

MATTER_TODO = NoticeKind("matter_todo", "事项待办", duty=True, permission=VIEW, group=GROUP)
MATTER_DECIDE = NoticeKind(
    "matter_decide", "事项待交办、审批、核查", duty=True, permission=VIEW, group=GROUP
)
MATTER_LATE = NoticeKind("matter_late", "事项逾期提醒", duty=True, permission=VIEW, group=GROUP)
MATTER_NEWS = NoticeKind("matter_news", "事项进展和审批结果", permission=VIEW, group=GROUP)
MATTER_OVER = NoticeKind(
    "matter_over", "事项销号、作废、并案", mode=Mode.DAILY, permission=VIEW, group=GROUP
)

KINDS = (MATTER_TODO, MATTER_DECIDE, MATTER_LATE, MATTER_NEWS, MATTER_OVER)


class Whom(StrEnum):
    """What somebody is to a matter when he is told of it; one person may be several."""

    OFFICE = "office"
    AGENCY = "agency"
    FORMER = "former"
    SUPPORTERS = "supporters"
    VERIFIER = "verifier"
    GRANTER = "granter"
    REVIEWER = "reviewer"
    ASKER = "asker"
    AUTHOR = "author"
    LIAISON = "liaison"
    LEAD_OFFICIAL = "lead_official"


@dataclass(frozen=True)
class Told:
    """Who is told of a step, and how.

    `title` stands before the matter's name, `do` says what to do; both may name {due}, {agency},
    {asked}, {first}, {level}, {outcome}, {round}, {survivor}, {sign}, {verify} (the limits
    in working days) and {review} (in days). `screen` is the step whose screen it links to, the matter's page without.
    """

    kind: NoticeKind
    to: tuple[Whom, ...]
    title: str
    do: str
    screen: Step | None = None


SIGN_IT = "请在 {sign} 个工作日内签收，办结时限 {due}。"
AGAIN = "现为第 {round} 轮，办结时限 {due}，请继续办理并重新反馈。"
WATCHING = (Whom.SUPPORTERS, Whom.LIAISON, Whom.AUTHOR)
EVERYBODY = (Whom.AGENCY, Whom.SUPPORTERS, Whom.AUTHOR, Whom.LIAISON, Whom.LEAD_OFFICIAL)
ASKED = (Whom.ASKER, Whom.AGENCY)

RAISED = Told(
    MATTER_DECIDE, (Whom.OFFICE,), "新提出的事项", "请核对是否重复，交办或作废。", Step.ISSUE
)

TURNS: dict[Step, tuple[Told, ...]] = {
    Step.ISSUE: (
        Told(MATTER_TODO, (Whom.AGENCY,), "待签收", SIGN_IT, Step.SIGN),
        Told(MATTER_NEWS, (Whom.SUPPORTERS,), "配合办理", "由{agency}牵头，请配合，时限 {due}。"),
        Told(MATTER_NEWS, (Whom.LIAISON, Whom.AUTHOR), "已交办", "由{agency}牵头，时限 {due}。"),
    ),
    Step.SIGN: (
        Told(MATTER_NEWS, (Whom.AGENCY, Whom.AUTHOR), "已签收", "由{agency}办理，时限 {due}。"),
    ),
    Step.OBJECT: (
        Told(MATTER_DECIDE, (Whom.OFFICE,), "有异议", "请维持交办或改派；处理期间时限照走。"),
    ),
    Step.UPHOLD: (Told(MATTER_TODO, ASKED, "异议未采纳", f"决定为最终决定。{SIGN_IT}", Step.SIGN),),
    Step.REASSIGN: (
        Told(MATTER_TODO, (Whom.AGENCY,), "待签收", f"改由本单位牵头。{SIGN_IT}", Step.SIGN),
        Told(MATTER_NEWS, (Whom.FORMER,), "已改派", "已改由{agency}牵头，不用再办。"),
        Told(MATTER_NEWS, WATCHING, "已改派", "改由{agency}牵头，时限 {due}。"),
    ),
    Step.ANSWER: (
        Told(
            MATTER_DECIDE,
            (Whom.VERIFIER,),
            "待核查",
            "办理结果：{outcome}。请在 {verify} 个工作日内核查，销号或退回。",
        ),
        Told(MATTER_NEWS, (Whom.AUTHOR,), "已反馈", "办理结果：{outcome}，正在核查。"),
    ),
    Step.CLOSE: (Told(MATTER_OVER, EVERYBODY, "已销号", "核查通过，办结。"),),
    Step.RETURN: (
        Told(MATTER_TODO, (Whom.AGENCY,), "被退回", AGAIN),
        Told(MATTER_NEWS, WATCHING, "被退回", "现为第 {round} 轮，时限 {due}。"),
    ),
    Step.ASK_EXTENSION: (
        Told(
            MATTER_DECIDE,
            (Whom.GRANTER,),
            "申请延期到 {asked}",
            "现时限 {due}，请在到期前同意或不同意；第一次由督查办公室、以后由包保领导审批。",
        ),
    ),
    Step.EXTEND: (Told(MATTER_NEWS, ASKED, "同意延期", "新时限 {due}。"),),
    Step.REFUSE_EXTENSION: (Told(MATTER_NEWS, ASKED, "不同意延期", "时限仍为 {due}。"),),
    Step.ASK_PAUSE: (
        Told(MATTER_DECIDE, (Whom.OFFICE,), "申请暂停", "{first} 起暂停，请同意或不同意。"),
    ),
    Step.PAUSE: (
        Told(MATTER_NEWS, ASKED, "同意暂停", "{first} 起暂停；恢复办理后，时限顺延暂停的工作日。"),
    ),
    Step.REFUSE_PAUSE: (Told(MATTER_NEWS, ASKED, "不同意暂停", "时限仍为 {due}。"),),
    Step.RESUME: (Told(MATTER_NEWS, (Whom.AGENCY,), "恢复办理", "时限 {due}，请继续办理。"),),
    Step.SET_LEVEL: (
        Told(
            MATTER_NEWS,
            (Whom.AGENCY, Whom.LEAD_OFFICIAL),
            "级别有调整",
            "现为 {level}，时限 {due}。",
        ),
    ),
    Step.REOPEN: (
        Told(MATTER_TODO, (Whom.AGENCY,), "已重开", AGAIN),
        Told(MATTER_NEWS, (*WATCHING, Whom.VERIFIER), "已重开", "现为第 {round} 轮，时限 {due}。"),
    ),
    Step.APPEAL: (
        Told(
            MATTER_DECIDE,
            (Whom.REVIEWER,),
            "提出申诉",
            "请在 {review} 天内复核：支持或维持；复核人未参与过此事。",
        ),
        Told(MATTER_NEWS, (Whom.VERIFIER, Whom.AUTHOR), "提出申诉", "由未参与的人复核。"),
    ),
    Step.DENY_APPEAL: (Told(MATTER_NEWS, ASKED, "申诉未获支持", "决定为最终决定。"),),
    Step.GRANT_APPEAL: (
        Told(MATTER_TODO, ASKED, "申诉获支持", "办结时限 {due}，请继续办理。"),
        Told(MATTER_NEWS, (*WATCHING, Whom.VERIFIER), "申诉获支持", "时限 {due}。"),
    ),
    Step.VOID: (Told(MATTER_OVER, (*EVERYBODY, Whom.VERIFIER), "已作废", "这件事项不用再办。"),),
    Step.MERGE: (
        Told(
            MATTER_OVER,
            (*EVERYBODY, Whom.VERIFIER),
            "已并案",
            "已并入“{survivor}”，这一件不再单独办理。",
        ),
    ),
}

ENDS: dict[Step, tuple[Step, ...]] = {
    Step.SIGN: (Step.ISSUE, Step.REASSIGN, Step.OBJECT, Step.UPHOLD),
    Step.UPHOLD: (Step.OBJECT,),
    Step.EXTEND: (Step.ASK_EXTENSION,),
    Step.REFUSE_EXTENSION: (Step.ASK_EXTENSION,),
    Step.PAUSE: (Step.ASK_PAUSE,),
    Step.REFUSE_PAUSE: (Step.ASK_PAUSE,),
    Step.DENY_APPEAL: (Step.APPEAL,),
    Step.GRANT_APPEAL: (Step.APPEAL,),
    **dict.fromkeys(
        (
            Step.REASSIGN,
            Step.ANSWER,
            Step.CLOSE,
            Step.RETURN,
            Step.REOPEN,
            Step.VOID,
            Step.MERGE,
        ),
        tuple(Step),
    ),
}
"""Whose notices a step makes an end of: nobody has to do any more what they ask for."""

ENDS_RAISED = (Step.ISSUE, Step.VOID, Step.MERGE)
"""The steps after which a matter no longer waits to be issued."""
