"""What matters look like to other systems."""

from typing import Any

from rest_framework import serializers

from kuancheng.drf.rows import Code, Figure, Label, Moment, Named, Record, RowSerializer
from projects.api.evidence import EvidenceSerializer
from projects.choices import MatterLevel, Outcome
from projects.models import Agency, Matter
from projects.rules.matters.figures import Counts
from projects.rules.matters.steps import STEP_NAMES

COLOURS = (("blue", "临期"), ("yellow", "超期或退回"), ("red", "严重超期"))
STEPS = [(each.value, name) for each, name in STEP_NAMES.items()]


class Person(serializers.Serializer[Any]):
    """Somebody who has to do with a matter."""

    about = "人员"

    id = serializers.IntegerField(help_text="账号的记录号")
    name = serializers.CharField(help_text="姓名")

    def columns(self) -> tuple[str, ...]:
        return f"{self.source}_id", f"{self.source}__full_name"

    def read(self, record: Record) -> Record | None:
        pk, name = (record[column] for column in self.columns())
        return None if pk is None else {"id": pk, "name": name}


class MatterSerializer(RowSerializer):
    """A matter and how it stands today."""

    verifier = Person(read_only=True, allow_null=True, help_text="核查人")
    author = Person(read_only=True, help_text="提出人")
    merged_into = serializers.IntegerField(
        source="merged_into_id", read_only=True, allow_null=True, help_text="并入的事项的记录号"
    )
    due = serializers.DateField(
        read_only=True, allow_null=True, help_text="现行时限：节假日顺延，暂停顺延；未交办为空"
    )
    original_due = serializers.DateField(
        read_only=True, allow_null=True, help_text="本轮交办、改派或重开时定的时限"
    )
    extensions = serializers.IntegerField(read_only=True, help_text="本轮已延期的次数")
    colour = serializers.ChoiceField(
        COLOURS,
        read_only=True,
        allow_null=True,
        help_text="今天该发的督办单颜色；没有、已反馈、暂停或已了结的为空",
    )
    level_in_force = serializers.IntegerField(
        read_only=True, help_text="现行级别：交办时的级别与按规则升到的级别取高，1 到 4"
    )
    left = serializers.IntegerField(
        read_only=True, allow_null=True, help_text="距时限还有几个工作日；已超期或不计时的为空"
    )
    late = serializers.IntegerField(read_only=True, help_text="超期的工作日；了结的为了结时的")
    used = serializers.IntegerField(read_only=True, help_text="计入牵头单位的工作日，各轮合计")
    silent = serializers.IntegerField(read_only=True, help_text="没有动静的工作日")
    unsigned = serializers.IntegerField(read_only=True, help_text="超过签收时限的工作日")
    unverified = serializers.IntegerField(read_only=True, help_text="超过核查时限的工作日")
    paused = serializers.BooleanField(read_only=True, help_text="今天是否暂停")
    reasons = serializers.ListField(
        child=serializers.CharField(), read_only=True, help_text="超期、退回、升级的原因"
    )

    class Meta:
        model = Matter
        fields: tuple[str, ...] = (
            "id",
            "number",
            "title",
            "kind",
            "factor",
            "source",
            "text",
            "expected",
            "project",
            "enterprise",
            "milestone",
            "lead_agency",
            "verifier",
            "author",
            "state",
            "round",
            "level",
            "level_in_force",
            "issued_on",
            "due",
            "original_due",
            "extensions",
            "answered_on",
            "closed_on",
            "merged_into",
            "colour",
            "left",
            "late",
            "used",
            "silent",
            "unsigned",
            "unverified",
            "paused",
            "reasons",
            "is_demo",
            "version",
            "updated_at",
        )
        parts: tuple[str, ...] = (
            "level_in_force",
            "due",
            "original_due",
            "extensions",
            "colour",
            "left",
            "late",
            "used",
            "silent",
            "unsigned",
            "unverified",
            "paused",
            "reasons",
        )


