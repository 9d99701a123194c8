"""One address of every URL name: of a clerk's own project, and of another's where there is one."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import Model, Q
from django.urls import URLResolver, get_resolver, reverse

from investment.models import StatusReport, YearTurn
from kuancheng.access.models import User
from kuancheng.documents.models import OfficeTemplate
from kuancheng.notices.models import Notice
from kuancheng.proposals.models import Proposal
from kuancheng.reports import models as answers
from kuancheng.sheets import registry
from kuancheng.sheets.models import SheetImport
from projects import models as register

OWN, OTHERS = "own", "others"
APPS = {"projects", "investment", "reports"}

NAMELESS = {"", "jsi18n", "view_on_site"}
"""Patterns without a name: Django's redirects, the catch-alls of admin and API, the favicon."""

BY_PK: dict[str, type[Model]] = {
    "view": answers.SavedView,
    "view-query": answers.SavedView,
    "view-delete": answers.SavedView,
    "stop-step": register.Stop,
    "official": register.Official,
    "hand-over": register.Official,
    "handover": register.Handover,
    "handover-undo": register.Handover,
    "handover-redo": register.Handover,
    "agency": register.Agency,
    "programme-stay": register.Listing,
    "deputy-end": register.Deputy,
    "matter-rules-change": register.MatterRules,
    "matter": register.Matter,
    "matter-edit": register.Matter,
    "matter-order": register.Matter,
    "matter-step": register.Matter,
    "order": register.Order,
    "order-word": register.Order,
    "order-acknowledge": register.Order,
    "template-download": OfficeTemplate,
    "template-sample": OfficeTemplate,
    "template-withdraw": OfficeTemplate,
    "permit-extend": register.Milestone,
    "extension-correct": register.PermitExtension,
    "extension-withdraw": register.PermitExtension,
    "year-turn-record": YearTurn,
    "year-turn-undo": YearTurn,
    "year-turn-redo": YearTurn,
    "weekly-cadence-change": register.ReviewCadence,
    "weekly-item": register.AgendaItem,
    "weekly-decide": register.AgendaItem,
    "weekly-seat": register.Attendance,
    "weekly-correct": register.Decision,
    "weekly-withdraw": register.Decision,
    "league-publish": answers.LeaguePublication,
    "league-objection": answers.LeagueObjection,
    "league-entry-new": answers.LeagueGroup,
    "league-entry-step": answers.LeagueEntry,
    "league-rules-change": answers.LeagueRules,
    "league-group": answers.LeagueGroup,
    "league-rules-new": answers.LeagueGroup,
    "bulletin-paragraph": answers.BulletinParagraph,
    "bulletin-erratum-step": answers.Erratum,
    "notice-open": Notice,
    "proposal": Proposal,
    "proposal-step": Proposal,
    "admin:sheets_sheetimport_apply": SheetImport,
    "admin:sheets_sheetimport_recheck": SheetImport,
}
"""Whose number stands in an address, by the URL's name; addresses of the API by their view."""

STEPS: dict[str, dict[str, tuple[str, ...]]] = {
    "proposal-step": {"step": ("approve", "return", "withdraw")},
    "stop-step": {"step": ("report", "ask", "resume", "correct")},
    "programme-stay": {"step": ("leave", "correct", "withdraw")},
    "matter-step": {
        "step": (
            "issue", "sign", "object", "progress", "answer", "close", "reject", "extend", "pause",
            "reopen", "void", "merge", "appeal",
        )
    },
    "weekly-step": {"step": ("draw", "send", "begin", "end", "finalise")},
    "league-entry-step": {"step": ("confirm", "void")},
    "bulletin-step": {"step": ("submit", "redraft", "approve", "return")},
    "bulletin-lack": {"code": ("reports",)},
    "bulletin-add": {"section": ("overall",)},
    "bulletin-paragraph": {"way": ("save", "confirm", "keep", "redraft", "remove")},
    "api-bulletin-file": {"kind": ("docx", "list", "league", "matters")},
    "bulletin-file": {"kind": ("docx", "list", "league", "matters")},
    "bulletin-erratum-step": {"step": ("approve", "refuse")},
}  # fmt: skip
"""The words that an address may hold; the short form takes the first, the long one each."""


MOST = 6
"""So many records of a kind are tried in the long form."""


@dataclass(frozen=True)
class Address:
    """Where something is asked for: the URL's name, whose it is, and the path."""

    name: str
    whose: str
    path: str


@dataclass(frozen=True)
class World:
    """What the addresses name: a clerk, and the secrets that stand in some of them."""

    clerk: User
    display: str

    def projects(self, whose: str) -> Any:
        """Ids of the projects that the clerk may write to, or of all others."""
        own = register.Project.objects.editable_by(self.clerk).values("pk")
        return Q(pk__in=own) if whose == OWN else ~Q(pk__in=own)

    def records(self, model: type[Model], whose: str) -> Any:
        """The records of a model that belong to such projects; all where none belongs to any."""
        found = model._default_manager.order_by("pk")
        if model is User:
            return found.filter(is_system=False)
        path = path_to_project(model)
        if path is None:
            return found if whose == OWN else found.none()
        projects = register.Project.objects.filter(self.projects(whose))
        return found.filter(
            **{f"{path}__in": projects.values("pk")} if path else {"pk__in": projects}
        )


