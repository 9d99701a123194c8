"""What a matter was raised from: a late milestone and the milestone are one thing."""

import pytest

from projects.rules.matters.origin import Origin


@pytest.mark.parametrize(
    ("kind", "key", "thing"),
    [
        ("reason", "milestone_overdue:milestone:12", ("milestone", "12")),
        ("milestone", "12", ("milestone", "12")),
        ("reason", "gap", ("reason", "gap")),
        ("reason", "report_missing:month:2024-09", ("reason", "report_missing:month:2024-09")),
        ("report", "12", ("report", "12")),
    ],
)
def test_two_origins_are_about_one_thing(kind: str, key: str, thing: tuple[str, str]) -> None:
    assert Origin(kind, key).thing == thing
