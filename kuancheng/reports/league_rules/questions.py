"""What may be asked of the pages of the league's rules."""

from typing import Any

from kuancheng.asking import fields
from kuancheng.asking.filters import SettingFilter
from kuancheng.asking.parameters import Parameters
from kuancheng.reports.models import LeagueGroup


class GroupSetting(SettingFilter):
    """A group that the view reads."""

    field_class = fields.RecordField

    def __init__(self, **more: Any) -> None:
        super().__init__(queryset=LeagueGroup.objects.all(), **more)


class RulesParameters(Parameters):
    no_past = "各版规则都列在这里，写明从哪个月起生效；过去的月份按当时的一版算。"


class SourceParameters(RulesParameters):
    """Whose rule a new one starts from."""

    @classmethod
    def get_filters(cls) -> dict[str, Any]:
        """`from`, a word that Python keeps for itself."""
        return super().get_filters() | {"from": GroupSetting(label="照哪一组的规则填")}
