"""An order as a Word file: the frozen sheet, its receipt, and the code that leads back."""

from io import BytesIO
from typing import Any

import docx
import pytest
from django.test import Client
from docx.oxml.ns import qn

from kuancheng.access.roles import READER
from projects.models import Order
from projects.services.matters.escalation import escalate
from projects.services.matters.orders import acknowledge_order
from tests import factories
from tests.clock import on
from tests.services.test_matters import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    """Late on the day of the suite: 2024-10-15."""
    made = Cast()
    with on(8):
        made.working("2024-10-14")
    return made


@pytest.fixture
def order(cast: Cast) -> Order:
    with on(15) as today:
        escalate(day=today)
    return Order.objects.get(colour="yellow")


@pytest.fixture
def reader(client: Client) -> Client:
    client.force_login(factories.user(READER))
    return client


def file_of(reader: Client, order: Order) -> bytes:
    answer: Any = reader.get(f"/orders/{order.pk}.docx")
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


def word_of(reader: Client, order: Order) -> Any:
    return docx.Document(BytesIO(file_of(reader, order)))


def rows(word: Any) -> dict[str, str]:
    """What the sheet says under each name."""
    found: dict[str, str] = {}
    for row in word.tables[0].rows:
        texts = list(dict.fromkeys(cell.text for cell in row.cells))
        found |= dict(zip(texts[::2], texts[1::2], strict=False))
    return found


def test_sheet_says_what_was_frozen(cast: Cast, order: Order, reader: Client) -> None:
    cast.agency.name = "改名后的单位"
    cast.agency.save()
    word = word_of(reader, order)
    texts = [each.text for each in word.paragraphs]
    assert "督办单（黄色）" in texts
    assert order.number in texts
    assert f"本单签发后内容不变；校验码 {order.digest[:16]}" in texts
    told = rows(word)
    assert told["责任单位"] == order.content["agency"] != "改名后的单位"
    assert told["办结时限"] == "2024-10-14"
    assert told["签收"] == "待签收"
    assert "超期 1 个工作日" in told["签发原因"]


def test_code_leads_to_the_order_s_page(order: Order, reader: Client) -> None:
    header = word_of(reader, order).sections[0].header._element
    (about,) = header.iter(qn("wp:docPr"))
    assert about.get("descr") == f"二维码：http://testserver/orders/{order.pk}/"


def test_receipt_is_printed_once_given(cast: Cast, order: Order, reader: Client) -> None:
    with on(15):
        acknowledge_order(order=order, actor=cast.clerk)
    assert rows(word_of(reader, order))["签收"].startswith(f"{cast.clerk}，2024-10-15")


def test_touched_sheet_says_so_above_everything(order: Order, reader: Client) -> None:
    Order.objects.filter(pk=order.pk).update(content=order.content | {"due": "2025-01-01"})
    texts = [each.text for each in word_of(reader, order).paragraphs]
    assert any("不能作为凭据" in each for each in texts)


def test_same_order_gives_the_same_bytes(order: Order, reader: Client) -> None:
    assert file_of(reader, order) == file_of(reader, order)


def test_file_is_for_whoever_sees_the_page(order: Order, client: Client) -> None:
    assert client.get(f"/orders/{order.pk}.docx")["Location"].startswith("/login/")
    client.force_login(factories.user())
    assert client.get(f"/orders/{order.pk}.docx").status_code == 403


def test_what_is_not_there_is_not_found_and_no_day_may_be_asked(
    order: Order, reader: Client
) -> None:
    assert reader.get("/orders/99999.docx").status_code == 404
    assert reader.get(f"/orders/{order.pk}.docx", {"as_of": "2024-10-01"}).status_code == 400


def test_page_offers_the_file(order: Order, reader: Client) -> None:
    assert f'href="/orders/{order.pk}.docx"' in reader.get(f"/orders/{order.pk}/").text
