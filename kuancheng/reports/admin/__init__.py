"""The answers in the admin: judged projects, thresholds, and what was kept."""

from kuancheng.reports.admin.kept import DailyStatusAdmin, MonitorRunAdmin
from kuancheng.reports.admin.overrides import LightOverrideAdmin
from kuancheng.reports.admin.projects import JudgedProjectAdmin
from kuancheng.reports.admin.rules import RuleSetAdmin

__all__ = [
    "DailyStatusAdmin",
    "JudgedProjectAdmin",
    "LightOverrideAdmin",
    "MonitorRunAdmin",
    "RuleSetAdmin",
]
