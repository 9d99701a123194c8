"""The app that says who may come in."""

from django.apps import AppConfig
from django.core.checks import Tags, register


class AccessConfig(AppConfig):
    """Accounts, roles, API keys and the login policy."""

    name = "kuancheng.access"
    label = "access"
    verbose_name = "账号与权限"

    def ready(self) -> None:
        from kuancheng.proxy import check_named

        register(check_named, Tags.security, deploy=True)
