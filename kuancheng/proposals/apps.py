"""The app of what takes two people."""

from django.apps import AppConfig


class ProposalsConfig(AppConfig):
    """Changes that one person proposes and another decides."""

    name = "kuancheng.proposals"
    label = "proposals"
    verbose_name = "变更申请"

    def ready(self) -> None:
        from kuancheng.notices import kinds as notices
        from kuancheng.proposals import kinds
        from kuancheng.proposals.amounts import AMOUNTS
        from kuancheng.proposals.telling import KINDS

        notices.register(*KINDS)
        kinds.register(AMOUNTS)
