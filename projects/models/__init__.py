"""The register's records."""

from kuancheng.records.base import Recorded
from projects.models.calendar import CalendarDay, WinterWindow
from projects.models.close_out import CloseOut
from projects.models.deputy import Deputy
from projects.models.evidence import Evidence, MilestoneEvidence
from projects.models.handover import Handover, HandoverEvidence, HandoverItem
from projects.models.matter import Matter, MatterEvidence, MatterStep, Serial
from projects.models.matter_rules import MatterRules
from projects.models.milestone import Milestone, Pause
from projects.models.order import Escalation, Order
from projects.models.pending import PendingUpload
from projects.models.people import Agency, Assignment, Official
from projects.models.permit import PermitExtension
from projects.models.plan import Baseline, BaselineEntry, ScheduleTemplate, TemplateStep
from projects.models.programme import Listing, Programme, Target, TargetReading
from projects.models.project import Project
from projects.models.review import (
    AgendaItem,
    Attendance,
    Decision,
    ReviewCadence,
    WeeklyReview,
)
from projects.models.stop import Stop
from projects.models.year_class import YearClassing

__all__ = [
    "Agency",
    "AgendaItem",
    "Assignment",
    "Attendance",
    "Baseline",
    "BaselineEntry",
    "CalendarDay",
    "CloseOut",
    "Decision",
    "Deputy",
    "Escalation",
    "Evidence",
    "Handover",
    "HandoverEvidence",
    "HandoverItem",
    "Listing",
    "Matter",
    "MatterEvidence",
    "MatterRules",
    "MatterStep",
    "Milestone",
    "MilestoneEvidence",
    "Official",
    "Order",
    "Pause",
    "PendingUpload",
    "PermitExtension",
    "Programme",
    "Project",
    "Recorded",
    "ReviewCadence",
    "ScheduleTemplate",
    "Serial",
    "Stop",
    "Target",
    "TargetReading",
    "TemplateStep",
    "WeeklyReview",
    "WinterWindow",
    "YearClassing",
]
