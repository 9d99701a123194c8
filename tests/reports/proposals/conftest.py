"""What every test of proposals has: a kind of its own, for as long as it lasts."""

import pytest

from kuancheng.proposals import kinds
from tests.proposals.renaming import RENAMING


@pytest.fixture(autouse=True)
def with_renaming(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kinds, "_kinds", {**kinds._kinds, RENAMING.code: RENAMING})
