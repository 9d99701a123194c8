"""The app of what people are told."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """Notices, their deliveries, and group bots."""

    name = "kuancheng.notices"
    label = "notices"
    verbose_name = "通知"

    def ready(self) -> None:
        from kuancheng.notices.kinds import register
        from kuancheng.notices.services.bots import BOT_TEST

        register(BOT_TEST)
