"""The money's resources."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.utils import timezone

from investment.api.filtersets import AnnualPlanFilterSet, StatusReportFilterSet
from investment.api.serializers import (
    AnnualPlanSerializer,
    CorrectionSerializer,
    StatusReportSerializer,
)
from investment.models import AnnualPlan, Correction, ReportEvidence, SeasonalCurve, StatusReport
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
