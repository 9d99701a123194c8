"""What the register shows of itself to other systems."""

from typing import Any

from rest_framework import serializers

from kuancheng.drf.rows import Code, CodeNamed, Figure, Label, Named, Record, RowSerializer
from projects.api.evidence import EvidenceSerializer
from projects.choices import Comparator, JoinReason, LeaveReason, Measure, Role
from projects.models import Agency, Listing, Milestone, Official, Programme, Project


class ProjectSerializer(RowSerializer):
    """A project, with whoever is in office and the lists it is on."""

    aliases = serializers.ListField(child=serializers.CharField(), read_only=True, help_text="别名")
    lead_official = Named(allow_null=True, read_only=True, help_text="截至日期时在任的包保领导")
    liaison_officer = Named(allow_null=True, read_only=True, help_text="截至日期时在任的项目秘书")
    programmes = CodeNamed(many=True, read_only=True, help_text="截至日期时所在的清单/专项")
    longitude = Figure(
        max_digits=9, decimal_places=6, allow_null=True, read_only=True, help_text="经度，度"
    )
    latitude = Figure(
        max_digits=9, decimal_places=6, allow_null=True, read_only=True, help_text="纬度，度"
    )

    class Meta:
        model = Project
        fields: tuple[str, ...] = (
            "id",
            "code",
            "name",
            "aliases",
            "national_code",
            "management_type",
            "nature",
            "industry",
            "year_class",
            "stage",
            "standing",
            "scope",
            "address",
            "longitude",
            "latitude",
            "subdistrict",
            "owner",
            "lead_agency",
            "lead_official",
            "liaison_officer",
            "programmes",
            "total_investment",
            "planned_start",
            "planned_completion",
            "planned_commissioning",
            "actual_start",
            "actual_completion",
            "actual_commissioning",
            "enrolled_on",
            "enrolment_code",
            "source_quote",
            "is_demo",
            "version",
            "updated_at",
        )
        parts: tuple[str, ...] = ("lead_official", "liaison_officer", "programmes")


class AssignmentSerializer(serializers.Serializer[Any]):
    """Who was what to a project, from when until when, and why it began and ended."""

    about = "一段任职：谁、什么角色、从哪天到哪天"

    id = serializers.IntegerField(help_text="记录号")
    official = Named(help_text="干部")
    role = Code(Role.choices, help_text="角色")
    role_label = Label(choices=Role.choices, source="role", help_text="角色（中文）")
    duty = serializers.CharField(help_text="职责")
    since = serializers.DateField(help_text="起：从这一天起负责")
    until = serializers.DateField(allow_null=True, help_text="止：最后一天，仍在任为空")
    reason = serializers.CharField(help_text="起任原因")
    end_reason = serializers.CharField(help_text="止任原因")
    current = serializers.BooleanField(help_text="截至日期时是否在任")

    class Meta:
        parts = ("current",)


class StaySerializer(serializers.Serializer[Any]):
    """A project's stay on a list: since when, why and by which document, and the same of its end."""

    about = "项目在一份清单上的一段：哪天列入、哪天调出、依据什么"

    id = serializers.IntegerField(help_text="记录号")
    programme = CodeNamed(help_text="清单/专项")
    number = serializers.IntegerField(allow_null=True, help_text="序号，空值为未编")
    since = serializers.DateField(help_text="列入日期：从这一天起计入清单")
    until = serializers.DateField(allow_null=True, help_text="在清单上的最后一天，仍在清单上为空")
    reason = Code(JoinReason.choices, help_text="列入原因")
    reason_label = Label(choices=JoinReason.choices, source="reason", help_text="列入原因（中文）")
    note = serializers.CharField(help_text="列入说明")
    document = serializers.CharField(help_text="列入文号")
    leave_reason = Code(LeaveReason.choices, allow_null=True, help_text="调出原因，未调出为空")
    leave_reason_label = Label(
        choices=LeaveReason.choices,
        source="leave_reason",
        allow_null=True,
        help_text="调出原因（中文）",
    )
    leave_note = serializers.CharField(help_text="调出说明")
    leave_document = serializers.CharField(help_text="调出文号")
    current = serializers.BooleanField(help_text="截至日期时是否在清单上")

    class Meta:
        parts = ("current",)


class ProjectDetailSerializer(ProjectSerializer):
    """A single project: also everybody who was, is or will be responsible, and all its lists."""

    assignments = AssignmentSerializer(
        many=True, read_only=True, help_text="责任人及其历史，按起日先后；含已止和未到的"
    )
    listings = StaySerializer(
        many=True, read_only=True, help_text="在各清单上的各段，按列入日期先后；含已调出和未到的"
    )

    class Meta(ProjectSerializer.Meta):
        fields = (*ProjectSerializer.Meta.fields, "assignments", "listings")
        parts = (*ProjectSerializer.Meta.parts, "assignments", "listings")


PLACES = (
    "baseline_finish",
    "last_baseline_finish",
    "slip_days",
    "last_slip_days",
    "latest_start",
    "latest_finish",
    "earliest_start",
    "earliest_finish",
    "float_days",
    "critical",
)
"""Where a milestone stands between its baselines and its schedule."""


class Numbers(serializers.ListField):
    """The numbers of milestones, kept as text: `1,3`."""

    def read(self, record: Record) -> list[int]:
        return list(Milestone(after=record[str(self.source)]).predecessors)


def _day(words: str) -> serializers.DateField:
    return serializers.DateField(read_only=True, allow_null=True, help_text=words)


