"""What other pages tell of weekly reviews: my work, the project's page, a matter's, the search."""

from datetime import date

import pytest
from django.test import Client

from kuancheng.access.models import User
from kuancheng.access.roles import READER, REVIEWER
from projects.models import Decision, Project
from projects.services.reviews.minuting import finalise_review
from tests import factories
from tests.clock import on
from tests.conftest import TODAY
from tests.projects.reviews.making import decided, ended, prepared, running

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk() -> User:
    return factories.user(REVIEWER)


@pytest.fixture
def project() -> Project:
    return factories.project(name="示例路网", code="P-1", lead_agency=factories.agency())


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def decision(clerk: User, project: Project) -> Decision:
    """One of 8 October, issued on that day."""
    with on(8) as day:
        review = running(clerk, day, project)
        made = decided(review.items.get(), clerk, date(2024, 10, 31), text="完成管线迁改")
        done = ended(review, clerk)
        finalise_review(review=done, seen=done.version, actor=factories.user(REVIEWER))
    return made


def test_my_work_says_what_is_to_be_done_about_the_review(clerk: User, project: Project) -> None:
    second = factories.user(REVIEWER)
    # Fridays: the 18th is three days away on the 15th, and two on the 16th.
    assert "周调度还没有准备" not in as_(clerk).get("/admin/").text
    with on(16):
        assert "2024-10-18 的周调度还没有准备，请新建" in as_(clerk).get("/admin/").text
    review = prepared(clerk, TODAY, project)
    said = "2024年第1次周调度：2024-10-15 09:00，议程还没有发送"
    assert said in as_(second).get("/admin/").text
    review.delete()
    done = ended(running(clerk, TODAY, project), clerk)
    assert f"{done}（2024-10-15）的纪要等您定稿，定稿后交办" in as_(second).get("/admin/").text
    assert "等您定稿" not in as_(clerk).get("/admin/").text


def test_a_projects_page_tells_its_decisions_as_of_the_day(clerk: User, project: Project) -> None:
    decision(clerk, project)
    reader = as_(factories.user(READER))
    page = reader.get("/projects/P-1/")
    assert [each.word for each in page.context["decided"]] == ["已交办"]
    assert "周调度议定事项" in page.text
    past = reader.get("/projects/P-1/", {"as_of": "2024-10-07"})
    assert past.context["decided"] == []


def test_a_matter_leads_back_to_its_review(clerk: User, project: Project) -> None:
    made = decision(clerk, project)
    page = as_(clerk).get(f"/matters/{made.matter_id}/")
    assert "2024年第1次周调度议定事项" in page.text
    assert "/reviews/2024-1/#agenda" in page.text


@pytest.mark.parametrize("words", ["第1次周调度", "完成管线", "wcgxqg"])
def test_reviews_and_decisions_are_found(clerk: User, project: Project, words: str) -> None:
    made = decision(clerk, project)
    page = as_(factories.user(READER)).get("/search/", {"q": words})
    anchor = "" if "次" in words else f"#item-{made.item_id}"
    assert f'href="/reviews/2024-1/{anchor}"' in page.text
