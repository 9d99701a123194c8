"""What waits for a second person about a project or a list, for whoever may read it."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from kuancheng.access.models import User
from kuancheng.proposals.models import Proposal
from projects.models import Listing, Programme, Project

PROJECT, LIST, STAY = (each._meta.label_lower for each in (Project, Programme, Listing))


def waiting_about_project(project: int, stays: Iterable[int], reader: User) -> list[Proposal]:
    """The open proposals about a project and its stays on lists, the first made first. Two queries."""
    own = Q(subject_kind=PROJECT, subject_id=project)
    return _waiting(own | Q(subject_kind=STAY, subject_id__in=list(stays)), reader)


def waiting_about_list(programme: int, stays: Iterable[int], reader: User) -> list[Proposal]:
    """The open proposals about a list and the stays on it, the first made first. Two queries."""
    own = Q(subject_kind=LIST, subject_id=programme)
    return _waiting(own | Q(subject_kind=STAY, subject_id__in=list(stays)), reader)


def _waiting(about: Q, reader: User) -> list[Proposal]:
    found: QuerySet[Proposal] = Proposal.objects.pending().visible_to(reader).filter(about)
    return list(found.select_related("author").prefetch_related("fields").order_by("pk"))
