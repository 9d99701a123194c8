"""The register's kinds of Excel sheets."""

from projects.sheets.matters import MatterSheet
from projects.sheets.milestones import MilestoneSheet
from projects.sheets.register import RegisterSheet
from projects.sheets.stops import StopSheet

__all__ = ["MatterSheet", "MilestoneSheet", "RegisterSheet", "StopSheet"]
