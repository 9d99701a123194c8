"""Groups and rules for the tests, and what the form of a rule is sent."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.test import Client

from kuancheng.access.models import User
from kuancheng.reports.models import LeagueGroup, LeagueIndicator, LeagueItem, LeagueRules
from kuancheng.reports.services.league.groups import save_group
from kuancheng.reports.services.league.rules import Draft, save_league_rules
from tests.conftest import TODAY


def group_of(office: User, **fields: Any) -> LeagueGroup:
    """A group of subdistricts."""
    group = LeagueGroup(**{"name": "属地组", "subject": "subdistrict"} | fields)
    return save_group(group=group, seen=0, today=TODAY, actor=office)


def rules_of(
    group: LeagueGroup,
    office: User,
    month: date = date(2024, 10, 1),
    *,
    weights: dict[str, str] | None = None,
    items: tuple[LeagueItem, ...] = (),
    programmes: tuple[Any, ...] = (),
    **fields: Any,
) -> LeagueRules:
    """A version by proportion: 60 of the year's plan, 40 of the starts."""
    used = weights or {"year_plan": "60", "starts": "40"}
    indicators = [
        LeagueIndicator(measure=measure, weight=Decimal(weight)) for measure, weight in used.items()
    ]
    rules = LeagueRules(group=group, effective_from=month, **{"note": "试行办法"} | fields)
    draft = Draft(rules, indicators, items, programmes)
    return save_league_rules(draft=draft, today=TODAY, actor=office)


def typed(**more: Any) -> dict[str, Any]:
    """What the form is sent: 60 of the year's plan and 40 of the starts from October on."""
    return {
        "effective_from": "2024-10",
        "note": "试行办法",
        "full_marks": "100",
        "cap": "120",
        "tie": "competition",
        "least_indicators": "2",
        "least_projects": "1",
        "target": "100",
        "red_size": "0",
        "black_size": "0",
        "objection_days": "5",
        "year_plan_weight": "60",
        "starts_weight": "40",
    } | more


def alone(**more: Any) -> dict[str, Any]:
    """What the form is sent of a rule that consists of what is named."""
    return typed(year_plan_weight="", starts_weight="", least_indicators="1") | more


def client_of(user: User) -> Client:
    """Somebody's browser."""
    client = Client()
    client.force_login(user)
    return client


def text_of(answer: Any) -> str:
    """The page as text."""
    return str(answer.content.decode())
