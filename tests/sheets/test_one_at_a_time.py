"""One import of a person at a time: the second is refused and led to the first, whatever the timing."""

from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import IntegrityError, connections, transaction
from django.test import Client

from kuancheng.access.models import User
from kuancheng.access.roles import REVIEWER
from kuancheng.jobs.models import Job
from kuancheng.sheets import services
from kuancheng.sheets.choices import RUNNING, ImportState
from kuancheng.sheets.models import SheetImport
from kuancheng.sheets.services import StillRunning
from tests import factories
from tests.sheets.books import made, taken
from tests.sheets.test_background import worked
from tests.sheets.test_pages import LIST, text, upload

HEAD = ["项目编号", "项目名称"]


def book() -> bytes:
    return made("重点项目", HEAD, [["T-1", "新名"]])


@pytest.fixture
def office(db: None) -> User:
    factories.project(code="T-1", name="旧名")
    return factories.user(REVIEWER, full_name="复核员")


@pytest.fixture
def running(office: User, monkeypatch: pytest.MonkeyPatch) -> SheetImport:
    """An import that waits for a worker."""
    monkeypatch.setattr(services, "AT_ONCE", 0)
    return taken("register", office, book(), "第一份.xlsx")


@pytest.mark.django_db
class TestSecond:
    """While one is under way."""

    def test_upload_is_refused_with_the_way_to_the_first_and_nothing_kept(
        self, running: SheetImport, office: User, client: Client
    ) -> None:
        client.force_login(office)
        shown = text(upload(client, book(), "第二份.xlsx"))
        assert "您的另一次导入“第一份.xlsx”现在是“检查中”" in shown
        assert f'href="{LIST}{running.pk}/change/">查看“第一份.xlsx”' in shown
        assert SheetImport.objects.get() == running
        assert Job.objects.count() == 1

    def test_another_person_may_import(self, running: SheetImport) -> None:
        taken("register", factories.user(REVIEWER), book())

    def test_it_may_come_when_the_first_is_checked(
        self, running: SheetImport, office: User
    ) -> None:
        assert worked(running).state == ImportState.READY
        assert taken("register", office, book()).state == ImportState.CHECKING

    def test_older_one_cannot_be_taken_up_again_meanwhile(
        self, running: SheetImport, office: User
    ) -> None:
        worked(running)
        second = taken("register", office, book(), "第二份.xlsx")
        for step in (services.recheck, services.apply):
            with pytest.raises(StillRunning, match="“第二份"):
                step(record=SheetImport.objects.get(pk=running.pk))
        running.refresh_from_db()
        assert running.state == ImportState.READY
        assert worked(second).state == ImportState.READY

    def test_database_itself_holds_it(self, running: SheetImport) -> None:
        twin = SheetImport.objects.get(pk=running.pk)
        twin.pk = None
        with pytest.raises(IntegrityError), transaction.atomic():
            twin.save()


@pytest.mark.django_db(transaction=True)
def test_of_two_clicks_at_the_same_moment_one_is_taken(
    office: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one waits for the other's reading; where that is over already, both may have come in turn."""
    monkeypatch.setattr(services, "AT_ONCE", 0)
    start, ended = Barrier(4), list[Any]()

    def click() -> None:
        try:
            start.wait(30)
            ended.append(taken("register", office, book()))
        except StillRunning as error:
            ended.append(error)
        finally:
            connections.close_all()

    threads = [Thread(target=click) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(120)
    assert sorted(type(each).__name__ for each in ended) == ["SheetImport", *["StillRunning"] * 3]
    assert SheetImport.objects.filter(state__in=RUNNING).count() == 1
