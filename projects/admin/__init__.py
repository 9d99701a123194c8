"""The register in the admin."""

from projects.admin.calendar import CalendarDayAdmin, WinterWindowAdmin
from projects.admin.inlines import PartInline
from projects.admin.people import AgencyAdmin, OfficialAdmin
from projects.admin.programme import ProgrammeAdmin
from projects.admin.project import ProjectAdmin
from projects.admin.template import BaselineAdmin, ScheduleTemplateAdmin

__all__ = [
    "AgencyAdmin",
    "BaselineAdmin",
    "CalendarDayAdmin",
    "OfficialAdmin",
    "PartInline",
    "ProgrammeAdmin",
    "ProjectAdmin",
    "ScheduleTemplateAdmin",
    "WinterWindowAdmin",
]
