"""Close-outs, for other systems."""

from typing import Any

from rest_framework import serializers

from kuancheng.asking.filters import CodesFilter, DayFilter, OrderingFilter, RecordsFilter
from kuancheng.asking.parameters import ListParameters
from kuancheng.drf.rows import CodeNamed, RowSerializer
from kuancheng.drf.views import RecordsViewSet
from projects.choices import CloseOutState, Industry, ManagementType, Nature
from projects.models import CloseOut, Project


class CloseOutSerializer(RowSerializer):
    """What a finished project taught, with its frozen figures."""

    project = CodeNamed(read_only=True, help_text="项目")
    author = serializers.CharField(
        source="author__full_name", read_only=True, help_text="填写人姓名"
    )
    figures = serializers.JSONField(
        read_only=True,
        allow_null=True,
        help_text="确认时定稿的数据：投资、资金、对首次承诺的节点和天数、停工、事项；未确认为空",
    )

    class Meta:
        model = CloseOut
        fields = (
            "id",
            "project",
            "practices",
            "troubles",
            "advice",
            "state",
            "author",
            "written_on",
            "confirmed_on",
            "figures",
            "version",
            "updated_at",
        )


class CloseOutParameters(ListParameters):
    """What a list of close-outs is narrowed to."""

    project = RecordsFilter(queryset=Project.objects.all(), key="code", label="项目编号")
    state = CodesFilter(choices=CloseOutState.choices, label="状态")
    industry = CodesFilter("project__industry", choices=Industry.choices, label="行业门类")
    nature = CodesFilter("project__nature", choices=Nature.choices, label="建设性质")
    management_type = CodesFilter(
        "project__management_type", choices=ManagementType.choices, label="管理类型"
    )
    confirmed_after = DayFilter("confirmed_on", "gte", label="确认日期不早于这一天")
    ordering = OrderingFilter(
        columns={"confirmed_on": "confirmed_on", "project": "project__code"},
        default="-confirmed_on",
    )


class CloseOutViewSet(RecordsViewSet):
    """Close-outs of finished projects."""

    queryset = CloseOut.objects.all()
    serializer_class = CloseOutSerializer
    lookup_field = "id"
    parameters = {"list": CloseOutParameters}
    about = {
        "list": "收官总结：已竣工项目的三个问题的回答和确认时定稿的数据。",
        "retrieve": "按记录号查一份收官总结。",
    }

    def get_queryset(self) -> Any:
        """Those that the caller may see."""
        return CloseOut.objects.visible_to(self.request.user)
