"""The managers' pages."""

from django.urls import path

from kuancheng.reports import views
from kuancheng.reports.matters import views as matters
from kuancheng.reports.people import handing
from kuancheng.reports.people import views as people
from kuancheng.reports.progress import views as lists
from kuancheng.reports.screen import views as screens

urlpatterns = [
    path("", views.ProgressList.as_view(), name="progress"),
    path("views/", lists.Views.as_view(), name="views"),
    path("views/default/", lists.DefaultView.as_view(), name="view-default"),
    path("views/<int:pk>/", lists.OneView.as_view(), name="view"),
    path("views/<int:pk>/query/", lists.ViewQuery.as_view(), name="view-query"),
    path("views/<int:pk>/delete/", lists.ViewDelete.as_view(), name="view-delete"),
    path("progress.xlsx", views.ProgressExport.as_view(), name="progress-export"),
    path("reporting/", views.Reporting.as_view(), name="reporting"),
    path("daily/", views.Daily.as_view(), name="daily"),
    path("overview/", views.Overview.as_view(), name="overview"),
    path("rules/", views.Rules.as_view(), name="rules"),
    path("data-quality/", views.Quality.as_view(), name="quality"),
    path("wall-chart/", views.WallChart.as_view(), name="wall-chart"),
    path("map/", views.MapPage.as_view(), name="map"),
    path("screen/", screens.Screen.as_view(), name="screen"),
    path("screen/now/", screens.ScreenNow.as_view(), name="screen-now"),
    path("screen/<str:token>/", screens.Display.as_view(), name="screen-display"),
    path("screen/<str:token>/now/", screens.DisplayNow.as_view(), name="screen-display-now"),
    path("projects/<slug:code>/", views.ProjectPage.as_view(), name="project"),
    path("projects/<slug:code>/follow/", lists.FollowProject.as_view(), name="follow"),
    path("projects/<slug:code>/brief/", views.ProjectBrief.as_view(), name="project-brief"),
    path("projects/<slug:code>/roster/", people.Roster.as_view(), name="roster"),
    path("officials/", people.Officials.as_view(), name="officials"),
    path("officials/<int:pk>/", people.OneOfficial.as_view(), name="official"),
    path("officials/<int:pk>/handover/", handing.HandOver.as_view(), name="hand-over"),
    path("handovers/<int:pk>/", handing.OneHandover.as_view(), name="handover"),
    path("handovers/<int:pk>/undo/", handing.UndoHandover.as_view(), name="handover-undo"),
    path("handovers/<int:pk>/redo/", handing.RedoHandover.as_view(), name="handover-redo"),
    path("agencies/", people.Agencies.as_view(), name="agencies"),
    path("agencies/<int:pk>/", people.OneAgency.as_view(), name="agency"),
    path("matters/", matters.MatterList.as_view(), name="matters"),
    path("matters/new/", matters.RaiseMatter.as_view(), name="matter-new"),
    path("matters/<int:pk>/", matters.MatterPage.as_view(), name="matter"),
    path("matters/<int:pk>/edit/", matters.EditMatter.as_view(), name="matter-edit"),
    path("matters/<int:pk>/<slug:step>/", matters.TakeStep.as_view(), name="matter-step"),
    path("evidence/<uuid:token>/", views.EvidenceFile.as_view(), name="evidence"),
    path("search/", views.Search.as_view(), name="search"),
    path("help/", views.Help.as_view(), name="help"),
    path("help/terms/", views.Terms.as_view(), name="terms"),
    path("start/", views.FirstDay.as_view(), name="start"),
    path("favicon.ico", views.favicon),
    path("healthz", views.healthz, name="healthz"),
]
