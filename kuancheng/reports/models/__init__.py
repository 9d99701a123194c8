"""Kept answers, and the thresholds that they were judged by."""

from kuancheng.reports.models.monitoring import MonitorRun
from kuancheng.reports.models.status import DailyStatus
from kuancheng.reports.models.thresholds import LightOverride, RuleSet

__all__ = ["DailyStatus", "LightOverride", "MonitorRun", "RuleSet"]
