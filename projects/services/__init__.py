"""The one way to change the register: admin, API, imports and commands all call these."""

from kuancheng.records.versions import StaleRecord
from projects.services.changes import Change, project_changes, project_position
from projects.services.register import (
    delete_reference,
    save_parts,
    save_project,
    save_reference,
)

__all__ = [
    "Change",
    "StaleRecord",
    "delete_reference",
    "project_changes",
    "project_position",
    "save_parts",
    "save_project",
    "save_reference",
]
