"""The register by Excel: a round trip, changes, new projects, rights, and all or nothing."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from kuancheng.access.models import User
from kuancheng.access.roles import REVIEWER
from kuancheng.records import announcing
from kuancheng.records.announcing import Announcement
from kuancheng.records.changes import changes_after
from kuancheng.sheets import services
from kuancheng.sheets.choices import ImportState
from projects.choices import AgencyKind, Stage, Standing
from projects.models import Project
from projects.services import many, save_project
from tests import factories
from tests.second import let_through, waiting
from tests.sheets.books import counts, edited, exported, faults, made, taken

pytestmark = pytest.mark.django_db

TITLE = "重点项目"
HEAD = ["项目编号", "项目名称", "计划总投资（万元）"]


def full_project() -> Project:
    """One with everything that a sheet could spoil."""
    return factories.project(
        code="T-1",
        name="=SUM(A1) 示例“项目”",
        aliases=["甲", "乙；丙"],
        scope="第一行\r\n第二行  ",
        address="+86 号",
        national_code="2312-220103-04-01-123456",
        lead_agency=factories.agency(name="示例住建局"),
        subdistrict=factories.agency(name="示例街道", kind=AgencyKind.SUBDISTRICT),
        # Not an enterprise any more: nobody could pick it today.
        owner=factories.agency(name="示例集团"),
        total_investment=Decimal("123456789012.34"),
        planned_start=date(2024, 3, 1),
        planned_completion=date(2025, 3, 1),
        longitude=Decimal("125.326123"),
        industry="C",
        standing=Standing.SUSPENDED,
    )


def column(content: bytes, heading: str) -> str:
    """The letter of a column."""
    sheet = load_workbook(BytesIO(content))[TITLE]
    return next(cell.column_letter for cell in sheet[1] if cell.value == heading)


def test_export_comes_back_unchanged_and_writes_nothing(office: User) -> None:
    full_project()
    factories.project(total_investment=None)
    record = taken("register", office, exported("register", office))
    assert counts(record) == (0, 0, 2, 0)
    before = Project.history.count()
    with pytest.raises(services.NotNow, match="没有新增或变更"):
        services.apply(record=record)
    assert Project.history.count() == before


def test_export_saved_again_by_another_program_comes_back_unchanged(office: User) -> None:
    full_project()
    again = edited(exported("register", office), TITLE, {})
    assert counts(taken("register", office, again)) == (0, 0, 1, 0)


def test_formula_like_text_stays_text_in_the_export(office: User) -> None:
    full_project()
    cell = load_workbook(BytesIO(exported("register", office)))[TITLE]["B2"]
    assert (cell.data_type, cell.value) == ("s", "=SUM(A1) 示例“项目”")


def test_change_is_previewed_with_old_and_new_and_then_written(office: User) -> None:
    project = factories.project(code="T-1", total_investment=Decimal(10_000))
    book = exported("register", office)
    money, scope = column(book, "计划总投资（万元）"), column(book, "建设内容及规模")
    changes = {f"{money}2": "１２，０００.50万元", f"{scope}2": "扩建"}
    record = taken("register", office, edited(book, TITLE, changes), "登记 10月.xlsx")
    assert counts(record) == (0, 1, 0, 0)
    assert record.rows.get().cells == {
        "计划总投资（万元）": ["10,000", "12,000.5", "", "须第二人审核，通过后才生效。"],
        "建设内容及规模": ["空", "扩建", "", ""],
    }
    assert "其中 1 行有须第二人审核的内容" in record.message

    services.apply(record=record)
    project.refresh_from_db()
    assert record.state == ImportState.DONE
    assert "另提出 1 份变更申请" in record.message
    assert (project.total_investment, project.scope) == (Decimal(10_000), "扩建")
    assert project.version == 2
    latest = project.history.latest()
    assert latest.history_user == office
    assert latest.history_change_reason == "导入 登记 10月.xlsx"
    told = changes_after(project, 1)
    assert {change.who for change in told} == {"复核员（导入 登记 10月.xlsx）"}

    [made] = waiting()
    assert (made.reason, made.batch) == ("导入 登记 10月.xlsx", f"import-{record.pk}")
    let_through()
    project.refresh_from_db()
    assert (project.total_investment, project.version) == (Decimal("12000.50"), 3)


def test_row_whose_field_waits_already_is_wrong_and_names_what_waits(office: User) -> None:
    factories.project(code="T-1", name="甲")
    services.apply(record=taken("register", office, made(TITLE, HEAD, [["T-1", "甲", 5]])))
    record = taken("register", office, made(TITLE, HEAD, [["T-1", "乙", 6]]))
    assert "已有待审核的申请（变更申请" in faults(record)[2]
    # As it is on record, it is no change.
    assert counts(taken("register", office, made(TITLE, HEAD, [["T-1", "乙", 10_000]]))) == (
        0,
        1,
        0,
        0,
    )


def test_row_that_only_waits_leaves_no_history_and_new_ones_wait_for_their_total(
    office: User,
) -> None:
    project = factories.project(code="T-1", name="甲")
    head = [*HEAD, "阶段"]
    rows = [["T-1", "甲", 5, "在建"], ["", "乙", 700, "前期"]]
    record = taken("register", office, made(TITLE, head, rows))
    services.apply(record=record)
    assert project.history.count() == 1
    new = Project.objects.get(name="乙")
    assert (new.code, new.total_investment) == ("KC-0001", None)
    assert "另提出 2 份变更申请" in record.message
    let_through()
    assert set(Project.objects.values_list("name", "total_investment")) == {("甲", 5), ("乙", 700)}


def test_system_that_fails_to_put_forward_writes_nothing(
    office: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object, **more: object) -> None:
        raise ValueError

    factories.project(code="T-1", name="甲")
    record = taken("register", office, made(TITLE, HEAD, [["T-1", "乙", 5]]))
    monkeypatch.setattr("projects.sheets.columns.propose_all", fail)
    services.apply(record=record)
    record.refresh_from_db()
    assert (record.state, Project.objects.get().name) == (ImportState.FAILED, "甲")


def test_cleared_cell_is_shown_and_an_absent_column_left_alone(office: User) -> None:
    factories.project(code="T-1", name="甲", address="北三环", total_investment=Decimal(5))
    record = taken("register", office, made(TITLE, HEAD, [["T-1", "甲", "—"]]))
    told = "须第二人审核，通过后才生效。"
    assert record.rows.get().cells == {"计划总投资（万元）": ["5", "空", "", told]}
    assert "建设地点" in record.missing
    services.apply(record=record)
    let_through()
    project = Project.objects.get()
    assert (project.total_investment, project.address) == (None, "北三环")


class TestNew:
    def test_row_without_a_code_is_a_new_project(self, office: User) -> None:
        head = ["项目编号", "项目名称", "阶段"]
        record = taken(
            "register", office, made(TITLE, head, [["", "甲", "前期"], [None, "乙", "在建"]])
        )
        assert faults(record) == {}
        assert counts(record) == (2, 0, 0, 0)
        services.apply(record=record)
        made_now = Project.objects.order_by("code").values_list("code", "name", "stage", "standing")
        assert list(made_now) == [
            ("KC-0001", "甲", Stage.PREPARATION, Standing.NORMAL),
            ("KC-0002", "乙", Stage.CONSTRUCTION, Standing.NORMAL),
        ]

    def test_clerk_may_not_make_one(self, clerk: User) -> None:
        head = ["项目编号", "项目名称", "阶段"]
        record = taken("register", clerk, made(TITLE, head, [["", "甲", "前期"]]))
        assert "没有新登记项目的权限" in faults(record)[2]

    def test_column_that_a_new_project_needs_is_named(self, office: User) -> None:
        record = taken("register", office, made(TITLE, HEAD, [["", "甲", 1]]))
        assert "没有“阶段”一列" in faults(record)[2]

    def test_two_rows_with_one_national_code_are_told(self, office: User) -> None:
        factories.project(code="T-1", national_code="2312-220103-04-01-000001")
        head = ["项目编号", "项目名称", "阶段", "国家项目代码"]
        rows = [
            ["", "甲", "前期", "2312-220103-04-01-000001"],
            ["", "乙", "前期", "2312-220103-04-01-000002"],
            ["", "丙", "前期", "2312-220103-04-01-000002"],
            ["", "丁", "前期", "123"],
        ]
        told = faults(taken("register", office, made(TITLE, head, rows)))
        assert set(told) == {2, 4, 5}
        assert "登记在另一个项目" in told[2]
        assert "与第 3 行" in told[4]
        assert "应形如" in told[5]


class TestRights:
    def test_clerk_changes_his_own_and_leaves_others_as_they_are(
        self, clerk: User, own: Project
    ) -> None:
        factories.project(code="T-X", name="别人的")
        book = exported("register", clerk, scope="all")
        assert counts(taken("register", clerk, book)) == (0, 0, 2, 0)
        rows = [["T-OWN", "我的粮仓二期", 10_000], ["T-X", "改名", 10_000]]
        record = taken("register", clerk, made(TITLE, HEAD, rows))
        assert counts(record) == (0, 1, 0, 1)
        assert "不是您负责的项目" in faults(record)[3]

    def test_clerk_exports_his_own_unless_he_asks_for_all(self, clerk: User, own: Project) -> None:
        factories.project()
        for scope, rows in (("mine", 2), ("all", 3)):
            sheet = load_workbook(BytesIO(exported("register", clerk, scope=scope)))[TITLE]
            assert sheet.max_row == rows

    def test_clerk_does_not_choose_the_agency_in_charge(self, clerk: User, own: Project) -> None:
        factories.agency(name="示例农业局")
        book = made(TITLE, ["项目编号", "责任单位"], [["T-OWN", "示例农业局"]])
        assert "只能由项目中心修改" in faults(taken("register", clerk, book))[2]

    def test_right_that_was_lost_since_the_preview_stops_the_import(
        self, clerk: User, own: Project
    ) -> None:
        record = taken("register", clerk, made(TITLE, HEAD, [["T-OWN", "新名", 1]]))
        own.assignments.update(until=date(2024, 10, 1))
        services.apply(record=record)
        assert record.state == ImportState.WRONG
        assert Project.objects.get(pk=own.pk).name == "我的粮仓"

    def test_role_that_was_lost_stops_the_import(self, clerk: User, own: Project) -> None:
        record = taken("register", clerk, made(TITLE, HEAD, [["T-OWN", "新名", 1]]))
        clerk.groups.clear()
        services.apply(record=record)
        assert record.state == ImportState.WRONG
        assert "权限" in record.message


class TestTogether:
    def test_completion_that_a_baseline_holds_is_refused_in_the_preview(self, office: User) -> None:
        from projects.services.planning import approve_plan, propose_plan

        project = factories.project(code="T-1", planned_completion=date(2025, 6, 1))
        plan = propose_plan(
            project=project,
            days={},
            promised_completion=None,
            reason="initial",
            note="首版",
            actor=office,
            seen=factories.seen(project),
        )
        approve_plan(baseline=plan, actor=factories.user(REVIEWER), seen=factories.seen(plan))
        book = made(TITLE, ["项目编号", "计划竣工"], [["T-1", "2025-07-01"]])
        assert "已列入基线" in faults(taken("register", office, book))[2]

    def test_days_in_the_wrong_order_are_told_at_their_column(self, office: User) -> None:
        factories.project(code="T-1", planned_start=date(2024, 5, 1))
        book = made(TITLE, ["项目编号", "计划竣工"], [["T-1", "2024年4月1日"]])
        record = taken("register", office, book)
        assert record.rows.get().cells["计划竣工"] == [
            "空",
            "2024-04-01",
            "不能早于计划开工（2024-05-01）。",
            "",
        ]

    def test_when_the_last_row_fails_nothing_is_written(
        self, office: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for number in range(3):
            factories.project(code=f"T-{number}", name="旧名")
        rows = [[f"T-{number}", "新名", 1] for number in range(3)]
        record = taken("register", office, made(TITLE, HEAD, rows))
        written = many._save

        def save(project: Any, actor: Any, reason: str) -> None:
            if project.code == "T-2":
                raise many.EditsRefused({2: ValidationError("服务不同意。")})
            written(project, actor, reason)

        monkeypatch.setattr(many, "_save", save)
        services.apply(record=record)
        assert record.state == ImportState.WRONG
        assert faults(record)[4] == "服务不同意。"
        assert set(Project.objects.values_list("name", flat=True)) == {"旧名"}

    def test_nothing_is_applied_while_a_row_is_wrong(self, office: User) -> None:
        factories.project(code="T-1", name="甲")
        record = taken("register", office, made(TITLE, HEAD, [["T-1", "乙", 1], ["T-9", "x", 1]]))
        with pytest.raises(services.NotNow):
            services.apply(record=record)
        assert Project.objects.get().name == "甲"

    def test_the_second_of_two_clicks_is_told(self, office: User) -> None:
        factories.project(code="T-1", name="甲")
        record = taken("register", office, made(TITLE, HEAD, [["T-1", "乙", 1]]))
        services.apply(record=record)
        with pytest.raises(services.NotNow, match="清理"):
            services.apply(record=record)

    def test_change_since_the_preview_is_refused_until_it_is_seen(self, office: User) -> None:
        project = factories.project(code="T-1", name="甲")
        factories.project(code="T-2", name="乙")
        rows = [["T-1", "甲", 5], ["T-2", "乙", 5]]
        record = taken("register", office, made(TITLE, HEAD, rows))
        project.name = "别人改的"
        save_project(project=project, actor=office)
        services.apply(record=record)
        assert record.state == ImportState.WRONG
        assert list(faults(record)) == [2]
        assert "重新检查" in faults(record)[2]
        assert Project.objects.get(code="T-2").total_investment == 10_000
        services.recheck(record=record)
        assert counts(record) == (0, 2, 0, 0)
        assert record.rows.get(number=2).cells["项目名称"] == ["别人改的", "甲", "", ""]
        services.apply(record=record)
        assert record.state == ImportState.DONE

    def test_change_of_what_the_file_does_not_touch_is_no_conflict(self, office: User) -> None:
        project = factories.project(code="T-1", name="甲")
        record = taken("register", office, made(TITLE, HEAD, [["T-1", "甲", 5]]))
        project.address = "北三环"
        save_project(project=project, actor=office)
        services.apply(record=record)
        let_through()
        project.refresh_from_db()
        assert (project.address, project.total_investment) == ("北三环", 5)

    def test_facts_are_announced_once(self, office: User) -> None:
        told: list[Sequence[Announcement]] = []
        ids = {factories.project(code=f"T-{number}").pk for number in range(3)}
        rows = [[f"T-{number}", "新名", 10_000] for number in range(3)]
        record = taken("register", office, made(TITLE, HEAD, rows))
        listener = told.append
        announcing.subscribe(listener)
        try:
            services.apply(record=record)
        finally:
            announcing._listeners.remove(listener)
        assert [{each.id for each in call} for call in told] == [ids]


def test_queries_of_a_check_do_not_grow_with_the_rows(office: User) -> None:
    for number in range(60):
        factories.project(code=f"T-{number}", lead_agency=factories.agency())

    def queries(rows: int) -> int:
        book = made(TITLE, HEAD, [[f"T-{number}", "新名", 1] for number in range(rows)])
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert taken("register", office, book).changed == rows
        return len(captured)

    queries(1)
    assert queries(1) == queries(60)


def test_an_export_asks_as_often_for_thirty_projects_as_for_one(office: User) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            exported("register", office)
        return len(captured)

    factories.project(lead_agency=factories.agency())
    queries()
    one = queries()
    for _ in range(29):
        factories.project(lead_agency=factories.agency())
    assert queries() == one
