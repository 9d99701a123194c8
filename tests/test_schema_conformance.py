"""The API does what its description says, whatever is asked: seeded, bounded, in process."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, seed
from hypothesis import settings as hypothesis_settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from investment.choices import ReportState
from kuancheng.access.models import ApiKey
from kuancheng.access.roles import READER, REVIEWER
from projects.api.schedules import EXAMPLE
from projects.choices import ReplanReason, Role
from projects.models import CloseOut, Target
from projects.services.planning import approve_plan, propose_plan
from tests import factories
from tests.clock import on_date
from tests.only import ON_POSTGRESQL
from tests.reports.bulletin import drafting
from tests.reports.matters.histories import answered, closed, history, issued, signed

EXAMPLES = 4 if ON_POSTGRESQL else 8
"""Questions for each operation, good and bad ones each; others on the other database."""

bounded = hypothesis_settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


def fill() -> None:
    """A project with everything that rows can show, and one with nothing."""
    agency = factories.agency()
    project = factories.project(
        code="KC-0001",
        aliases=["别名"],
        lead_agency=agency,
        owner=agency,
        subdistrict=agency,
        industry="C",
        planned_completion="2024-12-31",
    )
    factories.project(code="KC-0002", total_investment=None)
    factories.stop(project=project)
    CloseOut.objects.create(
        project=project,
        practices="做法",
        troubles="问题",
        advice="建议",
        author=factories.user(REVIEWER),
        written_on="2024-10-01",
    )
    for role in (Role.LEAD_OFFICIAL, Role.LIAISON_OFFICER):
        factories.assignment(project=project, official=factories.official(agency=agency), role=role)
    factories.milestone(project=project, agency=agency, order=1)
    factories.milestone(project=project, order=2, after="1", planned_finish="2024-09-01")
    first = propose_plan(
        project=project,
        days={},
        promised_completion=None,
        reason=ReplanReason.INITIAL,
        note="首次批准",
        actor=factories.user(REVIEWER),
        seen=factories.seen(project),
    )
    approve_plan(baseline=first, actor=factories.user(REVIEWER), seen=factories.seen(first))
    factories.annual_plan(project=project)
    factories.status_report(project=project, completed=10, state=ReportState.APPROVED)
    history(
        issued(), signed(), answered("09-12"), closed("09-13"),
        matter=factories.matter(project=project, lead_agency=agency, enterprise=agency),
    )  # fmt: skip
    history(issued(), matter=factories.matter())
    programme = factories.programme(project, code="kc-2024")
    Target.objects.create(programme=programme, name="道路", unit="条", value=27)


@pytest.fixture
def kept_connection() -> Iterator[None]:
    """A request does not close the connection that the test's own transaction is on."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.long
@pytest.mark.django_db
@pytest.mark.usefixtures("kept_connection")
def test_every_operation_does_what_its_description_says(settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["localhost"]
    settings.KUANCHENG_OPEN_SCHEMA = True
    fill()
    _, key = ApiKey.issue(user=factories.user(READER), name="取数", scope=ApiKey.Scope.READ)
    api: Any = schemathesis.openapi.from_wsgi("/api/v1/schema/", get_wsgi_application())
    statuses = Counter(
        status
        for operation in api.get_all_operations()
        for mode in GenerationMode
        for status in exercise(operation.ok(), mode, {"Authorization": f"Bearer {key}"})
    )
    # Good questions were answered and bad ones refused: the generator did its part.
    assert statuses[200] > EXAMPLES
    assert statuses[400] > EXAMPLES


@pytest.mark.django_db
@pytest.mark.usefixtures("kept_connection")
def test_the_example_of_a_preview_is_answered_as_described(settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["localhost"]
    settings.KUANCHENG_OPEN_SCHEMA = True
    _, key = ApiKey.issue(user=factories.user(READER), name="取数", scope=ApiKey.Scope.READ)
    api: Any = schemathesis.openapi.from_wsgi("/api/v1/schema/", get_wsgi_application())
    operation = api["/api/v1/schedules/preview/"]["POST"]
    for late in ({}, {"finish": "2024-10-31"}):
        case = operation.Case(body=EXAMPLE.value | late, media_type="application/json")
        headers = {"Authorization": f"Bearer {key}"}
        response = case.call_and_validate(headers=headers, checks=CHECKS)
        assert response.status_code == 200
        assert response.json()["feasible"] is not bool(late)


@pytest.mark.django_db
@pytest.mark.usefixtures("kept_connection")
def test_an_issued_bulletin_is_answered_as_described(settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["localhost"]
    settings.KUANCHENG_OPEN_SCHEMA = True
    with on_date(drafting.TODAY):
        drafting.cast().issued()
    _, key = ApiKey.issue(user=factories.user(READER), name="取数", scope=ApiKey.Scope.READ)
    api: Any = schemathesis.openapi.from_wsgi("/api/v1/schema/", get_wsgi_application())
    month = {"month": "2024-09"}
    for path, parts in (
        ("bulletins/", {}),
        ("bulletins/{month}/", month),
        ("bulletins/{month}/files/{kind}/", month | {"kind": "list"}),
    ):
        case = api[f"/api/v1/{path}"]["GET"].Case(path_parameters=parts)
        headers = {"Authorization": f"Bearer {key}"}
        assert case.call_and_validate(headers=headers, checks=CHECKS).status_code == 200


def exercise(operation: Any, mode: GenerationMode, headers: dict[str, str]) -> list[int]:
    """Asks one operation questions that its description allows, or that it does not."""
    statuses: list[int] = []

    @seed(2025 if ON_POSTGRESQL else 2024)
    @bounded
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: Any) -> None:
        response = case.call_and_validate(headers=headers, checks=CHECKS)
        statuses.append(response.status_code)

    ask()
    return statuses
