"""Who may hold a role at the same time."""

from datetime import date

import pytest

from projects.rules.people import Holding, Tenure, obstacle, overlap

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


DAY = date(2024, 11, 1)


def other(since: str, until: str | None = None, *, receiver: bool = False) -> Holding:
    last = date.fromisoformat(until) if until else None
    return Holding("示例丙", date.fromisoformat(since), last, receiver)


@pytest.mark.parametrize(
    ("duty", "others", "single", "said"),
    [
        (tenure("2024-01-01"), [], True, ""),
        (tenure("2024-10-31"), [], True, ""),
        (tenure("2024-11-01"), [], True, "生效日期最早填 2024-11-02"),
        (tenure("2024-01-01", "2024-11-01"), [], True, ""),
        (tenure("2024-01-01", "2024-10-31"), [], True, "生效日期最晚填 2024-10-31"),
        (tenure("2024-01-01"), [other("2023-01-01", "2023-12-31")], True, ""),
        (tenure("2024-01-01", "2024-12-31"), [other("2025-01-01")], True, ""),
        (tenure("2024-01-01"), [other("2025-01-01")], True, "示例丙 自 2025-01-01 起已接任"),
        (tenure("2024-01-01"), [other("2024-02-01")], False, ""),
        (tenure("2024-01-01"), [other("2024-02-01", receiver=True)], False, "不用交接"),
        (tenure("2024-01-01"), [other("2024-02-01", "2024-10-31", receiver=True)], False, ""),
    ],
)
def test_duty_passes_on_a_day_or_it_is_said_why_not(
    duty: Tenure, others: list[Holding], single: bool, said: str
) -> None:
    found = obstacle(duty, DAY, others, single=single)
    assert said in found
    assert bool(found) == bool(said)
