"""The register in the admin."""

from projects.admin.inlines import PartInline
from projects.admin.people import AgencyAdmin, OfficialAdmin
from projects.admin.programme import ProgrammeAdmin
from projects.admin.project import ProjectAdmin

__all__ = ["AgencyAdmin", "OfficialAdmin", "PartInline", "ProgrammeAdmin", "ProjectAdmin"]
