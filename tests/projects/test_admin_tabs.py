"""The parts of a project's form: everything stands in one, and a part says what is wrong in it."""

import pytest
from django.contrib import admin
from django.test import Client

from kuancheng.access.roles import REVIEWER
from projects.admin.project.tabs import LABELS, tab_class
from projects.models import Project
from tests import factories
from tests.forms import form_values

pytestmark = pytest.mark.django_db


def test_every_fieldset_and_every_row_stands_in_one_part() -> None:
    pages = admin.site.get_model_admin(Project)
    known = {tab_class(key) for key in LABELS}
    for title, options in pages.fieldsets or ():
        assert len(known & set(options.get("classes", ()))) == 1, title
    assert {inline.tab for inline in pages.inlines} <= set(LABELS)  # type: ignore[attr-defined]


def test_part_counts_what_was_refused_in_it(client: Client) -> None:
    project = factories.project(name="示例冷库")
    factories.milestone(project=project)
    client.force_login(factories.user(REVIEWER))
    address = f"/admin/projects/project/{project.pk}/change/"
    page = client.get(address)
    assert "有误" not in page.content.decode()
    wrong = {"milestones-0-planned_start": "五月", "milestones-0-name": "", "name": ""}
    page = client.post(address, form_values(page) | wrong)
    counts = {tab.key: tab.wrong for tab in page.context["tabs"]}
    assert counts == {"basic": 1, "duty": 0, "steps": 2, "money": 0}
    assert "节点 <b>有误 2 处</b>" in page.content.decode()


def test_every_input_of_a_row_has_a_label(client: Client) -> None:
    project = factories.project()
    factories.milestone(project=project)
    factories.assignment(project=project, official=factories.official())
    client.force_login(factories.user(REVIEWER))
    text = client.get(f"/admin/projects/project/{project.pk}/change/").content.decode()
    for name in ("milestones-0-name", "assignments-0-official", "milestones-__prefix__-name"):
        assert f'for="id_{name}"' in text
        assert f'id="id_{name}"' in text
    assert 'for="id_milestones-0-DELETE"' in text
