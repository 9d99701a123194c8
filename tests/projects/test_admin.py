"""The project's form and list in the admin."""


import pytest
from django.test import Client
from django.urls import reverse

from kuancheng.access.roles import REVIEWER
from projects.models import Project
from tests import factories
from tests.forms import form_values

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewer(client: Client) -> Client:
    client.force_login(factories.user(REVIEWER, full_name="复核员"))
    return client


def change_url(project: Project) -> str:
    return reverse("admin:projects_project_change", args=[project.pk])


def test_saving_an_untouched_form_changes_nothing(reviewer: Client) -> None:
    project = factories.project(aliases=["老粮库", "二号仓"])
    factories.milestone(project=project)
    posted = form_values(reviewer.get(change_url(project)))
    assert reviewer.post(change_url(project), posted).status_code == 302
    project.refresh_from_db()
    assert project.version == 1
    assert project.aliases == ["老粮库", "二号仓"]
