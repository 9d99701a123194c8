"""Who may hold a role at the same time, and which duties may pass to whom on a day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Tenure:
    """Somebody in a role from a day to a day, both inclusive; no last day while in office."""

    role: str
    since: date
    until: date | None


def overlap(tenures: Iterable[Tenure]) -> tuple[Tenure, Tenure] | None:
    """The first two tenures of the same role that share a day, earlier first; None if none do."""
    latest: dict[str, Tenure] = {}
    for tenure in sorted(tenures, key=lambda each: (each.role, each.since)):
        before = latest.get(tenure.role)
        if before and (before.until is None or before.until >= tenure.since):
            return before, tenure
        latest[tenure.role] = tenure
    return None


@dataclass(frozen=True)
class Holding:
    """Somebody in the role that is to pass, in the same project; `receiver` says it is the one."""

    name: str
    since: date
    until: date | None
    receiver: bool


def obstacle(duty: Tenure, day: date, others: Iterable[Holding], *, single: bool) -> str:
    """Why a duty cannot pass to another on a day, in Chinese; nothing when it can.

    `others` hold the same role of the same project, whoever hands it over apart; `single` says
    that one person at a time may hold it.
    """
    if day <= duty.since:
        first = duty.since + timedelta(days=1)
        return f"{duty.since} 才开始负责，生效日期最早填 {first}。"
    if duty.until is not None and duty.until < day:
        return f"任期到 {duty.until} 为止，生效日期最晚填 {duty.until}，或不交接这一项。"
    for other in others:
        if other.until is not None and other.until < day:
            continue
        if duty.until is not None and other.since > duty.until:
            continue
        if other.receiver:
            return f"{other.name} 自 {other.since} 起已担任这个角色，不用交接；请不勾选这一项。"
        if single:
            return f"{other.name} 自 {other.since} 起已接任；请先核对项目的责任人，再办交接。"
    return ""
