"""Where the cursor starts on a report's form, also without scripts."""

import re
from decimal import Decimal

import pytest
from django.test import Client

from investment.models import StatusReport
from kuancheng.access.models import User
from kuancheng.access.roles import REPORTER
from projects.choices import Role
from tests import factories
from tests.forms import form_values

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(client: Client) -> User:
    made = factories.user(REPORTER)
    client.force_login(made)
    return made


@pytest.fixture
def report(clerk: User) -> StatusReport:
    project = factories.project(total_investment=Decimal(5_000))
    factories.annual_plan(project=project)
    person = factories.official(user=clerk)
    factories.assignment(project=project, official=person, role=Role.LIAISON_OFFICER)
    return factories.status_report(project=project, completed=1)


def focused(page: object) -> list[str]:
    text = page.content.decode()  # type: ignore[attr-defined]
    found = re.findall(r"<(?:input|select|textarea)[^>]*\bautofocus\b[^>]*>", text)
    return [name for each in found for name in re.findall(r'\sname="([^"]+)"', each)]


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        ({"completed": "-1"}, "completed"),
        ({"physical_percent": "101"}, "physical_percent"),
        ({"completed": "", "physical_percent": "101"}, "physical_percent"),
        ({"completed": "-1", "physical_percent": "101"}, "completed"),
        ({"month": "九月"}, "month"),
        # Odd, and not confirmed: the figure, not the box beside the sentence.
        ({"completed": "600", "_submit": ""}, "completed"),
        ({"completed": "6000", "_submit": ""}, "completed"),
    ],
)
def test_first_field_in_question_has_the_cursor(
    client: Client, report: StatusReport, typed: dict[str, str], place: str
) -> None:
    address = f"/admin/investment/statusreport/{report.pk}/change/"
    page = client.get(address)
    assert focused(page) == ["completed"]
    assert focused(client.post(address, form_values(page) | typed)) == [place]


def test_what_is_confirmed_leaves_the_cursor_to_the_reason(
    client: Client, report: StatusReport
) -> None:
    address = f"/admin/investment/statusreport/{report.pk}/change/"
    asked = client.post(
        address, form_values(client.get(address)) | {"completed": "600", "_submit": ""}
    )
    marks = re.findall(r'name="confirmed" value="([^"]+)"', asked.content.decode())
    page = client.post(address, form_values(asked) | {"confirmed": marks, "_submit": ""})
    assert focused(page) == ["explanation"]


def test_new_report_begins_with_its_project(client: Client, report: StatusReport) -> None:
    assert focused(client.get("/admin/investment/statusreport/add/")) == ["project"]
