"""The portfolio's league: groups with their rules, what was added and deducted, published months."""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.utils import timezone

from investment.rules.reporting import parse_month
from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.reports.judging.league.scope import candidates
from kuancheng.reports.models import (
    LeagueEntry,
    LeagueGroup,
    LeagueIndicator,
    LeagueItem,
    LeagueObjection,
    LeaguePublication,
    LeagueRules,
)
from kuancheng.reports.services.league.entries import confirm_entry, propose_entry
from kuancheng.reports.services.league.groups import save_group
from kuancheng.reports.services.league.objections import answer_objection, raise_objection
from kuancheng.reports.services.league.publishing import draw_up, publish
from kuancheng.reports.services.league.rules import Draft, save_league_rules

HOUR = time(15)


def load(found: dict[str, Any], office: User, second: User) -> None:
    """Groups and rules, then month by month what was recorded and published, as it was known then."""
    groups = [(_group(each, office), each.get("publish", False)) for each in found["groups"]]
    by_name = {group.name: group for group, _ in groups}
    for month in found["months"]:
        for entry in found["entries"]:
            if entry["month"] == month["month"]:
                _record(entry, by_name[entry["group"]], office, second)
        for group, published in groups:
            if published:
                _publish(group, month, office, second)
    for objection in found["objections"]:
        _object(objection, by_name[objection["group"]], second)


def _group(entry: dict[str, Any], office: User) -> LeagueGroup:
    said = entry["rules"]
    recorded = date.fromisoformat(said["recorded_on"])
    with _at(recorded):
        group = LeagueGroup(
            name=entry["name"],
            subject=entry["subject"],
            agency_kind=entry.get("agency_kind", ""),
            order=entry["order"],
        )
        save_group(group=group, seen=0, today=recorded, actor=office)
        parts = ("indicators", "items", "recorded_on")
        rules = LeagueRules(
            group=group,
            **{name: _value(name, each) for name, each in said.items() if name not in parts},
        )
        draft = Draft(
            rules,
            [LeagueIndicator(**_filled(each)) for each in said["indicators"]],
            [LeagueItem(**_filled(each)) for each in said["items"]],
            [],
        )
        save_league_rules(draft=draft, today=recorded, actor=office)
    return group


def _filled(entry: dict[str, Any]) -> dict[str, Any]:
    words = ("measure", "kind", "name", "without")
    return {
        name: Decimal(each) if isinstance(each, str) and name not in words else each
        for name, each in entry.items()
    }


def _value(name: str, each: Any) -> Any:
    if name == "effective_from":
        return date.fromisoformat(each)
    return Decimal(each) if name == "target" else each


def _record(entry: dict[str, Any], group: LeagueGroup, office: User, second: User) -> None:
    keys = {name: key for key, name in candidates(group).items()}
    day = date.fromisoformat(entry["recorded"])
    with _at(day):
        made = propose_entry(
            entry=LeagueEntry(
                group=group,
                month=parse_month(entry["month"]),
                entrant=keys[entry["entrant"]],
                item=entry["item"],
                reason=entry["reason"],
                document=entry["document"],
            ),
            today=day,
            actor=office,
        )
        confirm_entry(entry=made, seen=made.version, today=day, actor=second)


def _publish(group: LeagueGroup, entry: dict[str, Any], office: User, second: User) -> None:
    """Drawn up on its day, and published where there is a day for it."""
    drawn, published = (
        date.fromisoformat(entry[name]) if name in entry else None
        for name in ("drawn_up", "published")
    )
    if drawn is None:
        return
    month = parse_month(entry["month"])
    with _at(drawn):
        made = draw_up(group=group, month=month, today=drawn, actor=office, known_on=drawn)
    if published is not None:
        with _at(published):
            publish(
                publication=made,
                seen=made.version,
                today=published,
                actor=second,
                known_on=published,
            )


def _object(entry: dict[str, Any], group: LeagueGroup, second: User) -> None:
    """Raised on its day by a clerk of the entrant, and answered where there is an answer."""
    keys = {name: key for key, name in candidates(group).items()}
    publication = LeaguePublication.objects.get(group=group, month=parse_month(entry["month"]))
    raised = date.fromisoformat(entry["raised"])
    with _at(raised):
        made = raise_objection(
            objection=LeagueObjection(
                publication=publication,
                entrant=keys[entry["entrant"]],
                measure=entry["measure"],
                text=entry["text"],
            ),
            today=raised,
            actor=User.objects.get(username=entry["account"]),
        )
    if "answered" in entry:
        answered = date.fromisoformat(entry["answered"])
        with _at(answered):
            answer_objection(
                objection=made,
                upheld=entry["upheld"],
                answer=entry["answer"],
                seen=made.version,
                today=answered,
                actor=second,
            )


def _at(day: date) -> Any:
    return clock.at(timezone.make_aware(datetime.combine(day, HOUR)))
