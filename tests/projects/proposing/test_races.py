"""Two people at once: one proposal of a field is made, and one decision of it taken."""

import threading
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from kuancheng.access.roles import REVIEWER
from kuancheng.proposals.models import Proposal
from kuancheng.proposals.services import approve
from projects.models import Project
from projects.services.proposing.projects import put_project
from tests import factories
from tests.second import waiting

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*steps: Callable[[], object]) -> list[str]:
    """Takes them at the same moment; what those who were refused were told."""
    start, told = threading.Barrier(len(steps)), list[str]()

    def run(step: Callable[[], object]) -> None:
        try:
            start.wait(timeout=10)
            step()
        except ValidationError as error:
            told.extend(error.messages)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(each,)) for each in steps]
    for each in threads:
        each.start()
    for each in threads:
        each.join(timeout=30)
    return told


@pytest.fixture
def project() -> Project:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one writer in at a time: run `python -m tests.postgres`")
    return factories.project(name="甲", total_investment=Decimal(5000))


def test_one_of_three_puts_the_total_forward(project: Project) -> None:
    def asking(amount: int) -> Callable[[], object]:
        person = factories.user(REVIEWER)
        wanted = Project.objects.get(pk=project.pk)
        wanted.total_investment = Decimal(amount)
        return lambda: put_project(project=wanted, actor=person, reason="概算批复调整")

    told = at_once(asking(6000), asking(7000), asking(8000))
    assert len(told) == 2
    assert all("已有待审核的申请" in each for each in told)
    assert len(waiting()) == 1


def test_one_of_three_lets_it_through(project: Project) -> None:
    wanted = Project.objects.get(pk=project.pk)
    wanted.total_investment = Decimal(6000)
    author = factories.user(REVIEWER)
    put_project(project=wanted, actor=author, reason="概算批复调整")

    def approving() -> Callable[[], object]:
        person, made = factories.user(REVIEWER), Proposal.objects.get()
        return lambda: approve(proposal=made, seen=made.version, actor=person)

    told = at_once(approving(), approving(), approving())
    assert len(told) == 2
    assert all("不用再办" in each for each in told)
    project.refresh_from_db()
    assert (project.total_investment, project.version) == (6000, 2)
