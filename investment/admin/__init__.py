"""The money in the admin; the annual plan is added to the project's form from here."""

from investment.admin.curve import SeasonalCurveAdmin
from investment.admin.funding import FundingAdmin
from investment.admin.opening import OpeningFigureInline
from investment.admin.plan import AnnualPlanAdmin, AnnualPlanInline
from investment.admin.report.correction import CorrectionAdmin
from investment.admin.report.page import StatusReportAdmin
from investment.admin.window import ReportingWindowAdmin
from projects.admin import ProjectAdmin

ProjectAdmin.inlines = (*ProjectAdmin.inlines, AnnualPlanInline, OpeningFigureInline)

__all__ = [
    "AnnualPlanAdmin",
    "AnnualPlanInline",
    "CorrectionAdmin",
    "FundingAdmin",
    "ReportingWindowAdmin",
    "SeasonalCurveAdmin",
    "StatusReportAdmin",
]
