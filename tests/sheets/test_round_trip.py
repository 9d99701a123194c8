"""Whatever a record holds, an export that nobody edited changes nothing."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kuancheng.access.models import User
from projects.choices import Factor, Industry, MatterKind, Nature, Stage, Standing
from projects.models import Matter, Milestone, Project
from projects.rules.matters.steps import State
from tests import factories
from tests.only import ON_POSTGRESQL
from tests.sheets.books import counts, edited, exported, taken

pytestmark = pytest.mark.django_db

# No database takes NUL, no file a lone surrogate.
WORDS = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=40)
DAYS = st.none() | st.dates(date(1990, 1, 1), date(2100, 12, 31))
MONEY = st.none() | st.decimals(0, Decimal("999999999999.99"), places=2)

PROJECTS = st.fixed_dictionaries(
    {
        "name": WORDS,
        "address": WORDS,
        "scope": WORDS,
        "enrolment_code": WORDS,
        "aliases": st.lists(WORDS, max_size=3),
        "total_investment": MONEY,
        "longitude": st.none() | st.decimals(73, 136, places=6),
        "stage": st.sampled_from(Stage.values),
        "standing": st.sampled_from(Standing.values),
        "industry": st.sampled_from(["", *Industry.values]),
        "nature": st.sampled_from(["", *Nature.values]),
        "enrolled_on": DAYS,
    }
)
STEPS = st.fixed_dictionaries(
    {
        "name": WORDS,
        "note": WORDS,
        "late_reason": WORDS,
        "weight": st.decimals(0, 100, places=2),
        "duration": st.none() | st.integers(1, 30_000),
        "confirmed": st.booleans(),
        "actual_start": DAYS,
    }
)
MATTERS = st.fixed_dictionaries(
    {
        "title": WORDS,
        "source": WORDS,
        "text": WORDS,
        "expected": WORDS,
        "kind": st.sampled_from(MatterKind.values),
        "factor": st.sampled_from(Factor.values),
        "state": st.sampled_from([State.DRAFT.value, State.WORKING.value, State.CLOSED.value]),
    }
)


@pytest.mark.long
@settings(
    max_examples=15 if ON_POSTGRESQL else 40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(fields=PROJECTS, step=STEPS, matter=MATTERS, again=st.booleans())
def test_unedited_export_is_unchanged(
    office: User,
    fields: dict[str, Any],
    step: dict[str, Any],
    matter: dict[str, Any],
    again: bool,
) -> None:
    Matter.objects.all().delete()
    Milestone.objects.all().delete()
    Project.objects.all().delete()
    project = factories.project(**fields)
    blocked = factories.milestone(project=project, **step)
    factories.matter(project=project, milestone=blocked, author=office, verifier=office, **matter)
    for name, title in (("register", "重点项目"), ("milestones", "节点"), ("matters", "事项")):
        book = exported(name, office, scope="all")
        # Another program writes the same content in its own way.
        content = edited(book, title, {}) if again else book
        assert counts(taken(name, office, content)) == (0, 0, 1, 0), connection.vendor
