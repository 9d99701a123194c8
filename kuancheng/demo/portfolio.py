"""The invented portfolio: read from files, written through the services by believable authors.

It stands on the top floor because it touches accounts, the register and the money at once.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.audit import acts
from kuancheng.audit.choices import Act
from kuancheng.demo import (
    answers,
    asked,
    bulletins,
    close_outs,
    handovers,
    league,
    listings,
    matters,
    money,
    permits,
    proposals,
    reviews,
    stops,
)
from kuancheng.records.announcing import announce, together
from kuancheng.reports.judging import daily
from projects import reference
from projects.choices import DurationUnit, Role
from projects.models import (
    Agency,
    Assignment,
    Milestone,
    Official,
    Pause,
    Programme,
    Project,
    Recorded,
)
from projects.services import save_parts, save_project, save_reference
from projects.services.planning import approve_plan, propose_plan
from projects.services.year_classes import Classed, write_classes

FOLDER = settings.BASE_DIR / "fixtures" / "demo"
PROGRAMME = "kc-2024"
DATA_DAY = date(2024, 10, 15)
"""The day that the invented facts were written for: no clock may stand before it."""

WHOLE = 45
"""Projects of the portfolio; a test may load some of them."""

PASSWORD = "Kuancheng-2024"  # noqa: S105 - printed for everybody; it opens invented data only


REVIEWER, SECOND_REVIEWER = "fuhe", "fuhe2"
"""Logins of the review office: one proposes plans, the other approves them."""

HOLDING = ("actual_start", "actual_finish", "confirmed")
"""What fixes a milestone's planned days."""

NOON = time(12)
PROPOSED_BEFORE = timedelta(days=3)
"""How long a plan waited for its approval."""

OPENING_DAY = date(2024, 1, 2)
"""When the register was opened; a project whose plan is older came in with its plan."""

KEPT_DAYS = 42
"""Days before the day of the data whose lights are kept."""


@dataclass(frozen=True)
class Cast:
    """Whom the portfolio's records name: agencies and officials by name, and who reviews."""

    reviewer: User
    second_reviewer: User
    agencies: dict[str, Agency]
    officials: dict[str, Official]


def is_loaded() -> bool:
    """Whether this database holds the portfolio, edited since or not."""
    return Project.objects.filter(is_demo=True).exists()


def logins() -> list[User]:
    """The accounts that came with a password and are still there, in the order of the file."""
    named = [entry["username"] for entry in _read("accounts") if entry["login"]]
    kept = User.objects.prefetch_related("groups").in_bulk(named, field_name="username")
    return [kept[username] for username in named if username in kept]


@transaction.atomic
def load() -> int:
    """Writes programmes, accounts and the portfolio; returns how many projects.

    All or nothing. Each record's history begins on a believable day, so that the portfolio can be
    asked what was known when. ValidationError where a name or a login is taken already.
    """
    system = User.objects.system()
    with acts.as_one(Act.LOADED, "载入演示数据", actor=system), together():
        with clock.at(_noon(OPENING_DAY)):
            reference.load_programmes(system)
            reference.load_templates(system)
            programme = Programme.objects.get(code=PROGRAMME)
            cast = _cast(_accounts(system))
        entries, moves = list(_project_files()), _read("listings")
        joining = listings.joined_later(moves)
        for number, entry in enumerate(entries, 1):
            with clock.at(_noon(_registered(entry))):
                project = _add_project(entry, cast)
                milestones = list(_milestones(entry, project, cast))
                parts = [*_parts(entry, project, cast), *milestones]
                if entry["code"] not in joining:
                    parts.insert(0, listings.first(programme, project, number))
                _write_parts(entry, project, parts, milestones, cast)
            liaison = next(each for each in entry["people"] if each["role"] == Role.LIAISON_OFFICER)
            clerk = cast.officials[liaison["official"]].user
            money.load(
                entry,
                project,
                money.Staff(clerk, cast.reviewer, cast.second_reviewer),
                _noon(_registered(entry)),
            )
        _classes_of_the_year(cast)
        known = set(Project.objects.values_list("code", flat=True))
        raised = [each for each in _read("matters") if each["project"] in known]
        staff = matters.Staff(cast.reviewer, cast.second_reviewer)
        weekly = reviews.Reviews(_reviews(known), staff)
        matters.load(raised, staff, DATA_DAY, weekly.events)
        matters.load_deputies(_read("deputies"))
        stops.load(_read("stops"), cast.reviewer)
        handovers.load(_read("handovers"), cast.reviewer)
        listings.load(moves, programme, cast.reviewer)
        permits.load(_read("permits"), cast.reviewer)
        close_outs.load(_read("close_outs"), cast.reviewer)
    _keep_days()
    with together():
        answers.load(_read("answers"))
    weekly.prepare_next()
    if len(entries) == WHOLE:
        # Of a part of the portfolio nobody could be ranked.
        league.load(_read_one("league"), cast.reviewer, cast.second_reviewer)
        bulletins.load(_read_one("bulletins"), cast.reviewer, cast.second_reviewer)
    proposals.load(cast.reviewer, cast.second_reviewer)
    asked.load(cast.reviewer)
    return len(entries)


