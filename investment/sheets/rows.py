"""What plans and reports share on sheets: a row for every project, filed or not yet."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Prefetch, QuerySet

from investment.services import WrongState
from kuancheng.access.models import User
from kuancheng.sheets.kinds import Found, RowsRefused
from projects.choices import Standing
from projects.models import Project
from projects.services import StaleRecord
from projects.services.many import check_fields
from projects.sheets.columns import scoped

CHUNK = 500
MOVED = "刚刚被别人改过，请点“重新检查”。"


def with_records(
    user: User,
    picked: Mapping[str, str],
    attribute: str,
    records: QuerySet[Any],
    new: Callable[[Project], Any],
) -> Iterator[Any]:
    """Each project's record, or one to be, so that it can be filled in; by the projects' codes.

    Projects that were given up stand there only with a record.
    """
    wanted = Prefetch(attribute, records, to_attr="on_sheet")
    projects = scoped(user, picked).order_by("code").prefetch_related(wanted)
    for project in projects.iterator(chunk_size=CHUNK):
        if project.on_sheet:
            yield project.on_sheet[0]
        elif project.standing == Standing.NORMAL:
            yield new(project)


def field_errors(found: Sequence[Found], also: Callable[[Found], None]) -> list[Any]:
    """For each row what its fields and `also` say against it, or None. No query."""
    errors: list[ValidationError | None] = []
    for each in found:
        try:
            check_fields(each.record)
            also(each)
        except ValidationError as error:
            errors.append(error)
        else:
            errors.append(None)
    return errors


def write_each(found: Sequence[Found], write: Callable[[Found], None], reason: str) -> None:
    """Writes row after row; RowsRefused with all that was said once the last was tried."""
    refused: dict[int, str] = {}
    for each in found:
        each.record._change_reason = reason
        try:
            write(each)
        except StaleRecord:
            refused[each.row.number] = MOVED
        except WrongState as error:
            refused[each.row.number] = str(error)
        except ValidationError as error:
            refused[each.row.number] = "；".join(error.messages)
    if refused:
        raise RowsRefused(refused)
