"""Matters as a sheet: drafts are written, working ones get progress, nothing is undone."""

from datetime import date
from io import BytesIO
from typing import Any
from urllib.parse import unquote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from kuancheng.access.models import User
from kuancheng.access.roles import READER, REPORTER
from kuancheng.sheets import services
from projects.choices import MatterKind
from projects.models import Agency, Matter, Project
from projects.rules.matters.steps import Step
from projects.services.matters.drafts import save_matter
from projects.services.matters.taking import take_step
from projects.services.matters.turn import Given
from tests import factories
from tests.clock import on
from tests.sheets.books import counts, edited, exported, faults, made, taken

pytestmark = pytest.mark.django_db

HEADINGS = ("编号", "识别码", "项目编号", "事项", "类别", "要素", "牵头单位", "新进展")


@pytest.fixture
def power() -> Agency:
    return factories.agency(name="示例供电公司")


@pytest.fixture
def site() -> Project:
    return factories.project(code="T-COLD", name="示例冷链物流园")


@pytest.fixture
def draft(power: Agency, site: Project, office: User) -> Matter:
    return factories.matter(
        project=site, lead_agency=power, author=office, title="临时用电容量不足", factor="utilities"
    )


def does(matter: Matter, actor: User, step: Step, **given: Any) -> None:
    seen = factories.seen(matter)
    take_step(matter=matter, step=step, actor=actor, seen=seen, given=Given(**given))
    matter.refresh_from_db()


@pytest.fixture
def handler(power: Agency) -> User:
    person = factories.user(REPORTER, full_name="办理员")
    factories.official(user=person, agency=power)
    return person


@pytest.fixture
def working(draft: Matter, office: User, handler: User) -> Matter:
    does(draft, office, Step.ISSUE, due=date(2024, 10, 25))
    does(draft, handler, Step.SIGN)
    return draft


def place(content: bytes, heading: str, row: int = 2) -> str:
    """The name of a cell under a heading."""
    sheet = load_workbook(BytesIO(content))["事项"]
    at = [cell.value for cell in sheet[1]].index(heading)
    return str(sheet.cell(row, at + 1).coordinate)


def typed(content: bytes, **cells: Any) -> bytes:
    """The first matter's row with those cells."""
    return edited(content, "事项", {place(content, name): value for name, value in cells.items()})


def rows_of(content: bytes) -> list[dict[str, Any]]:
    sheet = load_workbook(BytesIO(content))["事项"]
    head, *rows = sheet.iter_rows(values_only=True)
    headings = [str(each) for each in head]
    return [dict(zip(headings, row, strict=True)) for row in rows]


def new_row(**cells: Any) -> bytes:
    usual = {"项目编号": "T-COLD", "事项": "道路未通", "类别": "难点问题", "要素": "其他"}
    values = usual | cells
    return made("事项", HEADINGS, [[values.get(each) for each in HEADINGS]])


