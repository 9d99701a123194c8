"""The app of roles and keys that take two people. It keeps nothing of its own."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Grants of roles, and keys that wait to be confirmed."""

    name = "kuancheng.accounts"
    label = "accounts"
    verbose_name = "账号变更"

    def ready(self) -> None:
        from kuancheng.accounts import checks  # noqa: F401 - registers itself
        from kuancheng.accounts.kinds import ACCOUNT, KEY
        from kuancheng.accounts.services.keys import heed
        from kuancheng.accounts.telling import KINDS
        from kuancheng.notices import kinds as notices
        from kuancheng.proposals import kinds
        from kuancheng.records import announcing

        notices.register(*KINDS)
        kinds.register(ACCOUNT, KEY)
        announcing.subscribe(heed)