def _reviews(known: set[str]) -> dict[str, Any]:
    """The weekly reviews, without the items of projects that are not there, and those without any."""
    found: dict[str, Any] = json.loads((FOLDER / "reviews.json").read_text("utf-8"))
    for review in found["reviews"]:
        review["items"] = [each for each in review["items"] if each["project"] in known]
    found["reviews"] = [each for each in found["reviews"] if each["items"]]
    return found


def _classes_of_the_year(cast: Cast) -> None:
    """What was registered earlier is of its class in the year of the data: the files say this year's."""
    day = date(DATA_DAY.year, 1, 1)
    earlier = Project.objects.filter(is_demo=True, created_at__lt=_noon(day)).exclude(year_class="")
    with clock.at(_noon(day)):
        wanted = [Classed(each, each.year_class) for each in earlier.order_by("pk")]
        announce(*write_classes(wanted, day.year, cast.reviewer)[1])


def _keep_days() -> None:
    """Keeps the last weeks day by day, as they were known then, as if the monitor had run."""
    today = clock.today()
    for days in range(KEPT_DAYS, 0, -1):
        daily.keep(today - timedelta(days=days), today=today)


def _noon(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, NOON))


def _registered(entry: dict[str, Any]) -> date:
    """The day on which a project came into the register: before the first plan it brought."""
    approved = [date.fromisoformat(plan["approved"]) for plan in entry.get("baselines", ())]
    return min([OPENING_DAY, *(day - 2 * PROPOSED_BEFORE for day in approved)])


def _read(name: str) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    return entries


