"""Uploads of these tests lie in a folder that goes away with them."""

from pathlib import Path

import pytest

from kuancheng.access.models import User
from kuancheng.access.roles import REPORTER, REVIEWER
from kuancheng.sheets.models import sheet_storage
from projects.choices import Role
from projects.models import Project
from tests import factories


@pytest.fixture(autouse=True)
def uploads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that uploads are kept in."""
    folder = tmp_path / "sheets"
    monkeypatch.setitem(vars(sheet_storage()), "location", str(folder))
    monkeypatch.setitem(vars(sheet_storage()), "base_location", str(folder))
    return folder


@pytest.fixture
def office(db: None) -> User:
    """A reviewer: may change everything."""
    return factories.user(REVIEWER, full_name="复核员")


@pytest.fixture
def clerk(db: None) -> User:
    """A reporting clerk, liaison officer of `own`."""
    return factories.user(REPORTER, full_name="填报员")


@pytest.fixture
def own(clerk: User) -> Project:
    """The clerk's project."""
    project = factories.project(code="T-OWN", name="我的粮仓")
    person = factories.official(user=clerk)
    factories.assignment(project=project, official=person, role=Role.LIAISON_OFFICER)
    return project
