"""Histories of matters, written straight down: steps on their days of 2024, and their spans."""

from datetime import date, datetime
from typing import Any

from django.utils import timezone

from kuancheng.reports.judging.matters import spans
from projects.models import Matter, MatterStep
from projects.rules.matters.steps import Step
from tests import factories

Said = tuple[Step, str, dict[str, Any]]


def day(text: str) -> date:
    return date.fromisoformat(text if len(text) > 5 else f"2024-{text}")


def step(name: Step, on: str, **more: Any) -> Said:
    return name, on, more


def history(*said: Said, matter: Matter | None = None) -> Matter:
    """A matter with these steps, each written at noon of its day unless `at` says another."""
    made = matter or factories.matter()
    rows = []
    for number, (name, when, more) in enumerate(said, 1):
        written = day(more.pop("at", when))
        moment = datetime(written.year, written.month, written.day, 12)  # noqa: DTZ001
        more |= {each: day(more[each]) for each in {"due", "first", "last"} & set(more)}
        if name in {Step.ISSUE, Step.REASSIGN}:
            more.setdefault("agency", made.lead_agency)
        rows.append(
            MatterStep(
                matter=made,
                number=number,
                step=name.value,
                day=day(when),
                at=timezone.make_aware(moment),
                actor=made.author,
                **more,
            )
        )
    MatterStep.objects.bulk_create(rows)
    spans.keep([made.pk])
    return made


def issued(on: str = "09-09", due: str = "09-20") -> Said:
    return step(Step.ISSUE, on, due=due, level=1)


def signed(on: str = "09-09") -> Said:
    return step(Step.SIGN, on)


def answered(on: str) -> Said:
    return step(Step.ANSWER, on)


def closed(on: str) -> Said:
    return step(Step.CLOSE, on)