def path_to_project(model: type[Model], depth: int = 3) -> str | None:
    """How a record leads to its project, "" for a project itself, None where it belongs to none."""
    if model is register.Project:
        return ""
    links = [
        each
        for each in model._meta.concrete_fields
        if each.many_to_one and each.related_model._meta.app_label in APPS
    ]
    for each in links:
        if each.related_model is register.Project:
            return each.name
    for each in links if depth else ():
        further = path_to_project(each.related_model, depth - 1)
        if further:
            return f"{each.name}__{further}"
    return None


def patterns() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every named pattern of the site: its name with its namespace, and what stands in its address."""
    yield from _patterns(get_resolver(), "", ())


def _patterns(
    resolver: Any, space: str, before: tuple[str, ...]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    for each in resolver.url_patterns:
        found = each.pattern
        names = (*before, *(tuple(found.converters) or tuple(found.regex.groupindex)))
        if isinstance(each, URLResolver):
            inside = f"{space}{each.namespace}:" if each.namespace else space
            yield from _patterns(each, inside, names)
        elif (each.name or "") not in NAMELESS:
            yield f"{space}{each.name}", names


def addresses(world: World, *, every: bool = False) -> list[Address]:
    """An address of each URL name, own and others'; with `every` of each record and each word."""
    found: dict[Address, None] = {}
    for name, names in patterns():
        for whose in (OWN, OTHERS):
            for values in _values(world, name, names, whose, every=every):
                found[Address(name, whose, reverse(name, kwargs=values))] = None
            if not names:
                break
    return list(found)


def _values(
    world: World, name: str, names: tuple[str, ...], whose: str, *, every: bool
) -> Iterator[dict[str, Any]]:
    if not names:
        yield {}
        return
    asked = STEPS.get(name, {})
    words = [dict(zip(asked, [word], strict=True)) for each in asked.values() for word in each]
    most = MOST if every else 1
    for record in _found(world, name, whose)[:most]:
        for word in (words or [{}])[: None if every else 1]:
            yield {key: word[key] if key in word else record(key) for key in names}


def _found(world: World, name: str, whose: str) -> list[Callable[[str], Any]]:
    """For each record behind a name: what stands in the address for a key."""
    model = _model_of(name)
    if model is not None:
        records = [_of(each) for each in world.records(model, whose)[:MOST]]
        # A record that is not there is asked for as well: the right comes before the record.
        return records or ([_missing] if whose == OWN else [])
    if whose == OTHERS:
        return []
    if name in WORDS:
        return [{**WORDS[name]}.__getitem__]
    if name.startswith("screen-display"):
        return [lambda key: world.display]
    if name.startswith("admin:sheets_sheetimport"):
        return [{"kind": each.name}.__getitem__ for each in registry._kinds.values()]
    raise LookupError(f"nobody says what stands in the address of {name}: tests/guard/addresses.py")


WORDS: dict[str, dict[str, Any]] = {
    "round": {"month": "2024-10"},
    "round-usual": {"month": "2024-10"},
    "year-turn": {"year": 2024},
    "year-turn-export": {"year": 2024},
    "proposal-batch": {"batch": "import-1"},
    "league-entrant": {"entrant": "1"},
    "league-object": {"entrant": "1"},
    "admin:projects_calendarday_year": {"year": 2024},
    "admin:app_list": {"app_label": "projects"},
}
"""What stands in an address that names no record."""

API = {
    "project": register.Project,
    "official": register.Official,
    "agency": register.Agency,
    "programme": register.Programme,
    "listing": register.Listing,
    "milestone": register.Milestone,
    "baseline": register.Baseline,
    "status-report": StatusReport,
    "progress": register.Project,
    "review": register.WeeklyReview,
    "bulletin": answers.Bulletin,
}
PREFIXES: dict[str, type[Model]] = {
    "programme": register.Programme,
    "weekly": register.WeeklyReview,
    "bulletin": answers.Bulletin,
}
PROJECTS = {
    "project", "follow", "project-brief", "project-brief-word", "answer-red", "roster", "stop-new",
    "close-out", "close-out-write", "close-out-decide",
}  # fmt: skip


def _model_of(name: str) -> type[Model] | None:
    if name in BY_PK:
        return BY_PK[name]
    if name in PROJECTS:
        return register.Project
    if name == "evidence" or name.startswith("api-evidence"):
        return register.MatterEvidence
    if name.startswith("api-"):
        return _model_of_api(name)
    if name.startswith("admin:"):
        return _model_of_admin(name)
    return next((PREFIXES[each] for each in PREFIXES if name.startswith(each)), None)


def _model_of_api(name: str) -> type[Model] | None:
    from kuancheng.reports.api_urls import router

    for _, view, base in router.registry:
        if name.rsplit("-", 1)[0] == base:
            return API.get(base.removeprefix("api-"), view.queryset.model)
    return None


def _model_of_admin(name: str) -> type[Model] | None:
    for model in admin.site._registry:
        meta = model._meta
        if name.startswith(f"admin:{meta.app_label}_{meta.model_name}_"):
            changing = re.fullmatch(
                r"(add|changelist|year|template|export|upload)", name.split("_")[-1]
            )
            return None if changing and meta.model_name != "project" else model
    return None


def _missing(key: str) -> Any:
    return UUID(int=0) if key == "token" else 1


def _of(record: Any) -> Callable[[str], Any]:
    def value(key: str) -> Any:
        if key in {"pk", "id", "object_id", "number"}:
            return record.pk
        if key == "month":
            month = getattr(record, "month", None) or record.bulletin.month
            return f"{month:%Y-%m}"
        if key == "milestone_id":
            return record.milestones.order_by("pk").values_list("pk", flat=True).first() or 1
        if key == "code" and not hasattr(record, "code"):
            return record.programme.code
        return getattr(record, key)

    return value
