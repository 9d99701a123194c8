"""Which place the steps of a standard flow take in a project that has some of them already."""

import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class FlowStep:
    """A step of a standard flow: its number there, its name, and the numbers of what it follows."""

    number: int
    name: str
    after: tuple[int, ...] = ()


@dataclass(frozen=True)
class Placed:
    """A step in a project: its number there, and the project's numbers of what it follows."""

    number: int
    after: tuple[int, ...]


def plain(name: str) -> str:
    """A name as it is compared: without spaces, full-width letters as plain ones."""
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()


def places(
    steps: Sequence[FlowStep], chosen: Collection[int], there: Mapping[str, int], last: int
) -> dict[int, Placed]:
    """The chosen steps by their number in the flow, numbered on after the project's `last`.

    What follows a step that is left out follows the project's own step of that name (`there`: the
    numbers by plain name); where there is none, it follows what the left-out step followed.
    Example: of 立项(1) → 许可(2) → 施工(3), the project has a 许可 as its number 7; without the
    flow's 许可, 立项 becomes 8 and 施工, 9, follows 7.
    """
    by_number = {each.number: each for each in steps}
    taken = [each.number for each in steps if each.number in chosen]
    new = {number: last + place for place, number in enumerate(taken, 1)}

    def followed(numbers: Iterable[int]) -> set[int]:
        found: set[int] = set()
        for number in numbers:
            step = by_number[number]
            if number in new:
                found.add(new[number])
            elif plain(step.name) in there:
                found.add(there[plain(step.name)])
            else:
                found |= followed(step.after)
        return found

    return {
        number: Placed(new[number], tuple(sorted(followed(by_number[number].after))))
        for number in taken
    }
