"""What can be asked of proposals."""

from typing import Any

from django.db.models import Q, QuerySet
from django_filters import ChoiceFilter

from kuancheng.access.models import User
from kuancheng.asking.filters import NumberFilter, OneOfFilter, SearchFilter
from kuancheng.asking.parameters import Parameters
from kuancheng.proposals import kinds
from kuancheng.proposals.choices import ProposalState
from kuancheng.proposals.models import Proposal

SCOPES = {"waiting": "待我审核", "mine": "我提出的", "all": "全部"}


class ProposalFilter(Parameters):
    """What the list of proposals is narrowed to."""

    no_past = "变更申请只回答现在；过去的每一步在申请页的“经过”里。"

    scope = OneOfFilter(choices=list(SCOPES.items()), label="哪些，不填为全部")
    state = ChoiceFilter(choices=ProposalState.choices, empty_label=None, label="状态")
    kind = ChoiceFilter(choices=kinds.labels, empty_label=None, label="类别")
    batch = SearchFilter("batch", lookup_expr="exact", label="同一次导入的批次")
    search = SearchFilter(method="by_words", label="对象名称、编号或理由")
    page = NumberFilter(minimum=1, label="页码，从 1 起")

    def by_words(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """The words occur in what the subject is called, or in the reason."""
        words = Q(subject_label__icontains=value) | Q(reason__icontains=value)
        return queryset.filter(words | Q(subject_code__icontains=value))

    def found(self, reader: User) -> QuerySet[Proposal]:
        """The proposals asked for among those that he may see, the newest first."""
        scope = self.form.cleaned_data["scope"] or "all"
        found = self.qs.visible_to(reader)
        if scope == "waiting":
            found = found.waiting_for(reader)
        elif scope == "mine":
            found = found.by(reader)
        shown: QuerySet[Proposal] = found.order_by("-pk")
        return shown
