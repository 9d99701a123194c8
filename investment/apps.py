"""The money's app."""

from django.apps import AppConfig


class InvestmentConfig(AppConfig):
    """Annual plans and monthly status reports."""

    name = "investment"
    verbose_name = "投资与进展"

    def ready(self) -> None:
        from investment import notices
        from investment.services.year_turn.proposing import KINDS as TURN_KINDS
        from investment.sheets import PlanSheet, ReportSheet
        from kuancheng.notices import kinds
        from kuancheng.proposals import kinds as proposals
        from kuancheng.records import announcing
        from kuancheng.sheets import registry

        registry.register(ReportSheet(), PlanSheet())
        proposals.register(*TURN_KINDS)
        kinds.register(*notices.KINDS)
        announcing.subscribe(notices.heed)
