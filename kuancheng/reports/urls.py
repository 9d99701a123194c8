"""The managers' pages."""

from django.urls import path

from kuancheng.reports import views
from kuancheng.reports.matters import views as matters

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
    path("matters/", matters.MatterList.as_view(), name="matters"),
    path("matters/new/", matters.RaiseMatter.as_view(), name="matter-new"),
    path("matters/<int:pk>/", matters.MatterPage.as_view(), name="matter"),
    path("matters/<int:pk>/edit/", matters.EditMatter.as_view(), name="matter-edit"),
    path("matters/<int:pk>/<slug:step>/", matters.TakeStep.as_view(), name="matter-step"),
    path("evidence/<uuid:token>/", views.EvidenceFile.as_view(), name="evidence"),
    path("healthz", views.healthz, name="healthz"),
]
