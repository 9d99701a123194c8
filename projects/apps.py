"""The register's app."""

from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    """Projects, the people behind them, and their milestones."""

    name = "projects"
    verbose_name = "项目登记"

    def ready(self) -> None:
        from kuancheng.notices import kinds
        from kuancheng.proposals import kinds as proposals
        from kuancheng.records import announcing, masking
        from kuancheng.sheets import registry
        from projects.models.people import names_of_officials
        from projects.notices import (
            handovers,
            listings,
            matters,
            orders,
            plans,
            reviews,
            stops,
            turns,
        )
        from projects.services.calendars import CALENDAR
        from projects.services.matters.rules import MATTER_RULES
        from projects.services.proposing.listing_kinds import KINDS as LISTING_KINDS
        from projects.services.proposing.projects import PROJECT_CHANGE
        from projects.services.reviews.cadence import CADENCE
        from projects.sheets import (
            ExtensionSheet,
            ListingSheet,
            MatterSheet,
            MilestoneSheet,
            RegisterSheet,
            StopSheet,
        )

        proposals.register(PROJECT_CHANGE, *LISTING_KINDS, MATTER_RULES, CADENCE, CALENDAR)
        masking.people_are_in(names_of_officials)
        registry.register(RegisterSheet(), MilestoneSheet(), ExtensionSheet())
        registry.register(ListingSheet(), MatterSheet(), StopSheet())
        kinds.register(*plans.KINDS, *turns.KINDS, *orders.KINDS, *handovers.KINDS, *stops.KINDS)
        kinds.register(*listings.KINDS, *reviews.KINDS)
        announcing.subscribe(plans.heed)
        announcing.subscribe(matters.heed)
        announcing.subscribe(orders.heed)
        announcing.subscribe(handovers.heed)
        announcing.subscribe(listings.heed)
        announcing.subscribe(stops.heed)
        announcing.subscribe(reviews.heed)
