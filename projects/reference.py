"""The source report's figures and named projects, and the usual schedules: added where missing.

A programme with its figures, a project with its place on the list and a template with its steps
are each one unit: what is already there by its code stays as people left it.
"""

import json
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings

from kuancheng.access.models import User
from projects.models import (
    Listing,
    Programme,
    Project,
    ScheduleTemplate,
    Target,
    TargetReading,
    TemplateStep,
)
from projects.services import save_parts, save_project, save_reference
from projects.services.planning import save_template

FOLDER = settings.BASE_DIR / "fixtures" / "reference"


def load_programmes(actor: User) -> tuple[int, int]:
    """Adds the missing programmes. Returns how many programmes and how many figures it added."""
    known = set(Programme.objects.values_list("code", flat=True))
    missing = [entry for entry in _read("programmes") if entry["code"] not in known]
    for entry in missing:
        programme = Programme(code=entry["code"], name=entry["name"], year=entry["year"])
        save_reference(record=programme, actor=actor)
        for order, figure in enumerate(entry["figures"], 1):
            _add_figure(programme, order, figure, actor)
    return len(missing), sum(len(entry["figures"]) for entry in missing)


def load_projects(actor: User) -> int:
    """Adds the missing projects as reported, amounts NULL; returns how many.

    Needs the programmes, except one that the district has renumbered: then a project is added
    without a place on its list.
    """
    programmes = {each.code: each for each in Programme.objects.all()}
    known = set(Project.objects.values_list("code", flat=True))
    missing = [entry for entry in _read("projects") if entry["code"] not in known]
    for entry in missing:
        _add_project(entry, programmes.get(entry["programme"]), actor)
    return len(missing)


def load_templates(actor: User) -> int:
    """Adds the missing schedule templates, durations being our editable defaults; returns how many."""
    known = set(ScheduleTemplate.objects.values_list("code", flat=True))
    missing = [entry for entry in _read("templates") if entry["code"] not in known]
    for entry in missing:
        template = ScheduleTemplate(code=entry["code"], name=entry["name"], note=entry["note"])
        steps = [TemplateStep(**step) for step in entry["steps"]]
        save_template(template=template, saved=steps, actor=actor)
    return len(missing)


def _read(name: str) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    return entries


def _add_figure(programme: Programme, order: int, figure: dict[str, Any], actor: User) -> None:
    """A figure that the report promises is the target's own; one that it reports is a reading."""
    target = Target(programme=programme, order=order, name=figure["name"], unit=figure["unit"])
    target.measure = figure.get("measure", target.measure)
    if "target" in figure:
        _word(target, figure["target"])
    save_reference(record=target, actor=actor)
    if "reading" in figure:
        reading = TargetReading(target=target, date=date.fromisoformat(figure["reading"]["date"]))
        _word(reading, figure["reading"])
        save_reference(record=reading, actor=actor)


def _word(record: Target | TargetReading, worded: dict[str, str]) -> None:
    record.comparator = worded["comparator"]
    record.value = Decimal(worded["value"])
    record.quote, record.note = worded["quote"], worded["note"]


def _add_project(entry: dict[str, Any], programme: Programme | None, actor: User) -> None:
    reported = ("code", "name", "aliases", "year_class", "stage", "source_quote")
    fields = {field: entry[field] for field in reported}
    project = save_project(project=Project(**fields), actor=actor)
    if programme:
        listing = Listing(
            programme=programme,
            project=project,
            number=entry["number"],
            since=programme.begins,
        )
        save_parts(project=project, saved=[listing], actor=actor)
