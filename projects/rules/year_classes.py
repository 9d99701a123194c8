"""年度类别 year by year: which class a project is of in a year."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class YearlyClass:
    """The class that counts in a year, and the year that it was set for, None where none was."""

    code: str
    since: int | None = None

    def carried_into(self, year: int) -> bool:
        """Whether it was set for an earlier year, and nobody has said yet what this one brings."""
        return bool(self.code) and self.since is not None and self.since < year


def class_in(year: int, classes: Mapping[int, str], registered: str = "") -> YearlyClass:
    """The class in a year: the one set for it, else the latest before, else the first set later.

    A project that was 新建 in 2024 and 续建 from 2026 on was 新建 in 2025, and in 2023. Where no
    year has one, it is what is `registered` of the project as a whole.
    """
    if not classes:
        return YearlyClass(registered)
    since = max((each for each in classes if each <= year), default=min(classes))
    return YearlyClass(classes[since], since)
