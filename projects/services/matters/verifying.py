"""Who verifies a matter, when that passes to somebody else."""

from kuancheng.access.models import User
from kuancheng.access.roles import REVIEWER
from kuancheng.records.announcing import Announcement
from projects.models import Matter, MatterStep, Official
from projects.rules.matters.steps import Step


def verifying_obstacles(matters: list[Matter], person: User | None) -> dict[int, str]:
    """Why somebody cannot verify each of these matters, by its id; no entry when he can.

    Whoever verifies is of the office, not of the agency that leads, and did not answer. Three queries.
    """
    if person is None or not person.is_active:
        return dict.fromkeys(
            [each.pk for each in matters], "接任人没有可用的登录账号，不能核查事项。"
        )
    if not person.groups.filter(name=REVIEWER).exists():
        said = "接任人的账号不是复核角色，不能核查事项。"
        return dict.fromkeys([each.pk for each in matters], said)
    agencies = set(Official.objects.filter(user=person).values_list("agency", flat=True))
    answered = MatterStep.objects.filter(
        matter__in=matters, step=Step.ANSWER.value, actor=person
    ).values_list("matter", flat=True)
    worked = set(answered)
    return {
        each.pk: "接任人是牵头单位的人，或办理过这件事项，不能核查；请另选核查人。"
        for each in matters
        if each.lead_agency_id in agencies or each.pk in worked
    }


def change_verifier(matter: Matter, verifier: User, actor: User) -> Announcement:
    """Gives the matter another verifier; it must be locked, and who may is asked before."""
    matter.verifier = verifier
    matter.version += 1
    return matter.save_by(actor)
