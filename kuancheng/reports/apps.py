"""The app that answers managers' questions."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class ReportsConfig(AppConfig):
    """Lights, progress, daily status: computed from the facts of the apps below."""

    name = "kuancheng.reports"
    label = "reports"
    verbose_name = "研判与调度"

    def ready(self) -> None:
        from kuancheng.records import announcing
        from kuancheng.reports.judging import daily

        announcing.subscribe(daily.heed)


class SiteConfig(AdminConfig):
    """Django's admin, with the site of `admin_site` in the place of its own."""

    default_site = "kuancheng.reports.admin_site.Site"
