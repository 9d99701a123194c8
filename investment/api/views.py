"""The money's resources."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.db.models import Count, Q
from django.utils import timezone

from investment.api.filtersets import (
    AnnualPlanFilterSet,
    StatusReportFilterSet,
    YearTurnFilterSet,
)
from investment.api.serializers import (
    AnnualPlanSerializer,
    CorrectionSerializer,
    StatusReportSerializer,
    TurnedProjectSerializer,
    YearTurnDetailSerializer,
    YearTurnSerializer,
)
from investment.models import (
    AnnualPlan,
    Correction,
    ReportEvidence,
    SeasonalCurve,
    StatusReport,
    YearTurn,
    YearTurnLine,
)
from kuancheng.drf.rows import Record, reading
from kuancheng.drf.views import RecordsViewSet
from projects.api.evidence import add_evidence


class StatusReportViewSet(RecordsViewSet):
    """Status reports in all states; only approved ones count in figures."""

    queryset = StatusReport.objects.all()
    serializer_class = StatusReportSerializer
    lookup_field = "id"
    parameters = {"list": StatusReportFilterSet}
    about = {
        "list": "各项目每月的进展填报，含全部状态；只有已复核（state=approved）的计入完成投资。"
        "completed 为当月完成投资（万元），physical_percent 为自开工累计的形象进度（%）。",
        "retrieve": "按记录号查一份填报。",
    }

    def with_parts(self, records: Sequence[Record]) -> None:
        """Their evidence and their corrections. Two queries."""
        add_evidence(records, ReportEvidence, "report", self.request)
        plan, chains = reading(CorrectionSerializer), defaultdict(list)
        found = Correction.objects.filter(report__in=[record["pk"] for record in records])
        for row in found.order_by("number").values("report_id", *plan.columns):
            chains[row["report_id"]].append(plan.row(row))
        for record in records:
            record["corrections"] = chains[record["pk"]]


def _amounts(months: Iterable[Decimal]) -> list[str]:
    return [f"{each:.2f}" for each in months]


class AnnualPlanViewSet(RecordsViewSet):
    """Annual plans with their months."""

    queryset = AnnualPlan.objects.all()
    serializer_class = AnnualPlanSerializer
    lookup_field = "id"
    parameters = {"list": AnnualPlanFilterSet}
    about = {
        "list": "各项目的年度计划投资及分月计划（万元）：现行版本，以及被替代的旧版。",
        "retrieve": "按记录号查一份年度计划。",
    }

    def with_parts(self, records: Sequence[Record]) -> None:
        """The months by each year's curve, and the replaced versions. Three queries."""
        curves = SeasonalCurve.objects.by_year()
        plans = AnnualPlan.objects.prefetch_related("former").in_bulk(
            [record["pk"] for record in records]
        )
        for record in records:
            plan, curve = plans[record["pk"]], curves[record["year"]]
            record["months"] = _amounts(plan.monthly(curve))
            record["former"] = [
                {
                    "version": each.version,
                    "amount": f"{each.amount:.2f}",
                    "months": _amounts(each.monthly(curve)),
                    "effective_from": each.effective_from and each.effective_from.isoformat(),
                    "reason": each.reason,
                    "replaced_at": timezone.localtime(each.replaced_at).isoformat(),
                }
                for each in plan.former.all()
            ]


class YearTurnViewSet(RecordsViewSet):
    """Turns of the year, those that were undone too."""

    queryset = YearTurn.objects.all()
    serializer_class = YearTurnSerializer
    lookup_field = "id"
    parameters = {"list": YearTurnFilterSet}
    about = {
        "list": "年度结转：把上年清单上没有完成的项目一次转入新年度的清单，含已撤销的。",
        "retrieve": "按记录号查一次结转：列表中的一行，加上转入的项目（lines）。",
    }

    def get_serializer_class(self) -> type[YearTurnSerializer]:
        """The projects are shown of a single turn only."""
        return YearTurnDetailSerializer if self.action == "retrieve" else YearTurnSerializer

    def with_parts(self, records: Sequence[Record]) -> None:
        """How many projects; of a single turn, which. One query, or two."""
        lines = YearTurnLine.objects.filter(turn__in=[record["pk"] for record in records])
        counted = (
            lines.order_by()
            .values("turn")
            .annotate(number=Count("pk"), without=Count("pk", filter=Q(plan_amount=None)))
        )
        counts = {row["turn"]: (row["number"], row["without"]) for row in counted}
        for record in records:
            record["projects"], record["without_plan"] = counts.get(record["pk"], (0, 0))
        if self.action == "retrieve":
            plan, found = reading(TurnedProjectSerializer), defaultdict(list)
            for row in lines.order_by("project__code").values("turn_id", *plan.columns):
                found[row["turn_id"]].append(plan.row(row))
            for record in records:
                record["lines"] = found[record["pk"]]
