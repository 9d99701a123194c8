"""The one way to answer a red light."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.audit import acts
from kuancheng.records.announcing import announce
from kuancheng.records.versions import StaleRecord
from kuancheng.reports.choices import LightChoice
from kuancheng.reports.judging.answers import red_since
from kuancheng.reports.models import LightAnswer
from kuancheng.reports.rules.lights import Light
from kuancheng.reports.services.overrides import light_now
from projects.models import Project
from projects.services.rights import require_own

FURTHEST = timedelta(days=366)
"""So far ahead a light may be promised to change. Our default."""


@transaction.atomic
@acts.decision("答复红灯", "answer")
def answer_red(*, answer: LightAnswer, seen: int, today: date, actor: User) -> LightAnswer:
    """Says why a project is red, what is done, and by which day it shall not be.

    `seen` is the answer that was shown, 0 for none: StaleRecord when a colleague has answered
    since. NotAllowed where the project is not the actor's. ValidationError for a light that is
    not red, a day that has passed or is more than a year ahead, and for empty or endless words.
    """
    project = answer.project
    list(Project.objects.select_for_update().filter(pk=project.pk).values_list("pk"))
    require_own(actor, "reports.add_lightanswer", [project.pk])
    light = light_now(project, today)
    if light is not Light.RED:
        raise ValidationError(f"{project} 现在亮{LightChoice(light).label}，不用说明。")
    latest = latest_answer(project)
    if latest is not None and latest.pk != seen:
        raise StaleRecord(f"{latest.author} {latest.day} 已经说明（承诺 {latest.promised} 转好）")
    answer.since = red_since([project.pk], today).get(project.pk, today)
    answer.author, answer.day, answer.at = actor, today, clock.now()
    answer.cause, answer.measure = answer.cause.strip(), answer.measure.strip()
    answer.full_clean()
    if answer.promised < today:
        raise ValidationError({"promised": f"不能早于今天（{today}），请填以后的日期。"})
    if answer.promised > today + FURTHEST:
        raise ValidationError({"promised": f"最远到 {today + FURTHEST}；更远的请报批调整计划。"})
    announce(answer.save_by(actor))
    return answer


def latest_answer(project: Project) -> LightAnswer | None:
    """The answer that was given last, to this red or an earlier one. One query."""
    return LightAnswer.objects.filter(project=project).select_related("author").first()
