"""The one table of columns: what is kept stands in it, and export, ordering and API follow it."""

from kuancheng.reports.columns import (
    COLUMNS,
    COMPOSED,
    EXPORTED,
    LISTED,
    api_fields,
    orderings,
)
from kuancheng.reports.models import DailyStatus

BOOKKEEPING = {
    *("id", "date", "basis", "known_on", "computed_at"),
    *("severity", "fired_rules", "stood_still"),
}
"""How and for which day a row was kept, light and rules once more for SQL, and why a month is not
owed."""


def test_everything_that_is_kept_of_a_project_has_its_line() -> None:
    kept = {field.name for field in DailyStatus._meta.concrete_fields}
    assert kept - BOOKKEEPING <= {column.name for column in COLUMNS}


def test_no_column_is_named_twice_and_each_is_shown_somewhere() -> None:
    names = [column.name for column in COLUMNS]
    assert len(set(names)) == len(names)
    assert all(each.heading or each.api or each.order for each in COLUMNS)


def test_systems_are_sent_a_field_before_the_one_that_it_precedes_there() -> None:
    sent, exported = api_fields(), [column.name for column in EXPORTED]
    for before, after in (
        ("pro_rata_linear", "pro_rata_seasonal"),
        ("report_state", "last_report"),
    ):
        assert sent.index(before) + 1 == sent.index(after)
        assert exported.index(after) + 1 == exported.index(before)
    assert "code" not in sent
    assert sent[0] == "project"


def test_a_light_is_sorted_by_its_gravity_and_a_party_by_its_order() -> None:
    assert orderings()["light"] == "severity"
    assert orderings()["lead_agency"] == "lead_agency__order"
    assert "liaison_officer" not in orderings()


def test_headings_and_composed_orders_sort_by_what_can_be_sorted_by() -> None:
    pressed = {each.press for each in LISTED.values() if each.press}
    parts = {part for order in COMPOSED.values() for part in order}
    assert {name.removeprefix("-") for name in pressed | parts} <= set(orderings())
    assert set(COMPOSED).isdisjoint(orderings())
