"""The one way to change when reviews are held."""

from datetime import date

from django.db import transaction
from django.urls import reverse

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.access.rights import require
from kuancheng.audit import acts
from kuancheng.proposals.dated import Chosen, DatedKind
from kuancheng.proposals.kinds import Proposed
from kuancheng.records.announcing import Action, Announcement, announce
from kuancheng.records.dated import number_next
from projects.models import ReviewCadence


@transaction.atomic
@acts.setting("设定调度会周期", "cadence")
def save_cadence(*, cadence: ReviewCadence, today: date, actor: User) -> ReviewCadence:
    """Adds a version, numbered next, or changes one that is not yet in force.

    ValidationError for bad fields, for a day before today, and for a version in force already.
    """
    require(actor, f"projects.{'add' if cadence.pk is None else 'change'}_reviewcadence")
    is_new = number_next(cadence, today)
    cadence.full_clean()
    cadence._history_user = actor  # type: ignore[attr-defined]
    cadence.save()
    announce(
        Announcement(
            kind=cadence._meta.label_lower,
            id=cadence.pk,
            action=Action.CREATED if is_new else Action.CHANGED,
            version=cadence.version,
            fields=("effective_from",),
            actor=actor.pk,
        )
    )
    return cadence


class CadenceChange(DatedKind):
    """周调度安排: a version of it, by two people."""

    code, label = "projects.reviewcadence", "周调度安排"
    sees, decides = "projects.view_reviewcadence", "projects.add_reviewcadence"
    model = ReviewCadence

    def save(self, rules: ReviewCadence, chosen: Chosen, actor: User) -> None:
        save_cadence(cadence=rules, today=clock.today(), actor=actor)

    def link(self, proposal: Proposed) -> str:
        return reverse("weekly-cadence")


CADENCE = CadenceChange()
