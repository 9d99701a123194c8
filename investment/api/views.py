"""The money's resources."""

from investment.api.filtersets import AnnualPlanFilterSet, StatusReportFilterSet
from investment.api.serializers import AnnualPlanSerializer, StatusReportSerializer
from investment.models import AnnualPlan, StatusReport
from kuancheng.drf.views import RecordsViewSet


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


class AnnualPlanViewSet(RecordsViewSet):
    """Annual plans with their months."""

    queryset = AnnualPlan.objects.all()
    serializer_class = AnnualPlanSerializer
    lookup_field = "id"
    parameters = {"list": AnnualPlanFilterSet}
    about = {
        "list": "各项目的年度计划投资及分月计划（万元）。",
        "retrieve": "按记录号查一份年度计划。",
    }
