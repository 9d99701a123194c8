"""A record that stands twice in one sheet is named with both rows, whatever its kind and its cells."""

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from kuancheng.access.models import User
from kuancheng.sheets import judging, services
from kuancheng.sheets.choices import ImportState
from projects.choices import PermitKind, Phase
from projects.models import Project
from tests import factories
from tests.clock import on_date
from tests.sheets.books import exported, faults, kind, made, saved, taken

pytestmark = pytest.mark.django_db

KINDS = (
    "register", "milestones", "permit-extensions", "listings", "matters", "stops", "plans", "reports",
)  # fmt: skip
JUNK: tuple[Any, ...] = (None, "x", 0, -1, 123456789.123, date(2024, 5, 1), "是")
"""What people leave in a cell of the row that they copied."""


@pytest.fixture(autouse=True)
def _today() -> Any:
    with on_date(date(2024, 10, 15)):
        yield


@pytest.fixture
def site(office: User) -> Project:
    """A project that stands on every kind of sheet."""
    site = factories.project(
        code="KC-0015",
        name="示例园",
        lead_agency=factories.agency(name="示例局"),
        actual_start=None,
    )
    permit = factories.milestone(
        project=site,
        order=1,
        name="施工许可证",
        phase=Phase.PERMIT,
        permit=PermitKind.CONSTRUCTION,
        actual_finish=date(2024, 7, 25),
    )
    permit.extensions.create(
        project=site,
        document="延1号",
        asked_on=date(2024, 10, 8),
        granted_on=date(2024, 10, 11),
        until=date(2025, 1, 25),
    )
    factories.programme(site, code="kc-2024")
    factories.matter(project=site, author=office, title="道路未通")
    factories.stop(project=site, stopped_on=date(2024, 3, 1), resumed_on=date(2024, 4, 1))
    factories.annual_plan(project=site)
    factories.status_report(project=site)
    return site


def with_copies(name: str, content: bytes) -> tuple[bytes, int]:
    """The sheet with its first row again and again, another cell of it spoilt each time."""
    found, book = kind(name), load_workbook(BytesIO(content))
    sheet = book[found.label]
    first = [cell.value for cell in sheet[2]]
    keys = {each.heading for each in found.columns() if each.key}
    places = [at for at, cell in enumerate(sheet[1]) if cell.value and cell.value not in keys]
    for at in places:
        for junk in JUNK:
            sheet.append([junk if each == at else value for each, value in enumerate(first)])
    return saved(book), len(places) * len(JUNK)


@pytest.mark.parametrize("name", KINDS)
def test_each_copy_of_a_row_is_named_with_the_first(name: str, office: User, site: Project) -> None:
    content, copies = with_copies(name, exported(name, office, scope="all"))
    record = taken(name, office, content)
    said = faults(record)
    assert (record.state, record.wrong) == (ImportState.WRONG, copies)
    assert set(said.values()) == {"与第 2 行是同一条，请只留一行。"}


@pytest.mark.parametrize("name", KINDS)
def test_row_is_known_again_in_a_later_batch(
    name: str, office: User, site: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judging, "BATCH", 1)
    monkeypatch.setattr(judging, "MOST_OVER", 0)
    content, copies = with_copies(name, exported(name, office, scope="all"))
    record = taken(name, office, content)
    assert (record.state, record.wrong) == (ImportState.WRONG, copies)


class TestNew:
    """Rows without a mark of their own, twice."""

    def test_project_by_its_national_code(self, office: User) -> None:
        row = ["", "新园", "在建", "2312-220103-04-01-123456"]
        head = ["项目编号", "项目名称", "阶段", "国家项目代码"]
        said = faults(taken("register", office, made("重点项目", head, [row, row])))
        assert "与第 2 行的国家项目代码相同" in said[3]

    def test_milestone_by_its_number(self, office: User, site: Project) -> None:
        row = ["KC-0015", 9, "施工", "主体"]
        book = made("节点", ["项目编号", "序", "阶段", "节点"], [row, row])
        assert "与第 2 行是同一条" in faults(taken("milestones", office, book))[3]

    def test_stop_by_its_day(self, office: User, site: Project) -> None:
        row = ["KC-0015", "2024-10-08", "资金"]
        book = made("停工", ["项目编号", "停工日期", "停工原因"], [row, row])
        assert "与第 2 行是同一条" in faults(taken("stops", office, book))[3]

    def test_stay_by_its_days(self, office: User, site: Project) -> None:
        factories.programme(code="kc-2025")
        head = ["清单编号", "项目编号", "识别码", "列入日期", "列入原因", "列入文号"]
        row = ["kc-2025", "KC-0015", "", date(2024, 8, 1), "增补", "9号"]
        record = taken("listings", office, made("清单名册", head, [row, row]))
        assert (record.state, record.wrong) == (ImportState.WRONG, 2)
        assert not [each for each in faults(record).values() if "系统出错" in each]

    @pytest.mark.parametrize(
        ("title", "factor", "same"),
        [("道路不通", "土地", False), ("道路不通", "资金", True), ("用地", "土地", True)],
    )
    def test_matter_by_its_thing(
        self, office: User, site: Project, title: str, factor: str, same: bool
    ) -> None:
        head = ["编号", "识别码", "项目编号", "事项", "类别", "要素"]
        first = ["", "", "KC-0015", "用地", "难点问题", "资金"]
        second = ["", "", "KC-0015", title, "难点问题", factor]
        record = taken("matters", office, made("事项", head, [first, second]))
        told = faults(record).get(3, "")
        assert ("与第 2 行是同一件事" in told) is same, told

    def test_matter_twice_may_come_where_it_is_said_to_be_another(
        self, office: User, site: Project
    ) -> None:
        head = ["编号", "识别码", "项目编号", "事项", "类别", "要素"]
        row = ["", "", "KC-0015", "用地", "难点问题", "资金"]
        record = taken("matters", office, made("事项", head, [row, row]), repeat=True)
        services.apply(record=record)
        assert record.state == ImportState.DONE
