"""Real workers that send by a real mail server, side by side and killed: nothing lost or twice."""

import re
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from kuancheng.jobs.models import Job
from kuancheng.notices import delivering
from kuancheng.notices.models import Delivery
from tests import factories
from tests.jobs.clockwork import fall_silent
from tests.jobs.processes import kill, until, worker
from tests.notices.servers import Server, smtp
from tests.notices.telling import become_due, tell

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE = 12


@pytest.fixture(autouse=True)
def _folder_of_signs(tmp_path: Path, settings: Any) -> None:
    settings.KUANCHENG_JOBS = str(tmp_path / "signs")
    settings.EMAIL_HOST = "127.0.0.1"


@pytest.fixture
def by(monkeypatch: pytest.MonkeyPatch) -> Callable[[Server], None]:
    """Workers send by that server."""

    def use(server: Server) -> None:
        monkeypatch.setenv("EMAIL_HOST", "127.0.0.1")
        monkeypatch.setenv("EMAIL_PORT", str(server.port))
        monkeypatch.setenv("EMAIL_FROM", "zd@example.gov.cn")

    return use


def tell_many(count: int = PEOPLE) -> list[str]:
    addresses = [f"a{number:02}@example.gov.cn" for number in range(count)]
    tell(*(factories.user(email=address) for address in addresses))
    return addresses


def received(server: Server) -> Counter[str]:
    return Counter(
        found[1] for mail in server.taken if (found := re.search(r"^To: (\S+)", mail, re.M))
    )


def states() -> Counter[str]:
    return Counter(Delivery.objects.values_list("state", flat=True))


def begin_anew() -> None:
    """The dead worker's lease has run out, and the time of what it left has come."""
    (job,) = Job.objects.running()
    fall_silent(job)


def test_two_workers_send_every_mail_once(by: Callable[[Server], None]) -> None:
    with smtp() as server, ExitStack() as both:
        by(server)
        addresses = tell_many()
        delivering.deliver.enqueue()
        for _ in range(2):
            both.enter_context(worker())
        until(lambda: states() == {"sent": PEOPLE}, "the sending of all")
    assert received(server) == dict.fromkeys(addresses, 1)


def test_worker_killed_before_it_wrote_anything_loses_nothing(
    by: Callable[[Server], None],
) -> None:
    silent, confirm = Event(), Event()
    with smtp(greet=silent) as server:
        by(server)
        tell_many(3)
        with worker() as first:
            until(lambda: server.calls, "the call")
            kill(first)
        assert states() == {"waiting": 3}
        begin_anew()
        silent.set()
        with worker():
            until(lambda: states() == {"sent": 3}, "the sending of all")
    confirm.set()
    assert set(received(server).values()) == {1}


def test_worker_killed_while_it_sent_leaves_one_in_doubt_and_sends_nothing_twice(
    by: Callable[[Server], None],
) -> None:
    confirm = Event()
    with smtp(confirm=confirm) as server:
        by(server)
        addresses = tell_many(3)
        with worker() as first:
            until(lambda: server.taken, "the first mail")
            kill(first)
        assert states() == {"sending": 1, "waiting": 2}
        begin_anew()
        become_due()
        confirm.set()
        with worker():
            until(lambda: states() == {"unknown": 1, "sent": 2}, "the sending of the rest")
    assert received(server) == dict.fromkeys(addresses, 1)
    assert Delivery.objects.get(state="unknown").error == delivering.CUT_OFF
