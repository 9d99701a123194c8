"""What can be asked of close-outs."""

from typing import Any

from django.db.models import Q, QuerySet

from kuancheng.asking.filters import CodesFilter, NumberFilter, SearchFilter
from kuancheng.asking.parameters import Parameters
from projects.choices import CloseOutState, Industry, ManagementType, Nature
from projects.models import CloseOut


class CloseOutFilter(Parameters):
    """What the list of close-outs is narrowed to."""

    no_past = "收官总结确认后不再改动，清单只回答现在。"

    state = CodesFilter(choices=CloseOutState.choices, method="aside", label="状态，不填为已确认")
    industry = CodesFilter("project__industry", choices=Industry.choices, label="行业门类")
    nature = CodesFilter("project__nature", choices=Nature.choices, label="建设性质")
    management_type = CodesFilter(
        "project__management_type", choices=ManagementType.choices, label="管理类型"
    )
    search = SearchFilter(method="by_words", label="项目、做法、问题或建议")
    page = NumberFilter(minimum=1, label="页码，从 1 起")

    def aside(self, queryset: Any, name: str, value: object) -> Any:
        """`found` reads it: those that stand, unless others are asked for."""
        return queryset

    def by_words(self, queryset: QuerySet[CloseOut], name: str, value: str) -> QuerySet[CloseOut]:
        """The words occur in the answers or the project's names."""
        found = Q(search_key__icontains=value) | Q(project__search_key__icontains=value)
        return queryset.filter(found)

    def found(self) -> QuerySet[Any]:
        """The close-outs asked for, the latest first."""
        states = self.form.cleaned_data["state"] or [CloseOutState.CONFIRMED]
        return self.qs.filter(state__in=states).order_by("-confirmed_on", "-written_on", "-pk")
