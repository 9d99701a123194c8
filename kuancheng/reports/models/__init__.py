"""Kept answers, the thresholds that they were judged by, and what people keep of the list."""

from kuancheng.reports.models.answers import LightAnswer
from kuancheng.reports.models.bulletin import (
    Bulletin,
    BulletinFigures,
    BulletinFile,
    BulletinParagraph,
    Erratum,
    IssuedBulletin,
)
from kuancheng.reports.models.front import Follow, FrontPage, SavedView, SeenProject
from kuancheng.reports.models.league import (
    LeagueGroup,
    LeagueIndicator,
    LeagueItem,
    LeagueRules,
)
from kuancheng.reports.models.league_records import (
    LeagueEntry,
    LeagueObjection,
    LeaguePublication,
)
from kuancheng.reports.models.matters import MatterSpan
from kuancheng.reports.models.monitoring import MonitorRun
from kuancheng.reports.models.status import DailyStatus
from kuancheng.reports.models.thresholds import LightOverride, RuleSet

__all__ = [
    "Bulletin",
    "BulletinFigures",
    "BulletinFile",
    "BulletinParagraph",
    "DailyStatus",
    "Erratum",
    "Follow",
    "FrontPage",
    "IssuedBulletin",
    "LeagueEntry",
    "LeagueGroup",
    "LeagueIndicator",
    "LeagueItem",
    "LeagueObjection",
    "LeaguePublication",
    "LeagueRules",
    "LightAnswer",
    "LightOverride",
    "MatterSpan",
    "MonitorRun",
    "RuleSet",
    "SavedView",
    "SeenProject",
]
