"""A kind of proposal for tests: another name for an agency."""

from collections.abc import Mapping

from kuancheng.access.models import User
from kuancheng.proposals.kinds import Moved, ProposalKind, Proposed, Subject, Value
from kuancheng.proposals.services import Draft
from kuancheng.proposals.values import changes_between
from projects.models import Agency


class Renaming(ProposalKind):
    """The office renames agencies."""

    code, label = "test.renaming", "单位更名"
    sees, decides = "projects.view_agency", "projects.oversee_portfolio"

    def current(self, proposal: Proposed, *, lock: bool = False) -> Mapping[str, Value]:
        found = Agency.objects.filter(pk=proposal.subject_id).first()
        if found is None:
            raise Moved("单位已删除。")
        return {"name": found.name}

    def apply(self, proposal: Proposed, *, actor: User) -> None:
        agency = Agency.objects.get(pk=proposal.subject_id)
        agency.name = str(proposal.values["name"])
        agency.full_clean()
        agency.save()


RENAMING = Renaming()


def renaming(agency: Agency, name: str, reason: str = "机构改革更名") -> Draft:
    """A draft that gives the agency another name."""
    after = Agency.objects.get(pk=agency.pk)
    after.name = name
    subject = Subject("projects.agency", agency.pk, agency.name)
    return Draft(RENAMING, subject, changes_between(agency, after, ["name"]), reason)