class TestRoundTrip:
    def test_unedited_export_changes_nothing(
        self, working: Matter, office: User, site: Project
    ) -> None:
        step = factories.milestone(project=site, name="临时用电")
        other = factories.matter(
            project=site,
            milestone=step,
            author=office,
            title=" 末尾空格 ",
            text="第一行\r\n第二行",
            kind=MatterKind.DECISION,
        )
        other.supporters.set([factories.agency(name="乙局"), factories.agency(name="甲局")])
        firm = factories.agency(name="示例企业", kind="enterprise")
        factories.matter(project=None, enterprise=firm, kind="enterprise", verifier=None)
        Matter.objects.filter(enterprise=firm).update(project=None)
        before = list(Matter.objects.order_by("pk").values())
        content = exported("matters", office, scope="all")
        assert counts(taken("matters", office, content)) == (0, 0, 3, 0)
        assert list(Matter.objects.order_by("pk").values()) == before

    def test_derived_columns_say_how_it_stands_and_are_not_read_back(
        self, working: Matter, office: User, handler: User, client: Client
    ) -> None:
        with on(29):
            does(working, handler, Step.NOTE, text="设备已订")
            content = exported("matters", office, scope="open")
            row = rows_of(content)[0]
            assert (row["状态"], row["级别"], row["颜色"], row["超期工作日"]) == (
                "办理中",
                2,
                "黄",
                2,
            )
            assert row["最近进展"] == "2024-10-29 设备已订"
            assert row["时限"].date() == date(2024, 10, 25)
            changed = typed(content, 状态="已销号", 级别=1, 最近进展="改了")
            record = taken("matters", office, changed)
            assert counts(record) == (0, 0, 1, 0)
            client.force_login(office)
            page = client.get(f"/admin/sheets/sheetimport/{record.pk}/change/").text
        assert "这些列由系统得出，导入时不看：项目名称、状态、交办日期" in page

    def test_export_costs_the_same_however_many_there_are(
        self, working: Matter, office: User
    ) -> None:
        with CaptureQueriesContext(
            connection,
        ) as few:
            exported("matters", office, scope="all")
        for _ in range(12):
            factories.matter(author=office, verifier=office)
        with CaptureQueriesContext(connection) as many:
            exported("matters", office, scope="all")
        assert len(many) == len(few)


class TestDrafts:
    def test_new_matter_is_raised_with_all_that_was_named(
        self, site: Project, power: Agency, office: User
    ) -> None:
        record = taken("matters", office, new_row(牵头单位="示例供电公司"))
        assert counts(record) == (1, 0, 0, 0)
        assert not Matter.objects.exists()
        services.apply(record=record)
        raised = Matter.objects.get()
        assert (raised.title, raised.state, raised.number) == ("道路未通", "draft", "")
        assert (raised.project, raised.lead_agency, raised.author) == (site, power, office)
        assert raised.history.get().history_change_reason == "导入 表.xlsx"

    def test_draft_is_changed_at_the_version_that_was_exported(
        self, draft: Matter, office: User
    ) -> None:
        factories.milestone(project=draft.project, name="临时用电")
        factories.agency(name="示例自来水公司")
        content = typed(
            exported("matters", office, scope="draft"),
            事项="用电用水",
            卡住的节点="临时用电",
            配合单位="示例自来水公司",
        )
        record = taken("matters", office, content)
        assert counts(record) == (0, 1, 0, 0), faults(record)
        services.apply(record=record)
        draft.refresh_from_db()
        assert (draft.title, draft.version) == ("用电用水", 2)
        assert draft.milestone
        assert [each.name for each in draft.supporters.all()] == ["示例自来水公司"]

    def test_old_export_undoes_nothing(self, draft: Matter, office: User) -> None:
        content = exported("matters", office, scope="draft")
        draft.title = "同事改过的"
        save_matter(matter=draft, actor=office, seen=1)
        for file in (content, typed(content, 来源="周调度会")):
            record = taken("matters", office, file)
            assert "导出时第 1 版，现在第 2 版" in faults(record)[2]
        draft.refresh_from_db()
        assert (draft.title, draft.source) == ("同事改过的", "")

    def test_colleague_between_preview_and_import_is_not_overwritten(
        self, draft: Matter, office: User
    ) -> None:
        content = typed(exported("matters", office, scope="draft"), 来源="周调度会")
        record = taken("matters", office, content)
        draft.title = "同事改过的"
        save_matter(matter=draft, actor=office, seen=1)
        services.apply(record=record)
        assert "预览之后这条记录被改过" in faults(record)[2]
        draft.refresh_from_db()
        assert (draft.title, draft.source) == ("同事改过的", "")

    def test_file_is_taken_whole_or_not_at_all(self, site: Project, office: User) -> None:
        good = ("", "", "T-COLD", "道路未通", "难点问题", "其他", "", "")
        bad = ("", "", "T-NONE", "道路未通", "难点问题", "其他", "没有的单位", "")
        record = taken("matters", office, made("事项", HEADINGS, [good, bad]))
        said = faults(record)
        assert list(said) == [3]
        assert "没有编号为“T-NONE”的项目" in said[3]
        assert "没有“没有的单位”" in said[3]
        with pytest.raises(services.NotNow):
            services.apply(record=record)
        assert not Matter.objects.exists()

    @pytest.mark.parametrize(
        ("cells", "said"),
        [
            ({"项目编号": None}, "请选择项目"),
            ({"事项": None}, "必填"),
            ({"类别": "杂事"}, "没有“杂事”"),
            ({"新进展": "有进展"}, "还没有交办的事项不能填进展"),
            ({"编号": "交办〔2024〕99号"}, "没有“交办〔2024〕99号”这件事项"),
            ({"识别码": "37-3"}, "识别码“37-3”不是系统填的"),
            ({"识别码": "M999V1"}, "没有“M999V1”这件事项"),
        ],
    )
    def test_wrong_rows_are_told_in_words(
        self, site: Project, office: User, cells: dict[str, Any], said: str
    ) -> None:
        assert said in faults(taken("matters", office, new_row(**cells)))[2]

    def test_enterprise_without_a_project(self, office: User) -> None:
        factories.agency(name="示例企业", kind="enterprise")
        headings = ("编号", "识别码", "事项", "类别", "企业")
        row = ("", "", "用工不足", "助企诉求", "示例企业")
        assert counts(taken("matters", office, made("事项", headings, [row]))) == (1, 0, 0, 0)
        nobody = ("", "", "用工不足", "助企诉求", "")
        said = faults(taken("matters", office, made("事项", headings, [nobody])))[2]
        assert "助企诉求没有项目的，请选择企业" in said


