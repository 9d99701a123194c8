"""Code lists of proposals."""

from django.db.models import TextChoices


class ProposalState(TextChoices):
    """Where a proposal stands. 已失效: what it was to change has changed meanwhile."""

    PENDING = "pending", "待审核"
    APPROVED = "approved", "已通过"
    RETURNED = "returned", "已退回"
    WITHDRAWN = "withdrawn", "已撤回"
    LAPSED = "lapsed", "已失效"
