"""The pages: who is offered what, the preview, progress, and other people's imports."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kuancheng.access.models import User
from kuancheng.access.roles import AUDITOR, READER, REPORTER, REVIEWER, SYSTEM_ADMIN
from kuancheng.sheets import services
from kuancheng.sheets.choices import ImportState
from kuancheng.sheets.models import SheetImport
from projects.models import Project
from tests import factories
from tests.sheets.books import exported, made, taken

pytestmark = pytest.mark.django_db

LIST = "/admin/sheets/sheetimport/"
TITLE = "重点项目"
HEAD = ["项目编号", "项目名称", "计划总投资（万元）"]


def page(record: SheetImport, tail: str = "change/") -> str:
    return f"{LIST}{record.pk}/{tail}"


def text(response: Any) -> str:
    content: str = response.content.decode()
    return content


@pytest.fixture
def browser(client: Client, office: User) -> Client:
    client.force_login(office)
    return client


def upload(client: Client, content: bytes, name: str = "表.xlsx", kind: str = "register") -> Any:
    file = SimpleUploadedFile(name, content)
    return client.post(f"{LIST}upload/{kind}/", {"file": file}, follow=True)


def renamed(*names: str) -> bytes:
    for number in range(len(names)):
        factories.project(code=f"T-{number}", name="旧名")
    return made(TITLE, HEAD, [[f"T-{n}", name, 10_000] for n, name in enumerate(names)])


@pytest.mark.parametrize(
    ("page", "kind"),
    [
        ("/admin/projects/project/", "register"),
        ("/admin/investment/statusreport/", "reports"),
        ("/admin/investment/annualplan/", "plans"),
    ],
)
def test_the_office_is_led_there_from_the_lists(browser: Client, page: str, kind: str) -> None:
    assert f"{LIST}?kind={kind}" in text(browser.get(page))


def test_offers_are_those_whose_records_the_user_may_change(client: Client) -> None:
    client.force_login(factories.user(REPORTER))
    shown = text(client.get(f"{LIST}?kind=register"))
    assert "kind-register" in shown
    assert "kind-milestones" in shown
    assert "我负责的项目" in shown
    client.force_login(factories.user(AUDITOR))
    assert "sheet-kind" not in text(client.get(LIST))


@pytest.mark.parametrize("role", [AUDITOR, READER, SYSTEM_ADMIN])
def test_who_may_not_import_finds_no_way_in(client: Client, role: str) -> None:
    client.force_login(factories.user(role))
    for tail in ("template/register/", "export/register/", "upload/register/"):
        assert client.get(LIST + tail).status_code == 403, tail
    file = SimpleUploadedFile("x.xlsx", renamed("新名"))
    assert client.post(f"{LIST}upload/register/", {"file": file}).status_code == 403


def test_upload_preview_and_import(browser: Client) -> None:
    answer = upload(browser, renamed("<b>新名</b>"))
    shown = text(answer)
    assert "将新增 0 行，变更 1 行" in shown
    assert "<del>旧名</del> → <ins>&lt;b&gt;新名&lt;/b&gt;</ins>" in shown
    record = SheetImport.objects.get()
    done = browser.post(page(record, "apply/"), follow=True)
    assert "已导入：新增 0 行，变更 1 行" in text(done)
    assert Project.objects.get().name == "<b>新名</b>"


def test_file_is_gone_after_the_import_and_was_for_nobody_else(
    browser: Client, uploads: Path
) -> None:
    upload(browser, renamed("新名"))
    kept = list(uploads.iterdir())
    assert [each.suffix for each in kept] == [".rows"]
    assert kept[0].stat().st_mode & 0o777 == 0o600
    assert "表" not in kept[0].name
    services.apply(record=SheetImport.objects.get())
    assert list(uploads.iterdir()) == []


def test_refusal_is_shown_with_the_files_name(browser: Client) -> None:
    shown = text(upload(browser, b"name,code", "登记.xlsx"))
    assert "登记.xlsx：这不是 Excel 工作簿" in shown
    assert not SheetImport.objects.exists()


def test_upload_without_a_file_is_told(browser: Client) -> None:
    assert "请先选择文件" in text(browser.post(f"{LIST}upload/register/", follow=True))


def test_form_without_its_token_is_refused(office: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(office)
    assert strict.post(f"{LIST}upload/register/").status_code == 403


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"{LIST}template/nothing/", 404),
        (f"{LIST}export/nothing/", 404),
        (f"{LIST}export/register/?scope=theirs", 400),
        (f"{LIST}999/change/", 404),
        (f"{LIST}x/change/", 404),
    ],
)
def test_bad_address_is_answered(browser: Client, path: str, status: int) -> None:
    assert browser.get(path).status_code == status


def test_bad_tab_is_refused(browser: Client) -> None:
    upload(browser, renamed("新名"))
    record = SheetImport.objects.get()
    assert browser.get(page(record) + "?show=x").status_code == 400
    assert browser.get(page(record) + "?show=new&p=x").status_code == 200


def test_wrong_rows_come_first_and_every_row_has_its_page(browser: Client) -> None:
    upload(browser, renamed(*["新名"] * 119, ""))
    record = SheetImport.objects.get()
    first = browser.get(page(record))
    assert first.context["preview"].chosen == "wrong"
    assert "必填，请补上" in text(first)
    rows = [
        line.row.number
        for number in (1, 2)
        for line in browser.get(f"{page(record)}?show=&p={number}").context["preview"].lines
    ]
    assert rows == list(range(2, 122))
    assert page(record, "apply/") not in text(first)
    assert "共 119 行" in text(browser.get(f"{page(record)}?show=changed"))


def test_preview_asks_as_often_for_thirty_rows_as_for_one(browser: Client) -> None:
    def queries(content: bytes) -> int:
        answer = upload(browser, content)
        with CaptureQueriesContext(connection) as captured:
            browser.get(answer.redirect_chain[-1][0])
        return len(captured)

    one = queries(renamed("新名"))
    Project.objects.all().delete()
    assert queries(renamed(*["新名"] * 30)) == one


class TestOthers:
    @pytest.fixture
    def record(self, clerk: User, own: Project) -> SheetImport:
        return taken("register", clerk, made(TITLE, HEAD, [["T-OWN", "新名", 1]]))

    def test_clerk_does_not_see_another_clerks(self, client: Client, record: SheetImport) -> None:
        client.force_login(factories.user(REPORTER))
        assert client.get(page(record)).status_code == 404
        assert client.post(page(record, "apply/")).status_code == 404
        assert record.file_name not in text(client.get(LIST))

    @pytest.mark.parametrize("role", [REVIEWER, AUDITOR])
    def test_office_and_auditors_look_but_do_not_import(
        self, client: Client, record: SheetImport, role: str
    ) -> None:
        client.force_login(factories.user(role))
        shown = client.get(page(record))
        assert shown.status_code == 200
        assert page(record, "apply/") not in text(shown)
        assert "由上传人确认导入" in text(shown)
        assert client.post(page(record, "apply/")).status_code == 403

    def test_look_at_an_address_that_writes_writes_nothing(
        self, client: Client, clerk: User, record: SheetImport
    ) -> None:
        client.force_login(clerk)
        client.get(page(record, "apply/"))
        record.refresh_from_db()
        assert record.state == ImportState.READY


def test_old_uploads_are_forgotten(office: User, uploads: Path) -> None:
    record = taken("register", office, renamed("甲"))
    SheetImport.objects.update(uploaded_at="2024-10-01T00:00:00+08:00")
    services.forget_old()
    record.refresh_from_db()
    assert list(uploads.glob("*.xlsx")) == []
    with pytest.raises(services.NotNow, match="已按期清理"):
        services.apply(record=record)
    assert record.rows.exists()
    SheetImport.objects.update(uploaded_at="2024-01-01T00:00:00+08:00")
    services.forget_old()
    assert not record.rows.exists()


def test_template_and_export_are_workbooks_with_help_and_lists(browser: Client) -> None:
    from openpyxl import load_workbook

    factories.project(name="甲")
    for tail, rows in (("template/register/", 1), ("export/register/", 2)):
        answer: Any = browser.get(LIST + tail)
        book = load_workbook(BytesIO(b"".join(answer.streaming_content)))
        assert book.sheetnames == ["重点项目", "填写说明", "代码表"]
        assert book["代码表"].sheet_state == "veryHidden"
        sheet = book["重点项目"]
        assert sheet.max_row == rows
        assert sheet.freeze_panes == "B2"
        stages = [each for each in sheet.data_validations.dataValidation if "C2" in each.sqref]
        assert stages[0].formula1 == "'代码表'!$D$1:$D$9"
        assert [cell.value for cell in book["代码表"]["D"]][:2] == ["谋划", "储备"]
        guide = " ".join(str(cell.value) for row in book["填写说明"] for cell in row)
        assert "不等于 0" in guide
        assert "导入只新增和修改，不删除" in guide


def test_an_unedited_export_of_a_clerk_is_his_projects(
    client: Client, clerk: User, own: Project
) -> None:
    factories.project()
    client.force_login(clerk)
    answer: Any = client.get(f"{LIST}export/register/")
    content = b"".join(answer.streaming_content)
    assert "attachment" in answer["Content-Disposition"]
    assert content[:2] == b"PK"
    assert exported("register", clerk)[:2] == b"PK"
