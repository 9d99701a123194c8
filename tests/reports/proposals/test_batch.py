"""成批审核: one page for what an import put forward, each checked by itself."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kuancheng.access.models import User
from kuancheng.access.roles import REPORTER, REVIEWER
from kuancheng.jobs import runner
from kuancheng.proposals.choices import ProposalState
from kuancheng.proposals.models import Proposal
from projects.models import Project
from projects.services.many import Edit
from projects.services.proposing.projects import put_projects
from tests import factories
from tests.second import waiting

pytestmark = pytest.mark.django_db
ADDRESS = "/proposals/batches/import-7/"


@pytest.fixture
def author() -> User:
    return factories.user(REVIEWER)


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(factories.user(REVIEWER))
    return client


def asked(author: User, count: int) -> list[Proposal]:
    """So many projects of 10,000, to become 7,000."""
    edits = []
    for number in range(count):
        old = factories.project(name=f"示例园{number}")
        wanted = Project.objects.get(pk=old.pk)
        wanted.total_investment = Decimal(7000)
        edits.append(Edit(wanted, old))
    return put_projects(edits=edits, actor=author, reason="导入 x.xlsx", batch="import-7")


def ticks(some: list[Proposal]) -> list[str]:
    return [f"{each.pk}-{each.version}" for each in some]


def totals() -> list[Decimal | None]:
    return list(Project.objects.order_by("pk").values_list("total_investment", flat=True))


def test_ticked_ones_pass_and_one_that_moved_is_named(desk: Client, author: User) -> None:
    made = asked(author, 3)
    Project.objects.filter(name="示例园1").update(total_investment=Decimal(1))
    page = desk.post(ADDRESS, {"seen": ticks(made), "approve": "1"})
    assert "通过了 2 件，1 件没有办理" in page.text
    assert "示例园1" in page.text
    assert totals() == [7000, 1, 7000]
    states = set(Proposal.objects.values_list("state", flat=True))
    assert states == {ProposalState.APPROVED, ProposalState.LAPSED}


def test_what_was_decided_meanwhile_or_not_shown_is_left(desk: Client, author: User) -> None:
    made = asked(author, 2)
    stale = [f"{made[0].pk}-9", "x-1", "999999-1"]
    page = desk.post(ADDRESS, {"seen": stale, "approve": "1"})
    assert "通过了 0 件，1 件没有办理" in page.text
    assert totals() == [10_000, 10_000]
    assert "请至少勾选一件" in desk.post(ADDRESS, {"approve": "1"}).text
    other = desk.post("/proposals/batches/import-8/", {"seen": ticks(made), "approve": "1"})
    assert "没有等您审核的" in other.text


def test_sent_back_together_with_a_reason(desk: Client, author: User) -> None:
    made = asked(author, 2)
    page = desk.post(ADDRESS, {"seen": ticks(made), "return": "1"})
    assert "请写明退回的原因" in page.text
    page = desk.post(ADDRESS, {"seen": ticks(made), "return": "1", "words": "与批复不一致"})
    assert "退回了 2 件" in page.text
    assert totals() == [10_000, 10_000]


def test_author_and_clerk_decide_nothing(client: Client, author: User) -> None:
    made = asked(author, 2)
    for somebody in (author, factories.user(REPORTER), factories.user(is_superuser=True)):
        client.force_login(somebody)
        if somebody.is_superuser:
            Proposal.objects.update(author=somebody)
        assert "没有等您审核的" in client.get(ADDRESS).text
        client.post(ADDRESS, {"seen": ticks(made), "approve": "1"})
        assert totals() == [10_000, 10_000]


def test_all_of_it_is_decided_in_the_background_up_to_what_was_shown(
    desk: Client, author: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kuancheng.reports.proposals.batch.AT_ONCE", 2)
    made = asked(author, 5)
    page = desk.get(ADDRESS)
    assert "全部通过（5 件，后台办理）" in page.text
    page = desk.post(ADDRESS, {"all": "1", "last": str(made[3].pk)}, follow=True)
    assert "已交后台审核 4 件" in page.text
    job = runner.claim_next("next")
    assert job is not None
    runner.run(job)
    assert totals() == [7000, 7000, 7000, 7000, 10_000]
    assert [each.batch for each in waiting()] == ["import-7"]


def test_queries_do_not_grow_with_the_rows(desk: Client, author: User) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert desk.get(ADDRESS).status_code == 200
        return len(captured)

    asked(author, 1)
    queries()
    one = queries()
    asked(author, 29)
    assert queries() == one


def test_putting_thousands_forward_asks_in_batches(author: User) -> None:
    def queries(count: int) -> int:
        with CaptureQueriesContext(connection) as captured:
            asked(author, count)
        return sum("proposals_" in each["sql"] for each in captured.captured_queries)

    queries(1)
    assert queries(30) <= queries(1)
