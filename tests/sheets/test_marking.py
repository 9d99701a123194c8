"""An export bears its class, and leaves sensitive columns at home for who has no right to them."""

from io import BytesIO
from typing import Any
from urllib.parse import unquote

import openpyxl
import pytest
from django.test import Client

from kuancheng.access.roles import AUDITOR, READER, REVIEWER, SYSTEM_ADMIN
from kuancheng.records.classes import DataClass, class_of
from kuancheng.reports.columns import COLUMNS
from kuancheng.sheets import registry
from kuancheng.sheets.marking import marked_name
from projects.choices import Role
from tests import factories

pytestmark = pytest.mark.django_db


def exported(client: Client, path: str) -> tuple[str, Any]:
    """The file's name and its book."""
    response: Any = client.get(path)
    assert response.status_code == 200
    book = openpyxl.load_workbook(BytesIO(b"".join(response.streaming_content)))
    return unquote(response["Content-Disposition"]), book


@pytest.fixture
def led() -> None:
    project = factories.project()
    official = factories.official(name="欧阳建国")
    factories.assignment(project=project, official=official, role=Role.LEAD_OFFICIAL)
    factories.matter(project=project, verifier=factories.user(REVIEWER, full_name="李小明"))


def cells(book: Any) -> set[Any]:
    return {cell for row in book.worksheets[0].iter_rows(values_only=True) for cell in row}


@pytest.mark.usefixtures("led")
@pytest.mark.parametrize("path", ["/progress.xlsx", "/matters.xlsx"])
def test_who_may_take_names_home_gets_them_in_a_file_marked_sensitive(
    client: Client, path: str
) -> None:
    client.force_login(factories.user(READER if "progress" in path else REVIEWER))
    name, book = exported(client, path)
    assert "（敏感）.xlsx" in name
    assert book.properties.category == "敏感"
    assert "敏感信息 注意保管" in book.worksheets[0].oddHeader.right.text
    assert {"欧阳建国", "李小明"} & cells(book)


@pytest.mark.usefixtures("led")
@pytest.mark.parametrize("role", [SYSTEM_ADMIN, AUDITOR])
def test_who_may_not_gets_the_file_without_names(client: Client, role: str) -> None:
    client.force_login(factories.user(role))
    for path in ("/progress.xlsx", "/matters.xlsx"):
        name, book = exported(client, path)
        assert "（内部）.xlsx" in name
        assert book.properties.category == "内部"
        assert not {"欧阳建国", "李小明", "包保领导"} & cells(book)


@pytest.mark.usefixtures("led")
def test_the_head_of_a_list_says_its_class(client: Client) -> None:
    client.force_login(factories.user(AUDITOR))
    _, book = exported(client, "/progress.xlsx")
    assert book.worksheets[0]["A2"].value == "内部资料 注意保管"


@pytest.mark.parametrize("path", ["/permits.xlsx", "/close-outs.xlsx"])
def test_other_exports_are_marked_internal(client: Client, path: str) -> None:
    client.force_login(factories.user(REVIEWER))
    name, book = exported(client, path)
    assert "（内部）.xlsx" in name
    assert book.properties.category == "内部"


def test_every_column_is_classed() -> None:
    assert all(class_of(each.name, "Progress") in DataClass for each in COLUMNS)
    for kind in registry._kinds.values():
        names = [each.name.removesuffix("_id") for each in kind.columns()]
        assert all(class_of(name) in DataClass for name in names), kind.name


def test_a_name_is_marked_before_its_ending() -> None:
    assert marked_name("进展.2024.xlsx", DataClass.INTERNAL) == "进展.2024（内部）.xlsx"
