"""What became of matters between two days, told from their steps."""

from datetime import date
from typing import Any

import pytest

from kuancheng.access.models import User
from kuancheng.access.roles import REPORTER
from kuancheng.reports.judging.matters.news import MatterNews, matter_news
from kuancheng.reports.monitoring.monitor import Summary, summarize
from projects.models import Matter
from projects.rules.matters.steps import Step
from projects.services.matters.taking import take_step
from projects.services.matters.turn import Given
from tests import factories
from tests.clock import on
from tests.projects.uploads import photo

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk() -> User:
    made = factories.user(REPORTER)
    factories.official(user=made, agency=factories.agency(name="示例供电公司"))
    return made


@pytest.fixture
def matter(clerk: User) -> Matter:
    """Issued on Tuesday 2024-10-08, due on Friday the 11th."""
    made = factories.matter(lead_agency=clerk.official.agency, title="临时用电")
    does(8, made, made.author, Step.ISSUE, due=date(2024, 10, 11))
    return made


def does(day: int, matter: Matter, actor: User, step: Step, **given: Any) -> None:
    with on(day):
        seen = factories.seen(matter)
        take_step(matter=matter, step=step, actor=actor, seen=seen, given=Given(**given))


def news(day: int, earlier: int | None = None) -> dict[str, int]:
    found = matter_news(date(2024, 10, day), date(2024, 10, earlier or day - 1))
    return {kind: number for kind, number in found.counts.items() if number}


def test_each_turn_is_news_on_its_day_and_not_again(matter: Matter, clerk: User) -> None:
    assert news(8) == {"issued": 1}
    assert news(9) == {}
    # One working day to sign: the 9th was it.
    assert news(10) == {"unsigned": 1}
    does(10, matter, clerk, Step.SIGN)
    # Saturday the 12th was worked: due on the 11th, late on the 12th.
    assert news(12) == {"overdue": 1}
    assert news(13) == {}
    assert news(14) == {}
    # Five working days without a word.
    assert news(16) == {"silent": 1}
    # Red five working days after the first late one.
    assert news(18) == {"red": 1}
    assert news(18, 9) == {"overdue": 1, "red": 1, "silent": 1}
    does(19, matter, clerk, Step.ANSWER, text="已通电", outcome="solved", files=[photo()])
    verifier = matter.verifier
    assert verifier is not None
    does(20, matter, verifier, Step.CLOSE, text="属实")
    assert news(20) == {"closed": 1}
    # A past day is told as it was.
    assert news(12) == {"overdue": 1}


def test_what_came_back_after_a_pause_is_found(matter: Matter, clerk: User) -> None:
    does(8, matter, clerk, Step.SIGN)
    does(9, matter, clerk, Step.ASK_PAUSE, text="等批复", files=[photo()], last=date(2024, 12, 10))
    does(9, matter, matter.author, Step.PAUSE)
    assert news(31, 9) == {}
    found = matter_news(date(2024, 12, 31), date(2024, 12, 10))
    assert found.counts["overdue"] == 1


def test_the_summary_keeps_them_and_an_old_one_still_loads(matter: Matter) -> None:
    summary = summarize(date(2024, 10, 8))
    assert summary.matters is not None
    assert summary.matters.counts["issued"] == 1
    again = Summary.from_json(summary.as_json())
    assert again == summary
    old = summary.as_json()
    for name in ("matters", "unanswered", "unanswered_count"):
        del old[name]
    loaded = Summary.from_json(old)
    assert (loaded.matters, loaded.unanswered, loaded.unanswered_count) == (None, (), 0)


def test_the_first_are_named(matter: Matter) -> None:
    found = matter_news(date(2024, 10, 8), date(2024, 10, 7))
    [(kind, label, number, named)] = found.told
    assert (kind, label, number) == ("issued", "新交办", 1)
    assert (named[0].title, named[0].agency) == ("临时用电", "示例供电公司")
    assert MatterNews.from_json(found.as_json()) == found


@pytest.mark.parametrize("count", [1, 30])
def test_it_costs_the_same_for_one_and_for_thirty(
    matter: Matter, count: int, django_assert_num_queries: Any
) -> None:
    for _ in range(count - 1):
        other = factories.matter(
            lead_agency=matter.lead_agency, project=matter.project, separate_reason="另一处"
        )
        does(8, other, other.author, Step.ISSUE, due=date(2024, 10, 11))
    with django_assert_num_queries(4):
        assert news(8) == {"issued": count}
