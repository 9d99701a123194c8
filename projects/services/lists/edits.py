"""Many stays at once, by the checks of one: for imports, where a file says how a list is to be."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction

from kuancheng.access.models import User
from kuancheng.access.rights import require
from kuancheng.audit import acts
from kuancheng.records.announcing import announce
from projects.models import Listing, Programme, Project
from projects.rules.listings import Stay
from projects.services.lists.stays import check_stay, locked
from projects.services.many import Edit, EditsRefused, Errors, check_fields
from projects.services.rights import require_approved

Place = tuple[int, int]
"""A list and a project."""


def listing_errors(edits: Sequence[Edit], programmes: Mapping[int, Programme]) -> Errors:
    """What is wrong with each edit when all of them are done, or None. One query."""
    stays = _stays(edits)
    found: Errors = []
    for number, edit in enumerate(edits):
        row: Listing = edit.record
        others = [stay for key, stay in stays[_place(row)].items() if key != _key(row, number)]
        try:
            check_fields(row)
            check_stay(row, programmes[row.programme_id], others)
        except ValidationError as error:
            found.append(error)
        else:
            found.append(None)
    return found


@transaction.atomic
@acts.decision("批量登记入列", "edits")
def save_listings(
    *, edits: Sequence[Edit], actor: User, reason: str, approved: bool = False
) -> None:
    """Saves new and changed stays of many projects; each project's version grows by one.

    NotAllowed, as when no second person has `approved` them, or EditsRefused, with nothing
    written. What ends comes before what begins.
    """
    for verb in sorted({"add" if each.old is None else "change" for each in edits}):
        require(actor, f"projects.{verb}_listing")
    require_approved(actor, approved=approved)
    programmes = locked({each.record.programme_id for each in edits})
    ids = {each.record.project_id for each in edits}
    projects = list(Project.objects.select_for_update().filter(pk__in=ids).order_by("pk"))
    wrong = {
        place: error
        for place, error in enumerate(listing_errors(edits, programmes))
        if error is not None
    }
    if wrong:
        raise EditsRefused(wrong)
    changes = []
    ordered = sorted(edits, key=lambda each: (each.old is None, each.record.until is None))
    for each in ordered:
        each.record._change_reason = reason
        changes.append(each.record.save_by(actor))
    for project in projects:
        project.version += 1
        project._change_reason = reason
        changes.append(project.save_by(actor))
    announce(*changes)


def _stays(edits: Sequence[Edit]) -> dict[Place, dict[object, Stay]]:
    """The stays of the projects named, by list and project, as they will be. One query."""
    found: dict[Place, dict[object, Stay]] = defaultdict(dict)
    projects = {each.record.project_id for each in edits}
    for row in Listing.objects.filter(project__in=projects):
        found[_place(row)][row.pk] = Stay(row.since, row.until)
    for number, edit in enumerate(edits):
        row = edit.record
        if row.since is not None:
            found[_place(row)][_key(row, number)] = Stay(row.since, row.until)
    return found


def _place(row: Listing) -> Place:
    return row.programme_id, row.project_id


def _key(row: Listing, number: int) -> object:
    """An existing row by its id, a new one by its place among the edits."""
    return row.pk or ("new", number)
