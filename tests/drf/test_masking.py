"""What a key may not read is in no answer, and cannot be asked for."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from rest_framework import serializers

from kuancheng.access.models import ApiKey
from kuancheng.access.roles import READER, REVIEWER
from kuancheng.drf.masking import BOUND, PARAMETERS_CLASSED, record_of
from kuancheng.drf.views import AskedViewSet
from kuancheng.records.classes import DataClass, UnclassedError, class_of
from kuancheng.reports.api_urls import router
from projects.choices import Role
from tests import factories

pytestmark = pytest.mark.django_db

VIEWS: list[type[AskedViewSet]] = [view for _, view, _ in router.registry]


def key_for(reads: str) -> Client:
    """Another system with a key that reads up to that class."""
    user = factories.user(READER, full_name="取数账号")
    _, key = ApiKey.issue(user=user, name="取数", scope="read", reads=reads)
    return Client(headers={"authorization": f"Bearer {key}"})


def got(client: Client, path: str, **asked: Any) -> Any:
    response = client.get(f"/api/v1/{path}", asked)
    assert response.status_code == 200, response.content
    return response.json()


def unclassed(kind: Any) -> list[str]:
    """The fields of a serializer, and of those in it, that the table does not name."""
    found = []
    for name, field in kind().fields.items():
        with suppress_but_keep(found, f"{kind.__name__}.{name}"):
            class_of(name, record_of(kind))
        each = getattr(field, "child", field)
        if isinstance(each, serializers.Serializer):
            found += unclassed(type(each))
    return found


@contextmanager
def suppress_but_keep(found: list[str], words: str) -> Iterator[None]:
    try:
        yield
    except UnclassedError:
        found.append(words)


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.__name__)
def test_every_field_of_every_answer_is_classed(view: type[AskedViewSet]) -> None:
    for action in view.about.keys() - view.kept_at.keys():
        shown = view(action=action, kwargs={}, request=None, format_kwarg=None)
        assert unclassed(shown.answer_kind()) == []


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.__name__)
def test_every_parameter_and_every_order_is_classed(view: type[AskedViewSet]) -> None:
    record = view.queryset.model.__name__
    for kind in view.parameters.values():
        for name, each in kind.base_filters.items():
            for asked in each.columns if name == "ordering" else [name]:
                bare = BOUND.sub("", asked)
                named = {f"{record}.{asked}", asked, bare} & PARAMETERS_CLASSED.keys()
                assert named or class_of(bare, record) in DataClass


def test_a_key_reads_what_is_internal_unless_said_otherwise() -> None:
    record, _ = ApiKey.issue(user=factories.user(READER), name="取数", scope="read")
    assert record.reads == DataClass.INTERNAL


@pytest.fixture
def led() -> Any:
    """A project led by 欧阳建国, with a matter that 李小明 raised about him."""
    official = factories.official(name="欧阳建国")
    agency = factories.agency(name="示例区发展和改革局")
    project = factories.project(name="王府井商业综合体", lead_agency=agency)
    factories.assignment(project=project, official=official, role=Role.LEAD_OFFICIAL)
    factories.matter(
        project=project,
        title="请欧阳建国协调用电",
        text="联系人李小明，电话13812345678",
        author=factories.user(REVIEWER, full_name="李小明"),
    )
    return project


def test_a_name_keeps_its_surname_where_the_key_has_no_right_to_it(led: Any) -> None:
    client = key_for("internal")
    project = got(client, f"projects/{led.code}/")
    assert project["lead_official"]["name"] == "欧阳**"
    assert [each["official"]["name"] for each in project["assignments"]] == ["欧阳**"]
    assert project["name"] == "王府井商业综合体"
    assert project["lead_agency"]["name"] == "示例区发展和改革局"
    assert project["total_investment"] == "10000.00"
    [official] = got(client, "officials/")["results"]
    assert official["name"] == "欧阳**"
    [progress] = got(client, "progress/")["results"]
    assert progress["lead_official"]["name"] == "欧阳**"


def test_names_numbers_and_addresses_in_texts_are_masked(led: Any) -> None:
    [matter] = got(key_for("internal"), "matters/")["results"]
    assert matter["title"] == "请欧阳**协调用电"
    assert matter["text"] == "联系人李**，电话138****5678"
    assert matter["author"]["name"] == "李**"


def test_a_group_by_person_is_called_by_the_surname(led: Any) -> None:
    found = got(key_for("internal"), "progress/summary/", group_by="lead_official")
    assert [group["key"]["name"] for group in found["groups"]] == ["欧阳**"]


def test_a_key_with_the_right_reads_names(led: Any) -> None:
    client = key_for("sensitive")
    assert got(client, f"projects/{led.code}/")["lead_official"]["name"] == "欧阳建国"
    assert got(client, "officials/", search="欧阳")["count"] == 1
    [matter] = got(client, "matters/")["results"]
    assert matter["text"].endswith("13812345678")


def test_who_is_logged_in_reads_names(client: Client, led: Any) -> None:
    client.force_login(factories.user(READER))
    assert got(client, "officials/")["results"][0]["name"] == "欧阳建国"


def test_a_public_key_is_not_sent_amounts_lights_nor_days(led: Any) -> None:
    client = key_for("public")
    project = got(client, f"projects/{led.code}/")
    assert project["code"] == led.code
    assert project["stage"] == "construction"
    left_out = {"total_investment", "planned_start", "assignments", "stops", "source_quote"}
    assert not left_out & set(project)
    [progress] = got(client, "progress/")["results"]
    assert not {"light", "gap", "completed_ytd", "reasons", "report_state"} & set(progress)


REFUSED = [
    ("internal", "officials/", "search", "欧阳"),
    ("internal", "officials/", "ordering", "name"),
    ("internal", "officials/", "ordering", "order,-name"),
    ("internal", "matters/", "search", "李小明"),
    ("internal", "reviews/", "search", "李小明"),
    ("public", "officials/", "search", "欧阳"),
    ("public", "projects/", "light", "red"),
    ("public", "projects/", "total_investment_min", "1"),
    ("public", "projects/", "ordering", "-total_investment"),
    ("public", "projects/", "lead_official", "1"),
    ("public", "progress/", "ordering", "gap"),
    ("public", "progress/", "due_within", "7"),
    ("public", "milestones/", "overdue", "true"),
]


@pytest.mark.parametrize(("reads", "path", "name", "value"), REFUSED)
def test_what_may_not_be_read_cannot_be_asked_for(
    led: Any, reads: str, path: str, name: str, value: str
) -> None:
    value = str(led.assignments.get().official_id) if name == "lead_official" else value
    response = key_for(reads).get(f"/api/v1/{path}", {name: value})
    assert response.status_code == 400
    [error] = response.json()["errors"]
    assert (error["field"], error["code"]) == (name, "above_class")


def test_what_may_be_read_can_be_asked_for(led: Any) -> None:
    client, official = key_for("internal"), led.assignments.get().official_id
    assert got(client, "projects/", search="王府井", lead_official=official)["count"] == 1
    assert got(client, "progress/", light="grey", ordering="gap")["count"] == 1
    assert got(key_for("public"), "projects/", stage="construction")["count"] == 1


FILES = ("bulletins/2024-09/files/list/", "evidence/00000000-0000-4000-8000-000000000000/")


@pytest.mark.parametrize("path", FILES)
def test_files_that_cannot_be_masked_are_not_given(path: str) -> None:
    response = key_for("internal").get(f"/api/v1/{path}")
    assert response.status_code == 403
    assert "密钥只能读到“内部”" in response.json()["detail"]


def test_the_tag_of_an_answer_differs_by_class(led: Any) -> None:
    answers = [key_for(reads).get("/api/v1/projects/") for reads in ("internal", "sensitive")]
    assert answers[0]["ETag"] != answers[1]["ETag"]
    assert "Authorization" in answers[0]["Vary"]


def test_masking_asks_as_often_for_thirty_rows_as_for_one(led: Any) -> None:
    client = key_for("internal")
    got(client, "matters/")
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as asked:
            client.get("/api/v1/matters/")
        counts.append(len(asked))
        for _ in range(30):
            factories.matter(project=led)
    assert counts[0] == counts[1]
