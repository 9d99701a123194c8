"""Where everything is found."""

from django.contrib import admin
from django.contrib.auth.views import LogoutView
from django.urls import include, path

from kuancheng.access.views import Login, OwnPassword

urlpatterns = [
    path("", include("kuancheng.reports.urls")),
    path("api/v1/", include("kuancheng.reports.api_urls")),
    path("notices/", include("kuancheng.notices.urls")),
    path("login/", Login.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("password/", OwnPassword.as_view(), name="password"),
    path("admin/", admin.site.urls),
]

handler400 = "kuancheng.reports.pages.bad_request"
handler403 = "kuancheng.reports.pages.forbidden"
handler404 = "kuancheng.reports.views.not_found"
handler500 = "kuancheng.unavailable.server_error"