class TestRepeats:
    def test_row_that_repeats_an_open_matter_is_named(self, working: Matter, office: User) -> None:
        twin = new_row(事项="又缺电", 要素="水电气热", 牵头单位="示例供电公司")
        said = faults(taken("matters", office, twin))[2]
        assert "已有“交办〔2024〕1号 临时用电容量不足”（一事一单）" in said

    def test_it_is_taken_in_where_it_is_said_to_be_another_thing(
        self, working: Matter, office: User
    ) -> None:
        twin = new_row(事项="又缺电", 要素="水电气热", 牵头单位="示例供电公司")
        record = taken("matters", office, twin, repeat=True)
        assert "将作为另一件事导入" in record.rows.get().cells["事项"][3]
        services.apply(record=record)
        assert Matter.objects.filter(title="又缺电").exists()

    def test_same_file_twice_raises_nothing_twice(self, site: Project, office: User) -> None:
        content = new_row()
        services.apply(record=taken("matters", office, content))
        assert "已有“道路未通”" in faults(taken("matters", office, content))[2]
        assert Matter.objects.count() == 1


class TestProgress:
    def test_note_is_taken_as_a_step_of_whoever_imports(
        self, working: Matter, handler: User, office: User
    ) -> None:
        content = typed(exported("matters", handler, scope="agency"), 新进展="设备已订")
        record = taken("matters", handler, content)
        assert counts(record) == (0, 1, 0, 0), faults(record)
        services.apply(record=record)
        step = working.steps.order_by("-number")[0]
        assert (step.step, step.text, step.actor, step.on_behalf) == (
            "note",
            "设备已订",
            handler,
            False,
        )
        assert working.history.first().history_change_reason == "导入 表.xlsx"
        # The file a second time: the note is not written twice.
        assert "导出时第 3 版，现在第 4 版" in faults(taken("matters", handler, content))[2]

    def test_note_by_number_alone(self, working: Matter, office: User) -> None:
        content = made("事项", ("编号", "识别码", "新进展"), [(working.number, "", "设备已订")])
        services.apply(record=taken("matters", office, content))
        step = working.steps.order_by("-number")[0]
        assert (step.text, step.on_behalf) == ("设备已订", True)
        assert "进展相同" in faults(taken("matters", office, content))[2]

    def test_issued_matter_is_not_rewritten(self, working: Matter, office: User) -> None:
        content = typed(exported("matters", office, scope="open"), 事项="改名", 来源="会议")
        said = faults(taken("matters", office, content))[2]
        assert "事项：已经交办，内容不能再改" in said
        assert "来源：已经交办" in said

    def test_note_belongs_to_who_handles_it_and_to_its_state(
        self, working: Matter, clerk: User, office: User
    ) -> None:
        content = typed(exported("matters", office, scope="open"), 新进展="设备已订")
        said = faults(taken("matters", clerk, content))[2]
        assert "填写进展由牵头单位、督查办公室办理，您不是" in said
        does(working, office, Step.VOID, text="不办了")
        closed = typed(exported("matters", office, scope="all"), 新进展="设备已订")
        assert "事项现在是“已作废”" in faults(taken("matters", office, closed))[2]

    def test_rows_of_two_matters_that_are_mixed_up(self, working: Matter, office: User) -> None:
        other = factories.matter()
        row = (working.number, f"M{other.pk}V1", "设备已订")
        content = made("事项", ("编号", "识别码", "新进展"), [row])
        assert "不是同一件事项" in faults(taken("matters", office, content))[2]


