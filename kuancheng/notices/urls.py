"""The pages of a person's notices."""

from django.urls import path

from kuancheng.notices import views

urlpatterns = [
    path("", views.Inbox.as_view(), name="notices"),
    path("read/", views.ReadNotices.as_view(), name="notices-read"),
    path("settings/", views.NoticeSettings.as_view(), name="notice-settings"),
    path("<int:number>/", views.OpenNotice.as_view(), name="notice-open"),
]
