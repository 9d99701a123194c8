"""Setting up a group: like with like."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction

from kuancheng.access.models import User
from kuancheng.access.rights import require
from kuancheng.audit import acts
from kuancheng.records.announcing import announce
from kuancheng.records.versions import require_version
from kuancheng.reports.models import LeagueGroup

FIXED = ("subject", "agency_kind")
"""What a group compares; fixed once there are rules for it."""


@transaction.atomic
@acts.setting("设定赛马组别", "group")
def save_group(*, group: LeagueGroup, seen: int, today: date, actor: User) -> LeagueGroup:
    """Sets a group up, or changes its name, its place and until when it races.

    `seen` is the version that was shown, 0 for a new one. ValidationError for bad fields, for
    comparing something else once there are rules, and for closing it in a published month.
    """
    require(actor, f"reports.{'add' if group.pk is None else 'change'}_leaguegroup")
    if group.pk is not None:
        held = LeagueGroup.objects.select_for_update().get(pk=group.pk)
        require_version(held, seen)
        _require_same(held, group)
        group.version = held.version + 1
    group.full_clean()
    _require_open(group)
    announce(group.save_by(actor))
    return group


def _require_same(held: LeagueGroup, group: LeagueGroup) -> None:
    changed = [name for name in FIXED if getattr(held, name) != getattr(group, name)]
    if changed and held.rules.exists():
        raise ValidationError(
            {changed[0]: "这一组已有规则和排名，不能改比什么；请停用它，另设一组。"}
        )


def _require_open(group: LeagueGroup) -> None:
    if group.closed_on is None or group.pk is None:
        return
    later = group.publications.filter(month__gte=group.closed_on.replace(day=1)).first()
    if later is not None:
        raise ValidationError(
            {"closed_on": f"{later.month:%Y-%m} 的排名已经拟定或发布，停用日期要在那个月以后。"}
        )
