"""The app that answers managers' questions."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class ReportsConfig(AppConfig):
    """Lights, progress, daily status: computed from the facts of the apps below."""

    name = "kuancheng.reports"
    label = "reports"
    verbose_name = "研判与调度"

    def ready(self) -> None:
        from kuancheng.documents import kinds as documents
        from kuancheng.jobs.readiness import QUEUE
        from kuancheng.notices import kinds
        from kuancheng.readiness import registry
        from kuancheng.readiness.checks import GROUND
        from kuancheng.records import announcing, forward
        from kuancheng.reports.bulletin import telling as bulletin
        from kuancheng.reports.bulletin.document import KIND as BULLETIN
        from kuancheng.reports.bulletin.document import MAKER as WORD
        from kuancheng.reports.bulletin.files import MAKERS
        from kuancheng.reports.health.checks import CHECKS
        from kuancheng.reports.judging import daily
        from kuancheng.reports.judging.matters import spans
        from kuancheng.reports.league import telling as league
        from kuancheng.reports.matters.questions import LIST as MATTERS
        from kuancheng.reports.monitoring import asking, monitor, permits, telling
        from kuancheng.reports.orders.word import KIND as ORDER
        from kuancheng.reports.progress.page import LIST as PROGRESS
        from kuancheng.reports.project.word import KIND as BRIEF
        from kuancheng.reports.services import lists
        from kuancheng.reports.services.bulletin import files
        from kuancheng.reports.weekly.word import KIND as MINUTES

        # Before the lights: whoever takes a step has locked its matter, and no project yet.
        announcing.subscribe(spans.heed)
        announcing.subscribe(daily.heed)
        announcing.subscribe(telling.heed)  # after the lights are judged
        announcing.subscribe(league.heed)
        announcing.subscribe(bulletin.heed)
        kinds.register(
            *telling.KINDS, *asking.KINDS, *permits.KINDS, *league.KINDS, *bulletin.KINDS
        )
        documents.register(BULLETIN, MINUTES, ORDER, BRIEF)
        forward.register(daily.newest_kept)
        forward.register(monitor.newest_run)
        lists.offer(PROGRESS, MATTERS)
        files.offer(WORD, *MAKERS)
        registry.register(*GROUND, QUEUE, *CHECKS)


class SiteConfig(AdminConfig):
    """Django's admin, with the site of `admin_site` in the place of its own."""

    default_site = "kuancheng.reports.admin_site.Site"

    def ready(self) -> None:
        super().ready()
        from django.contrib.admin.templatetags import admin_list

        from kuancheng.records.icons import yes_or_no

        # Lists and read-only forms alike ask for it by this name, and nothing else of Django's does.
        admin_list._boolean_icon = yes_or_no  # type: ignore[attr-defined]
