"""The app of what takes two people."""

from django.apps import AppConfig


class ProposalsConfig(AppConfig):
    """Changes that one person proposes and another decides."""

    name = "kuancheng.proposals"
    label = "proposals"
    verbose_name = "变更申请"

    def ready(self) -> None:
        from kuancheng.notices import kinds
        from kuancheng.proposals.telling import KINDS

        kinds.register(*KINDS)
