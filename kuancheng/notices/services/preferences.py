"""How a person wants to be told of each kind, and when not."""

from collections.abc import Iterable, Mapping

from django.core.exceptions import ValidationError
from django.db import transaction

from kuancheng.access.models import User
from kuancheng.notices.choices import BY_MAIL, Channel, Mode
from kuancheng.notices.kinds import NoticeKind, kinds
from kuancheng.notices.models import Delivery, Preference, QuietHours
from kuancheng.notices.rules.timing import QuietSpan


def modes_of(person: User) -> dict[str, Mode]:
    """How he is told of every kind, by its code. One query."""
    chosen = dict(Preference.objects.filter(person=person).values_list("kind", "mode"))
    return {kind.code: Mode(chosen.get(kind.code, kind.mode)) for kind in kinds()}


def modes_for(people: Iterable[int], kind: NoticeKind) -> dict[int, Mode]:
    """How each of these people is told of a kind, by his id. One query."""
    ids = list(people)
    chosen = modes_chosen(ids, [kind])
    return {person: chosen.get((person, kind.code), kind.mode) for person in ids}


def modes_chosen(
    people: Iterable[int], wanted: Iterable[NoticeKind]
) -> dict[tuple[int, str], Mode]:
    """What these people have chosen for these kinds, by person and code. One query."""
    codes = {kind.code for kind in wanted}
    chosen = Preference.objects.filter(person__in=list(people), kind__in=codes)
    rows = chosen.values_list("person", "kind", "mode")
    return {(person, code): Mode(mode) for person, code, mode in rows}


def quiet_of(person: User) -> QuietSpan | None:
    """His quiet hours. One query."""
    found = QuietHours.objects.filter(person=person).first()
    return found.span if found else None


@transaction.atomic
def save_preferences(*, person: User, modes: Mapping[str, Mode], quiet: QuietSpan | None) -> None:
    """Keeps how he wants to be told of those kinds. ValidationError for a mode that a kind has not.

    Mails that wait for him are not sent where he no longer wants them.
    """
    offered = {kind.code: kind for kind in kinds()}
    for code, mode in modes.items():
        if mode not in offered[code].modes:
            raise ValidationError(f"“{offered[code].label}”是本人要办的事，不能设为不接收。")
    Preference.objects.bulk_create(
        [Preference(person=person, kind=code, mode=mode) for code, mode in modes.items()],
        update_conflicts=True,
        unique_fields=["person", "kind"],
        update_fields=["mode"],
    )
    if quiet is None:
        QuietHours.objects.filter(person=person).delete()
    else:
        span = {"since": quiet.since, "until": quiet.until}
        QuietHours.objects.update_or_create(person=person, defaults=span)
    unwanted = [code for code, mode in modes.items() if mode not in BY_MAIL]
    mails = Delivery.objects.waiting().filter(channel=Channel.MAIL, notice__recipient=person)
    mails.filter(notice__kind__in=unwanted).delete()
