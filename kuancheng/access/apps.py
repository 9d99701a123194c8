"""The app that says who may come in."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """Accounts, roles, API keys and the login policy."""

    name = "kuancheng.access"
    label = "access"
    verbose_name = "账号与权限"

    def ready(self) -> None:
        from kuancheng.access.auditing import listen

        listen()
