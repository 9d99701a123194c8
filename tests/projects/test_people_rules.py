"""Who may hold a role at the same time."""

from datetime import date

import pytest

from projects.rules.people import Tenure, overlap

LEAD, LIAISON = "lead_official", "liaison_officer"


def tenure(since: str, until: str | None = None, role: str = LEAD) -> Tenure:
    return Tenure(role, date.fromisoformat(since), date.fromisoformat(until) if until else None)


APART = [
    [],
    [tenure("2024-01-01")],
    [tenure("2024-01-01", "2024-05-31"), tenure("2024-06-01")],
    [tenure("2024-06-01"), tenure("2024-01-01", "2024-05-31")],  # order does not matter
    [tenure("2024-01-01"), tenure("2024-01-01", role=LIAISON)],  # two roles
    [tenure("2024-01-01", "2024-01-01"), tenure("2024-01-02", "2024-01-02")],  # a day each
]

SHARED = [
    [tenure("2024-01-01"), tenure("2024-06-01")],  # the first never ended
    [tenure("2024-01-01", "2024-06-01"), tenure("2024-06-01")],  # the day of handing over
    [tenure("2024-06-01", "2024-06-30"), tenure("2024-01-01")],  # inside a tenure without end
    [tenure("2024-01-01", "2024-12-31"), tenure("2024-03-01", "2024-03-31")],
]


@pytest.mark.parametrize("tenures", APART)
def test_tenures_that_share_no_day_are_fine(tenures: list[Tenure]) -> None:
    assert overlap(tenures) is None


@pytest.mark.parametrize("tenures", SHARED)
def test_two_people_in_one_role_on_one_day_are_found(tenures: list[Tenure]) -> None:
    found = overlap(tenures)
    assert found is not None
    assert found == tuple(sorted(tenures, key=lambda each: each.since))
