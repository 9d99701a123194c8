"""64 people save at once: nobody is refused, and no save is lost. The long form is in tests/soak."""

import pytest
from django.db import connections

from tests.only import ON_POSTGRESQL
from tests.soak import writers

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]

WRITERS, EACH = 64, 4


@pytest.mark.parametrize("processes", [0, 2], ids=["one process", "two processes"])
def test_64_writers_finish_without_an_error_and_lose_nothing(
    processes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The machine that tests may be slow; that nobody waits for ever is tested elsewhere.
    options = connections["default"].settings_dict["OPTIONS"]
    monkeypatch.setitem(options.get("pool", options), "timeout", 600)
    if ON_POSTGRESQL:
        connections.close_all()
        connections["default"].close_pool()  # type: ignore[attr-defined] # the next is patient
    people = writers.writers(WRITERS)
    if processes:
        found = writers.in_processes(people, EACH, processes)
    else:
        found = writers.write(people, EACH)
    assert found.failed == {}
    assert found.done + found.late == WRITERS * EACH
    assert found.done >= WRITERS * EACH * 3 // 4
    assert writers.kept(people) == writers.versions(people) == found.done
