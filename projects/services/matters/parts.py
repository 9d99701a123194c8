"""What somebody is to a matter: the office, its agency, its verifier, the lead official."""

from kuancheng import clock
from kuancheng.access.models import User
from projects.choices import Role
from projects.models import Agency, Assignment, Matter
from projects.rules.matters.steps import Part, Step

OVERSEE_MATTERS = "projects.oversee_matter"


def parts_of(matter: Matter, actor: User) -> frozenset[Part]:
    """What somebody is to the matter today. Two queries.

    The verifier is nobody of the leading agency, and nobody who did any of the work.
    """
    found = set()
    if actor.has_perm(OVERSEE_MATTERS):
        found.add(Part.OFFICE)
    leads = matter.lead_agency is not None and works_for(matter.lead_agency, actor)
    if leads:
        found.add(Part.LEAD)
    if matter.verifier_id == actor.pk and not leads and not _worked(matter, actor):
        found.add(Part.VERIFIER)
    if matter.project_id and _is_lead_official(matter.project_id, actor):
        found.add(Part.LEAD_OFFICIAL)
    return frozenset(found)


def works_for(agency: Agency, person: User) -> bool:
    """Whether the person is one of the agency's officials. One query."""
    return agency.officials.filter(user=person).exists()


def _worked(matter: Matter, actor: User) -> bool:
    return matter.steps.filter(step=Step.ANSWER.value, actor=actor).exists()


def _is_lead_official(project: int, actor: User) -> bool:
    today = Assignment.objects.on(clock.today())
    return today.filter(project=project, role=Role.LEAD_OFFICIAL, official__user=actor).exists()
