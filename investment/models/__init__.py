"""The records of the money: what a year was promised, and what each month brought."""

from investment.models.evidence import ReportEvidence
from investment.models.funding import Funding
from investment.models.opening import OpeningFigure
from investment.models.plan import (
    MONTH_FIELDS,
    AnnualPlan,
    FormerPlan,
    PlanFigures,
    SeasonalCurve,
)
from investment.models.report import Correction, StatusReport, month_text
from investment.models.turn import YearTurn, YearTurnLine
from investment.models.window import ReportingWindow

__all__ = [
    "MONTH_FIELDS",
    "AnnualPlan",
    "Correction",
    "FormerPlan",
    "Funding",
    "OpeningFigure",
    "PlanFigures",
    "ReportEvidence",
    "ReportingWindow",
    "SeasonalCurve",
    "StatusReport",
    "YearTurn",
    "YearTurnLine",
    "month_text",
]
