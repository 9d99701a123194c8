"""公文模板 on pages: seen by everybody, kept and withdrawn by the office."""

from io import BytesIO
from typing import Any

import docx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kuancheng.access.models import User
from kuancheng.access.roles import AUDITOR, READER, REPORTER, REVIEWER, SYSTEM_ADMIN
from kuancheng.documents.models import OfficeTemplate
from kuancheng.documents.office.reading import check
from kuancheng.documents.services import add_template
from projects.models import Order
from projects.services.matters.escalation import escalate
from tests import factories
from tests.clock import on
from tests.documents.templates import LINES, template
from tests.services.cast import Cast

pytestmark = pytest.mark.django_db

HOME = "/documents/templates/"


@pytest.fixture
def officer() -> User:
    return factories.user(REVIEWER)


@pytest.fixture
def office(client: Client, officer: User) -> Client:
    client.force_login(officer)
    return client


def sent(client: Client, content: bytes, kind: str = "order") -> Any:
    file = SimpleUploadedFile("督办单.docx", content)
    return client.post(HOME, {"kind": kind, "file": file, "note": "换了红头"}, follow=True)


def file_of(client: Client, address: str) -> Any:
    answer: Any = client.get(address)
    assert answer.status_code == 200, address
    return docx.Document(BytesIO(b"".join(answer.streaming_content)))


def lines(word: Any) -> list[str]:
    return [each.text for each in word.paragraphs]


@pytest.mark.parametrize("role", [SYSTEM_ADMIN, REVIEWER, REPORTER, READER, AUDITOR])
def test_every_role_sees_which_are_in_force(client: Client, role: str) -> None:
    client.force_login(factories.user(role))
    text = client.get(HOME).text
    assert "标准版式" in text
    assert "{{发文字号}}" in text
    assert ("检查并启用" in text) == (role == REVIEWER)
    assert client.get("/documents/sample/").status_code == 200


def test_strangers_see_nothing(client: Client) -> None:
    addresses = (HOME, "/documents/sample/", "/documents/sample.docx", f"{HOME}starter.docx")
    for address in addresses:
        assert client.get(address)["Location"].startswith("/login/")
    client.force_login(factories.user())
    assert [client.get(each).status_code for each in addresses] == [403] * 4


def test_what_is_sent_is_kept_and_orders_are_written_in_it(office: Client, officer: User) -> None:
    page = sent(office, template(["示范区督办用笺", *LINES]))
    assert "已启用：交办单、催办单、督办单模板第 1 版" in page.text
    assert "换了红头" in page.text
    cast = Cast()
    with on(8):
        cast.working("2024-10-14")
    with on(15) as today:
        escalate(day=today)
    order = Order.objects.get(colour="yellow")
    word = file_of(office, f"/orders/{order.pk}.docx")
    assert lines(word)[0] == "示范区督办用笺"
    assert order.number in lines(word)
    assert word.tables[0].cell(0, 0).text == "工作事项"


def test_each_fault_is_shown_and_nothing_is_kept(office: Client) -> None:
    page = sent(office, template([*LINES, "{{甲}}", "{{乙}}"]))
    assert "没有“甲”这个字段" in page.text
    assert "没有“乙”这个字段" in page.text
    assert 'value="换了红头"' in page.text
    assert "请选择一个 Word 文件" in office.post(HOME, {"kind": "order"}).text
    assert not OfficeTemplate.objects.exists()


def test_who_is_not_the_office_is_refused(client: Client) -> None:
    client.force_login(factories.user(REPORTER))
    assert sent(client, template()).status_code == 403
    assert not OfficeTemplate.objects.exists()
    kept = add_template(
        kind="order", name="a.docx", content=template(), actor=factories.user(REVIEWER)
    )
    assert client.get(f"{HOME}{kept.pk}/withdraw/").status_code == 403


def test_file_and_sample_come_back(office: Client, officer: User) -> None:
    content = template()
    kept = add_template(kind="order", name="督办单.docx", content=content, actor=officer)
    answer: Any = office.get(f"{HOME}{kept.pk}.docx")
    assert b"".join(answer.streaming_content) == content
    assert "%E7%9D%A3%E5%8A%9E%E5%8D%95.docx" in answer["Content-Disposition"]
    assert "关于公文版式的样张" in lines(file_of(office, f"{HOME}{kept.pk}/sample.docx"))
    assert office.get(f"{HOME}99999.docx").status_code == 404


def test_starter_may_be_sent_as_it_is(office: Client) -> None:
    answer: Any = office.get(f"{HOME}starter.docx")
    content = b"".join(answer.streaming_content)
    assert {"标题", "正文", "附件", "署名", "抄送"} <= set(check(content).fields)
    assert "已启用" in sent(office, content).text


def test_withdrawn_with_a_reason_it_is_out_of_force(office: Client, officer: User) -> None:
    kept = add_template(kind="order", name="督办单.docx", content=template(), actor=officer)
    address = f"{HOME}{kept.pk}/withdraw/"
    assert "停用交办单" in office.get(address).text
    assert "请写明为什么停用" in office.post(address, {"seen_version": 1}).text
    stale = office.post(address, {"seen_version": 7, "reason": "用错"}).text
    assert "再按一次即按现在的内容停用" in stale
    page = office.post(address, {"seen_version": 1, "reason": "用错"}, follow=True).text
    assert "已停用" in page
    assert "停用：用错" in page
    assert not OfficeTemplate.objects.in_force().exists()


def test_our_own_page_is_shown_and_given_as_word(office: Client) -> None:
    page = office.get("/documents/sample/").text
    assert "关于公文版式的样张" in page
    assert "二维码：http://testserver/documents/sample/" in page
    assert "关于公文版式的样张" in lines(file_of(office, "/documents/sample.docx"))


def test_address_is_asked_strictly(office: Client) -> None:
    assert office.get(HOME, {"as_of": "2024-10-01"}).status_code == 400
    assert office.get(HOME, {"nonsense": "1"}).status_code == 400
    assert office.get(HOME, {"page": "9"}).status_code == 404


def test_queries_do_not_grow_with_versions(office: Client, officer: User) -> None:
    def keep(number: int) -> None:
        content = template([f"第{number}版", *LINES])
        add_template(kind="order", name="a.docx", content=content, actor=officer)

    keep(1)
    office.get(HOME)
    with CaptureQueriesContext(connection) as few:
        office.get(HOME)
    for number in range(2, 8):
        keep(number)
    with CaptureQueriesContext(connection) as many:
        office.get(HOME)
    assert len(many) == len(few)
