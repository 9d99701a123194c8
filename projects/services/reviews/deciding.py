"""议定事项: noted once, each a matter at once, corrected or withdrawn until the minutes are final."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.access.rights import holders, require
from kuancheng.audit import acts
from kuancheng.records.versions import require_version
from projects.choices import Factor, ItemOutcome, MatterKind, MatterLevel, MatterOrigin
from projects.models import Agency, AgendaItem, Decision, Matter, Official, WeeklyReview
from projects.rules.matters.dues import wrong_due
from projects.rules.matters.origin import Origin
from projects.rules.matters.steps import OPEN, State, Step
from projects.services.matters.drafts import save_matter
from projects.services.matters.parts import OVERSEE_MATTERS, works_for
from projects.services.matters.raising import raise_matter
from projects.services.matters.taking import take_step
from projects.services.matters.turn import Given
from projects.services.reviews.holding import CHANGE, MINUTED, locked, locked_item, save_part

LONGEST_TITLE = 60
"""Characters of a decision that make its matter's title."""


@dataclass(frozen=True)
class Said:
    """What a decision says. Without a verifier the clerk verifies, or another of the office.

    `separate_reason` says why it is another thing though a matter like it is open (一事一单).
    """

    text: str
    agency: Agency | None = None
    due: date | None = None
    person: Official | None = None
    verifier: User | None = None
    level: int = MatterLevel.IN_CHARGE
    factor: str = Factor.OTHER
    separate_reason: str = ""


@transaction.atomic
@acts.decision("登记议定事项", "item")
def decide(*, item: AgendaItem, said: Said, token: UUID, actor: User) -> Decision:
    """Notes a decision on an item, and raises the matter that it becomes, as a draft.

    `token` is the client's name for this one: sent again it is the same decision, also where it was
    corrected or withdrawn meanwhile, or the minutes are final. The matter is issued when the minutes are made final. Its item counts as
    discussed.

    ValidationError by field: without text, agency or day, a day that has come, a person of another
    agency, a token that stands for something else; in general for an item without a project.
    RepeatedMatter when one like it is open and no reason is given; NotAllowed.
    """
    require(actor, CHANGE)
    if known := _named(token):
        return _the_same(known, item, said)
    held = locked_item(item, actor, MINUTED)
    if known := _named(token):  # by somebody who was a moment faster
        return _the_same(known, held, said)
    decision = _drafted(held, said, token, actor)
    decision.matter = _raised(decision, said.separate_reason, actor)
    save_part(decision, actor)
    if held.outcome == "":
        held.outcome = ItemOutcome.DISCUSSED
        save_part(held, actor)
    return decision


def _drafted(item: AgendaItem, said: Said, token: UUID, actor: User) -> Decision:
    """The decision as it is said, numbered next, without its matter. ValidationError."""
    agency, due = _checked(item, said)
    if item.project is None:
        remedy = "请从相关项目的议题里记，或在事项页提出。"
        raise ValidationError(f"“{item.name}”没有项目，议定事项须落到一个项目；{remedy}")
    decision = Decision(
        review=item.review,
        item=item,
        number=item.review.decisions.count() + 1,
        text=said.text.strip(),
        agency=agency,
        person=said.person,
        due=due,
        level=said.level,
        factor=said.factor,
        verifier=said.verifier or _verifier(item.review, agency),
        author=actor,
        token=token,
    )
    decision.clean_fields(exclude=["matter"])
    return decision


def _raised(decision: Decision, separate_reason: str, actor: User) -> Matter:
    """The decision's matter, a draft that says where it comes from."""
    review, project = decision.review, decision.item.project
    matter = Matter(
        project=project,
        kind=MatterKind.DECISION,
        source=review.title,
        is_demo=review.is_demo,
        **_told(decision),
    )
    return raise_matter(
        matter=matter,
        origin=Origin(MatterOrigin.REVIEW, f"{review.number}:{decision.token}"),
        of_project=project.pk if project else 0,
        actor=actor,
        separate_reason=separate_reason,
    )


@transaction.atomic
@acts.decision("更正议定事项", "decision")
def correct_decision(*, decision: Decision, said: Said, seen: int, actor: User) -> Decision:
    """Puts right what a decision says, and its matter with it, while the minutes are not final.

    StaleRecord, NotAllowed, RepeatedMatter; ValidationError as `decide`, and for one that was
    withdrawn or whose matter is issued already.
    """
    held = _locked(decision, actor, seen)
    matter = held.matter
    if matter.standing != State.DRAFT:
        state = matter.get_state_display()
        raise ValidationError(f"事项“{matter}”已是“{state}”，不能再改；请在事项页办理。")
    agency, due = _checked(held.item, said)
    held.text, held.agency, held.person = said.text.strip(), agency, said.person
    held.due, held.level, held.factor = due, said.level, said.factor
    held.verifier = said.verifier or _verifier(held.review, agency)
    held.clean_fields()
    for name, value in _told(held).items():
        setattr(matter, name, value)
    held.matter = save_matter(
        matter=matter, actor=actor, seen=matter.version, separate_reason=said.separate_reason
    )
    save_part(held, actor)
    return held


