"""The managers' pages."""

from django.urls import path

from kuancheng.reports import views

urlpatterns = [
    path("", views.ProgressList.as_view(), name="progress"),
    path("views/", views.Views.as_view(), name="views"),
    path("views/default/", views.DefaultView.as_view(), name="view-default"),
    path("views/<int:pk>/", views.OneView.as_view(), name="view"),
    path("views/<int:pk>/query/", views.ViewQuery.as_view(), name="view-query"),
    path("views/<int:pk>/delete/", views.ViewDelete.as_view(), name="view-delete"),
    path("progress.xlsx", views.ProgressExport.as_view(), name="progress-export"),
    path("reporting/", views.Reporting.as_view(), name="reporting"),
    path("daily/", views.Daily.as_view(), name="daily"),
    path("overview/", views.Overview.as_view(), name="overview"),
    path("rules/", views.Rules.as_view(), name="rules"),
    path("data-quality/", views.Quality.as_view(), name="quality"),
    path("wall-chart/", views.WallChart.as_view(), name="wall-chart"),
    path("map/", views.MapPage.as_view(), name="map"),
    path("screen/", views.Screen.as_view(), name="screen"),
    path("screen/now/", views.ScreenNow.as_view(), name="screen-now"),
    path("screen/<str:token>/", views.Display.as_view(), name="screen-display"),
    path("screen/<str:token>/now/", views.DisplayNow.as_view(), name="screen-display-now"),
    path("projects/<slug:code>/", views.ProjectPage.as_view(), name="project"),
    path("projects/<slug:code>/follow/", views.FollowProject.as_view(), name="follow"),
    path("projects/<slug:code>/brief/", views.ProjectBrief.as_view(), name="project-brief"),
    path("evidence/<uuid:token>/", views.EvidenceFile.as_view(), name="evidence"),
    path("search/", views.Search.as_view(), name="search"),
    path("help/", views.Help.as_view(), name="help"),
    path("help/terms/", views.Terms.as_view(), name="terms"),
    path("start/", views.FirstDay.as_view(), name="start"),
    path("favicon.ico", views.favicon),
    path("healthz", views.healthz, name="healthz"),
]
