"""Steps of a standard flow in a project that has some of them: numbers, and what follows what."""

import pytest

from projects.rules.templates import FlowStep, Placed, places, plain

# 立项 → 许可 → 施工 → 验收, and 招标 beside the permit.
FLOW = (
    FlowStep(1, "立项"),
    FlowStep(2, "许可", (1,)),
    FlowStep(3, "招标", (1,)),
    FlowStep(5, "施工", (2, 3)),
    FlowStep(6, "验收", (5,)),
)


@pytest.mark.parametrize(
    ("chosen", "there", "last", "placed"),
    [
        # All, in an empty project: numbered on without the flow's gap.
        (
            {1, 2, 3, 5, 6},
            {},
            0,
            {1: (1, ()), 2: (2, (1,)), 3: (3, (1,)), 5: (4, (2, 3)), 6: (5, (4,))},
        ),
        # The project's own permit takes the place of the flow's.
        (
            {1, 3, 5, 6},
            {"许可": 7},
            7,
            {1: (8, ()), 3: (9, (8,)), 5: (10, (7, 9)), 6: (11, (10,))},
        ),
        # Without one, what followed it follows what it followed; once, though both ways lead there.
        ({1, 5}, {}, 0, {1: (1, ()), 5: (2, (1,))}),
        # Nothing is left to follow.
        ({6}, {}, 4, {6: (5, ())}),
        # A second permit that was asked for comes before the project's own.
        ({2, 5}, {"许可": 7}, 7, {2: (8, ()), 5: (9, (8,))}),
        (set(), {"许可": 7}, 7, {}),
    ],
)
def test_steps_take_their_place(
    chosen: set[int], there: dict[str, int], last: int, placed: dict[int, tuple[int, ...]]
) -> None:
    expected = {number: Placed(*place) for number, place in placed.items()}  # type: ignore[arg-type]
    assert places(FLOW, chosen, there, last) == expected


@pytest.mark.parametrize(
    ("name", "compared"),
    [
        ("施工许可证", "施工许可证"),
        (" 施工 许可证", "施工许可证"),
        ("ＥＰＣ招标", "epc招标"),
        ("消防（验收）", "消防(验收)"),
    ],
)
def test_names_are_compared_without_spaces_and_widths(name: str, compared: str) -> None:
    assert plain(name) == compared
