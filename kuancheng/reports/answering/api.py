"""Answers to red lights, for other systems."""

from typing import Any

from rest_framework import serializers

from kuancheng.asking.filters import DayFilter, OrderingFilter, RecordsFilter
from kuancheng.asking.parameters import ListParameters
from kuancheng.drf.rows import Moment, RowSerializer
from kuancheng.drf.views import RecordsViewSet
from kuancheng.reports.models import LightAnswer
from projects.models import Project


class LightAnswerSerializer(RowSerializer):
    """What the owner of a red light said to it."""

    author = serializers.CharField(
        source="author__full_name", read_only=True, help_text="说明人姓名"
    )
    at = Moment(read_only=True, help_text="说明时间")

    class Meta:
        model = LightAnswer
        fields = ("id", "project", "since", "cause", "measure", "promised", "author", "day", "at")


class LightAnswerFilterSet(ListParameters):
    """Answers."""

    project = RecordsFilter(queryset=Project.objects.all(), key="code", label="项目编号")
    day_after = DayFilter("day", "gte", label="说明日期不早于这一天")
    day_before = DayFilter("day", "lte", label="说明日期不晚于这一天")
    promised_before = DayFilter("promised", "lte", label="承诺转好的日子不晚于这一天")
    ordering = OrderingFilter(
        columns={"at": "at", "promised": "promised", "project": "project__code"},
        default="-at",
    )


class LightAnswerViewSet(RecordsViewSet):
    """What was said to red lights; written once, a later one replaces it."""

    queryset = LightAnswer.objects.all()
    serializer_class = LightAnswerSerializer
    lookup_field = "id"
    parameters = {"list": LightAnswerFilterSet}
    about = {
        "list": "红灯说明：责任单位对亮红灯写的原因、措施和承诺转好的日子。"
        "写后不改，同一项目以后一条为准；项目现在的灯见 progress。",
        "retrieve": "按记录号查一条红灯说明。",
    }

    def noun(self) -> str:
        return "红灯说明"

    def get_queryset(self) -> Any:
        return self.queryset.all()
