"""What progress looks like to other systems."""

from typing import Any

from rest_framework import serializers

from kuancheng.drf.rows import Figure, Label, Month, Record, RowSerializer
from kuancheng.reports.choices import ProRataBasis
from kuancheng.reports.columns import api_fields
from kuancheng.reports.judging.serializers import Overridden, ReasonSerializer, ReportOwed
from kuancheng.reports.models import DailyStatus


class NextMilestone(serializers.Serializer[Any]):
    """The next milestone that is due."""

    about = "下一节点"

    name = serializers.CharField(help_text="节点")
    planned_finish = serializers.DateField(help_text="计划完成")

    def columns(self) -> tuple[str, ...]:
        return "next_milestone", "next_milestone_finish"

    def read(self, record: Record) -> Record | None:
        name, finish = (record[column] for column in self.columns())
        return None if finish is None else {"name": name, "planned_finish": finish}


class ProgressSerializer(RowSerializer):
    """A project's progress on a day."""

    as_of = serializers.DateField(source="date", read_only=True, help_text="截至日期")
    money_month = Month(read_only=True, help_text="统计月份：截至日期时最近一个已到报送期限的月份")
    last_report = Month(
        read_only=True, allow_null=True, help_text="最近一个已报送的月份，从未报送为空"
    )
    reasons = ReasonSerializer(many=True, read_only=True, help_text="亮灯的全部原因，最严重的在前")
    next_milestone = NextMilestone(
        read_only=True, allow_null=True, help_text="下一个未完成且未超期的节点"
    )
    report_owed = ReportOwed(
        read_only=True,
        help_text="是否应报统计月进展：前期至竣工、状态正常、尚未竣工、当月没有全月停工；不应报的，填报状态为空不是漏报",
    )
    overridden = Overridden(read_only=True, help_text="是否人工调灯；规则判定见 computed_light")

    class Meta:
        model = DailyStatus
        fields = api_fields()


class LightCounts(serializers.Serializer[Any]):
    """How many projects wear each light."""

    about = "各灯的项目数"

    red = serializers.IntegerField(help_text="红灯项目数")
    yellow = serializers.IntegerField(help_text="黄灯项目数")
    blue = serializers.IntegerField(help_text="蓝灯项目数")
    green = serializers.IntegerField(help_text="绿灯项目数")
    grey = serializers.IntegerField(help_text="灰灯项目数（未研判）")


def _sum(words: str) -> Figure:
    return Figure(
        max_digits=20,
        decimal_places=2,
        allow_null=True,
        help_text=f"{words}（万元）；没有项目填报时为空，未填报的不按 0 计",
    )


def _missing(words: str) -> serializers.IntegerField:
    return serializers.IntegerField(help_text=f"没有{words}、未计入合计的项目数")


def _percent(words: str) -> Figure:
    return Figure(
        max_digits=16, decimal_places=2, allow_null=True, help_text=f"{words}；没有年度计划时为空"
    )


class SumsSerializer(serializers.Serializer[Any]):
    """What a set of progress rows adds up to."""

    about = "进展合计"

    projects = serializers.IntegerField(help_text="项目数")
    lights = LightCounts(help_text="各灯的项目数")
    total_investment = _sum("计划总投资合计")
    total_investment_missing = _missing("计划总投资")
    annual_plan = _sum("年度计划投资合计")
    annual_plan_missing = _missing("年度计划")
    completed_month = _sum("统计月完成投资合计")
    completed_month_missing = _missing("统计月已复核填报")
    completed_ytd = _sum("本年累计完成投资合计")
    completed_ytd_missing = _missing("本年已复核填报")
    completed_total = _sum("累计完成投资合计")
    completed_total_missing = _missing("任何已复核填报")
    pending_ytd = _sum("本年已提交、待复核的投资合计，不含在其他合计中")
    pending_projects = serializers.IntegerField(help_text="有待复核填报的项目数")
    completion_rate = _percent("完成率（%）：有年度计划的项目，本年累计完成合计 ÷ 年度计划合计")
    pro_rata_linear = _percent("平均序时进度（%）")
    pro_rata_seasonal = _percent("季节序时进度（%），按年度计划加权")
    gap = _percent("完成率与序时进度的差距（百分点），负数为落后")


class GroupKey(serializers.Serializer[Any]):
    """What a group is called."""

    about = "分组"

    id = serializers.CharField(help_text="记录号或编号，可用作同名参数的值")
    name = serializers.CharField(help_text="名称")


class GroupSerializer(SumsSerializer):
    """The same for one group."""

    about = "一组的进展合计"

    key = GroupKey(allow_null=True, help_text="哪一组；没有登记这一项的项目为空")


class SummarySerializer(SumsSerializer):
    """The same with the day, the basis, and the groups where they were asked for."""

    about = "进展汇总"

    as_of = serializers.DateField(help_text="截至日期")
    money_month = Month(help_text="统计月份：截至日期时最近一个已到报送期限的月份")
    basis = serializers.ChoiceField(ProRataBasis.choices, help_text="差距和亮灯所用的序时口径")
    basis_label = Label(choices=ProRataBasis.choices, source="basis", help_text="序时口径（中文）")
    groups = GroupSerializer(
        many=True, allow_null=True, help_text="按 group_by 分组的合计，年度计划大的在前；不分组为空"
    )

    class Meta:
        parts = ("groups",)
