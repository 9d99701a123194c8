"""Weekly reviews for other systems: the list, and one with agenda, attendance and decisions."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Q
from rest_framework import serializers

from kuancheng.asking.filters import OrderingFilter
from kuancheng.asking.parameters import KnownParameters, ListParameters
from kuancheng.drf.rows import Code, CodeNamed, Label, Named, Record, RowSerializer, reading
from kuancheng.drf.views import RecordsViewSet
from kuancheng.reports.choices import LightChoice
from kuancheng.reports.judging.known import last_recorded, records, sort_records
from kuancheng.reports.weekly.page import OF_DECISION, items_of
from kuancheng.reports.weekly.questions import ReviewFilter, known_on
from projects.choices import ItemOutcome, MatterLevel, Presence
from projects.followups import Became, followups
from projects.models import AgendaItem, Attendance, Decision, WeeklyReview
from projects.rules.matters.steps import STATE_NAMES

STATES = [(each.value, name) for each, name in STATE_NAMES.items()]


class AgendaReasonSerializer(serializers.Serializer[Any]):
    """Why an item is on the agenda."""

    about = "上会原因"

    kind = serializers.CharField(help_text="种类代码：carried、turned_red、overdue 等")
    text = serializers.CharField(help_text="生成议程时的原因，此后不变")


class AgendaItemSerializer(serializers.Serializer[Any]):
    """An item of the agenda."""

    about = "议题"

    order = serializers.IntegerField(help_text="顺序，从 1 起")
    name = serializers.CharField(help_text="议题")
    project = CodeNamed(allow_null=True, help_text="项目；没有项目的议题为空")
    matter = serializers.IntegerField(allow_null=True, help_text="事项记录号；不是事项的为空")
    minutes = serializers.IntegerField(help_text="时间（分钟）")
    light = Code(LightChoice.choices, allow_null=True, help_text="生成议程时的亮灯")
    reasons = AgendaReasonSerializer(many=True, help_text="上会原因")
    outcome = Code(ItemOutcome.choices, allow_null=True, help_text="结果，还没有结果的为空")
    note = serializers.CharField(help_text="记录，没有时为空字符串")


class AttendanceSerializer(serializers.Serializer[Any]):
    """Who attended, and how."""

    about = "出席情况"

    who = serializers.CharField(help_text="姓名和职务，或单位和姓名")
    presence = Code(Presence.choices, help_text="出席、请假或列席")
    presence_label = Label(choices=Presence.choices, source="presence", help_text="（中文）")
    reason = serializers.CharField(help_text="请假原因，没有时为空字符串")
    substitute = serializers.CharField(help_text="代会人，没有时为空字符串")


class DecisionSerializer(serializers.Serializer[Any]):
    """A decision, with the matter that it became."""

    about = "议定事项"

    number = serializers.IntegerField(help_text="序号，从 1 起")
    item = serializers.CharField(help_text="哪一项议题")
    project = CodeNamed(allow_null=True, help_text="项目")
    text = serializers.CharField(help_text="议定事项")
    agency = Named(help_text="责任单位")
    person = serializers.CharField(allow_null=True, help_text="责任人姓名，未定为空")
    decided_due = serializers.DateField(help_text="会上定的时限")
    due = serializers.DateField(help_text="截至日期时的时限：已计延期、暂停和非工作日")
    level = serializers.IntegerField(
        min_value=1, max_value=max(MatterLevel.values), help_text="交办级别"
    )
    matter = serializers.IntegerField(help_text="它的事项的记录号")
    matter_number = serializers.CharField(help_text="交办编号，还没有交办的为空字符串")
    state = Code(STATES, help_text="事项在截至日期的状态")
    state_label = Label(choices=STATES, source="state", help_text="（中文）")
    late = serializers.IntegerField(help_text="超期的工作日，没有超期为 0")
    answer = serializers.CharField(help_text="最近一次反馈，没有时为空字符串")
    withdrawn = serializers.CharField(help_text="撤回原因，没有撤回的为空字符串")


class ReviewSerializer(RowSerializer):
    """A review."""

    number = serializers.CharField(help_text="年-次，例如 2024-12")
    clerk = serializers.CharField(source="clerk__full_name", help_text="记录人姓名")
    items_total = serializers.IntegerField(help_text="上会的议题数")
    decisions_total = serializers.IntegerField(help_text="没有撤回的议定事项数")
    decisions_open = serializers.IntegerField(help_text="其中在截至日期没有办结的")
    decisions_late = serializers.IntegerField(help_text="其中没有办结且超期的")

    class Meta:
        model = WeeklyReview
        fields: tuple[str, ...] = (
            "id",
            "number",
            "year",
            "serial",
            "title",
            "day",
            "start",
            "place",
            "chair",
            "clerk",
            "state",
            "cancel_reason",
            "sent_at",
            "begun_at",
            "ended_at",
            "final_at",
            "items_total",
            "decisions_total",
            "decisions_open",
            "decisions_late",
            "version",
            "updated_at",
        )
        parts: tuple[str, ...] = (
            "number",
            "items_total",
            "decisions_total",
            "decisions_open",
            "decisions_late",
        )


class ReviewDetailSerializer(ReviewSerializer):
    """The same with what was on it."""

    agenda = AgendaItemSerializer(many=True, read_only=True, help_text="上会的议题，按顺序")
    attendance = AttendanceSerializer(many=True, read_only=True, help_text="出席情况")
    decisions = DecisionSerializer(many=True, read_only=True, help_text="议定事项，按序号")
    minutes = serializers.JSONField(
        read_only=True, allow_null=True, help_text="定稿时的纪要，此后不变；未定稿为空"
    )

    class Meta(ReviewSerializer.Meta):
        fields = (
            *ReviewSerializer.Meta.fields, "agenda", "attendance", "decisions", "minutes",
        )  # fmt: skip
        parts = (*ReviewSerializer.Meta.parts, "agenda", "attendance", "decisions")


class ReviewParameters(ReviewFilter, ListParameters):
    """What a list of reviews is narrowed to, in pages."""

    ordering = OrderingFilter(
        columns={"day": "day", "year": "year", "serial": "serial"}, default="-day,-year,-serial"
    )


class ReviewViewSet(RecordsViewSet):
    """Weekly reviews, as they are or as they were known."""

    queryset = WeeklyReview.objects.all()
    serializer_class = ReviewSerializer
    lookup_field = "id"
    parameters = {"list": ReviewParameters, "retrieve": KnownParameters}
    about = {
        "list": "周调度：编号、时间地点、主持人、状态，议题数和议定事项到截至日期的办理情况。"
        "给出 as_of 或 known_at 时，按那一天结束时登记的内容回答。",
        "retrieve": "按记录号查一次周调度，带议程、出席情况、议定事项及各自的事项，定稿的带纪要。",
    }

    def get_queryset(self) -> Any:
        """Those that the caller may see; of a list, those that were on record and match."""
        found = WeeklyReview.objects.visible_to(self.request.user)
        if self.action == "list" and isinstance(self.asked, ReviewFilter):
            return found.filter(pk__in=[each.pk for each in self.asked.found()])
        known = self._known()
        if known is None:
            return found
        return found.filter(pk__in=last_recorded(WeeklyReview, known).values("id"))

    def get_serializer_class(self) -> type[ReviewSerializer]:
        """What is on it is shown of a single review only."""
        return ReviewDetailSerializer if self.action == "retrieve" else ReviewSerializer

    def rows(self, pks: Iterable[int]) -> Sequence[Record]:
        """The rows of these ids, from the table or from what was on record."""
        known, ids = self._known(), list(pks)
        if known is None:
            return super().rows(ids)
        plan = reading(self.get_serializer_class())
        then = last_recorded(WeeklyReview, known).filter(id__in=ids).order_by()
        by_id = {row["id"]: row | {"pk": row["id"]} for row in then.values("id", *plan.columns)}
        found = [by_id[pk] for pk in ids if pk in by_id]
        self.with_parts(found)
        return [plan.row(record) for record in found]

    def with_parts(self, records_: Sequence[Record]) -> None:
        """What each came to, in eleven queries whatever their number; of one, what is on it."""
        ids, known = [record["pk"] for record in records_], self._known()
        items: dict[int, int] = defaultdict(int)
        for item in records(AgendaItem, Q(review__in=ids, left_out=False), known):
            items[item.review_id] += 1
        decided: dict[int, list[Became]] = defaultdict(list)
        found = records(Decision, Q(review__in=ids), known, related=(*OF_DECISION, "item__project"))
        for each in followups(sort_records(found, "review_id", "number"), self.as_of, known):
            decided[each.decision.review_id].append(each)
        for record in records_:
            own = decided[record["pk"]]
            standing = [each for each in own if not each.decision.withdrawn]
            record |= {
                "number": f"{record['year']}-{record['serial']}",
                "items_total": items[record["pk"]],
                "decisions_total": len(standing),
                "decisions_open": sum(each.is_open for each in standing),
                "decisions_late": sum(each.is_open and each.late > 0 for each in standing),
            }
            if self.action == "retrieve":
                record |= self._whole(record["pk"], own)

    def _whole(self, pk: int, decided: Sequence[Became]) -> Record:
        known = self._known()
        review = WeeklyReview(pk=pk)
        on = [each for each in items_of(review, known) if not each.left_out]
        seats = records(Attendance, Q(review=pk), known, related=("official", "agency"))
        return {
            "agenda": [_item(place, each) for place, each in enumerate(on, 1)],
            "attendance": [_seat(each) for each in sort_records(seats)],
            "decisions": [_decision(each) for each in decided],
        }

    def _known(self) -> Any:
        return known_on(self.asked) if isinstance(self.asked, KnownParameters) else None


def _project(item: AgendaItem) -> Record | None:
    return {"code": item.project.code, "name": item.project.name} if item.project else None


def _item(place: int, item: AgendaItem) -> Record:
    return {
        "order": place,
        "name": item.name,
        "project": _project(item),
        "matter": item.matter_id,
        "minutes": item.minutes,
        "light": item.light or None,
        "reasons": item.reasons,
        "outcome": item.outcome or None,
        "note": item.note,
    }


def _seat(seat: Attendance) -> Record:
    return {
        "who": seat.who,
        "presence": seat.presence,
        "presence_label": Presence(seat.presence).label,
        "reason": seat.reason,
        "substitute": seat.substitute,
    }


def _decision(each: Became) -> Record:
    decision = each.decision
    return {
        "number": decision.number,
        "item": decision.item.name,
        "project": _project(decision.item),
        "text": decision.text,
        "agency": {"id": decision.agency_id, "name": decision.agency.name},
        "person": decision.person.name if decision.person else None,
        "decided_due": decision.due,
        "due": each.due,
        "level": decision.level,
        "matter": decision.matter_id,
        "matter_number": decision.matter.number,
        "state": each.state.value,
        "state_label": STATE_NAMES[each.state],
        "late": each.late,
        "answer": each.answer,
        "withdrawn": decision.withdrawn,
    }
