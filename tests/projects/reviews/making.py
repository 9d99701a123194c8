"""Reviews for tests, made through the services."""

from dataclasses import replace
from datetime import date, time
from typing import Any
from uuid import uuid4

from kuancheng.access.models import User
from projects.models import AgendaItem, Decision, Official, Project, WeeklyReview
from projects.rules.reviews import Drawn, Subject
from projects.services.reviews.agenda import draw_agenda, mark_item
from projects.services.reviews.deciding import Said, decide
from projects.services.reviews.preparing import Setting, begin_review, end_review, new_review
from tests import factories


def setting(day: date, **fields: Any) -> Setting:
    """A review at nine, with somebody in the chair."""
    chair: Official = fields.pop("chair", None) or factories.official(name="周主持", post="副区长")
    return replace(Setting(day, time(9), "三楼会议室", chair), **fields)


def prepared(clerk: User, day: date, *projects: Project, **fields: Any) -> WeeklyReview:
    """A review that is being prepared, each project on its agenda because it turned red."""
    made = new_review(setting=setting(day, **fields), actor=clerk)
    items = [
        Drawn(Subject(each.pk, None, each.code), "red", (("turned_red", "绿灯转红灯"),))
        for each in projects
    ]
    if items:
        draw_agenda(review=made, drawn=items, seen=made.version, actor=clerk)
    return WeeklyReview.objects.get(pk=made.pk)


def running(clerk: User, day: date, *projects: Project, **fields: Any) -> WeeklyReview:
    """One that is being held."""
    made = prepared(clerk, day, *projects, **fields)
    return begin_review(review=made, seen=made.version, actor=clerk)


def decided(item: AgendaItem, clerk: User, due: date, **fields: Any) -> Decision:
    """A decision on an item, for its project's agency unless said otherwise."""
    project = item.project
    agency = fields.pop("agency", None) or (project.lead_agency if project else None)
    said = replace(Said("加快主体施工", agency, due), **fields)
    return decide(item=item, said=said, token=uuid4(), actor=clerk)


def ended(review: WeeklyReview, clerk: User) -> WeeklyReview:
    """The meeting over, every item discussed."""
    for item in review.items.filter(outcome="", left_out=False):
        mark_item(item=item, outcome="discussed", seen=item.version, actor=clerk)
    now = WeeklyReview.objects.get(pk=review.pk)
    return end_review(review=now, seen=now.version, actor=clerk)