@transaction.atomic
@acts.decision("撤回议定事项", "decision")
def withdraw_decision(*, decision: Decision, reason: str, seen: int, actor: User) -> Decision:
    """Takes a decision back while the minutes are not final: its matter is voided with the reason.

    ValidationError on `reason` without one. Withdrawn already it stays as it is.
    """
    locked(decision.review, actor, MINUTED)
    held = Decision.objects.select_related("matter").get(pk=decision.pk)
    if held.withdrawn:
        return held
    held = _locked(decision, actor, seen)
    if not reason.strip():
        raise ValidationError({"reason": "请写明撤回的原因，例如“与第 2 条重复”。"})
    if held.matter.standing in (State.DRAFT, *OPEN):
        void = Given(text=f"{held.review}撤回议定事项：{reason.strip()}")
        take_step(
            matter=held.matter,
            step=Step.VOID,
            actor=actor,
            seen=held.matter.version,
            given=void,
        )
    held.withdrawn = reason.strip()
    save_part(held, actor)
    return held


def _locked(decision: Decision, actor: User, seen: int) -> Decision:
    review = locked(decision.review, actor, MINUTED)
    related = ("item__project", "agency", "person", "verifier")
    held = Decision.objects.select_related(*related).get(pk=decision.pk)
    held.review = held.item.review = review
    held.matter = Matter.objects.select_for_update(of=("self",)).get(pk=held.matter_id)
    require_version(held, seen)
    if held.withdrawn:
        raise ValidationError(f"第 {held.number} 条已经撤回（{held.withdrawn}），不能再改。")
    return held


def _named(token: UUID) -> Decision | None:
    found: Decision | None = (
        Decision.objects.select_related("matter", "agency").filter(token=token).first()
    )
    return found


def _the_same(known: Decision, item: AgendaItem, said: Said) -> Decision:
    """The decision that the token stands for. ValidationError where it never said that. One query."""
    agency = said.agency.pk if said.agency else None
    mine = (item.pk, said.text.strip(), agency, said.due)
    said_once = known.history.values_list("item", "text", "agency", "due")
    if mine not in set(said_once):
        said_before = f"第 {known.number} 条“{_title(known.text)}”"
        raise ValidationError(f"这一条已经记为{said_before}，内容不同；要改请用“更正”。")
    return known


def _checked(item: AgendaItem, said: Said) -> tuple[Agency, date]:
    """Agency and day. ValidationError by field for what is missing or cannot be."""
    wrong = {}
    if not said.text.strip():
        wrong["text"] = "请写明议定的事项。"
    if said.agency is None:
        wrong["agency"] = "请选择责任单位：议定事项须有一个单位负责。"
    if said.due is None:
        wrong["due"] = "请填写办结时限：议定事项须有一个日子。"
    elif late := wrong_due(said.due, max(clock.today(), item.review.day)):
        wrong["due"] = late
    if said.person and said.agency and said.person.agency_id != said.agency.pk:
        wrong["person"] = f"{said.person.name}不是“{said.agency}”的人，请另选责任人或单位。"
    if said.verifier and said.agency and works_for(said.agency, said.verifier):
        wrong["verifier"] = f"{said.verifier}是“{said.agency}”的人，不能核查本单位，请换一人。"
    if wrong or said.agency is None or said.due is None:
        raise ValidationError(wrong)
    return said.agency, said.due


def _verifier(review: WeeklyReview, agency: Agency) -> User:
    """The clerk, or the first of the office who is not of the agency. Two queries at most."""
    office = holders(OVERSEE_MATTERS).exclude(official__agency=agency)
    found = office.filter(pk=review.clerk_id).first() or office.first()
    if found is None:
        raise ValidationError({"verifier": "没有可以核查的人，请指定核查人。"})
    return found


def _told(decision: Decision) -> dict[str, object]:
    """What the matter says of the decision, by the matter's fields."""
    who = f"（责任人：{decision.person.name}）" if decision.person else ""
    return {
        "title": _title(decision.text),
        "text": f"{decision.text}{who}",
        "expected": f"{decision.due} 前办结：{decision.text}"[:400],
        "factor": decision.factor,
        "level": decision.level,
        "lead_agency": decision.agency,
        "verifier": decision.verifier,
    }


def _title(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= LONGEST_TITLE else f"{plain[: LONGEST_TITLE - 1]}…"
