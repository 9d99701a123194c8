"""What the money shows of itself to other systems."""

from typing import Any

from rest_framework import serializers

from investment.choices import CorrectionState
from investment.models import MONTH_FIELDS, AnnualPlan, StatusReport, YearTurn
from kuancheng.drf.rows import (
    Code,
    CodeNamed,
    Figure,
    Label,
    Moment,
    Month,
    Record,
    RowSerializer,
)
from projects.api.evidence import EvidenceSerializer
from projects.choices import YearClass

AMOUNTS = ("amount", *MONTH_FIELDS)


class CorrectionSerializer(serializers.Serializer[Any]):
    """A new figure for an approved report, and the one that it replaced."""

    about = "更正"

    number = serializers.IntegerField(help_text="第几次")
    before_completed = Figure(max_digits=14, decimal_places=2, help_text="原本月完成投资（万元）")
    completed = Figure(max_digits=14, decimal_places=2, help_text="更正为（万元）")
    before_percent = Figure(
        max_digits=5, decimal_places=2, allow_null=True, help_text="原形象进度（%）"
    )
    physical_percent = Figure(
        max_digits=5, decimal_places=2, allow_null=True, help_text="更正为形象进度（%）"
    )
    reason = serializers.CharField(help_text="更正原因")
    state = Code(CorrectionState.choices, help_text="状态")
    state_label = Label(choices=CorrectionState.choices, source="state", help_text="状态（中文）")
    author = serializers.CharField(
        source="author__full_name", allow_null=True, help_text="提出人，空值为系统"
    )
    authored_at = Moment(help_text="提出时间")
    approver = serializers.CharField(
        source="approver__full_name", allow_null=True, help_text="批准人"
    )
    decided_at = Moment(allow_null=True, help_text="批准或不采纳的时间")


class StatusReportSerializer(RowSerializer):
    """What one month brought to one project, in whatever state it is."""

    month = Month(read_only=True, help_text="月份")
    evidence = EvidenceSerializer(many=True, read_only=True, help_text="佐证，按上传先后")
    corrections = CorrectionSerializer(
        many=True, read_only=True, help_text="复核后的更正，先后为序；数字已按批准的更正计"
    )

    class Meta:
        model = StatusReport
        fields = (
            "id",
            "project",
            "month",
            "completed",
            "physical_percent",
            "physical_progress",
            "problems",
            "next_step",
            "explanation",
            "state",
            "submitted_at",
            "approved_at",
            "return_note",
            "corrections",
            "evidence",
            "version",
            "updated_at",
        )
        parts = ("evidence", "corrections")


class Typed(serializers.BooleanField):
    """Whether the months were broken down by hand."""

    def columns(self) -> tuple[str, ...]:
        return AMOUNTS

    def read(self, record: Record) -> bool:
        return _plan(record).is_typed


def _months() -> serializers.ListField:
    return serializers.ListField(
        child=serializers.DecimalField(max_digits=14, decimal_places=2),
        min_length=12,
        max_length=12,
        help_text="1月到12月的计划（万元）：已分月的照填，未分月的按当年季节曲线分解",
    )


class FormerPlanSerializer(serializers.Serializer[Any]):
    """A version of a plan that a later one replaced."""

    about = "年度计划旧版"

    version = serializers.IntegerField(help_text="版本")
    amount = serializers.DecimalField(
        max_digits=14, decimal_places=2, help_text="年度计划投资（万元）"
    )
    months = _months()
    effective_from = serializers.DateField(allow_null=True, help_text="生效日期，空值为自年初")
    reason = serializers.CharField(help_text="这一版的调整原因")
    replaced_at = serializers.DateTimeField(help_text="被替代的时间")


class AnnualPlanSerializer(RowSerializer):
    """A project's plan for a year: the version in force, and those before it."""

    months = _months()
    months_typed = Typed(read_only=True, help_text="各月是否为填报的数；否则为分解的数")
    former = FormerPlanSerializer(many=True, help_text="被替代的旧版，新的在前")

    class Meta:
        model = AnnualPlan
        parts = ("months", "former")
        fields = (
            "id",
            "project",
            "year",
            "amount",
            "goal",
            "months",
            "months_typed",
            "version",
            "effective_from",
            "reason",
            "former",
            "updated_at",
        )


class YearTurnSerializer(RowSerializer):
    """A turn of the year: which list rolled into which, by whom, and whether it stands."""

    from_programme = CodeNamed(read_only=True, help_text="上年清单")
    to_programme = CodeNamed(
        allow_null=True, read_only=True, help_text="新年度清单；随撤销取消的为空"
    )
    author = serializers.CharField(
        source="author__full_name", read_only=True, help_text="办理人姓名"
    )
    at = Moment(read_only=True, help_text="办理时间")
    undone_at = Moment(read_only=True, allow_null=True, help_text="撤销时间")
    projects = serializers.IntegerField(read_only=True, help_text="转入的项目数")
    without_plan = serializers.IntegerField(
        read_only=True, help_text="转入时没有填年度计划的项目数"
    )

    class Meta:
        model = YearTurn
        parts: tuple[str, ...] = ("projects", "without_plan")
        fields: tuple[str, ...] = (
            "id",
            "year",
            "from_programme",
            "to_programme",
            "to_code",
            "to_name",
            "document",
            "state",
            "author",
            "at",
            "undone_at",
            "undo_reason",
            "projects",
            "without_plan",
            "version",
            "updated_at",
        )


class TurnedProjectSerializer(serializers.Serializer[Any]):
    """A project of a turn, and what was typed for it."""

    about = "结转的项目"

    project = CodeNamed(help_text="项目")
    year_class = Code(YearClass.choices, help_text="新年度的年度类别")
    year_class_label = Label(
        choices=YearClass.choices, source="year_class", help_text="年度类别（中文）"
    )
    plan_amount = Figure(
        max_digits=14,
        decimal_places=2,
        allow_null=True,
        help_text="转入时填的年度计划投资（万元），没有填为空",
    )
    opening_amount = Figure(
        max_digits=14,
        decimal_places=2,
        allow_null=True,
        help_text="截至上年底核定的累计完成（万元），没有填为空",
    )


class YearTurnDetailSerializer(YearTurnSerializer):
    """A single turn: also its projects."""

    lines = TurnedProjectSerializer(many=True, read_only=True, help_text="结转的项目，按编号")

    class Meta(YearTurnSerializer.Meta):
        fields = (*YearTurnSerializer.Meta.fields, "lines")
        parts = (*YearTurnSerializer.Meta.parts, "lines")


def _plan(record: Record) -> AnnualPlan:
    columns: dict[str, Any] = {name: record[name] for name in AMOUNTS}
    return AnnualPlan(**columns)
