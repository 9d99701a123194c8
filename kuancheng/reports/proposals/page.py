"""What the list of proposals and the page of one show."""

from typing import Any

from kuancheng.access.models import User
from kuancheng.asking.paging import page_of
from kuancheng.proposals import kinds
from kuancheng.proposals.choices import ProposalState
from kuancheng.proposals.models import Proposal
from kuancheng.proposals.services.deciding import may_decide, what_moved
from kuancheng.reports.proposals.questions import SCOPES, ProposalFilter

PAGE_SIZE = 30


def proposal_list(asked: ProposalFilter, reader: User) -> dict[str, Any]:
    """The template's context. Six queries. NoSuchPage past the end."""
    said = asked.form.cleaned_data
    found = asked.found(reader).select_related("author", "decided_by").prefetch_related("fields")
    mine = Proposal.objects.visible_to(reader)
    numbers = {"waiting": mine.waiting_for(reader).count(), "mine": mine.by(reader).count()}
    return {
        "page": page_of(found, said["page"], PAGE_SIZE),
        "scope": said["scope"] or "all",
        "scopes": [(code, name, numbers.get(code)) for code, name in SCOPES.items()],
        "states": ProposalState.choices,
        "state": said["state"],
        "kinds": kinds.labels(),
        "kind": said["kind"],
        "batch": said["batch"] or "",
        "search": said["search"] or "",
        "narrowed": any(said[name] for name in ("state", "kind", "batch", "search", "scope")),
    }


def proposal_page(proposal: Proposal, reader: User) -> dict[str, Any]:
    """The template's context: before and after, what moved meanwhile, what would follow."""
    kind = proposal.of_kind
    moved = what_moved(proposal) if proposal.is_pending else ""
    asking = proposal.is_pending and kind is not None and not moved
    return {
        "proposal": proposal,
        "rows": list(proposal.fields.all()),
        "link": kind.link(proposal) if kind else "",
        "moved": moved,
        "impact": kind.impact(proposal) if asking and kind else (),
        "barred": _barred(proposal, reader),
        "may_decide": may_decide(proposal, reader),
        "may_withdraw": proposal.is_pending and proposal.author_id == reader.pk,
    }


def _barred(proposal: Proposal, reader: User) -> str:
    """Why somebody who holds the right has no buttons; empty for everybody else."""
    kind = proposal.of_kind
    if not proposal.is_pending or kind is None or not reader.has_perm(kind.decides):
        return ""
    if proposal.author_id == reader.pk:
        return "这是您提出的，须由另一位有权限的同事审核。"
    return kind.barred(proposal, reader)
