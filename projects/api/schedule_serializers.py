"""What schedules and baselines look like to other systems."""

from typing import Any

from rest_framework import serializers

from kuancheng.drf.rows import Code, CodeNamed, Label, Record, RowSerializer
from projects.choices import DurationUnit, PromisedDay, SuggestionKind
from projects.models import Baseline


class StepName(serializers.Serializer[Any]):
    """A step by the name that people know."""

    about = "一个步骤的编号和名称"

    key = serializers.CharField(help_text="编号；登记的节点为其序号")
    name = serializers.CharField(help_text="名称")


class SuggestionSerializer(serializers.Serializer[Any]):
    """A single change that would keep the promise."""

    about = "一条建议：只改这一处、重新推算后能守住承诺"

    kind = Code(SuggestionKind.choices, help_text="做法")
    kind_label = Label(choices=SuggestionKind.choices, source="kind", help_text="做法（中文）")
    step = StepName(help_text="改哪一步")
    days = serializers.IntegerField(
        allow_null=True, help_text="压缩到的工期（天，按这一步的单位）；并行推进时为空"
    )
    after = StepName(allow_null=True, help_text="与哪一步并行；压缩工期时为空")


class BrokenSerializer(serializers.Serializer[Any]):
    """A promise of a single step that cannot be kept."""

    about = "守不住的单步承诺"

    step = StepName(help_text="哪一步")
    what = Code(PromisedDay.choices, help_text="承诺的是开始还是完成")
    what_label = Label(choices=PromisedDay.choices, source="what", help_text="承诺的内容（中文）")
    promised = serializers.DateField(help_text="承诺的日期")
    earliest = serializers.DateField(help_text="最早可能的日期")
    late_by = serializers.IntegerField(help_text="晚几天（日历日）")


class StepDays(serializers.Serializer[Any]):
    """The days of a step."""

    about = "一个步骤的最迟、最早日期"

    key = serializers.CharField(help_text="步骤编号")
    latest_start = serializers.DateField(help_text="最迟开始")
    latest_finish = serializers.DateField(help_text="最迟完成")
    earliest_start = serializers.DateField(help_text="最早开始")
    earliest_finish = serializers.DateField(help_text="最早完成")
    float_days = serializers.IntegerField(help_text="机动天数（按这一步的单位），负数为已来不及")
    critical = serializers.BooleanField(help_text="是否关键：推迟一天，最早完成就要后移")


class Verdict(serializers.Serializer[Any]):
    """What the engine says besides the days."""

    about = "研判结论"

    broken = BrokenSerializer(many=True, help_text="守不住的单步承诺")
    flags = serializers.ListField(
        child=serializers.CharField(), help_text="提示，例如某年放假安排尚未公布"
    )
    suggestions = SuggestionSerializer(many=True, help_text="建议，最多 5 条；守得住承诺时为空")


class PreviewSerializer(Verdict):
    """A schedule that was asked for."""

    about = "试算结果"

    feasible = serializers.BooleanField(help_text="能否守住承诺（含单步承诺）")
    earliest_finish = serializers.DateField(help_text="最早完成日期")
    late_by = serializers.IntegerField(help_text="晚几天（日历日），不晚为 0")
    late_by_working = serializers.IntegerField(help_text="晚几个工作日，不晚为 0")
    critical = serializers.ListField(
        child=serializers.CharField(), help_text="关键步骤的编号，按日期先后"
    )
    steps = StepDays(many=True, help_text="各步骤的日期，次序与请求相同")


class ScheduledStep(StepDays):
    """A registered milestone with its days."""

    about = "一个节点的工期、实际日期和最迟、最早日期"

    name = serializers.CharField(help_text="节点名称")
    duration = serializers.IntegerField(help_text="工期（天），没有登记时按计划起止推算")
    unit = Code(DurationUnit.choices, help_text="工期单位")
    unit_label = Label(choices=DurationUnit.choices, source="unit", help_text="工期单位（中文）")
    after = serializers.ListField(child=serializers.CharField(), help_text="前置节点的序号")
    actual_start = serializers.DateField(allow_null=True, help_text="实际开始")
    actual_finish = serializers.DateField(allow_null=True, help_text="实际完成")


class ProjectName(CodeNamed):
    """The project that a schedule is of."""

    about = "项目"


class ScheduleSerializer(Verdict):
    """A project's schedule as of a day."""

    about = "一个项目的倒排工期"

    project = ProjectName(help_text="项目")
    as_of = serializers.DateField(help_text="截至日期")
    promised = serializers.DateField(allow_null=True, help_text="承诺竣工（计划竣工），未登记为空")
    forecast = serializers.DateField(
        allow_null=True, help_text="预计竣工（不含投产阶段）；不能排期、已竣工、暂缓或退出时为空"
    )
    late_by = serializers.IntegerField(
        allow_null=True, help_text="预计竣工比承诺晚几天（日历日），不晚为 0；没有预计时为空"
    )
    late_by_working = serializers.IntegerField(
        allow_null=True, help_text="预计竣工比承诺晚几个工作日，不晚为 0；没有预计时为空"
    )
    feasible = serializers.BooleanField(
        allow_null=True, help_text="能否守住全部承诺（含投产和日期已定的节点）；不能排期时为空"
    )
    finish = serializers.DateField(
        allow_null=True,
        help_text="全部节点的承诺日期：计划竣工与计划投产中较晚的；不能排期时为空",
    )
    earliest_finish = serializers.DateField(
        allow_null=True, help_text="全部节点（含投产阶段）最早完成的日期；不能排期时为空"
    )
    critical = StepName(many=True, help_text="关键节点，按日期先后")
    steps = ScheduledStep(many=True, help_text="各节点，按序号；不能排期时为空列表")
    problems = serializers.ListField(
        child=serializers.CharField(), help_text="不能排期的原因，能排期时为空列表"
    )


class EntrySerializer(serializers.Serializer[Any]):
    """A milestone's planned days in a baseline."""

    about = "基线里一个节点的计划日期"

    number = serializers.IntegerField(source="order", help_text="节点序号")
    name = serializers.CharField(help_text="节点名称（批准时的）")
    planned_start = serializers.DateField(allow_null=True, help_text="计划开始，空值为未填报")
    planned_finish = serializers.DateField(allow_null=True, help_text="计划完成，空值为未填报")


class PersonName(serializers.CharField):
    """A person's full name; None where the account is gone."""

    def columns(self) -> tuple[str, ...]:
        return (f"{self.source}__full_name",)

    def read(self, record: Record) -> str | None:
        name: str | None = record[f"{self.source}__full_name"]
        return name


class BaselineSerializer(RowSerializer):
    """A plan as it was approved, or as it is proposed."""

    number = serializers.IntegerField(
        allow_null=True, read_only=True, help_text="编号，从 1 起；待批准的为空"
    )
    author = PersonName(allow_null=True, read_only=True, help_text="提出人姓名")
    approver = PersonName(allow_null=True, read_only=True, help_text="批准人姓名，待批准的为空")

    class Meta:
        model = Baseline
        fields: tuple[str, ...] = (
            "id",
            "project",
            "number",
            "reason",
            "note",
            "promised_completion",
            "author",
            "proposed_at",
            "approver",
            "approved_at",
        )


class BaselineDetailSerializer(BaselineSerializer):
    """The same, with the planned days of every milestone."""

    entries = EntrySerializer(many=True, read_only=True, help_text="各节点的计划日期")

    class Meta(BaselineSerializer.Meta):
        fields = (*BaselineSerializer.Meta.fields, "entries")
        parts = ("entries",)
