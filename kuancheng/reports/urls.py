"""The managers' pages."""

from django.urls import path

from kuancheng.reports import views

urlpatterns = [
    path("", views.ProgressList.as_view(), name="progress"),
    path("progress.xlsx", views.ProgressExport.as_view(), name="progress-export"),
    path("wall-chart/", views.WallChart.as_view(), name="wall-chart"),
    path("projects/<slug:code>/", views.ProjectPage.as_view(), name="project"),
    path("healthz", views.healthz, name="healthz"),
]
