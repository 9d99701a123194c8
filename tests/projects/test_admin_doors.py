"""A reporting clerk sees the portfolio and changes only his own projects, through every door."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from kuancheng.access.roles import AUDITOR, READER, REPORTER, REVIEWER
from projects.choices import Role
from projects.models import Milestone, Project
from tests import factories
from tests.forms import form_values

pytestmark = pytest.mark.django_db

LIST = "/admin/projects/project/"
AUTOCOMPLETE = (
    "/admin/autocomplete/?app_label=investment&model_name=statusreport&field_name=project&term="
)


@pytest.fixture
def clerk(client: Client) -> Client:
    client.force_login(factories.user(REPORTER, username="clerk"))
    return client


@pytest.fixture
def own(clerk: Client) -> Project:
    from kuancheng.access.models import User

    project = factories.project(name="我的粮仓")
    person = factories.official(user=User.objects.get(username="clerk"))
    factories.assignment(project=project, official=person, role=Role.LIAISON_OFFICER)
    return project


@pytest.fixture
def foreign() -> Project:
    return factories.project(name="别人的粮仓")


def url(project: Project, view: str = "change") -> str:
    return reverse(f"admin:projects_project_{view}", args=[project.pk])


def test_list_shows_the_whole_portfolio_and_what_is_mine(
    clerk: Client, own: Project, foreign: Project
) -> None:
    assert {"我的粮仓", "别人的粮仓"} <= names(clerk.get(LIST))
    assert names(clerk.get(LIST + "?mine=1")) == {"我的粮仓"}


def names(page: Any) -> set[str]:
    return {project.name for project in page.context["cl"].result_list}


def test_own_project_is_changed_with_its_milestones(clerk: Client, own: Project) -> None:
    posted = form_values(clerk.get(url(own))) | {
        "scope": "新的规模",
        "milestones-TOTAL_FORMS": "1",
        "milestones-0-order": "1",
        "milestones-0-phase": "permit",
        "milestones-0-name": "立项",
        "milestones-0-unit": "working",
        "milestones-0-weight": "1",
    }
    assert clerk.post(url(own), posted).status_code == 302
    own.refresh_from_db()
    assert own.scope == "新的规模"
    assert own.milestones.get().name == "立项"


def test_foreign_project_is_read_by_typed_url_but_has_no_inputs(
    clerk: Client, foreign: Project
) -> None:
    factories.milestone(project=foreign, name="封顶")
    page = clerk.get(url(foreign))
    assert page.status_code == 200
    assert "封顶" in page.content.decode()
    assert not {"name", "stage", "milestones-0-name"} & form_values(page).keys()


def test_foreign_project_refuses_a_forged_form(
    clerk: Client, own: Project, foreign: Project
) -> None:
    posted = form_values(clerk.get(url(own))) | {"name": "改名"}
    assert clerk.post(url(foreign), posted).status_code == 403
    foreign.refresh_from_db()
    assert foreign.name == "别人的粮仓"


def test_foreign_milestone_is_not_changed_through_the_form_of_an_own_project(
    clerk: Client, own: Project, foreign: Project
) -> None:
    mine = factories.milestone(project=own, name="我的")
    theirs = factories.milestone(project=foreign, name="别人的")
    posted = form_values(clerk.get(url(own)))
    posted |= {"milestones-0-id": str(theirs.pk), "milestones-0-name": "改名"}
    clerk.post(url(own), posted)
    assert set(Milestone.objects.values_list("project", "name")) >= {
        (own.pk, mine.name),
        (foreign.pk, theirs.name),
    }


@pytest.mark.parametrize("part", ["assignments", "annual_plans", "listings"])
def test_clerk_reads_but_does_not_add_people_plans_and_listings(
    clerk: Client, own: Project, part: str
) -> None:
    factories.programme(own)
    factories.annual_plan(project=own)
    posted = form_values(clerk.get(url(own))) | {
        f"{part}-TOTAL_FORMS": "2",
        f"{part}-1-role": Role.LEAD_OFFICIAL,
        f"{part}-1-official": str(factories.official().pk),
        f"{part}-1-since": "2024-01-01",
        f"{part}-1-year": "2025",
        f"{part}-1-amount": "1",
        f"{part}-1-programme": str(factories.programme().pk),
    }
    before = getattr(own, part).count()
    clerk.post(url(own), posted)
    assert getattr(own, part).count() == before


def test_clerk_neither_adds_nor_deletes_projects(clerk: Client, own: Project) -> None:
    assert clerk.get(LIST + "add/").status_code == 403
    assert clerk.post(LIST + "add/", {"name": "新"}).status_code == 403
    assert clerk.post(url(own, "delete"), {"post": "yes"}).status_code == 403


def test_history_is_read_and_offers_no_way_back(
    clerk: Client, own: Project, foreign: Project
) -> None:
    for project in (own, foreign):
        assert clerk.get(url(project, "history")).status_code == 200
        version = f"{url(project, 'history')}1/"
        assert clerk.post(version, {"name": "改名"}).status_code in {302, 404}
    foreign.refresh_from_db()
    assert foreign.name == "别人的粮仓"


def test_autocomplete_offers_own_projects_only_by_pinyin_initials(
    clerk: Client, own: Project, foreign: Project
) -> None:
    found = clerk.get(AUTOCOMPLETE + "lc").json()["results"]
    assert [each["text"] for each in found] == ["我的粮仓"]


def test_assignment_that_has_ended_gives_no_rights(clerk: Client, own: Project) -> None:
    own.assignments.update(until="2024-09-30")
    assert clerk.post(url(own), {"name": "改名"}).status_code == 403


def test_the_agency_in_charge_gives_rights(clerk: Client, foreign: Project) -> None:
    from kuancheng.access.models import User

    agency = factories.agency()
    factories.official(user=User.objects.get(username="clerk"), agency=agency)
    foreign.lead_agency = agency
    foreign.save()
    posted = form_values(clerk.get(url(foreign))) | {"scope": "本单位填写"}
    assert clerk.post(url(foreign), posted).status_code == 302


def test_clerk_does_not_choose_the_agency_in_charge(clerk: Client, own: Project) -> None:
    posted = form_values(clerk.get(url(own)))
    other = str(factories.agency().pk)
    clerk.post(url(own), posted | {"lead_agency": other, "scope": "照常填写"})
    before = own.lead_agency_id
    own.refresh_from_db()
    assert (own.lead_agency_id, own.scope) == (before, "照常填写")


@pytest.mark.parametrize("role", [READER, AUDITOR])
def test_readers_and_auditors_see_everything_and_change_nothing(
    client: Client, foreign: Project, role: str
) -> None:
    client.force_login(factories.user(role))
    assert client.get(url(foreign)).status_code == 200
    assert client.get(url(foreign, "history")).status_code == 200
    assert client.post(url(foreign), {"name": "改名"}).status_code == 403


def test_account_without_a_role_sees_nothing(client: Client, foreign: Project) -> None:
    client.force_login(factories.user())
    assert client.get(LIST).status_code == 403
    assert client.get(url(foreign, "history")).status_code == 404


def test_reviewer_changes_any_project(client: Client, foreign: Project) -> None:
    client.force_login(factories.user(REVIEWER))
    posted = form_values(client.get(url(foreign))) | {"scope": "复核填写"}
    assert client.post(url(foreign), posted).status_code == 302