class StepSerializer(serializers.Serializer[Any]):
    """One step that was taken."""

    about = "一步办理记录，写下后不再改动"

    number = serializers.IntegerField(help_text="序号，从 1 起")
    step = Code(STEPS, help_text="操作")
    step_label = Label(choices=STEPS, source="step", help_text="操作（中文）")
    day = serializers.DateField(help_text="计在哪一天")
    at = Moment(help_text="写下的时间")
    actor = Person(help_text="办理人")
    on_behalf = serializers.BooleanField(help_text="是否督查办公室代单位签收、填写")
    text = serializers.CharField(help_text="内容，没有时为空字符串")
    outcome = Code(Outcome.choices, allow_null=True, help_text="办理结果，不是反馈的为空")
    outcome_label = Label(
        choices=Outcome.choices, source="outcome", allow_null=True, help_text="办理结果（中文）"
    )
    due = serializers.DateField(allow_null=True, help_text="这一步定下或申请的时限")
    first = serializers.DateField(allow_null=True, help_text="暂停起")
    last = serializers.DateField(allow_null=True, help_text="暂停止，未定为空")
    level = serializers.IntegerField(
        allow_null=True, min_value=1, max_value=max(MatterLevel.values), help_text="定下的级别"
    )
    agency = Named(allow_null=True, help_text="交办、改派给的单位，或异议中提出的单位")
    evidence = EvidenceSerializer(many=True, help_text="佐证，按上传先后")

    class Meta:
        parts = ("evidence",)


class MatterDetailSerializer(MatterSerializer):
    """The same with its supporters and its steps."""

    supporters = serializers.ListField(child=Named(), read_only=True, help_text="配合单位")
    steps = StepSerializer(many=True, read_only=True, help_text="办理记录，先后为序")

    class Meta(MatterSerializer.Meta):
        fields = (*MatterSerializer.Meta.fields, "supporters", "steps")
        parts = (*MatterSerializer.Meta.parts, "supporters", "steps")


def _number(words: str) -> serializers.IntegerField:
    return serializers.IntegerField(help_text=words)


def _figure(words: str) -> Figure:
    return Figure(
        max_digits=12, decimal_places=2, allow_null=True, help_text=f"{words}；没有分母时为空"
    )


class FiguresSerializer(serializers.Serializer[Any]):
    """What was counted in a period, and the rates."""

    about = "事项统计"

    handled = _number("承办件数：期内办结，加期末未销号，加期内销号、期后重开的")
    closed = _number("期内办结件数；后来重开的不计")
    on_time = _number("其中按期办结：在原定时限内反馈")
    extended = _number("其中延期办结：获准延期后、超过原定时限办结")
    late = _number("其中超期办结")
    reopened = _number("期内销号、后来重开，因而不再计为办结的")
    due = _number("应办结件数：期内办结，加到期未办结")
    slipped = _number("到期未办结：期末未销号且已过时限，含暂停和待核查的")
    open = _number("期末未销号件数")
    overdue = _number("期末超期：在牵头单位手里、已过时限、没有暂停")
    paused = _number("期末暂停件数")
    answered = _number("期末待核查件数")
    verdicts = _number("期内核查次数：销号、退回")
    returned = _number("期内退回次数")
    used = _number("办结事项计入牵头单位的工作日合计")
    closing_rate = _figure("办结率（%）：办结 ÷ 承办")
    on_time_rate = _figure("按期办结率（%）：按期办结 ÷ 应办结")
    mean_days = _figure("平均用时（工作日）：工作日合计 ÷ 办结")
    return_rate = _figure("退回率（%）：退回次数 ÷ 核查次数")
    restated = serializers.CharField(help_text="因重开而更正的说明，没有时为空字符串")


class FiguresKey(serializers.Serializer[Any]):
    """What a group is called."""

    about = "事项统计的分组"

    id = serializers.CharField(help_text="记录号、代码，或月份 YYYY-MM")
    name = serializers.CharField(help_text="名称")


class FiguresGroup(FiguresSerializer):
    """The same for one group."""

    about = "一组的事项统计"

    key = FiguresKey(allow_null=True, help_text="哪一组；没有登记这一项的为空")


class MatterSummarySerializer(FiguresSerializer):
    """The same with the days, and the groups where they were asked for."""

    about = "事项汇总"

    as_of = serializers.DateField(help_text="截至日期")
    known_at = serializers.DateField(allow_null=True, help_text="按哪天的记录；现在的为空")
    first = serializers.DateField(help_text="统计期的第一天")
    last = serializers.DateField(help_text="统计期的最后一天：截至日期与所知日期中较早的一天")
    groups = FiguresGroup(
        many=True, allow_null=True, help_text="按 by 分组的统计；按月份时为本年各月；不分组为空"
    )

    class Meta:
        parts = ("groups",)


def figures_of(counts: Counts) -> Record:
    """The counts and rates as a record for the serializers."""
    return vars(counts) | {
        "handled": counts.handled,
        "due": counts.due,
        "closing_rate": counts.closing_rate.value,
        "on_time_rate": counts.on_time_rate.value,
        "mean_days": counts.mean_days.value,
        "return_rate": counts.return_rate.value,
        "restated": counts.restated,
    }


def named(agency: Agency) -> Record:
    """A supporter, as other related records are sent."""
    return {"id": agency.pk, "name": agency.name}