def _read_one(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    return found


def _project_files() -> Iterator[dict[str, Any]]:
    """The projects by code, each with the invented place where it has one."""
    places: dict[str, dict[str, str]] = json.loads((FOLDER / "places.json").read_text("utf-8"))
    for path in sorted((FOLDER / "projects").glob("*.json")):
        entry: dict[str, Any] = json.loads(path.read_text("utf-8"))
        yield entry | places.get(entry["code"], {})


def _accounts(system: User) -> dict[str, User]:
    """The accounts by the name of the official who holds them, the others by their login."""
    # One hash for all: a hash takes half a second, and the password is no secret.
    password = make_password(PASSWORD)
    groups = {group.name: group for group in Group.objects.all()}
    held: dict[str, User] = {}
    for entry in _read("accounts"):
        user = User(
            username=entry["username"],
            full_name=entry["full_name"],
            is_staff=entry["staff"],
            password=password if entry["login"] else make_password(None),
        )
        user.full_clean()
        user._history_user = system  # type: ignore[attr-defined]
        user.save()
        user.groups.set([groups[entry["role"]]])
        held[entry.get("official", user.username)] = user
    return held


def _cast(accounts: dict[str, User]) -> Cast:
    reviewer = accounts[REVIEWER]
    agencies: dict[str, Agency] = {}
    for entry in _read("agencies"):
        agency = Agency(is_demo=True, **entry)
        save_reference(record=agency, actor=reviewer)
        agencies[agency.name] = agency
    officials: dict[str, Official] = {}
    for entry in _read("officials"):
        agency_of = agencies[entry["agency"]] if "agency" in entry else None
        user = accounts.get(entry["name"])
        official = Official(is_demo=True, **entry | {"agency": agency_of, "user": user})
        save_reference(record=official, actor=reviewer)
        officials[official.name] = official
    return Cast(reviewer, accounts[SECOND_REVIEWER], agencies, officials)


def _add_project(entry: dict[str, Any], cast: Cast) -> Project:
    parts = ("people", "milestones", "pauses", "baselines", *money.PARTS)
    fields = {name: value for name, value in entry.items() if name not in parts}
    for name in ("subdistrict", "owner", "lead_agency"):
        fields[name] = cast.agencies[fields[name]]
    return save_project(project=Project(is_demo=True, **fields), actor=cast.reviewer, approved=True)


def _parts(entry: dict[str, Any], project: Project, cast: Cast) -> Iterator[Recorded]:
    for person in entry["people"]:
        official = cast.officials[person["official"]]
        yield Assignment(project=project, **person | {"official": official})
    if opening := entry.get("opening"):
        yield money.opening_figure(opening, project)


def _milestones(entry: dict[str, Any], project: Project, cast: Cast) -> Iterator[Milestone]:
    for order, step in enumerate(entry["milestones"], 1):
        yield _milestone(step, order, project, cast)


def _milestone(step: dict[str, Any], order: int, project: Project, cast: Cast) -> Milestone:
    planned_start, planned_finish = step.get("planned", (None, None))
    actual_start, actual_finish = step.get("actual", (None, None))
    return Milestone(
        project=project,
        order=order,
        phase=step["phase"],
        name=step["name"],
        agency=cast.agencies[step["agency"]],
        weight=step["weight"],
        planned_start=planned_start,
        planned_finish=planned_finish,
        actual_start=actual_start,
        actual_finish=actual_finish,
        document_number=step.get("document", ""),
        late_reason=step.get("late_reason", ""),
        duration=step.get("duration"),
        unit=step.get("unit", DurationUnit.WORKING),
        after=step.get("after", ""),
        confirmed=step.get("confirmed", False),
        permit=step.get("permit", ""),
        valid_until=step.get("valid_until"),
        note=step.get("note", ""),
    )


def _write_parts(
    entry: dict[str, Any],
    project: Project,
    parts: Sequence[Recorded],
    milestones: Sequence[Milestone],
    cast: Cast,
) -> None:
    """Saves a project's parts and replays its plans as they were approved, the one in force last.

    Where days moved, what has happened is recorded only then: a step that has begun cannot be
    replanned.
    """
    plans = entry.get("baselines", ())
    happened = [_take_back(each) for each in milestones] if len(plans) > 1 else []
    save_parts(project=project, saved=parts, actor=cast.reviewer, approved=True)
    for plan in plans:
        _approve(plan, project, milestones, cast)
    for milestone, taken in zip(milestones, happened, strict=False):
        vars(milestone).update(taken)
    pauses = [
        Pause(project=project, **pause | {"milestone": milestones[pause["milestone"] - 1]})
        for pause in entry.get("pauses", ())
    ]
    if happened:
        # Recorded after the plan that left it out: what is known last has it.
        with clock.at(max(_approved(plan) for plan in plans)):
            save_parts(project=project, saved=[*milestones, *pauses], actor=cast.reviewer)
    else:
        save_parts(project=project, saved=pauses, actor=cast.reviewer)


def _take_back(milestone: Milestone) -> dict[str, Any]:
    """Clears what fixes a milestone's days; returns it."""
    taken = {name: getattr(milestone, name) for name in HOLDING}
    milestone.actual_start = milestone.actual_finish = None
    milestone.confirmed = False
    return taken


def _approved(plan: dict[str, Any]) -> datetime:
    return _noon(date.fromisoformat(plan["approved"]))


def _approve(
    plan: dict[str, Any], project: Project, milestones: Sequence[Milestone], cast: Cast
) -> None:
    days = {
        each.pk: (each.planned_start, each.planned_finish)
        for each in milestones
        if each.planned_start and each.planned_finish
    }
    for order, (first, last) in plan.get("days", {}).items():
        days[milestones[int(order) - 1].pk] = date.fromisoformat(first), date.fromisoformat(last)
    approved = _approved(plan)
    with clock.at(approved - PROPOSED_BEFORE):
        proposal = propose_plan(
            project=project,
            days=days,
            promised_completion=date.fromisoformat(plan["promised"]),
            reason=plan["reason"],
            note=plan["note"],
            seen=project.version,
            actor=cast.reviewer,
        )
    with clock.at(approved):
        approve_plan(baseline=proposal, seen=project.version, actor=cast.second_reviewer)
        project.refresh_from_db()
