"""Terms: what each means under the thresholds in force, and that every one used exists."""

import re
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Context, Template
from django.test import Client, RequestFactory

from kuancheng.access.roles import READER
from kuancheng.reports.glossary import GROUPS, TERMS
from kuancheng.reports.models import RuleSet
from kuancheng.reports.rulebook.page import EXPLAINING
from kuancheng.reports.rules.lights import RULES
from tests import factories

pytestmark = pytest.mark.django_db

USE = re.compile(r"{% term \"(\w+)\" %}")
PLACEHOLDER = re.compile(r"{\w+}")


def templates() -> list[Path]:
    rooms = (settings.BASE_DIR / name for name in ("kuancheng", "projects", "investment"))
    return [path for room in rooms for path in room.rglob("templates/**/*.html")]


def test_every_term_used_in_a_template_exists() -> None:
    used = {code for path in templates() for code in USE.findall(path.read_text("utf-8"))}
    assert used - set(TERMS) == set()
    assert {"gap", "pro_rata", "money_month", "flaw"} - used == {"gap"}
    assert set(EXPLAINING.values()) <= set(TERMS)
    assert set(EXPLAINING) <= set(RULES)


def test_no_term_is_said_twice() -> None:
    assert sum(len(group) for group in GROUPS.values()) == len(TERMS)
    assert len({term.name for term in TERMS.values()}) == len(TERMS)


@pytest.mark.parametrize("code", TERMS)
def test_every_placeholder_is_a_threshold(code: str) -> None:
    meaning = TERMS[code].meaning(RuleSet.objects.in_force(date(2024, 10, 15)))
    assert meaning.endswith("。")
    assert not PLACEHOLDER.search(meaning)


def shown(source: str, **more: object) -> str:
    request = RequestFactory().get("/")
    values = {"request": request, "today": date(2024, 10, 15), **more}
    return str(Template("{% load terms %}" + source).render(Context(values)))


def test_the_definition_is_that_of_the_thresholds_of_the_page() -> None:
    RuleSet.objects.create(
        version=2, effective_from=date(2024, 10, 1), note="试", gap_red=25, gap_yellow="7.50"
    )
    now = shown('{% term "gap" %}')
    assert "落后 7.5 个百分点以上亮黄灯，25 个百分点以上亮红灯" in now
    before = shown('{% term "gap" %}', as_of=date(2024, 9, 30), known_at=None)
    assert "落后 10 个百分点以上亮黄灯，30 个百分点以上亮红灯" in before


def test_a_page_asks_for_the_thresholds_once(django_assert_num_queries: object) -> None:
    both = '{% term "gap" %}{% term "grey" %}{% term "pro_rata" %}'
    with django_assert_num_queries(1):  # type: ignore[operator]
        shown(both)
    rules = RuleSet.objects.get()
    with django_assert_num_queries(0):  # type: ignore[operator]
        shown(both, rules=rules)


def test_a_term_that_there_is_not_fails() -> None:
    with pytest.raises(KeyError):
        shown('{% term "nonsense" %}')


@pytest.mark.parametrize("page", ["/rules/", "/daily/", "/reporting/", "/data-quality/"])
def test_the_marks_lead_to_the_page_of_terms(client: Client, page: str) -> None:
    client.force_login(factories.user(READER, is_staff=False))
    text = client.get(page).text
    anchors = set(re.findall(r'href="/help/terms/#(\w+)"', text))
    assert anchors
    terms = client.get("/help/terms/").text
    assert all(f'<dt id="{anchor}">' in terms for anchor in anchors)
