"""The register's kinds of Excel sheets."""

from projects.sheets.listings import ListingSheet
from projects.sheets.matters import MatterSheet
from projects.sheets.milestones import MilestoneSheet
from projects.sheets.register import RegisterSheet

__all__ = ["ListingSheet", "MatterSheet", "MilestoneSheet", "RegisterSheet"]
