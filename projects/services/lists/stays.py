"""What every door asks before a stay on a list is written, under a lock on the list."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError

from kuancheng import clock
from projects.models import Listing, Programme
from projects.rules.listings import Stay, obstacle


def lock_programmes(rows: Iterable[object]) -> dict[int, Programme]:
    """The lists that rows among them belong to, locked, by id. One query, or none.

    Lists are locked before projects, everywhere: of two people who move projects the second waits.
    """
    return locked({each.programme_id for each in rows if isinstance(each, Listing)})


def locked(ids: Iterable[int]) -> dict[int, Programme]:
    """The lists with those ids, locked."""
    wanted = {each for each in ids if each}
    if not wanted:
        return {}
    rows = Programme.objects.select_for_update().filter(pk__in=wanted).order_by("pk")
    return {each.pk: each for each in rows}


def check_listing(row: Listing, programme: Programme) -> None:
    """ValidationError by field for a stay that may not be written. One query."""
    others = Listing.objects.filter(programme=programme, project=row.project_id)
    stays = [
        Stay(since, until)
        for since, until in others.exclude(pk=row.pk).values_list("since", "until")
    ]
    check_stay(row, programme, stays)


def check_stay(row: Listing, programme: Programme, others: Iterable[Stay]) -> None:
    """The same, with the project's other stays on the list at hand."""
    stay = Stay(row.since, row.until)
    field, sentence = obstacle(stay, programme.begins, others, clock.today())
    if sentence:
        raise ValidationError({field: f"{row.project}：{sentence}"})


def check_programme(programme: Programme) -> None:
    """ValidationError when a list would begin after a project came on it. Two queries."""
    if programme.pk is None:
        return
    locked([programme.pk])
    earlier = programme.listings.filter(since__lt=programme.begins).select_related("project")
    first = earlier.order_by("since", "pk").first()
    if first is not None:
        raise ValidationError(
            {
                "begins": f"{first.project} 自 {first.since} 起已在清单上，"
                f"起始日请填 {first.since} 或以前，或先更正它的列入日期。"
            }
        )
