"""A clerk, and the project of his agency whose guarded fields he would change."""

from datetime import date
from decimal import Decimal

import pytest

from kuancheng.access.models import User
from kuancheng.access.roles import REPORTER
from projects.models import Project
from tests import factories


@pytest.fixture
def clerk() -> User:
    return factories.user(REPORTER, full_name="张三")


@pytest.fixture
def project(clerk: User) -> Project:
    agency = factories.agency()
    factories.official(user=clerk, agency=agency)
    return factories.project(
        code="T-1",
        name="粮油仓",
        lead_agency=agency,
        total_investment=Decimal(5000),
        planned_completion=date(2025, 6, 30),
    )
