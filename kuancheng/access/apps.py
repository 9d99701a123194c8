"""The app that says who may come in."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """Accounts, roles, API keys and the login policy."""

    name = "kuancheng.access"
    label = "access"
    verbose_name = "账号与权限"

    def ready(self) -> None:
        from kuancheng.access.models import names_of_accounts
        from kuancheng.records import masking

        masking.people_are_in(names_of_accounts)
