"""The admin's front page is "my work"; this site knows all apps, so it lives on the top floor."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse

from kuancheng import clock
from kuancheng.access.rights import account
from kuancheng.access.roles import SYSTEM_ADMIN
from kuancheng.jobs import services as jobs
from kuancheng.reports.health.checks import crowding
from kuancheng.reports.my_work.page import my_work
from kuancheng.reports.my_work.records import by_use


class Site(admin.AdminSite):
    """Django's admin with the site's name, its one login page, and the office's front page."""

    site_header = "重点项目调度系统"
    site_title = "重点项目调度系统"
    index_title = "我的工作"
    site_url = "/"
    enable_nav_sidebar = False
    index_template = "admin/my_work.html"

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        # The head of every page asks for it; pages of one record give their own.
        return {**super().each_context(request), "subtitle": None}

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        user = account(request)
        work = my_work(user, clock.today())
        # Who has no role and yet comes in may do everything.
        roles = set(user.groups.values_list("name", flat=True)) or {SYSTEM_ADMIN}
        records = by_use(self.get_app_list(request), roles)
        if request.user.has_perm("jobs.operate_job") and jobs.unattended():
            messages.warning(request, jobs.NO_WORKER)
        if request.user.has_perm("jobs.operate_job") and (crowded := crowding()):
            messages.warning(request, crowded)
        return super().index(request, {"work": work, "records": records, **(extra_context or {})})

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if request.user.is_authenticated:
            # The login page would send him straight back here.
            raise PermissionDenied
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"))

    def password_change(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return redirect("password")
