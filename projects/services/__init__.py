"""The one way to change the register: admin, API, imports and commands all call these."""

from projects.services.changes import Change, changes_since
from projects.services.register import StaleRecord, save_parts, save_project, save_reference

__all__ = [
    "Change",
    "StaleRecord",
    "changes_since",
    "save_parts",
    "save_project",
    "save_reference",
]
