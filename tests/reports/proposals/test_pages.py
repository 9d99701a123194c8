"""The list of proposals and the page of one: who sees what, and every button."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kuancheng.access.models import User
from kuancheng.access.roles import AUDITOR, READER, REPORTER, REVIEWER, ROLES, SYSTEM_ADMIN
from kuancheng.accounts.services.roles import propose_account
from kuancheng.proposals.choices import ProposalState
from kuancheng.proposals.models import Proposal
from kuancheng.proposals.services import propose, propose_all
from projects.models import Agency
from tests import factories
from tests.proposals.renaming import renaming
from tests.second import let_through

pytestmark = pytest.mark.django_db


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def waiting(author: User | None = None, name: str = "城建局") -> Proposal:
    draft = renaming(factories.agency(name=name), f"新{name}")
    return propose(draft=draft, author=author or factories.user(REPORTER))


def about_roles() -> Proposal:
    made = propose_account(
        account=factories.user(full_name="王秘书"),
        roles=[READER],
        reason="新任联络员",
        actor=factories.user(SYSTEM_ADMIN),
    )
    assert made is not None
    return made


def press(client: Client, made: Proposal, step: str, **more: Any) -> Any:
    posted = {"seen_version": made.version, "words": ""} | more
    return client.post(f"/proposals/{made.pk}/{step}/", posted, follow=True)


class TestList:
    def test_an_empty_list_says_so(self) -> None:
        page = client_of(factories.user(REVIEWER)).get("/proposals/").content.decode()
        assert "没有变更申请" in page

    def test_what_waits_for_the_reader_and_what_he_asked_for(self) -> None:
        office, other = factories.user(REVIEWER), factories.user(REVIEWER)
        waiting(office, "城建局")
        waiting(other, "水利局")
        client = client_of(office)
        for scope, names in (
            ("waiting", ["水利局"]),
            ("mine", ["城建局"]),
            ("all", ["水利局", "城建局"]),
        ):
            page = client.get(f"/proposals/?scope={scope}")
            assert [each.subject_label for each in page.context["page"]] == names

    def test_kinds_that_are_not_his_are_not_shown(self) -> None:
        made, roles = waiting(), about_roles()
        for role in (SYSTEM_ADMIN, AUDITOR):
            page = client_of(factories.user(role)).get("/proposals/")
            assert {each.pk for each in page.context["page"]} == {made.pk, roles.pk}
        for role in (REVIEWER, REPORTER, READER):
            client = client_of(factories.user(role))
            assert {each.pk for each in client.get("/proposals/").context["page"]} == {made.pk}
            assert client.get(f"/proposals/{roles.pk}/").status_code == 404
            assert press(client, roles, "approve").status_code == 404

    @pytest.mark.parametrize(
        ("query", "number"),
        [
            ("state=pending", 2),
            ("state=approved", 0),
            ("kind=test.renaming", 2),
            ("kind=projects.calendar", 0),
            ("search=水利", 1),
            ("batch=none", 0),
        ],
    )
    def test_the_list_is_narrowed(self, query: str, number: int) -> None:
        waiting(name="城建局")
        waiting(name="水利局")
        page = client_of(factories.user(REVIEWER)).get(f"/proposals/?{query}")
        assert page.context["page"].paginator.count == number

    @pytest.mark.parametrize(
        "query", ["state=gone", "scope=his", "page=0", "as_of=2024-01-01", "x=1"]
    )
    def test_what_cannot_be_asked_is_refused(self, query: str) -> None:
        client = client_of(factories.user(REVIEWER))
        assert client.get(f"/proposals/?{query}").status_code == 400

    def test_the_number_of_queries_does_not_grow(self) -> None:
        author, client = factories.user(REPORTER), client_of(factories.user(REVIEWER))
        counts = []
        for number in (1, 29):
            propose_all(
                drafts=[renaming(factories.agency(), f"新名{number}-{n}") for n in range(number)],
                author=author,
            )
            client.get("/proposals/")
            with CaptureQueriesContext(connection) as caught:
                assert client.get("/proposals/").context["page"].paginator.count >= number
            counts.append(len(caught))
        assert counts[0] == counts[1]

    def test_past_the_end_there_is_no_page(self) -> None:
        assert client_of(factories.user(REVIEWER)).get("/proposals/?page=9").status_code == 404


class TestPage:
    @pytest.mark.parametrize("role", ROLES)
    def test_buttons_stand_for_whoever_may_press_them(self, role: str) -> None:
        made = waiting()
        page = client_of(factories.user(role)).get(f"/proposals/{made.pk}/").content.decode()
        assert ("通过</button>" in page) is (role == REVIEWER)
        assert "撤回</button>" not in page
        assert "城建局" in page
        assert "机构改革更名" in page

    def test_its_author_may_withdraw_and_is_told_why_not_more(self) -> None:
        author = factories.user(REVIEWER)
        made = waiting(author)
        page = client_of(author).get(f"/proposals/{made.pk}/").content.decode()
        assert "须由另一位有权限的同事审核" in page
        assert "通过</button>" not in page
        press(client_of(author), made, "withdraw")
        made.refresh_from_db()
        assert made.state == ProposalState.WITHDRAWN

    def test_pressed_through_it_writes_the_change(self) -> None:
        made, office = waiting(), factories.user(REVIEWER)
        page = press(client_of(office), made, "approve", words="属实").content.decode()
        assert "已通过，变更已经写入" in page
        assert Agency.objects.get(pk=made.subject_id).name == "新城建局"

    def test_sent_back_without_words_it_keeps_the_page(self) -> None:
        made, client = waiting(), client_of(factories.user(REVIEWER))
        assert "请写明退回的原因" in press(client, made, "return").content.decode()
        press(client, made, "return", words="缺文件")
        made.refresh_from_db()
        assert (made.state, made.words) == (ProposalState.RETURNED, "缺文件")

    def test_a_forced_press_of_the_author_is_refused(self) -> None:
        author = factories.user(REVIEWER)
        made = waiting(author)
        assert "您提出的" in press(client_of(author), made, "approve").content.decode()
        made.refresh_from_db()
        assert made.is_pending

    def test_what_moved_is_shown_and_lapses_when_it_is_pressed(self) -> None:
        made, client = waiting(), client_of(factories.user(REVIEWER))
        Agency.objects.filter(pk=made.subject_id).update(name="建设局")
        page = client.get(f"/proposals/{made.pk}/").content.decode()
        assert "在提出以后已经变动" in page
        assert "通过</button>" not in page
        assert "申请已失效" in press(client, made, "approve").content.decode()
        made.refresh_from_db()
        assert made.state == ProposalState.LAPSED

    def test_whoever_comes_second_is_told_who_was_first(self) -> None:
        made, client = waiting(), client_of(factories.user(REVIEWER))
        second = factories.user(REVIEWER, full_name="第二人")
        let_through(actor=second)
        page = press(client, made, "approve").content.decode()
        assert f"已通过（{second}），不用再办" in page

    @pytest.mark.parametrize("address", ["/proposals/999/", f"/proposals/{'9' * 25}/"])
    def test_there_is_no_such_proposal(self, address: str) -> None:
        assert client_of(factories.user(REVIEWER)).get(address).status_code == 404

    def test_there_is_no_such_step(self) -> None:
        made, client = waiting(), client_of(factories.user(REVIEWER))
        assert press(client, made, "burn").status_code == 404
        assert client.get(f"/proposals/{made.pk}/approve/").status_code == 405

    def test_my_work_counts_what_waits(self) -> None:
        office = factories.user(REVIEWER)
        client = client_of(office)
        assert "等待您审核" not in client.get("/admin/").content.decode()
        waiting()
        waiting(office, "水利局")
        assert "1 件变更申请等待您审核" in client.get("/admin/").content.decode()