class TestRights:
    def test_clerk_raises_for_his_own_project_only(
        self, own: Project, site: Project, clerk: User
    ) -> None:
        assert counts(taken("matters", clerk, new_row(项目编号="T-OWN"))) == (1, 0, 0, 0)
        said = faults(taken("matters", clerk, new_row()))[2]
        assert "不由您或您的单位负责" in said

    def test_draft_of_somebody_else_is_left_alone(
        self, own: Project, clerk: User, office: User
    ) -> None:
        factories.matter(project=own, author=office)
        content = typed(exported("matters", clerk, scope="draft"), 来源="会议")
        assert "由提出人或督查办公室修改" in faults(taken("matters", clerk, content))[2]

    def test_who_may_not_is_not_offered_it(self, client: Client) -> None:
        client.force_login(factories.user())
        assert client.get("/admin/sheets/sheetimport/export/matters/").status_code == 403


def test_checking_costs_the_same_however_many_rows(site: Project, office: User) -> None:
    codes = [factories.project(code=f"T-{n}").code for n in range(30)]

    def rows(number: int) -> bytes:
        # One a project: two on the same thing are told apart before they are checked.
        every = [("", "", each, "缺电", "难点问题", "其他", "", "") for each in codes[:number]]
        return made("事项", HEADINGS, every)

    with CaptureQueriesContext(connection) as few:
        assert counts(taken("matters", office, rows(1)))[0] == 1
    with CaptureQueriesContext(connection) as many:
        assert counts(taken("matters", office, rows(30)))[0] == 30
    assert len(many) == len(few)


class TestExportOfTheList:
    def test_list_is_exported_as_it_is_asked_and_comes_back(
        self, working: Matter, office: User, client: Client
    ) -> None:
        factories.matter(title="别的")
        client.force_login(office)
        answer = client.get("/matters.xlsx?state=working&search=用电")
        assert "事项-2024-10-15（敏感）.xlsx" in unquote(answer["Content-Disposition"])
        content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
        assert [row["事项"] for row in rows_of(content)] == ["临时用电容量不足"]
        assert counts(taken("matters", office, content)) == (0, 0, 1, 0)
        assert client.get("/matters.xlsx?flag=nonsense").status_code == 400

    def test_only_for_who_may_see_matters(self, client: Client) -> None:
        client.force_login(factories.user(READER))
        assert client.get("/matters.xlsx").status_code == 200
        client.force_login(factories.user())
        assert client.get("/matters.xlsx").status_code == 403
