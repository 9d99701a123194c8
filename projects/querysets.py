"""What SQL gathers from the register."""

from collections.abc import Iterable, Iterator
from datetime import date
from functools import reduce
from operator import or_
from typing import Any

from django.db import models
from django.db.models import (
    Case,
    CharField,
    Exists,
    F,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from kuancheng import clock
from kuancheng.access.models import User, Visitor
from projects.choices import OPEN_REVIEWS, CloseOutState, ReviewState, Role, Stage
from projects.rules.matters.steps import OPEN, State, ToDo
from projects.rules.standing import JUDGED_STANDINGS


def stage_order(column: str = "stage") -> Case:
    """Stages in the order in which a project passes them."""
    return Case(*(When(**{column: stage}, then=Value(place)) for place, stage in enumerate(Stage)))


def serving(day: date, path: str = "") -> Q:
    """That an official has not left by that day; `path` leads to him: `officials`, `lead__official`."""
    column = f"{path}__left_on" if path else "left_on"
    return Q(**{f"{column}__isnull": True}) | Q(**{f"{column}__gt": day})


class AgencyQuerySet(models.QuerySet[Any]):
    """Agencies by who works for them."""

    def where_serve(self, people: Iterable[Any]) -> "AgencyQuerySet":
        """Those in which the official of one of these accounts serves today."""
        return self.filter(serving(clock.today(), "officials"), officials__user__in=people)


class OfficialQuerySet(models.QuerySet[Any]):
    """Officials by whether they are in office."""

    def serving(self, day: date) -> "OfficialQuerySet":
        """Those who have not left by that day."""
        return self.filter(serving(day))


def in_force(day: date) -> Q:
    """Rows, or history rows, from a day `since` until a day `until` that hold on that day."""
    return Q(since__lte=day) & (Q(until__isnull=True) | Q(until__gte=day))


def as_ended(day: date, years: Iterable[int]) -> Q:
    """Stays, or history rows of stays, on the lists of these years as they stood on a day.

    Of a year that is over by then its last day counts: what happens to a project in January is no
    figure of the list before.
    """
    found = Q(pk__in=())
    for year in set(years):
        found |= Q(programme__year=year) & in_force(min(day, date(year, 12, 31)))
    return found


class ProjectQuerySet(models.QuerySet[Any]):
    """Projects by who may do what with them."""

    def visible_to(self, user: Visitor) -> "ProjectQuerySet":
        """All of them for whoever may view projects: the portfolio is one table for everybody."""
        return self if user.has_perm("projects.view_project") else self.none()

    def editable_by(self, user: Visitor) -> "ProjectQuerySet":
        """All for whoever oversees the portfolio; for a clerk, those of his or of his agency.

        His are those to which he is currently assigned; his agency's are those that it leads.
        A duty that begins later, or ended, gives no rights today; nor does an agency one has left.
        """
        if user.has_perm("projects.oversee_portfolio"):
            return self
        if not user.has_perm("projects.change_project"):
            return self.none()
        today = clock.today()
        mine = Q(assignments__official__user=user, assignments__since__lte=today) & (
            Q(assignments__until__isnull=True) | Q(assignments__until__gte=today)
        )
        our_agency = serving(today, "lead_agency__officials") & Q(lead_agency__officials__user=user)
        ids = self.model._default_manager.filter(mine | our_agency).values("pk")
        return self.filter(pk__in=ids)

    def of_classes(self, classes: Iterable[str], year: int) -> "ProjectQuerySet":
        """Those whose class in a year is one of these: `rules.year_classes.class_in` in SQL."""
        model: Any = self.model._meta.get_field("year_classings").related_model
        rows = model.objects.filter(project=OuterRef("pk"))
        latest = rows.filter(year__lte=year).order_by("-year").values("year_class")[:1]
        first = rows.order_by("year").values("year_class")[:1]
        counts = Coalesce(Subquery(latest), Subquery(first), F("year_class"))
        return self.alias(class_in_year=counts).filter(class_in_year__in=list(classes))


class AssignmentQuerySet(models.QuerySet[Any]):
    """Who was what, when."""

    def on(self, day: date) -> "AssignmentQuerySet":
        """Assignments in force on that day."""
        return self.filter(in_force(day))

    def held_by(self, official: Any, day: date) -> "AssignmentQuerySet":
        """Somebody's that have not ended before that day, be it that they begin later."""
        return self.filter(Q(until__isnull=True) | Q(until__gte=day), official=official)

    def leading(self) -> "AssignmentQuerySet":
        """Of lead officials and liaison officers only."""
        return self.filter(role__in=(Role.LEAD_OFFICIAL, Role.LIAISON_OFFICER))


class ListingQuerySet(models.QuerySet[Any]):
    """Which project was on which list, when."""

    def on(self, day: date) -> "ListingQuerySet":
        """The lists as they stood on that day."""
        return self.filter(in_force(day))


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


class CloseOutQuerySet(models.QuerySet[Any]):
    """What finished projects taught."""

    def confirmed(self) -> "CloseOutQuerySet":
        """Those that stand."""
        return self.filter(state=CloseOutState.CONFIRMED)

    def visible_to(self, user: Visitor) -> "CloseOutQuerySet":
        """All for whoever may view projects."""
        return self if user.has_perm("projects.view_project") else self.none()


class StopQuerySet(models.QuerySet[Any]):
    """Stops by the day."""

    def on(self, day: date) -> "StopQuerySet":
        """Those that cover a day."""
        return self.filter(Q(resumed_on__isnull=True) | Q(resumed_on__gt=day), stopped_on__lte=day)

    def throughout(self, first: date, last: date) -> "StopQuerySet":
        """Those that cover every day from the first to the last."""
        return self.on(last).filter(stopped_on__lte=first)

    def visible_to(self, user: Visitor) -> "StopQuerySet":
        """All for whoever may view projects."""
        return self if user.has_perm("projects.view_project") else self.none()


class DeputyQuerySet(models.QuerySet[Any]):
    """Who does whose duties, when."""

    def on(self, day: date) -> "DeputyQuerySet":
        """Those in force on that day."""
        lasting = Q(ended_on__isnull=True) | Q(ended_on__gt=day)
        return self.filter(lasting, since__lte=day, until__gte=day)

    def meeting(self, first: date, last: date) -> "DeputyQuerySet":
        """Those in force on one of these days."""
        begun = Q(ended_on__gt=models.F("since")) & Q(ended_on__gt=first)
        lasting = Q(ended_on__isnull=True) | begun
        return self.filter(lasting, since__lte=last, until__gte=first)

    def visible_to(self, user: Visitor) -> "DeputyQuerySet":
        """All for whoever oversees matters; for others, those that they give or take."""
        if user.has_perm("projects.oversee_matter"):
            return self
        return self.filter(Q(person=user.pk) | Q(deputy=user.pk))


def acting_for(user: Visitor, day: date) -> models.QuerySet[User]:
    """The user, and the active accounts whose deputy he is on that day; nobody who has left."""
    deputy = Q(deputies__deputy=user.pk, deputies__since__lte=day, deputies__until__gte=day)
    lasting = Q(deputies__ended_on__isnull=True) | Q(deputies__ended_on__gt=day)
    found = User.objects.filter(Q(pk=user.pk) | deputy & lasting & Q(is_active=True))
    return found.exclude(official__left_on__lte=day).distinct()


class MatterQuerySet(models.QuerySet[Any]):
    """Matters by where they stand, and by whose turn it is."""

    def batches(self, size: int) -> Iterator[list[Any]]:
        """All of them by key, so many at a time: memory does not grow with their number."""
        rows, last = self.order_by("pk"), 0
        while batch := list(rows.filter(pk__gt=last)[:size]):
            last = batch[-1].pk
            yield batch

    def open(self) -> "MatterQuerySet":
        """Issued, and neither closed nor given up."""
        return self.filter(state__in=OPEN)

    def raised_for(self, projects: Iterable[int]) -> "MatterQuerySet":
        """Of these projects, raised from something that is on record, the latest first."""
        return self.filter(project__in=projects).exclude(origin_kind="").order_by("-pk")

    def unsigned(self, before: date) -> "MatterQuerySet":
        """Handed over on an earlier day than that, and not signed."""
        return self.filter(state=State.ISSUED, issued_on__lt=before)

    def silent(self, before: date) -> "MatterQuerySet":
        """Worked on, be it that its clock rests, and nothing was heard since an earlier day."""
        return self.filter(state=State.WORKING, spoken_on__lt=before)

    def for_office(self) -> "MatterQuerySet":
        """Those in which the next step is the review office's: to issue, to decide, to review."""
        return self.filter(Q(state=State.DRAFT) | Q(asks_office=True) | Q(asks_review=True))

    def visible_to(self, user: Visitor) -> "MatterQuerySet":
        """All of them for whoever may view matters."""
        return self if user.has_perm("projects.view_matter") else self.none()

    def of_agency_of(self, user: Visitor) -> "MatterQuerySet":
        """Those that the user's agency leads, or that of one whose deputy he is today."""
        return self.filter(self._ours(user))

    def waiting_for(self, user: Visitor) -> "MatterQuerySet":
        """Those in which the next step is the user's: sign, answer, verify, decide, or review.

        His own, and those of whoever's deputy he is today.
        """
        return self.filter(reduce(or_, self._to_do(user).values()))

    def with_to_do(self, user: Visitor) -> "MatterQuerySet":
        """Each with what the user has to do about it, `to_do`; what others wait for comes first."""
        cases = (When(wanted, then=Value(each.value)) for each, wanted in self._to_do(user).items())
        return self.annotate(to_do=Case(*cases, default=Value(""), output_field=CharField()))

    def _to_do(self, user: Visitor) -> dict[ToDo, Q]:
        ours, people = self._ours(user), acting_for(user, clock.today()).values("pk")
        decides = Q(asks_lead_official=True, project__in=self._led_by(people))
        found = {ToDo.VERIFY: Q(verifier__in=people, state=State.ANSWERED) & ~ours}
        if user.has_perm("projects.oversee_matter"):
            found[ToDo.ISSUE] = Q(state=State.DRAFT)
            found[ToDo.REVIEW] = self._to_review(user) & ~ours
            decides |= Q(asks_office=True)
        return found | {
            ToDo.DECIDE: decides,
            ToDo.SIGN: ours & Q(state=State.ISSUED),
            ToDo.ANSWER: ours & Q(state=State.WORKING),
        }

    def _ours(self, user: Visitor) -> Q:
        people = acting_for(user, clock.today()).values("pk")
        agencies = self._related("lead_agency").where_serve(people)
        return Q(lead_agency__isnull=False, lead_agency__in=agencies.values("pk"))

    def _led_by(self, people: models.QuerySet[Any, Any]) -> models.QuerySet[Any, Any]:
        day = clock.today()
        still = Q(assignments__until__isnull=True) | Q(assignments__until__gte=day)
        led = self._related("project").filter(
            still,
            assignments__since__lte=day,
            assignments__role=Role.LEAD_OFFICIAL,
            assignments__official__user__in=people,
        )
        return led.values("pk")

    def _to_review(self, user: Visitor) -> Q:
        """Appeals on matters in which the user took no part."""
        steps = self._related("steps").filter(matter=OuterRef("pk"))
        took = steps.filter(Q(actor=user.pk) | Q(on_behalf_of=user.pk))
        named = Q(author=user.pk) | Q(verifier=user.pk, verifier__isnull=False)
        return Q(asks_review=True) & ~named & ~Q(Exists(took))

    def _related(self, name: str) -> Any:
        model: Any = self.model._meta.get_field(name).related_model
        return model._default_manager.all()


class OrderQuerySet(models.QuerySet[Any]):
    """Orders by who may read them."""

    def visible_to(self, user: Visitor) -> "OrderQuerySet":
        """All of them for whoever may view orders."""
        return self if user.has_perm("projects.view_order") else self.none()


class ReviewQuerySet(models.QuerySet[Any]):
    """Weekly reviews."""

    def visible_to(self, user: Visitor) -> "ReviewQuerySet":
        """All of them for whoever may view reviews: agendas and decisions are no secrets."""
        return self if user.has_perm("projects.view_weeklyreview") else self.none()

    def open(self) -> "ReviewQuerySet":
        """Neither final nor cancelled; one at most."""
        return self.filter(state__in=OPEN_REVIEWS)

    def held(self) -> "ReviewQuerySet":
        """Those that took place."""
        return self.filter(state__in=(ReviewState.DRAFTED, ReviewState.FINAL))

    def standing(self) -> "ReviewQuerySet":
        """All but the cancelled, the latest first."""
        latest_first = ("-day", "-year", "-serial")
        return self.exclude(state=ReviewState.CANCELLED).order_by(*latest_first)


class DecisionQuerySet(models.QuerySet[Any]):
    """What reviews decided."""

    def standing(self) -> "DecisionQuerySet":
        """Those that were not withdrawn."""
        return self.filter(withdrawn="")
