"""A September's bulletin by hand: three projects, two that reported, and the office's three people."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.test import Client

from kuancheng.access.models import User
from kuancheng.access.roles import READER, REVIEWER
from kuancheng.reports.models import Bulletin, BulletinParagraph
from kuancheng.reports.services.bulletin.drafting import draft_bulletin, save_heads
from kuancheng.reports.services.bulletin.issuing import confirm_lack, issue, submit
from projects.models import Project
from tests import factories

SEPTEMBER = date(2024, 9, 1)
TODAY = date(2024, 10, 15)
ADDRESS = "/bulletins/2024-09/"
HEADS = {
    "title": "关于2024年9月重点项目建设进展情况的通报",
    "code": "示例重点办通报",
    "addressees": "各责任单位",
    "signer": "示例区重点项目办公室",
    "copied_to": "区委办、区政府办",
}


@dataclass(frozen=True)
class Cast:
    """Who writes, who approves, who only reads; and the projects.

    Each was to bring 12,000 万元 in the year, 1,000 a month: 甲 brought 9,000 and 乙 4,500 by
    September, 丙 reported nothing.
    """

    writer: User
    second: User
    reader: User
    projects: dict[str, Project]

    def draft(self) -> Bulletin:
        """September, drafted by the writer, its heads filled in."""
        made = draft_bulletin(month=SEPTEMBER, today=TODAY, actor=self.writer)
        for name, value in HEADS.items():
            setattr(made, name, value)
        return save_heads(bulletin=made, seen=made.version, actor=self.writer)

    def ready(self) -> Bulletin:
        """The same with the report that is missing let pass."""
        made = self.draft()
        return confirm_lack(
            bulletin=made,
            code="missing",
            reason="丙项目停工，无数可报",
            seen=made.version,
            today=TODAY,
            actor=self.writer,
        )

    def submitted(self) -> Bulletin:
        """The same, waiting for the second."""
        made = self.ready()
        return submit(bulletin=made, seen=made.version, today=TODAY, actor=self.writer)

    def issued(self) -> Bulletin:
        """The same, issued by the second."""
        made = self.submitted()
        return issue(bulletin=made, seen=made.version, today=TODAY, actor=self.second)


def cast() -> Cast:
    """The people and the projects."""
    projects = {}
    for name, amount in (("甲", 1000), ("乙", 500), ("丙", None)):
        agency = factories.agency(name=f"{name}局")
        made = factories.project(
            name=f"{name}项目",
            lead_agency=agency,
            subdistrict=agency,
            total_investment=Decimal(50_000),
        )
        months = {f"month_{number:02}": Decimal(1000) for number in range(1, 13)}
        factories.annual_plan(project=made, year=2024, amount=Decimal(12000), **months)
        for month in range(1, 10):
            if amount is None:
                break
            factories.status_report(
                project=made,
                month=date(2024, month, 1),
                completed=Decimal(amount),
                state="approved",
            )
        projects[name] = made
    factories.programme(*projects.values())
    return Cast(
        writer=factories.user(REVIEWER),
        second=factories.user(REVIEWER),
        reader=factories.user(READER),
        projects=projects,
    )


def lead(bulletin: Bulletin, key: str = "overall.listed") -> BulletinParagraph:
    """A paragraph of it by the key of its template."""
    found: BulletinParagraph = bulletin.paragraphs.get(key=key)
    return found


def as_user(user: User) -> Client:
    """A browser in which somebody is signed in."""
    found = Client()
    found.force_login(user)
    return found
