"""Three projects on a list, with September's money by hand, and an office of three."""

from datetime import date
from decimal import Decimal
from typing import Any

from investment.choices import ReportState
from kuancheng.access.models import User
from kuancheng.access.roles import REVIEWER
from kuancheng.reports.models import Bulletin
from kuancheng.reports.services.bulletin.drafting import draft_bulletin, save_heads
from kuancheng.reports.services.bulletin.issuing import issue, submit
from projects.choices import AgencyKind, Stage, YearClass
from projects.models import Project
from tests import factories

SEPTEMBER = date(2024, 9, 1)
TODAY = date(2024, 10, 15)
HEADS = {"code": "示例办通报", "addressees": "各有关单位", "signer": "示例办公室"}


def portfolio() -> list[Project]:
    """甲 10亿元 planned and 5 done, 乙 5 and 3, 丙 without a plan and 0.2 done; all in September.

    甲 (continuing, industry) and 乙 (new) in 一街道, 丙 in 二街道. 甲 started, 乙 ought to have on
    1 September and did not, 丙 starts in October.
    """
    first, second = (
        factories.agency(name=name, kind=AgencyKind.SUBDISTRICT) for name in ("一街道", "二街道")
    )
    made = [
        _project("B-1", "甲", first, "C", YearClass.CONTINUING, actual_start=date(2024, 3, 1)),
        _project("B-2", "乙", first, "G", YearClass.NEW_START, planned_start=date(2024, 9, 1)),
        _project("B-3", "丙", second, "C", YearClass.NEW_START, planned_start=date(2024, 10, 20)),
    ]
    for project, amount in zip(made, (100_000, 50_000), strict=False):
        factories.annual_plan(project=project, amount=Decimal(amount))
    for project, amount in zip(made, (50_000, 30_000, 2_000), strict=True):
        factories.status_report(
            project=project,
            month=SEPTEMBER,
            completed=Decimal(amount),
            state=ReportState.APPROVED,
        )
    factories.programme(*made)
    return made


def _project(
    code: str, name: str, area: Any, industry: str, year_class: str, **days: Any
) -> Project:
    return factories.project(
        code=code,
        name=name,
        subdistrict=area,
        industry=industry,
        year_class=year_class,
        stage=Stage.CONSTRUCTION,
        total_investment=Decimal(1_000_000),
        lead_agency=factories.agency(),
        **days,
    )


def office() -> tuple[User, User, User]:
    """Who drafts, who approves, and a third."""
    first, second, third = (factories.user(REVIEWER) for _ in range(3))
    return first, second, third


def drafted(actor: User) -> Bulletin:
    """September drafted, with its heads."""
    made = draft_bulletin(month=SEPTEMBER, today=TODAY, actor=actor)
    for name, value in HEADS.items():
        setattr(made, name, value)
    return save_heads(bulletin=made, seen=made.version, actor=actor)


def submitted(actor: User) -> Bulletin:
    """September before who approves it."""
    made = drafted(actor)
    return submit(bulletin=made, seen=made.version, today=TODAY, actor=actor)


def issued(actor: User, second: User) -> Bulletin:
    """September as it was issued."""
    made = submitted(actor)
    return issue(bulletin=made, seen=made.version, today=TODAY, actor=second)
