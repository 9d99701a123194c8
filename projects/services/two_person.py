"""双人审核 of a project's fields: what no service writes for one person alone."""

from collections.abc import Callable, Iterable

from django.core.exceptions import ValidationError

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.proposals.models import AmountRules
from kuancheng.proposals.rules.amounts import needs_second
from kuancheng.records.base import label_of
from projects.models import Baseline, Project
from projects.rules.two_person import Amount, Guarded, need_second
from projects.services.rights import ALONE

AmountRule = Callable[[Amount, Amount], bool]


def guarded_of(project: Project | None) -> Guarded:
    """What of a project two people decide; of none, as it is before it is registered."""
    if project is None:
        return Guarded()
    return Guarded(project.total_investment, project.standing, project.planned_completion)


def amount_rule() -> AmountRule:
    """Which changes of a total investment need a second person, by the site's setting. One query."""
    limits = AmountRules.objects.limits_on(clock.today())
    return lambda before, after: needs_second(before, after, limits)


def needing(
    project: Project, before: Project | None, *, held: bool, of_amount: AmountRule
) -> tuple[str, ...]:
    """The fields that one person may not change so. `held` says that a baseline holds the plan."""
    return need_second(guarded_of(before), guarded_of(project), held=held, of_amount=of_amount)


def check_alone(
    project: Project, before: Project | None, actor: User, *, held: bool, of_amount: AmountRule
) -> None:
    """ValidationError by field for what only a second person lets through.

    The system's own account writes what it loads.
    """
    if actor.is_system:
        return
    names = needing(project, before, held=held, of_amount=of_amount)
    if names:
        raise ValidationError({name: f"“{label_of(Project, name)}”的改动{ALONE}" for name in names})


def held_among(projects: Iterable[int | None]) -> set[int]:
    """Those of the projects whose plan a baseline holds. One query, or none."""
    ids = {each for each in projects if each is not None}
    if not ids:
        return set()
    approved = Baseline.objects.approved().filter(project__in=ids).order_by()
    return set(approved.values_list("project_id", flat=True))
