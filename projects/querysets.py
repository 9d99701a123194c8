"""What SQL gathers from the register."""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Case, Q, Value, When

from kuancheng.access.models import Visitor
from projects.choices import Role, Stage
from projects.rules.matters.steps import OPEN, State
from projects.rules.standing import JUDGED_STANDINGS


def stage_order(column: str = "stage") -> Case:
    """Stages in the order in which a project passes them."""
    return Case(*(When(**{column: stage}, then=Value(place)) for place, stage in enumerate(Stage)))


class ProjectQuerySet(models.QuerySet[Any]):
    """Projects by who may do what with them."""

    def visible_to(self, user: Visitor) -> "ProjectQuerySet":
        """All of them for whoever may view projects: the portfolio is one table for everybody."""
        return self if user.has_perm("projects.view_project") else self.none()

    def editable_by(self, user: Visitor) -> "ProjectQuerySet":
        """All for whoever oversees the portfolio; for a clerk, those of his or of his agency.

        His are those to which he is currently assigned; his agency's are those that it leads.
        Assignments are current when they have no last day yet.
        """
        if user.has_perm("projects.oversee_portfolio"):
            return self
        if not user.has_perm("projects.change_project"):
            return self.none()
        mine = Q(assignments__official__user=user, assignments__until__isnull=True)
        our_agency = Q(lead_agency__officials__user=user)
        ids = self.model._default_manager.filter(mine | our_agency).values("pk")
        return self.filter(pk__in=ids)


class AssignmentQuerySet(models.QuerySet[Any]):
    """Who was what, when."""

    def on(self, day: date) -> "AssignmentQuerySet":
        """Assignments in force on that day."""
        return self.filter(Q(until__isnull=True) | Q(until__gte=day), since__lte=day)

    def leading(self) -> "AssignmentQuerySet":
        """Of lead officials and liaison officers only."""
        return self.filter(role__in=(Role.LEAD_OFFICIAL, Role.LIAISON_OFFICER))


class MilestoneQuerySet(models.QuerySet[Any]):
    """Milestones by where they stand on a day."""

    def unfinished(self, as_of: date) -> "MilestoneQuerySet":
        """Not finished by the end of that day."""
        return self.filter(Q(actual_finish__isnull=True) | Q(actual_finish__gt=as_of))

    def binding(self) -> "MilestoneQuerySet":
        """Of projects whose deadlines count: neither 暂缓 nor 退出."""
        return self.filter(project__standing__in=JUDGED_STANDINGS)

    def overdue(self, as_of: date) -> "MilestoneQuerySet":
        """Promised for an earlier day, binding, and not finished."""
        return self.binding().unfinished(as_of).filter(planned_finish__lt=as_of)

    def due_between(self, first: date, last: date) -> "MilestoneQuerySet":
        """Promised for a day in that span, binding, and not finished by its first day."""
        return self.binding().unfinished(first).filter(planned_finish__range=(first, last))


class BaselineQuerySet(models.QuerySet[Any]):
    """Plans as they were approved, and proposals."""

    def approved(self) -> "BaselineQuerySet":
        """Those with a number, first to last."""
        return self.filter(number__isnull=False).order_by("project", "number")

    def proposed(self) -> "BaselineQuerySet":
        """Those that wait for approval."""
        return self.filter(number__isnull=True)


class MatterQuerySet(models.QuerySet[Any]):
    """Matters by where they stand, and by whose turn it is."""

    def open(self) -> "MatterQuerySet":
        """Issued, and neither closed nor given up."""
        return self.filter(state__in=OPEN)

    def overdue(self, day: date) -> "MatterQuerySet":
        """With the agency after its due day, and not paused."""
        held = self.filter(state__in=(State.ISSUED, State.WORKING), due_on__lt=day)
        return held.filter(rests_from__isnull=True)

    def unsigned(self, before: date) -> "MatterQuerySet":
        """Handed over on an earlier day than that, and not signed."""
        return self.filter(state=State.ISSUED, issued_on__lt=before)

    def silent(self, before: date) -> "MatterQuerySet":
        """Worked on, not paused, and nothing was heard since an earlier day than that."""
        held = self.filter(state=State.WORKING, spoken_on__lt=before)
        return held.filter(rests_from__isnull=True)

    def visible_to(self, user: Visitor) -> "MatterQuerySet":
        """All of them for whoever may view matters."""
        return self if user.has_perm("projects.view_matter") else self.none()

    def of_agency_of(self, user: Visitor) -> "MatterQuerySet":
        """Those that the user's agency leads."""
        return self.filter(lead_agency__officials__user=user)

    def waiting_for(self, user: Visitor) -> "MatterQuerySet":
        """Those in which the next step is the user's: sign, answer, verify, or decide."""
        # By the id of the agency: a join of all matters with all officials cannot use an index.
        agencies = self.model._meta.get_field("lead_agency").related_model._default_manager
        own = agencies.filter(officials__user=user).values("pk")
        ours = Q(lead_agency__in=own, state__in=(State.ISSUED, State.WORKING))
        mine = Q(verifier=user, state=State.ANSWERED)
        office = Q(state=State.DRAFT) if user.has_perm("projects.oversee_matter") else Q(pk=None)
        return self.filter(ours | mine | office)
