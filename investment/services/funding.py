"""Where a project's money comes from."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from investment.models import Funding


@transaction.atomic
def save_funding(*, funding: Funding, today: date, actor: Any) -> Funding:
    """Records what one source had planned and paid by a day. ValidationError for bad fields."""
    if funding.dated is not None and funding.dated > today:
        raise ValidationError({"dated": f"截至日期不能晚于今天（{today}）。"})
    funding.full_clean()
    funding.save_by(actor)
    return funding


@transaction.atomic
def delete_funding(*, funding: Funding, actor: Any) -> None:
    """Takes a row back that was entered by mistake; the history keeps it."""
    funding.delete_by(actor)
