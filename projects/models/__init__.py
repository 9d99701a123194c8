"""The register's records."""

from projects.models.base import Recorded
from projects.models.milestone import Milestone
from projects.models.people import Agency, Assignment, Official
from projects.models.programme import Listing, Programme, Target, TargetReading
from projects.models.project import Project

__all__ = [
    "Agency",
    "Assignment",
    "Listing",
    "Milestone",
    "Official",
    "Programme",
    "Project",
    "Recorded",
    "Target",
    "TargetReading",
]
