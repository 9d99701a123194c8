"""Everything below /api/v1/."""

from django.conf import settings
from django.contrib.auth.decorators import user_passes_test
from django.urls import path, re_path
from django.views.generic import RedirectView
from drf_spectacular.renderers import (
    OpenApiJsonRenderer,
    OpenApiJsonRenderer2,
    OpenApiYamlRenderer,
    OpenApiYamlRenderer2,
)
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.routers import SimpleRouter

from investment.api.funding import FundingViewSet
from investment.api.views import AnnualPlanViewSet, StatusReportViewSet, YearTurnViewSet
from kuancheng.drf.views import UnknownPath
from kuancheng.reports.answering.api import LightAnswerViewSet
from kuancheng.reports.bulletin.api import BulletinViewSet
from kuancheng.reports.closing.api import CloseOutViewSet
from kuancheng.reports.evidence.api import EvidenceViewSet
from kuancheng.reports.league.api import LeagueShareViewSet, LeagueViewSet
from kuancheng.reports.matters.api import MatterViewSet
from kuancheng.reports.permits.api import PermitViewSet
from kuancheng.reports.progress.api import LitProjectViewSet, ProgressViewSet
from kuancheng.reports.project.api import LightHistoryViewSet
from kuancheng.reports.quality.api import QualityViewSet
from kuancheng.reports.stopping.api import StopViewSet
from kuancheng.reports.weekly.api import ReviewViewSet
from projects.api.schedules import ScheduleViewSet
from projects.api.views import (
    AgencyViewSet,
    BaselineViewSet,
    ListingViewSet,
    MilestoneViewSet,
    OfficialViewSet,
    ProgrammeViewSet,
)

router = SimpleRouter()
router.register("projects", LitProjectViewSet, "api-project")
router.register("officials", OfficialViewSet, "api-official")
router.register("agencies", AgencyViewSet, "api-agency")
router.register("programmes", ProgrammeViewSet, "api-programme")
router.register("listings", ListingViewSet, "api-listing")
router.register("milestones", MilestoneViewSet, "api-milestone")
router.register("permits", PermitViewSet, "api-permit")
router.register("baselines", BaselineViewSet, "api-baseline")
router.register("schedules", ScheduleViewSet, "api-schedule")
router.register("status-reports", StatusReportViewSet, "api-status-report")
router.register("annual-plans", AnnualPlanViewSet, "api-annual-plan")
router.register("year-turns", YearTurnViewSet, "api-year-turn")
router.register("evidence", EvidenceViewSet, "api-evidence")
router.register("light-history", LightHistoryViewSet, "api-light-history")
router.register("light-answers", LightAnswerViewSet, "api-light-answer")
router.register("data-quality", QualityViewSet, "api-data-quality")
router.register("fundings", FundingViewSet, "api-funding")
router.register("stops", StopViewSet, "api-stop")
router.register("close-outs", CloseOutViewSet, "api-close-out")
router.register("matters", MatterViewSet, "api-matter")
router.register("reviews", ReviewViewSet, "api-review")
router.register("league", LeagueViewSet, "api-league")
router.register("league-shares", LeagueShareViewSet, "api-league-share")
router.register("bulletins", BulletinViewSet, "api-bulletin")
router.register("progress", ProgressViewSet, "api-progress")

schema = SpectacularAPIView.as_view(
    renderer_classes=[
        OpenApiJsonRenderer2,
        OpenApiJsonRenderer,
        OpenApiYamlRenderer,
        OpenApiYamlRenderer2,
    ]
)
# A person is sent to the login; a system that asks for the schema is told how to give its key.
docs = user_passes_test(lambda user: settings.KUANCHENG_OPEN_SCHEMA or user.is_authenticated)(
    SpectacularSwaggerSplitView.as_view(
        url_name="api-schema", template_name="reports/api_docs.html"
    )
)

urlpatterns = [
    *router.urls,
    path("", RedirectView.as_view(pattern_name="api-docs"), name="api-root"),
    path("schema/", schema, name="api-schema"),
    path("docs/", docs, name="api-docs"),
    # Without a slash at its end an address is first sent to the one with it.
    re_path(r"^[\s\S]*/$", UnknownPath.as_view()),
]