def _days(words: str) -> serializers.IntegerField:
    return serializers.IntegerField(read_only=True, allow_null=True, help_text=words)


class MilestoneSerializer(RowSerializer):
    """A milestone: whether it is done or late, and where it stands in the schedule."""

    number = serializers.IntegerField(
        source="order", read_only=True, help_text="序号，after 以它指节点"
    )
    after = Numbers(child=serializers.IntegerField(), read_only=True, help_text="前置节点的序号")
    finished = serializers.BooleanField(read_only=True, help_text="截至日期时是否已完成")
    overdue_days = serializers.IntegerField(
        read_only=True,
        help_text="截至日期时未完成且已超期的天数（日历日），没有超期为 0；项目暂缓、退出时不计超期",
    )
    baseline_finish = _day("基线 1 的计划完成，没有时为空")
    last_baseline_finish = _day("最近一次批准的基线的计划完成，没有时为空")
    slip_days = _days("比基线 1 晚几天（日历日）：实际完成（未完成按计划完成）减基线，提前为负数")
    last_slip_days = _days("比最近一次批准的基线晚几天（日历日），提前为负数")
    latest_start = _day("倒排的最迟开始，项目不能排期时为空")
    latest_finish = _day("倒排的最迟完成，项目不能排期时为空")
    earliest_start = _day("正排的最早开始（已开始的为实际开始），项目不能排期时为空")
    earliest_finish = _day("正排的最早完成（已完成的为实际完成），项目不能排期时为空")
    float_days = _days("机动天数（按工期单位），负数为已来不及；项目不能排期时为空")
    critical = serializers.BooleanField(
        read_only=True, allow_null=True, help_text="是否关键节点，项目不能排期时为空"
    )
    evidence = EvidenceSerializer(many=True, read_only=True, help_text="佐证，按上传先后")

    class Meta:
        model = Milestone
        fields = (
            "id",
            "project",
            "number",
            "order",
            "name",
            "phase",
            "weight",
            "agency",
            "duration",
            "unit",
            "after",
            "confirmed",
            "planned_start",
            "planned_finish",
            "actual_start",
            "actual_finish",
            "finished",
            "overdue_days",
            "late_reason",
            *PLACES,
            "document_number",
            "note",
            "evidence",
            "updated_at",
        )
        parts = ("finished", "overdue_days", *PLACES, "evidence")


class OfficialSerializer(RowSerializer):
    """An official."""

    left_on = serializers.DateField(
        read_only=True, allow_null=True, help_text="离任日期，从这一天起不再任职；仍在任为空"
    )

    class Meta:
        model = Official
        fields = ("id", "name", "post", "agency", "left_on", "order", "is_demo", "updated_at")


class AgencySerializer(RowSerializer):
    """An agency."""

    class Meta:
        model = Agency
        fields = ("id", "name", "kind", "uscc", "order", "is_demo", "updated_at")


class TargetSerializer(serializers.Serializer[Any]):
    """One figure of a programme: what was promised, and where it stands."""

    about = "一项目标，以及截至日期时的实际值"

    name = serializers.CharField(help_text="指标名称")
    measure = Code(Measure.choices, help_text="实际值来源")
    measure_label = Label(choices=Measure.choices, source="measure", help_text="实际值来源（中文）")
    comparator = Code(Comparator.choices, help_text="目标值的比较方式")
    comparator_label = Label(
        choices=Comparator.choices, source="comparator", help_text="目标值的比较方式（中文）"
    )
    value = Figure(
        max_digits=14, decimal_places=2, allow_null=True, help_text="目标值，没有目标时为空"
    )
    unit = serializers.CharField(help_text="目标值和实际值的单位，例如 个、亿元")
    actual = Figure(
        max_digits=20,
        decimal_places=2,
        allow_null=True,
        help_text="截至日期时的实际值：清单内项目合计，或最近一次读数；没有时为空",
    )
    not_reported = serializers.IntegerField(
        help_text="按清单合计时，没有填报金额、未计入实际值的项目数"
    )
    reached = serializers.BooleanField(
        allow_null=True, help_text="是否达到目标；没有目标值或实际值时为空"
    )
    reading_date = serializers.DateField(allow_null=True, help_text="读数的日期")
    reading_comparator = Code(
        Comparator.choices, allow_null=True, help_text="读数的比较方式，没有读数时为空"
    )
    reading_quote = serializers.CharField(help_text="读数出自文件的原文")
    quote = serializers.CharField(help_text="目标出自文件的原文")
    note = serializers.CharField(help_text="说明")


class ProgrammeSerializer(RowSerializer):
    """A programme with its figures."""

    projects_listed = serializers.IntegerField(read_only=True, help_text="截至日期时清单内的项目数")
    targets = TargetSerializer(many=True, read_only=True, help_text="目标与实际值")

    class Meta:
        model = Programme
        fields = ("code", "name", "year", "begins", "projects_listed", "targets", "updated_at")
        parts = ("projects_listed", "targets")


class ListingSerializer(RowSerializer):
    """A project's stay on a list."""

    project = CodeNamed(read_only=True, help_text="项目")
    programme = CodeNamed(read_only=True, help_text="清单/专项")
    current = serializers.BooleanField(read_only=True, help_text="截至日期时是否在清单上")

    class Meta:
        model = Listing
        fields = (
            "id",
            "programme",
            "project",
            "number",
            "since",
            "until",
            "reason",
            "note",
            "document",
            "leave_reason",
            "leave_note",
            "leave_document",
            "current",
            "updated_at",
        )
        parts = ("current",)
