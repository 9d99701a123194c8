"""代理: somebody's duties in matters are given to another between two days, and taken back."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.access.rights import NotAllowed
from kuancheng.audit import acts
from kuancheng.records.announcing import announce
from projects.models import Deputy
from projects.services.matters.parts import OVERSEE_MATTERS
from projects.services.matters.turn import MatterRefused

ACT = "projects.change_matter"


@transaction.atomic
@acts.decision("指定代办人", "deputy")
def appoint_deputy(*, deputy: Deputy, actor: User) -> Deputy:
    """Keeps who does whose duties, since and until when.

    Set by the person himself or by the office, from today on. NotAllowed for whoever is neither;
    ValidationError, by field, for a day that has passed, an order of days that cannot be, oneself,
    an account that may not act in matters, and days that meet another deputy's of the same person.
    """
    _require_own(deputy, actor)
    deputy.author = actor
    deputy.full_clean()
    # Two who appoint for the same person wait for each other.
    User.objects.select_for_update(of=("self",)).get(pk=deputy.person_id)
    wrong = _wrong_people(deputy) | _wrong_days(deputy, clock.today())
    if wrong:
        raise ValidationError(wrong)
    announce(deputy.save_by(actor))
    return deputy


@transaction.atomic
@acts.decision("结束代办", "deputy")
def end_deputy(*, deputy: Deputy, actor: User) -> Deputy:
    """Ends it from this moment on; what was done under it stands. By the person or the office.

    NotAllowed; MatterRefused, which says who ended it and when, when it is over already.
    """
    held = Deputy.objects.select_for_update(of=("self",)).get(pk=deputy.pk)
    _require_own(held, actor)
    if held.ended_on:
        raise MatterRefused(f"“{held}”已于 {held.ended_on:%Y-%m-%d} 由{held.ended_by}提前结束。")
    if held.until < clock.today():
        raise MatterRefused(f"“{held}”已于 {held.until:%Y-%m-%d} 到期，不用再结束。")
    held.ended_on, held.ended_by = clock.today(), actor
    announce(held.save_by(actor))
    return held


def _require_own(deputy: Deputy, actor: User) -> None:
    own = deputy.person_id == actor.pk and actor.has_perm(ACT)
    if not own and not actor.has_perm(OVERSEE_MATTERS):
        raise NotAllowed("代理由本人或督查办公室办理，您不能替别人安排。")


def _wrong_people(deputy: Deputy) -> dict[str, str]:
    people = {"person": deputy.person, "deputy": deputy.deputy}
    return {
        field: f"{each}没有可用的账号，或账号不能办理事项，请先由系统管理员开通。"
        for field, each in people.items()
        if not each.is_active or not each.has_perm(ACT)
    }


def _wrong_days(deputy: Deputy, today: date) -> dict[str, str]:
    if deputy.since < today:
        return {
            "since": f"起日 {deputy.since:%Y-%m-%d} 已过，代理从今天（{today:%Y-%m-%d}）起安排。"
        }
    others = Deputy.objects.filter(person=deputy.person).exclude(pk=deputy.pk)
    other = others.meeting(deputy.since, deputy.until).order_by("since").first()
    if other is None:
        return {}
    return {
        "since": f"{other.since:%Y-%m-%d} 至 {other.until:%Y-%m-%d} 已由{other.deputy}代理{other.person}，"
        "日子不能重叠；请先提前结束那一次，或改日期。"
    }
