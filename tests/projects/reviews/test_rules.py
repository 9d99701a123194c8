"""What comes on an agenda, in which order, and when the next review is due."""

from datetime import date

import pytest

from projects.choices import AgendaKind
from projects.rules.calendars import Calendars
from projects.rules.reviews import (
    KINDS,
    Cadence,
    Cause,
    Drawn,
    Kept,
    Subject,
    draw,
    moved,
    redraw,
    too_long,
    turned,
)

A, B, C = (Subject(number, None, f"KC-{number}") for number in (1, 2, 3))
TUESDAYS = Cadence(1)


@pytest.mark.parametrize(
    ("before", "now", "kind"),
    [
        ("green", "red", "turned_red"),
        ("yellow", "red", "turned_red"),
        ("red", "red", ""),
        ("green", "yellow", "turned_yellow"),
        ("blue", "yellow", "turned_yellow"),
        ("red", "yellow", ""),
        ("yellow", "yellow", ""),
        ("red", "green", ""),
        (None, "red", "turned_red"),
        (None, "yellow", "turned_yellow"),
        (None, "grey", ""),
    ],
)
def test_only_a_light_that_got_worse_is_talked_about(
    before: str | None, now: str, kind: str
) -> None:
    assert turned(before, now) == kind


def test_kinds_have_a_word_each_in_their_order() -> None:
    assert tuple(AgendaKind.values) == KINDS


def test_a_project_is_one_item_with_all_its_reasons_in_their_order() -> None:
    causes = [
        Cause(A, "overdue", "节点“主体封顶”超期 9 天", 9),
        Cause(A, "turned_red", "绿灯转红灯"),
        Cause(A, "overdue", "节点“基础施工”超期 30 天", 30),
    ]
    (item,) = draw(causes, {1: "red"}, {})
    assert item.reasons == (
        ("turned_red", "绿灯转红灯"),
        ("overdue", "节点“基础施工”超期 30 天"),
        ("overdue", "节点“主体封顶”超期 9 天"),
    )
    assert (item.light, item.days) == ("red", 30)


def test_of_many_reasons_of_a_kind_the_longest_three_are_told_and_the_rest_is_counted() -> None:
    causes = [Cause(A, "overdue", f"超期 {days} 天", days) for days in (1, 5, 3, 4, 2)]
    (item,) = draw(causes, {}, {})
    assert [text for _, text in item.reasons] == [
        "超期 5 天",
        "超期 4 天",
        "超期 3 天",
        "另有 2 项",
    ]


def test_what_was_carried_over_comes_first_then_red_then_yellow_then_the_longest_late() -> None:
    d, e = Subject(4, None, "KC-4"), Subject(5, None, "KC-5")
    causes = [
        Cause(A, "overdue", "超期", 3),
        Cause(B, "turned_yellow", "转黄"),
        Cause(C, "turned_red", "转红"),
        Cause(d, "carried", "上次顺延"),
        Cause(e, "overdue", "超期", 8),
    ]
    found = draw(causes, {1: "green", 2: "yellow", 3: "red", 4: "green"}, {d: 77})
    assert [each.subject.project for each in found] == [4, 3, 2, 5, 1]
    assert found[0].carried_from == 77


def test_a_matter_without_a_project_is_an_item_of_its_own() -> None:
    causes = [
        Cause(Subject(None, 7), "escalated", "升到 3 级"),
        Cause(Subject(None, 8), "escalated", "升到 4 级"),
    ]
    assert [each.subject.matter for each in draw(causes, {}, {})] == [7, 8]


def drawn(subject: Subject, text: str = "转红") -> Drawn:
    return Drawn(subject, "red", (("turned_red", text),))


def test_drawing_again_renews_adds_and_removes_what_nobody_touched() -> None:
    kept = [Kept(11, A, 1, False, False), Kept(12, B, 2, False, False)]
    found = redraw(kept, [drawn(C), drawn(B)])
    assert set(found.renewed) == {12}
    assert found.added == (drawn(C),)
    assert found.gone == (11,)
    assert found.order == (-1, 12)


def test_drawing_again_keeps_what_was_touched_though_it_is_drawn_no_more() -> None:
    kept = [Kept(11, A, 1, True, False), Kept(12, B, 2, False, False)]
    found = redraw(kept, [drawn(B)])
    assert found.gone == ()
    assert found.order == (12, 11)


def test_drawing_again_keeps_an_order_made_by_hand_and_puts_new_items_last() -> None:
    kept = [Kept(12, B, 1, True, True), Kept(11, A, 2, False, False)]
    found = redraw(kept, [drawn(C), drawn(A), drawn(B)])
    assert found.order == (12, 11, -1)


@pytest.mark.parametrize(
    ("key", "by", "order"),
    [(3, -1, [1, 3, 2]), (1, -1, [1, 2, 3]), (1, 1, [2, 1, 3]), (3, 1, [1, 2, 3])],
)
def test_an_item_moves_as_far_as_the_agenda_goes(key: int, by: int, order: list[int]) -> None:
    assert moved([1, 2, 3], key, by) == order


def test_a_review_of_two_hours_is_not_too_long_and_a_minute_more_is() -> None:
    assert too_long(120) == ""
    assert too_long(121).startswith("议程共 121 分钟，超过 120 分钟")


@pytest.mark.parametrize(
    ("last", "today", "due"),
    [
        (None, date(2024, 9, 23), date(2024, 9, 24)),
        (None, date(2024, 9, 24), date(2024, 9, 24)),
        (date(2024, 9, 24), date(2024, 9, 24), date(2024, 10, 8)),  # 1 October is a holiday
        (date(2024, 9, 24), date(2024, 10, 8), date(2024, 10, 8)),
        (date(2024, 10, 8), date(2024, 10, 8), date(2024, 10, 15)),
        (date(2024, 10, 10), date(2024, 10, 11), date(2024, 10, 15)),
        (date(2024, 10, 15), date(2024, 10, 14), date(2024, 10, 22)),
    ],
)
def test_the_next_review_is_due_on_its_weekday_or_the_working_day_after(
    last: date | None, today: date, due: date
) -> None:
    assert TUESDAYS.due_after(last, today, Calendars()) == due


@pytest.mark.parametrize(
    ("today", "due"),
    [
        (date(2024, 9, 24), date(2024, 9, 24)),
        (date(2024, 10, 4), date(2024, 9, 24)),
        (date(2024, 10, 8), date(2024, 10, 8)),
        (date(2024, 10, 14), date(2024, 10, 8)),
    ],
)
def test_the_latest_day_that_was_due_follows_the_holidays(today: date, due: date) -> None:
    assert TUESDAYS.latest_due(today, Calendars()) == due
