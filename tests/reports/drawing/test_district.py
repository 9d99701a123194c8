"""Where things lie on the map, and which marks become one."""

from collections import Counter
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuancheng.reports.drawing.district import (
    GROUP_HALF,
    HEIGHT,
    NARROWEST,
    RADIUS,
    WIDTH,
    Box,
    Mark,
    apart,
    frame_of,
    latitude,
    mercator,
)

DISTRICT = Box(125.2, 43.88, 125.42, 44.04)


def mark(x: float, y: float, **lights: int) -> Mark:
    name = f"{x},{y}"
    return Mark(x, y, Counter(lights or {"red": 1}), name, name, Box(x, y, x, y))


@pytest.mark.parametrize(
    ("lat", "northing"),
    # The edges of web maps, and by hand: 45° is asinh(1) in degrees.
    [(0, 0), (45, 50.4985), (85.051129, 180), (-85.051129, -180)],
)
def test_latitude_lies_where_web_maps_have_it(lat: float, northing: float) -> None:
    assert mercator(lat) == pytest.approx(northing, abs=0.001)
    assert latitude(northing) == pytest.approx(lat, abs=0.001)


@given(
    st.floats(73, 135),
    st.floats(3, 53),
    st.floats(0, 1),
    st.floats(0, 1),
)
def test_frame_shows_its_box_whole_and_in_the_middle(
    west: float, south: float, across: float, up: float
) -> None:
    box = Box(west, south, west + across, south + up)
    frame = frame_of(box)
    left, right = frame.x(box.west), frame.x(box.east)
    top, bottom = frame.y(box.north), frame.y(box.south)
    assert 0 <= left <= right <= WIDTH
    assert 0 <= top <= bottom <= HEIGHT
    assert left + right == pytest.approx(WIDTH, abs=0.3)
    assert top + bottom == pytest.approx(HEIGHT, abs=0.3)


def test_frame_never_shows_less_than_the_closest_map() -> None:
    point = frame_of(Box(125.3, 43.9, 125.3, 43.9))
    assert point.closest
    assert point.box.east - point.box.west == pytest.approx(NARROWEST)
    assert not frame_of(DISTRICT).closest


def test_box_is_written_as_an_address_asks_for_it() -> None:
    assert Box(125.25, 43.9, 125.3, 43.9512349).text == "125.25,43.9,125.3,43.951235"


def test_scale_bar_is_a_round_distance_of_at_most_a_fifth() -> None:
    frame = frame_of(DISTRICT)
    bar = frame.scale_bar
    assert bar.label == "2 公里"
    # 2 km at 43.96° north are 2000 / (111320 × cos 43.96°) = 0.024959 degrees.
    assert bar.length == pytest.approx(0.024959 * frame.scale, abs=0.5)
    assert bar.length <= WIDTH / 5
    assert frame_of(Box(125.3, 43.9, 125.3, 43.9)).scale_bar.label == "20 米"


def test_tiles_cover_the_frame_and_are_few() -> None:
    frame = frame_of(DISTRICT)
    tiles = list(frame.tiles())
    assert len(tiles) <= 36
    assert {tile.zoom for tile in tiles} == {12}
    assert min(tile.x for tile in tiles) <= 0
    assert min(tile.y for tile in tiles) <= 0
    assert max(tile.x + tile.size for tile in tiles) >= WIDTH
    assert max(tile.y + tile.size for tile in tiles) >= HEIGHT


def test_tile_of_a_place_is_the_one_that_web_maps_number_so() -> None:
    # By hand at zoom 12: 305.3 / 360 × 4096, and (1 − asinh(tan 43.9°) / π) / 2 × 4096.
    lies = next(
        tile
        for tile in frame_of(DISTRICT).tiles()
        if tile.x <= frame_of(DISTRICT).x(125.3) < tile.x + tile.size
        and tile.y <= frame_of(DISTRICT).y(43.9) < tile.y + tile.size
    )
    assert (lies.zoom, lies.column, lies.row) == (12, 3473, 1490)


@pytest.mark.parametrize(
    ("x", "y", "marks"),
    [
        (0, 0, 1),
        (2 * RADIUS - 1, 0, 1),
        (2 * RADIUS, 0, 2),
        (0, 2 * RADIUS - 1, 1),
        (0, 2 * RADIUS, 2),
    ],
)
def test_marks_that_fall_on_each_other_are_one(x: float, y: float, marks: int) -> None:
    assert len(apart([mark(0, 0), mark(x, y)])) == marks


def test_one_mark_for_several_lies_between_them_and_counts_all() -> None:
    (one,) = apart([mark(0, 0, red=3), mark(20, 0, yellow=1)])
    assert (one.x, one.y, one.number, one.half) == (5, 0, 4, GROUP_HALF)
    assert one.lights == {"red": 3, "yellow": 1}
    assert one.box == Box(0, 0, 20, 0)


@given(
    st.lists(
        st.tuples(st.integers(0, 300), st.integers(0, 300), st.integers(1, 9)),
        max_size=60,
    )
)
def test_no_marks_lie_on_each_other_and_none_is_lost(found: list[tuple[int, int, int]]) -> None:
    placed = apart(mark(x, y, red=number) for x, y, number in found)
    assert sum(each.number for each in placed) == sum(number for _, _, number in found)
    assert not any(one.covers(other) for one, other in combinations(placed, 2))
