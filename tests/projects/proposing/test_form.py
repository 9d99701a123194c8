"""The project's form and page: what waits stands beside the field, what is approved in it."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kuancheng.access.models import User
from kuancheng.access.roles import AUDITOR, READER, REPORTER, REVIEWER
from projects.models import Milestone, Project
from projects.services.proposing.listings import asked_leaving, propose_step
from tests import factories
from tests.forms import form_values
from tests.second import let_through, waiting

pytestmark = pytest.mark.django_db
WAITS = "待审核：计划总投资（万元）：5,000.00 → 6,000.00"
WHY = {"proposal_reason": "概算批复调整", "proposal_document": "宽发改审〔2024〕8号"}


@pytest.fixture
def desk(client: Client, clerk: User) -> Client:
    client.force_login(clerk)
    return client


def form_of(project: Project) -> str:
    return reverse("admin:projects_project_change", args=[project.pk])


def save(desk: Client, project: Project, **typed: Any) -> Any:
    posted = form_values(desk.get(form_of(project))) | typed
    return desk.post(form_of(project), posted, follow=True)


def text(response: Any) -> str:
    found: str = response.content.decode()
    return found


def test_save_writes_the_rest_and_says_what_waits_and_where(desk: Client, project: Project) -> None:
    page = save(desk, project, total_investment="6000", address="北三环", **WHY)
    [made] = waiting()
    assert f'<a href="/proposals/{made.pk}/">{made}</a>，通过以前按原值；其余内容已保存' in text(
        page
    )
    project.refresh_from_db()
    assert (project.total_investment, project.address) == (5000, "北三环")
    assert (made.reason, made.document) == ("概算批复调整", "宽发改审〔2024〕8号")

    form = desk.get(form_of(project))
    assert WAITS in text(form)
    assert f'<a href="/proposals/{made.pk}/">{made}</a>，张三 10-15' in text(form)
    assert form_values(form)["total_investment"] == "5000.00"
    # Saved again as it stands, nothing more is asked and nothing that waits is lost.
    save(desk, project, address="北四环")
    assert waiting() == [made]
    let_through()
    assert WAITS not in text(desk.get(form_of(project)))
    assert Project.objects.get().total_investment == 6000


def test_reason_is_asked_beside_its_field_with_all_that_was_typed(
    desk: Client, project: Project
) -> None:
    rows = {"milestones-TOTAL_FORMS": "1", "milestones-0-name": "我的节点"}
    rows |= {"milestones-0-order": "1", "milestones-0-phase": "permit", "milestones-0-weight": "1"}
    rows["milestones-0-unit"] = "working"
    page = save(desk, project, total_investment="6000", scope="我写的内容", **rows)
    assert "请写明变更理由和依据" in text(page)
    again = form_values(page)
    assert (again["total_investment"], again["scope"]) == ("6000", "我写的内容")
    assert again["milestones-0-name"] == "我的节点"
    assert not Milestone.objects.exists()
    desk.post(form_of(project), again | WHY)
    assert (len(waiting()), Milestone.objects.count()) == (1, 1)


def test_rows_that_are_refused_take_the_proposal_with_them(
    desk: Client, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**given: object) -> None:
        raise ValueError

    monkeypatch.setattr("projects.admin.project.page.save_parts", refuse)
    with pytest.raises(ValueError):  # noqa: PT011 - whatever breaks
        save(desk, project, total_investment="6000", address="北三环", **WHY)
    assert not waiting()
    assert Project.objects.get().address == ""


def test_who_only_reads_finds_no_reason_to_fill_in(client: Client, project: Project) -> None:
    client.force_login(factories.user(AUDITOR))
    assert "变更理由" not in text(client.get(form_of(project)))


@pytest.mark.parametrize("role", [READER, REPORTER, AUDITOR, REVIEWER])
def test_project_page_tells_everybody_what_waits_today(
    client: Client, project: Project, clerk: User, role: str
) -> None:
    client.force_login(clerk)
    save(client, project, total_investment="6000", **WHY)
    stay = factories.programme(project, name="重点项目").listings.get()
    terms = asked_leaving(until=date(2024, 10, 1), reason="withdrawn", document="9号")
    propose_step(listing=stay, asked=terms, actor=factories.user(REVIEWER))
    client.force_login(factories.user(role))
    page = text(client.get("/projects/T-1/"))
    assert "计划总投资（万元）：5,000.00 → 6,000.00" in page
    assert "最后一天：未填 → 2024-10-01" in page
    assert "<dd>5,000" in page
    for asked in ({"as_of": "2024-10-14"}, {"known_at": "2024-10-14"}):
        past = client.get("/projects/T-1/", asked)
        assert past.status_code == 404 or "待审核的变更" not in text(past)


def test_form_asks_as_often_with_one_as_with_three_that_wait(
    desk: Client, project: Project
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            desk.get(form_of(project))
        return len(captured)

    save(desk, project, total_investment="6000", **WHY)
    queries()
    one = queries()
    save(desk, project, standing="deferred", **WHY)
    assert len(waiting()) == 2
    assert queries() == one
