"""一事一单: a second matter on the same thing is not raised unless somebody says why it is another."""

from collections.abc import Collection

from projects.models import Agency, Matter, Project
from projects.querysets import MatterQuerySet
from projects.rules.matters.steps import OPEN, State
from projects.services.matters.turn import MatterRefused

SHOWN = 5
"""So many that are alike are offered; the rest is found in the list."""


class RepeatedMatter(MatterRefused):
    """One like it is open, and nobody said why this is another thing; `twins` are those."""

    like = "同一项目或企业、同一要素、同一单位已有"

    def __init__(self, twins: list[Matter]) -> None:
        self.twins = twins
        names = "、".join(f"“{each}”（{each.get_state_display()}）" for each in twins)
        super().__init__(
            f"{self.like}{names}（一事一单）。请去办理那一件；确属另一件事的，请写明理由。"
        )


UNDONE = (State.DRAFT, *OPEN)
"""Nobody has finished with it yet."""


def like_it(matter: Matter, states: Collection[State] = UNDONE) -> list[Matter]:
    """Matters on the same thing that nobody has finished with: offered before a second. One query.

    The same project, factor and leading agency; without a project the same enterprise.
    政府督查工作条例 §15.
    """
    same: MatterQuerySet = Matter.objects.filter(
        state__in=states, factor=matter.factor, lead_agency=matter.lead_agency_id
    )
    if matter.project_id:
        same = same.filter(project=matter.project_id)
    elif matter.enterprise_id:
        same = same.filter(enterprise=matter.enterprise_id)
    else:
        return []
    return list(same.exclude(pk=matter.pk).order_by("-issued_on", "pk")[:SHOWN])


def require_separate(matter: Matter, reason: str, states: Collection[State] = UNDONE) -> None:
    """RepeatedMatter when one like it is open, unless there is a reason why it is another thing.

    The reason is kept with the matter. Two who raise the same at once wait for each other.
    """
    _wait_for_others(matter)
    twins = like_it(matter, states)
    if twins and not reason.strip():
        raise RepeatedMatter(twins)
    if twins:
        matter.separate_reason = reason.strip()


def _wait_for_others(matter: Matter) -> None:
    if matter.project_id:
        Project.objects.select_for_update(of=("self",)).get(pk=matter.project_id)
    elif matter.enterprise_id:
        Agency.objects.select_for_update(of=("self",)).get(pk=matter.enterprise_id)
