"""The managers' pages."""

from django.urls import path

from kuancheng.reports import views

urlpatterns = [
    path("", views.ProgressList.as_view(), name="progress"),
    path("progress.xlsx", views.ProgressExport.as_view(), name="progress-export"),
    path("reporting/", views.Reporting.as_view(), name="reporting"),
    path("daily/", views.Daily.as_view(), name="daily"),
    path("overview/", views.Overview.as_view(), name="overview"),
    path("rules/", views.Rules.as_view(), name="rules"),
    path("data-quality/", views.Quality.as_view(), name="quality"),
    path("wall-chart/", views.WallChart.as_view(), name="wall-chart"),
    path("projects/<slug:code>/", views.ProjectPage.as_view(), name="project"),
    path("evidence/<uuid:token>/", views.EvidenceFile.as_view(), name="evidence"),
    path("search/", views.Search.as_view(), name="search"),
    path("help/", views.Help.as_view(), name="help"),
    path("help/terms/", views.Terms.as_view(), name="terms"),
    path("start/", views.FirstDay.as_view(), name="start"),
    path("favicon.ico", views.favicon),
    path("healthz", views.healthz, name="healthz"),
]
