"""The register in the admin."""

from projects.admin.calendar.days import CalendarDayAdmin, WinterWindowAdmin
from projects.admin.matters import MatterAdmin
from projects.admin.people import AgencyAdmin, OfficialAdmin
from projects.admin.plan.template import BaselineAdmin, ScheduleTemplateAdmin
from projects.admin.programme import ProgrammeAdmin
from projects.admin.project.inlines import PartInline
from projects.admin.project.page import ProjectAdmin

__all__ = [
    "AgencyAdmin",
    "BaselineAdmin",
    "CalendarDayAdmin",
    "MatterAdmin",
    "OfficialAdmin",
    "PartInline",
    "ProgrammeAdmin",
    "ProjectAdmin",
    "ScheduleTemplateAdmin",
    "WinterWindowAdmin",
]
