"""The money's kinds of Excel sheets."""

from investment.sheets.plans import PlanSheet
from investment.sheets.reports import ReportSheet

__all__ = ["PlanSheet", "ReportSheet"]
