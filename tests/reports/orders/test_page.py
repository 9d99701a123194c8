"""Orders on their pages: the list, the frozen sheet, its receipt, and one written by hand."""

from typing import Any

import pytest
from django.test import Client

from kuancheng.access.models import User
from kuancheng.access.roles import AUDITOR, READER, REPORTER, REVIEWER, SYSTEM_ADMIN
from projects.models import Order
from projects.services.matters.escalation import escalate
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


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


@pytest.mark.parametrize("role", [SYSTEM_ADMIN, REVIEWER, REPORTER, READER, AUDITOR])
def test_every_role_reads_list_and_sheet(order: Order, role: str) -> None:
    client = client_of(factories.user(role))
    assert order.number in text_of(client.get("/orders/"))
    page = text_of(client.get(f"/orders/{order.pk}/"))
    assert "应于 2024-10-14 办结，超期 1 个工作日" in page
    assert "摘要不符" not in page
    assert client.get("/orders/99999/").status_code == 404


def test_nobody_reads_nothing(order: Order, client: Client) -> None:
    assert client.get("/orders/")["Location"].startswith("/login/")
    stranger = client_of(factories.user())
    assert stranger.get("/orders/").status_code == 403
    assert stranger.get(f"/orders/{order.pk}/").status_code == 403


def test_what_was_touched_is_said(order: Order) -> None:
    Order.objects.filter(pk=order.pk).update(content=order.content | {"due": "2025-01-01"})
    page = text_of(client_of(factories.user(READER)).get(f"/orders/{order.pk}/"))
    assert "内容与签发时留存的摘要不符" in page


def test_sheet_is_drawn_from_what_was_frozen(cast: Cast, order: Order) -> None:
    cast.agency.name = "改名后的单位"
    cast.agency.save()
    page = text_of(client_of(cast.office).get(f"/orders/{order.pk}/"))
    assert "改名后的单位" not in page
    assert order.content["agency"] in page


def test_filters_narrow_the_list(order: Order) -> None:
    client = client_of(factories.user(READER))
    assigned = Order.objects.get(kind="assign").number
    for query, there in [
        ("kind=supervise", True),
        ("kind=remind", False),
        ("colour=yellow", True),
        ("colour=red", False),
        (f"agency={order.agency_id}", True),
        ("year=2024", True),
        ("year=2023", False),
        ("acknowledged=false", True),
        ("acknowledged=true", False),
        ("kind=&colour=&agency=&year=&acknowledged=", True),
    ]:
        assert (order.number in text_of(client.get(f"/orders/?{query}"))) is there, query
    assert assigned in text_of(client.get("/orders/?acknowledged=true"))
    assert "没有符合条件的单" in text_of(client.get("/orders/?year=2023"))
    assert client.get("/orders/?colour=green").status_code == 400
    assert "清单只回答现在" in text_of(client.get("/orders/?as_of=2024-01-01"))
    assert client.get("/orders/?page=9").status_code == 404


def test_empty_list_says_when_orders_are_written() -> None:
    assert "还没有签发过" in text_of(client_of(factories.user(READER)).get("/orders/"))


def test_list_costs_the_same_at_one_and_at_thirty(
    order: Order, django_assert_max_num_queries: Any
) -> None:
    client = client_of(factories.user(READER))
    client.get("/orders/")
    with django_assert_max_num_queries(14):
        client.get("/orders/")
    for number in range(30):
        order.pk, order.round, order.number = None, 2 + number, f"督办单〔2024〕{90 + number}号"
        order._state.adding = True
        order.save()
    with django_assert_max_num_queries(14):
        client.get("/orders/")


class TestReceipt:
    def press(self, user: User, order: Order) -> str:
        return text_of(client_of(user).post(f"/orders/{order.pk}/acknowledge/", follow=True))

    def test_agency_presses_it(self, cast: Cast, order: Order) -> None:
        assert "签收回执" in text_of(client_of(cast.clerk).get(f"/orders/{order.pk}/"))
        assert f"已签收：{order.number}" in self.press(cast.clerk, order)
        order.refresh_from_db()
        assert (order.acknowledged_by, order.on_behalf) == (cast.clerk, False)
        assert "不用再签" in self.press(cast.colleague, order)

    def test_office_presses_it_for_the_agency(self, cast: Cast, order: Order) -> None:
        assert "代责任单位签收" in text_of(client_of(cast.office).get(f"/orders/{order.pk}/"))
        assert "（督查办公室代签）" in self.press(cast.office, order)
        order.refresh_from_db()
        assert order.on_behalf

    def test_others_have_no_button_and_no_right(self, cast: Cast, order: Order) -> None:
        stranger = cast.of(factories.agency())
        assert "签收回执</button>" not in text_of(client_of(stranger).get(f"/orders/{order.pk}/"))
        assert "签收由责任单位" in self.press(stranger, order)
        order.refresh_from_db()
        assert order.acknowledged_at is None
        assert client_of(stranger).get(f"/orders/{order.pk}/acknowledge/").status_code == 405


class TestByHand:
    def test_from_the_matters_page_to_the_sheet(self, cast: Cast) -> None:
        client, address = client_of(cast.office), f"/matters/{cast.matter.pk}/order/"
        page = text_of(client.get(f"/matters/{cast.matter.pk}/"))
        assert f'<a href="{address}">签发督办单（黄色）</a>' in page
        assert "督办单（黄色）" in text_of(client.get(address))
        posted = {"seen_version": cast.matter.version, "text": "本周内通电"}
        sheet = text_of(client.post(address, posted, follow=True))
        assert "已签发督办单（黄色）" in sheet
        assert "本周内通电" in sheet
        assert Order.objects.get(colour="yellow").issued_by == cast.office
        page = text_of(client.get(f"/matters/{cast.matter.pk}/"))
        assert address not in page
        assert "签发督办单〔2024〕1号（黄色）" in page
        refused = text_of(client.post(address, posted | {"text": "再发"}))
        assert "同一轮不再发第二份" in refused
        assert "再发" in refused

    def test_second_of_two_is_told_and_loses_nothing(self, cast: Cast) -> None:
        client, address = client_of(cast.office), f"/matters/{cast.matter.pk}/order/"
        stale = text_of(client.post(address, {"seen_version": 1, "text": "本周内通电"}))
        assert "您打开之后有人改过" in stale
        assert "本周内通电" in stale
        assert f'value="{cast.matter.version}"' in stale
        assert not Order.objects.filter(colour="yellow").exists()

    def test_nobody_else_comes_there(self, cast: Cast) -> None:
        address = f"/matters/{cast.matter.pk}/order/"
        assert client_of(cast.clerk).get(address).status_code == 403
        assert client_of(cast.clerk).post(address, {"seen_version": 3}).status_code == 403
        assert "签发督办单" not in text_of(client_of(cast.clerk).get(f"/matters/{cast.matter.pk}/"))


def test_office_reminds_on_a_screen(cast: Cast) -> None:
    address = f"/matters/{cast.matter.pk}/remind/"
    client = client_of(cast.office)
    assert "一轮一份" in text_of(client.get(address))
    client.post(address, {"seen_version": cast.matter.version, "text": "请抓紧"})
    assert Order.objects.get(kind="remind").content["words"] == "请抓紧"
    page = text_of(client.get(f"/matters/{cast.matter.pk}/"))
    assert "催办单〔2024〕1号" in page
