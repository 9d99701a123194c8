"""Where everything is found."""

from django.contrib import admin
from django.contrib.auth.views import LogoutView, PasswordChangeView
from django.urls import include, path, reverse_lazy

from kuancheng.access.views import Login

urlpatterns = [
    path("", include("kuancheng.reports.urls")),
    path("api/v1/", include("kuancheng.reports.api_urls")),
    path("notices/", include("kuancheng.notices.urls")),
    path("login/", Login.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path(
        "password/",
        PasswordChangeView.as_view(
            template_name="password.html", success_url=reverse_lazy("progress")
        ),
        name="password",
    ),
    path("admin/", admin.site.urls),
]

handler400 = "kuancheng.reports.pages.bad_request"
handler403 = "kuancheng.reports.pages.forbidden"
handler404 = "kuancheng.reports.views.not_found"
handler500 = "kuancheng.unavailable.server_error"
