"""The kinds of records on the front page stand in the order in which a role uses them."""

import pytest
from django.test import Client

from investment.models import Correction, Funding, StatusReport
from kuancheng.access.models import User
from kuancheng.access.roles import AUDITOR, READER, REPORTER, REVIEWER, SYSTEM_ADMIN
from kuancheng.reports.my_work.records import OFTEN, by_use
from projects.models import Agency, Project
from tests import factories

pytestmark = pytest.mark.django_db


def apps() -> list[dict[str, object]]:
    """As the admin lists them: by name."""
    kinds = {"investment": (Funding, Correction, StatusReport), "projects": (Agency, Project)}
    return [
        {"app_label": app, "models": [{"model": model} for model in models]}
        for app, models in kinds.items()
    ]


def names(kinds: object) -> list[str]:
    return [each["model"].__name__ for each in kinds]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("roles", "often"),
    [
        ([REPORTER], ["StatusReport", "Project", "Funding"]),
        ([REVIEWER], ["StatusReport", "Project", "Correction"]),
        ([AUDITOR], ["Project", "StatusReport", "Correction"]),
        ([SYSTEM_ADMIN], ["Agency"]),
        ([REPORTER, REVIEWER], ["StatusReport", "Project", "Correction", "Funding"]),
        ([], []),
    ],
)
def test_what_a_role_uses_most_is_named_outright(roles: list[str], often: list[str]) -> None:
    assert names(by_use(apps(), roles).often) == often


def test_fold_has_all_kinds_with_the_used_ones_first() -> None:
    found = by_use(apps(), [AUDITOR])
    assert [app["app_label"] for app in found.apps] == ["projects", "investment"]
    assert [names(app["models"]) for app in found.apps] == [
        ["Project", "Agency"],
        ["StatusReport", "Correction", "Funding"],
    ]
    assert found.kinds == 5


@pytest.mark.parametrize(
    ("role", "first", "opened"),
    [
        (REPORTER, "进展填报", False),
        (REVIEWER, "进展填报", False),
        (SYSTEM_ADMIN, "账号", True),
        (AUDITOR, "重点项目", True),
        (READER, "重点项目", True),
    ],
)
def test_front_page_folds_the_rest_where_there_is_work(
    client: Client, role: str, first: str, opened: bool
) -> None:
    client.force_login(factories.user(role))
    page = client.get("/admin/")
    text = page.content.decode()
    assert ('<details class="records" open>' in text) is opened
    assert ('<details class="records">' in text) is not opened
    often = page.context["records"].often
    assert str(often[0]["name"]) == first
    assert len(often) <= OFTEN
    assert text.index("我的工作") < text.index('class="records"')


def test_account_without_a_role_sees_what_it_may(client: Client) -> None:
    client.force_login(User.objects.create_superuser("root", password="Kuancheng-2024"))
    text = client.get("/admin/").content.decode()
    assert "重点项目" in text
