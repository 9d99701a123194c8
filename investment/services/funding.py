"""Where a project's money comes from."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction

from investment.models import Funding
from kuancheng.access.models import User
from kuancheng.audit import acts
from kuancheng.records.announcing import announce
from projects.services.rights import require_own


@transaction.atomic
@acts.edit("登记资金到位", "funding")
def save_funding(*, funding: Funding, today: date, actor: User) -> Funding:
    """Records what one source had planned and paid by a day. ValidationError for bad fields."""
    verb = "add" if funding.pk is None else "change"
    require_own(actor, f"investment.{verb}_funding", [funding.project_id])
    if funding.dated is not None and funding.dated > today:
        raise ValidationError({"dated": f"截至日期不能晚于今天（{today}）。"})
    funding.full_clean()
    announce(funding.save_by(actor))
    return funding


@transaction.atomic
@acts.decision("删除资金到位", "funding")
def delete_funding(*, funding: Funding, actor: User) -> None:
    """Takes a row back that was entered by mistake; the history keeps it."""
    require_own(actor, "investment.delete_funding", [funding.project_id])
    announce(funding.delete_by(actor))
