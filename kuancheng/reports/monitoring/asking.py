"""What the day's monitoring tells of answers to red lights: asked for, overdue, promises broken."""

from collections.abc import Iterable
from datetime import date

from django.urls import reverse

from kuancheng.access.models import User
from kuancheng.access.rights import holders
from kuancheng.asking.parameters import Days
from kuancheng.notices.kinds import NoticeKind
from kuancheng.notices.services import notify
from kuancheng.reports.choices import Basis, LightChoice
from kuancheng.reports.judging.answers import RedAnswer, answers_on
from kuancheng.reports.models import DailyStatus
from kuancheng.reports.monitoring.letter import GROUP
from kuancheng.reports.rules.answering import Standing
from projects.choices import Role
from projects.models import Project
from projects.notices.people import accounts_of
from projects.services.rights import OVERSEE

ANSWER = "reports.add_lightanswer"

RED_ANSWER = NoticeKind("red_answer", "红灯待说明", duty=True, permission=ANSWER, group=GROUP)
RED_UNANSWERED = NoticeKind(
    "red_unanswered", "红灯逾期未说明", duty=True, permission=OVERSEE, group=GROUP
)

KINDS = (RED_ANSWER, RED_UNANSWERED)


def tell_answers(day: date) -> int:
    """Asks the owners of red lights, and tells the office of who is late; notices written now.

    Each turn is told once: that an answer is due, that it is overdue, that a promise has passed.
    Ten queries, and those of each notice.
    """
    rows = DailyStatus.objects.filter(basis=Basis.DAILY, date=day, light=LightChoice.RED)
    red = {row.project_id: row for row in rows.select_related("project")}
    found = answers_on(red, Days(day, None))
    waiting = {pk: each for pk, each in found.items() if each.standing.is_open}
    owners = _owners([red[pk].project for pk in waiting], day)
    office = list(holders(ANSWER, OVERSEE)) if waiting else []
    return sum(
        _tell(red[pk].project, each, owners.get(pk, ()), office) for pk, each in waiting.items()
    )


def _owners(projects: Iterable[Project], day: date) -> dict[int, list[User]]:
    """Who answers for each: its liaison officer, and the people of its lead agency. Two queries."""
    own = list(projects)
    found = accounts_of([each.pk for each in own], day, Role.LIAISON_OFFICER)
    agencies = [each.lead_agency_id for each in own if each.lead_agency_id]
    people: dict[int, list[User]] = {}
    clerks = holders(ANSWER).filter(official__agency__in=agencies)
    for person in clerks.select_related("official"):
        people.setdefault(person.official.agency_id or 0, []).append(person)
    return {
        each.pk: [*found.get(each.pk, ()), *people.get(each.lead_agency_id or 0, ())]
        for each in own
    }


def _tell(project: Project, found: RedAnswer, owners: Iterable[User], office: list[User]) -> int:
    standing = found.standing
    promised = f":{found.answer.promised}" if found.answer else ""
    key = f"{project.pk}:{standing.since}:{standing.standing}{promised}"
    about = (Project._meta.label_lower, project.pk)
    link = reverse("answer-red", args=[project.code])
    title = f"红灯{standing.name}：{project.name}"
    text = f"{standing.since} 起亮红灯，{standing.text}。"
    told = notify(
        to=owners, kind=RED_ANSWER, title=title, text=text, link=link, about=about, key=key
    )
    if standing.standing == Standing.OWED:
        return told
    link = reverse("project", args=[project.code])
    return told + notify(
        to=office, kind=RED_UNANSWERED, title=title, text=text, link=link, about=about, key=key
    )
