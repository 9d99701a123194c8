"""64 people save at once: nobody is refused, and no save is lost. The long form is in tests/soak."""

import pytest
from django.db import connections

from tests.soak import writers

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]

WRITERS, EACH = 64, 4


@pytest.mark.parametrize("processes", [0, 2], ids=["one process", "two processes"])
def test_64_writers_finish_without_an_error_and_lose_nothing(
    processes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    if "timeout" in connections["default"].settings_dict["OPTIONS"]:
        # The machine that tests may be slow; that they wait no longer than that is tested elsewhere.
        monkeypatch.setitem(connections["default"].settings_dict["OPTIONS"], "timeout", 600)
    people = writers.writers(WRITERS)
    if processes:
        found = writers.in_processes(people, EACH, processes)
    else:
        found = writers.write(people, EACH)
    assert found.failed == {}
    assert found.done + found.late == WRITERS * EACH
    assert found.done >= WRITERS * EACH * 3 // 4
    assert writers.kept(people) == writers.versions(people) == found.done
