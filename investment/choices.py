"""Code lists of the money."""

from django.db.models import TextChoices


class ReportState(TextChoices):
    DRAFT = "draft", "草稿"
    SUBMITTED = "submitted", "待复核"
    RETURNED = "returned", "已退回"
    APPROVED = "approved", "已复核"


OPEN_STATES = (ReportState.DRAFT, ReportState.RETURNED)
"""In these the reporting clerk may still change a report."""


class CorrectionState(TextChoices):
    """Where a correction of an approved report stands."""

    PROPOSED = "proposed", "待批准"
    APPROVED = "approved", "已更正"
    REJECTED = "rejected", "未采纳"


class FundingSource(TextChoices):
    """资金来源 of the national investment statistics."""

    STATE_BUDGET = "state_budget", "国家预算资金"
    DOMESTIC_LOANS = "domestic_loans", "国内贷款"
    BONDS = "bonds", "债券"
    FOREIGN = "foreign", "利用外资"
    SELF_RAISED = "self_raised", "自筹资金"
    OTHER = "other", "其他资金"


class TurnState(TextChoices):
    """Where a turn of the year stands."""

    DONE = "done", "已转入"
    UNDONE = "undone", "已撤销"
