"""What is asked of the demo's projects and waits for a second person: a dearer total, a leaving."""

from datetime import date, datetime, time
from decimal import Decimal

from django.utils import timezone

from kuancheng import clock
from kuancheng.access.models import User
from projects.choices import Role
from projects.models import Listing, Project
from projects.services.proposing.listings import asked_leaving, propose_step
from projects.services.proposing.projects import put_project

DEARER, TOTAL = "KC-0029", Decimal(92_500)
DONE, LAST = "KC-0042", date(2024, 10, 31)
ASKED = datetime.combine(date(2024, 10, 14), time(16))


def load(office: User) -> None:
    """A clerk's and the office's, of projects that are loaded; nothing that is judged changes."""
    with clock.at(timezone.make_aware(ASKED)):
        project = Project.objects.filter(code=DEARER).first()
        if project is not None:
            _dearer(project)
        stay = Listing.objects.filter(project__code=DONE, until=None).first()
        if stay is not None:
            terms = asked_leaving(
                until=LAST,
                reason="completed",
                document="示例重点办〔2024〕19号",
                note="已投产达效，转入日常统计",
            )
            propose_step(listing=stay, asked=terms, actor=office)


def _dearer(project: Project) -> None:
    people = project.assignments.filter(role=Role.LIAISON_OFFICER, until=None)
    clerk = people.select_related("official__user")[0].official.user
    if clerk is None:
        return
    project.total_investment = TOTAL
    put_project(
        project=project,
        actor=clerk,
        reason="演示：初步设计概算批复，新增杀菌灌装线一条",
        document="示例发改审〔2024〕21号",
    )
