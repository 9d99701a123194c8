"""The register's kinds of Excel sheets."""

from projects.sheets.extensions import ExtensionSheet
from projects.sheets.listings import ListingSheet
from projects.sheets.matters import MatterSheet
from projects.sheets.milestones import MilestoneSheet
from projects.sheets.register import RegisterSheet
from projects.sheets.stops import StopSheet

__all__ = [
    "ExtensionSheet",
    "ListingSheet",
    "MatterSheet",
    "MilestoneSheet",
    "RegisterSheet",
    "StopSheet",
]
