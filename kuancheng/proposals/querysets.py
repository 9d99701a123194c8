"""What SQL gathers of proposals."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q

from kuancheng.access.models import User, Visitor
from kuancheng.proposals import kinds
from kuancheng.proposals.choices import ProposalState
from kuancheng.records.dated import DatedRulesQuerySet


class ProposalQuerySet(models.QuerySet[Any]):
    """Proposals by where they stand, and by who has to do with them."""

    def pending(self) -> "ProposalQuerySet":
        """Those that wait for somebody."""
        return self.filter(state=ProposalState.PENDING)

    def by(self, user: User) -> "ProposalQuerySet":
        """Those that this person made."""
        return self.filter(author=user)

    def visible_to(self, user: Visitor) -> "ProposalQuerySet":
        """Those of kinds that he may read, his own, and those that are put to him."""
        if not isinstance(user, User):
            return self.none()
        return self.filter(Q(kind__in=kinds.seen_by(user)) | Q(author=user) | Q(addressee=user))

    def waiting_for(self, user: User) -> "ProposalQuerySet":
        """Those that he may decide: never his own."""
        his = Q(kind__in=kinds.decided_by(user)) | Q(addressee=user)
        return self.pending().filter(his).exclude(author=user)


class ProposedFieldQuerySet(models.QuerySet[Any]):
    """Fields that somebody asks to change."""

    def open_on(self, kind: str, ids: Iterable[int]) -> "ProposedFieldQuerySet":
        """Those of these records that wait, with their proposals and authors."""
        found = self.filter(proposal__subject_kind=kind, proposal__subject_id__in=list(ids))
        return found.filter(is_open=True).select_related("proposal__author")


class AmountRulesQuerySet(DatedRulesQuerySet):
    """Versions of the rule of two people."""

    def limits_on(self, day: date) -> Any:
        """From which change of an amount on a second person decides, on that day. One query."""
        return self.in_force(day).limits()
