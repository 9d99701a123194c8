"""What the register shows of itself to other systems."""

from typing import Any

from rest_framework import serializers

from kuancheng.drf.rows import Code, CodeNamed, Figure, Label, Named, Row
from projects.choices import Comparator, Measure
from projects.models import Agency, Milestone, Official, Programme, Project


class ProjectSerializer(Row):
    """A project, with whoever is in office and the lists it is on."""

    aliases = serializers.ListField(child=serializers.CharField(), read_only=True, help_text="别名")
    lead_official = Named(allow_null=True, read_only=True, help_text="截止日期时在任的包保领导")
    liaison_officer = Named(allow_null=True, read_only=True, help_text="截止日期时在任的项目秘书")
    programmes = CodeNamed(many=True, read_only=True, help_text="所在的清单/专项")
    longitude = Figure(
        max_digits=9, decimal_places=6, allow_null=True, read_only=True, help_text="经度，度"
    )
    latitude = Figure(
        max_digits=9, decimal_places=6, allow_null=True, read_only=True, help_text="纬度，度"
    )

    class Meta:
        model = Project
        fields = (
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
        parts = ("lead_official", "liaison_officer", "programmes")


class MilestoneSerializer(Row):
    """A milestone, and whether it is done or late."""

    finished = serializers.BooleanField(read_only=True, help_text="截止日期时是否已完成")
    overdue_days = serializers.IntegerField(
        read_only=True, help_text="截止日期时未完成且已超期的天数（日历日），没有超期为 0"
    )

    class Meta:
        model = Milestone
        fields = (
            "id",
            "project",
            "order",
            "name",
            "phase",
            "weight",
            "agency",
            "planned_start",
            "planned_finish",
            "actual_start",
            "actual_finish",
            "finished",
            "overdue_days",
            "document_number",
            "note",
            "updated_at",
        )
        parts = ("finished", "overdue_days")


class OfficialSerializer(Row):
    """An official."""

    class Meta:
        model = Official
        fields = ("id", "name", "post", "agency", "order", "is_demo", "updated_at")


class AgencySerializer(Row):
    """An agency."""

    class Meta:
        model = Agency
        fields = ("id", "name", "kind", "uscc", "order", "is_demo", "updated_at")


class TargetSerializer(serializers.Serializer[Any]):
    """One figure of a programme: what was promised, and where it stands."""

    about = "一项目标，以及截止日期时的实际值"

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
        help_text="截止日期时的实际值：清单内项目合计，或最近一次读数；没有时为空",
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


class ProgrammeSerializer(Row):
    """A programme with its figures."""

    projects_listed = serializers.IntegerField(read_only=True, help_text="清单内的项目数")
    targets = TargetSerializer(many=True, read_only=True, help_text="目标与实际值")

    class Meta:
        model = Programme
        fields = ("code", "name", "year", "projects_listed", "targets", "updated_at")
        parts = ("projects_listed", "targets")
