"""The register's app."""

from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    """Projects, the people behind them, and their milestones."""

    name = "projects"
    verbose_name = "项目登记"

    def ready(self) -> None:
        from kuancheng.notices import kinds
        from kuancheng.records import announcing
        from kuancheng.sheets import registry
        from projects.notices import handovers, listings, matters, orders, plans, turns
        from projects.sheets import ListingSheet, MatterSheet, MilestoneSheet, RegisterSheet

        registry.register(RegisterSheet(), MilestoneSheet(), ListingSheet(), MatterSheet())
        kinds.register(*plans.KINDS, *turns.KINDS, *orders.KINDS, *handovers.KINDS)
        kinds.register(*listings.KINDS)
        announcing.subscribe(plans.heed)
        announcing.subscribe(matters.heed)
        announcing.subscribe(orders.heed)
        announcing.subscribe(handovers.heed)
        announcing.subscribe(listings.heed)
