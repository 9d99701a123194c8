"""问题清单台账: what stands in it, as asked, and in parts where it is long."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kuancheng.access.models import User
from kuancheng.access.roles import READER, REPORTER, REVIEWER
from kuancheng.reports.matters import ledger
from projects.models import Matter
from projects.rules.matters.steps import Step
from projects.services.matters.taking import take_step
from projects.services.matters.turn import Given
from tests import factories
from tests.clock import on

pytestmark = pytest.mark.django_db

ADDRESS = "/matters/ledger/"


@pytest.fixture
def office() -> User:
    return factories.user(REVIEWER)


@pytest.fixture
def pages(client: Client) -> Client:
    client.force_login(factories.user(READER, is_staff=False))
    return client


def does(matter: Matter, actor: User, step: Step, **given: Any) -> None:
    seen = factories.seen(matter)
    take_step(matter=matter, step=step, actor=actor, seen=seen, given=Given(**given))


def test_row_says_all_that_the_ledger_asks_for(pages: Client, office: User) -> None:
    agency = factories.agency(name="示例供电公司")
    clerk = factories.user(REPORTER, full_name="经办人甲")
    factories.official(user=clerk, agency=agency)
    matter = factories.matter(
        title="临时用电", text="容量\n不足", lead_agency=agency, author=office, factor="utilities"
    )
    with on(8):
        does(matter, office, Step.ISSUE, due=date(2024, 10, 11))
        does(matter, clerk, Step.SIGN)
        does(matter, clerk, Step.NOTE, text="设备已订")
    text = pages.get(ADDRESS).text
    for said in (
        "宽城区重点项目问题清单台账",
        "条件：全部事项",
        "共 1 件 · 截至 2024年10月15日",
        "交办〔2024〕1号",
        "容量<br>不足",
        "难点问题／水电气热",
        "经办人甲",
        "2024-10-11<br>超期 3 个工作日",
        "2024-10-08 设备已订",
        "办理中",
    ):
        assert said in text, said


def test_who_signed_is_who_answers_for_it_now(pages: Client, office: User) -> None:
    matter = factories.matter(author=office)
    assert "未签收" not in pages.get(ADDRESS).text
    does(matter, office, Step.ISSUE, due=date(2024, 10, 25))
    assert "未签收" in pages.get(ADDRESS).text
    does(matter, office, Step.SIGN)
    assert f"{office.full_name}（代签）" in pages.get(ADDRESS).text
    moved = {"agency": factories.agency(), "due": date(2024, 10, 30), "text": "不归它管"}
    does(matter, office, Step.REASSIGN, **moved)
    assert "未签收" in pages.get(ADDRESS).text


def test_heading_says_what_was_asked_and_the_paper_is_no_filter(pages: Client) -> None:
    factories.matter(title="道路未通", kind="decision")
    text = pages.get(f"{ADDRESS}?kind=decision&search=道路&paper=a4").text
    assert "条件：搜索：道路；类别：议定事项<" in text
    assert 'class="ledger on-a4"' in text
    assert "没有符合条件的事项" in pages.get(f"{ADDRESS}?flag=overdue").text
    assert pages.get(f"{ADDRESS}?paper=a5").status_code == 400


def test_long_ledger_is_printed_in_parts_and_says_so(
    pages: Client, office: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger, "PART", 2)
    made = [factories.matter(author=office, title=f"第{n}件") for n in range(5)]
    text = pages.get(f"{ADDRESS}?ordering=number&page=2").text
    assert "共 5 件，一次打印不下，分 3 册：本册第 3–4 件" in text
    assert "第 2 册（共 3 册）" in text
    assert '<td data-label="序号" class="num">3</td>' in text
    assert [each.title in text for each in made] == [False, False, True, True, False]
    assert pages.get(f"{ADDRESS}?page=4").status_code == 404


def test_costs_the_same_however_many_there_are(pages: Client, office: User) -> None:
    verifier = factories.user(REVIEWER)
    first = factories.matter(author=office, verifier=verifier)
    does(first, office, Step.ISSUE, due=date(2024, 10, 25))
    pages.get(ADDRESS)
    with CaptureQueriesContext(connection) as few:
        pages.get(ADDRESS)
    for _ in range(29):
        factories.matter(author=office, verifier=verifier)
    with CaptureQueriesContext(connection) as many:
        pages.get(ADDRESS)
    assert len(many) == len(few)


def test_only_for_who_may_see_matters(client: Client) -> None:
    assert client.get(ADDRESS)["Location"].startswith("/login/")
    client.force_login(factories.user())
    assert client.get(ADDRESS).status_code == 403
